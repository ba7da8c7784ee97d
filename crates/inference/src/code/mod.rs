//! Was exactly this code spoken?
//!
//! Promises an answer about one claimed code and nothing else: the recogniser is asked how probable the claim is and
//! how probable its neighbours (one digit changed, swapped, too many, too few) are; nothing is transcribed.
//! Which recogniser listens, how digits are spelled and where the thresholds lie is the [`Language`]'s to say.
//! Silence, noise, other words and recordings of any length get an answer too: not spoken.

mod evidence;
mod head;
mod language;
mod opinion;
mod segments;
mod wording;

use std::collections::HashMap;

pub use language::{Language, LanguageError, Thresholds};

use self::evidence::{Evidence, weigh_all};
use self::opinion::Onlooker;
use self::wording::Wording;
use crate::SAMPLE_RATE;
use crate::error::InferenceError;
pub use crate::recogniser::RecogniserKind;
use crate::recogniser::moonshine::Moonshine;
use crate::recogniser::tokens::Tokens;
use crate::recogniser::{Recognisers, levelled};

/// What the recogniser says about one claim. Natural logarithms; the thresholds that judge them are in the [`Language`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CodeVerdict {
    /// Whether the claimed code was spoken.
    pub spoken: bool,
    /// Log-probability of the claim, per digit.
    pub log_prob: f32,
    /// The claim's log-probability less that of the best other code with as many digits; 4 at most.
    pub same_length_margin: f32,
    /// The same against the best code with one digit more or less.
    pub other_length_margin: f32,
}

impl CodeVerdict {
    /// Nobody spoke, or not as a code is spoken.
    const NOTHING: Self = Self {
        spoken: false,
        log_prob: f32::NEG_INFINITY,
        same_length_margin: f32::NEG_INFINITY,
        other_length_margin: f32::NEG_INFINITY,
    };

    fn judge(evidence: Evidence, thresholds: &Thresholds) -> Self {
        let Evidence { log_prob, same_length, other_length } = evidence;
        Self {
            spoken: same_length >= thresholds.same_length
                && other_length >= thresholds.other_length
                && log_prob >= thresholds.floor,
            log_prob,
            same_length_margin: same_length,
            other_length_margin: other_length,
        }
    }
}

/// A digit takes no less than this: what is shorter cannot hold the code.
const SHORTEST_DIGIT_SECONDS: f32 = 0.1;

/// A code that takes longer than this is not one that was asked for; Whisper hears 30 s at most.
const LONGEST_SECONDS: f32 = 25.0;

/// What listens to codes: the networks of our own, by language; none where no weights were trained.
#[derive(Default)]
pub(crate) struct CodeListener(HashMap<String, Option<Onlooker>>);

impl CodeListener {
    /// One verdict for each claim about one recording.
    pub(crate) fn check(
        &mut self,
        recognisers: &mut Recognisers,
        samples: &[f32],
        claims: &[&[u8]],
        language: &Language,
    ) -> Result<Vec<CodeVerdict>, InferenceError> {
        let nothing = vec![CodeVerdict::NOTHING; claims.len()];
        let Some(shortest) = claims.iter().map(|claim| claim.len()).min() else { return Ok(nothing) };
        if shortest == 0 || claims.iter().any(|claim| claim.iter().any(|digit| *digit > 9)) {
            return Ok(nothing);
        }
        let Some(samples) = prepare(samples, shortest) else { return Ok(nothing) };
        let onlooker = self.onlooker(language)?;
        let wording = |tokens: &Tokens, envelope| {
            Wording::new(tokens, language, envelope).map_err(InferenceError::Runtime)
        };
        let evidence = match language.recogniser {
            RecogniserKind::MoonshineTiny => {
                let heard = recognisers.ear()?.listen(&samples)?;
                let opinion = onlooker.map(|onlooker| onlooker.look_at(&heard));
                let moonshine = recognisers.moonshine()?;
                let wording = wording(&moonshine.tokens, Moonshine::envelope())?;
                weigh_all(&mut moonshine.decoder, &heard.slow, &wording, claims, opinion.as_ref())?
            }
            kind @ (RecogniserKind::WhisperBase | RecogniserKind::WhisperSmall) => {
                let opinion = match onlooker {
                    Some(onlooker) => Some(onlooker.look_at(&recognisers.ear()?.listen(&samples)?)),
                    None => None,
                };
                recognisers.with_whisper(kind, |whisper| {
                    let wording = wording(&whisper.tokens, whisper.envelope(&language.code)?)?;
                    let recording = whisper.encode(&samples)?;
                    weigh_all(&mut whisper.decoder, &recording, &wording, claims, opinion.as_ref())
                })?
            }
        };
        Ok(evidence.into_iter().map(|evidence| CodeVerdict::judge(evidence, &language.thresholds)).collect())
    }

    fn onlooker(&mut self, language: &Language) -> Result<Option<&Onlooker>, InferenceError> {
        if !self.0.contains_key(&language.code) {
            let onlooker =
                Onlooker::of(&language.code).map_err(|reason| InferenceError::Runtime(reason.to_owned()))?;
            self.0.insert(language.code.clone(), onlooker);
        }
        Ok(self.0.get(&language.code).and_then(Option::as_ref))
    }
}

/// The recording as the recognisers want it, or nothing if it cannot hold the code.
fn prepare(samples: &[f32], digits: usize) -> Option<Vec<f32>> {
    let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
    if seconds < SHORTEST_DIGIT_SECONDS * digits as f32 || seconds > LONGEST_SECONDS {
        return None;
    }
    levelled(samples)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_cannot_hold_a_code_is_not_listened_to() {
        assert!(prepare(&[], 4).is_none());
        assert!(prepare(&vec![0.1; 6_000], 4).is_none());
        assert!(prepare(&vec![0.1; 26 * 16_000], 4).is_none());
        assert!(prepare(&vec![0.1; 8_000], 4).is_some());
    }

    #[test]
    fn all_three_thresholds_must_be_reached() {
        let thresholds = Thresholds { same_length: -1.0, other_length: -4.0, floor: -6.0 };
        let spoken = |same_length, other_length, log_prob| {
            CodeVerdict::judge(Evidence { log_prob, same_length, other_length }, &thresholds).spoken
        };
        assert!(spoken(-1.0, -4.0, -6.0));
        assert!(!spoken(-1.1, 9.0, -1.0));
        assert!(!spoken(9.0, -4.1, -1.0));
        assert!(!spoken(9.0, 9.0, -6.1));
        assert!(!spoken(f32::NAN, 9.0, -1.0));
    }
}
