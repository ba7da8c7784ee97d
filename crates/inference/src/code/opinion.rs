//! The second opinion on spoken codes: what Moonshine's encoder alone says, without any decoder.
//!
//! The encoder has learnt English, but what it says of a sound serves digits of other languages too: which languages have
//! an onlooker is decided by which weights there are.
//!
//! Promises how much likelier another code is than the claim, from several playings of the same recording: what one
//! of them slurs another often has clearly, and their averages err less than each.

use ndarray::{ArrayView2, Axis};

use super::head::{Alignment, DigitHead, Frames};
use super::segments::{self, DigitSegments, Stretches};
use crate::recogniser::moonshine::Playings;

/// What the head's log-probabilities count beside the decoder's. A frame is 24 ms and a digit some twenty
/// frames that are anything but independent. On three people's telephone-band digits 0.05 to 0.2 do
/// equally well, none and 1 worse.
const HEAD_WEIGHT: f32 = 0.1;

/// The head alone must never decide: beyond this it only repeats itself.
const HEAD_LIMIT: f32 = 40.0;

/// The languages that weights were trained for, each with its head's and its segments'.
const TRAINED: [(&str, &[u8], &[u8]); 2] = [
    ("en", include_bytes!("digit_head_en.f32"), include_bytes!("digit_segments_en.f32")),
    ("pt", include_bytes!("digit_head_pt.f32"), include_bytes!("digit_segments_pt.f32")),
];

/// The most that [`Opinion::over`] ever says for another code of a claim of so many digits.
pub(super) fn most_over(digits: usize, as_many: bool) -> f32 {
    let by_digits = if as_many { -segments::LIMIT * digits as f32 } else { 0.0 };
    HEAD_WEIGHT * HEAD_LIMIT + by_digits
}

/// The networks that look at the encoder's states.
pub(super) struct Onlooker {
    head: DigitHead,
    segments: DigitSegments,
}

/// What they saw of one recording, played in several ways.
pub(super) struct Opinion<'a>(Vec<(Frames, Stretches<'a>)>);

/// A code fitted into every playing.
pub(super) struct Fit(Vec<(Alignment, f32)>);

impl Onlooker {
    /// The language's onlooker, if there is one.
    pub(super) fn of(language: &str) -> Result<Option<Self>, &'static str> {
        let trained = TRAINED.into_iter().find(|(code, ..)| *code == language);
        let load = |(_, head, segments): (_, &[u8], &[u8])| {
            Ok(Self { head: DigitHead::new(head)?, segments: DigitSegments::new(segments)? })
        };
        trained.map(load).transpose()
    }

    /// What it sees in a recording that the ear has heard.
    pub(super) fn look_at(&self, heard: &Playings) -> Opinion<'_> {
        self.look(&[heard.plain.index_axis(Axis(0), 0), heard.slow.index_axis(Axis(0), 0)])
    }

    /// Looks at the encoder's states of each playing.
    fn look(&self, playings: &[ArrayView2<'_, f32>]) -> Opinion<'_> {
        let seen = |states: &ArrayView2<'_, f32>| (self.head.look(*states), self.segments.look(*states));
        Opinion(playings.iter().map(seen).collect())
    }
}

impl Opinion<'_> {
    /// How many digits the recording holds, by its first playing.
    pub(super) fn digits(&self) -> usize {
        self.0.first().map_or(0, |(frames, _)| frames.digits())
    }

    pub(super) fn fit(&self, code: &[u8]) -> Fit {
        let fit = |(frames, stretches): &(Frames, Stretches<'_>)| {
            let alignment = frames.align(code);
            let digits = stretches.score(code, &alignment.digits);
            (alignment, digits)
        };
        Fit(self.0.iter().map(fit).collect())
    }

    /// How much likelier a code is than the claim that was fitted.
    ///
    /// Digits can be compared one by one only where both codes have as many; otherwise the frames alone tell.
    pub(super) fn over(&self, claim: &[u8], claimed: &Fit, code: &[u8]) -> f32 {
        let gains =
            self.fit(code).0.into_iter().zip(&claimed.0).map(|((other, digits), (own, own_digits))| {
                let over = other.log_prob - own.log_prob;
                // Both are impossible when the recording is too short for either: then there is no opinion.
                if over.is_nan() {
                    return 0.0;
                }
                let by_digits = if code.len() == claim.len() { digits - own_digits } else { 0.0 };
                HEAD_WEIGHT * over.clamp(-HEAD_LIMIT, HEAD_LIMIT) + by_digits
            });
        gains.sum::<f32>() / self.0.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use ndarray::Array2;

    use super::*;

    #[test]
    fn every_trained_language_has_an_onlooker_and_no_other() {
        for (language, ..) in TRAINED {
            assert!(Onlooker::of(language).is_ok_and(|onlooker| onlooker.is_some()));
        }
        assert!(Onlooker::of("xx").is_ok_and(|onlooker| onlooker.is_none()));
    }

    #[test]
    fn a_code_is_no_likelier_than_itself_and_opinions_are_opposites() {
        let onlooker = Onlooker::of("en").map_err(str::to_owned).unwrap().unwrap();
        let states = Array2::from_shape_fn((60, 288), |(frame, at)| ((frame * 7 + at) as f32).sin());
        let shorter = states.slice_axis(Axis(0), (..50).into());
        let opinion = onlooker.look(&[states.view(), shorter]);
        let fit = opinion.fit(&[1, 2, 3]);
        assert_eq!(opinion.over(&[1, 2, 3], &fit, &[1, 2, 3]), 0.0);
        assert!(opinion.over(&[1, 2, 3], &fit, &[4, 5, 6]).abs() <= most_over(3, true));
        assert!(opinion.over(&[1, 2, 3], &fit, &[1, 2]).abs() <= most_over(3, false));
        let there = opinion.over(&[1, 2, 3], &fit, &[1, 2, 4]);
        let back = opinion.over(&[1, 2, 4], &opinion.fit(&[1, 2, 4]), &[1, 2, 3]);
        assert!(there.is_finite() && (there + back).abs() < 1e-4);
    }

    #[test]
    fn a_recording_too_short_for_either_code_gives_no_opinion() {
        let onlooker = Onlooker::of("en").map_err(str::to_owned).unwrap().unwrap();
        let states = Array2::zeros((2, 288));
        let opinion = onlooker.look(&[states.view()]);
        assert_eq!(opinion.over(&[1, 2], &opinion.fit(&[1, 2]), &[1, 3]), 0.0);
    }
}
