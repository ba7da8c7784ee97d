//! Was exactly this code spoken?
//!
//! Promises an answer about one claimed code and nothing else: the recogniser is asked how probable the claim is and
//! how probable its neighbours (one digit changed, swapped, too many, too few) are; nothing is transcribed.
//! Which recogniser listens, how digits are spelled and where the thresholds lie is the [`Language`]'s to say.
//! Silence, noise, other words and recordings of any length get an answer too: not spoken.

mod context;
mod decoder;
mod evidence;
mod head;
mod language;
mod mel;
mod moonshine;
mod opinion;
mod playing;
mod segments;
mod tokens;
mod whisper;
mod wording;

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Duration;

use timbre_models::ModelStore;

pub use language::{Language, LanguageError, RecogniserKind, Thresholds};

use self::evidence::Evidence;
use self::moonshine::{Ear, Moonshine};
use self::opinion::Onlooker;
use self::whisper::Whisper;
use crate::SAMPLE_RATE;
use crate::error::InferenceError;
use crate::runtime::Runtime;

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

/// Quieter than this (-66 dBFS) is nothing, whatever it sounds like amplified; the limit of the speech detector too.
const QUIETEST_RMS: f32 = 0.0005;

/// The level that the recognisers get, -24 dBFS.
const TARGET_RMS: f32 = 0.06;

/// Silence before and after: a first digit that starts with the recording is often missed.
const MARGIN_SECONDS: f32 = 0.25;

/// The recognisers of one worker, each loaded when it is first needed.
#[derive(Default)]
pub(crate) struct CodeListener {
    ear: Option<Ear>,
    moonshine: Option<Moonshine>,
    /// By language; none where no weights were trained.
    onlookers: HashMap<String, Option<Onlooker>>,
    /// Time in a recogniser that several workers share.
    shared_spent: Duration,
}

impl CodeListener {
    /// One verdict for each claim about one recording.
    pub(crate) fn check(
        &mut self,
        runtime: &Runtime,
        store: &ModelStore,
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
        if !self.onlookers.contains_key(&language.code) {
            let onlooker =
                Onlooker::of(&language.code).map_err(|reason| InferenceError::Runtime(reason.to_owned()))?;
            self.onlookers.insert(language.code.clone(), onlooker);
        }
        let onlooker = self.onlookers.get(&language.code).and_then(Option::as_ref);
        let mut hear = || match &mut self.ear {
            Some(ear) => ear.listen(&samples),
            empty => empty.insert(Ear::load(runtime, store)?).listen(&samples),
        };
        let evidence = match language.recogniser {
            RecogniserKind::MoonshineTiny => {
                let heard = hear()?;
                let opinion = onlooker.map(|onlooker| heard.seen_by(onlooker));
                let moonshine = match &mut self.moonshine {
                    Some(moonshine) => moonshine,
                    empty => empty.insert(Moonshine::load(runtime, store)?),
                };
                moonshine.weigh(&heard, claims, language, opinion.as_ref())?
            }
            kind @ (RecogniserKind::WhisperBase | RecogniserKind::WhisperSmall) => {
                let opinion = match onlooker {
                    Some(onlooker) => Some(hear()?.seen_by(onlooker)),
                    None => None,
                };
                let whisper = Whisper::shared(kind, runtime, store)?;
                let mut whisper = whisper.lock().unwrap_or_else(PoisonError::into_inner);
                let evidence = whisper.weigh(&samples, claims, language, opinion.as_ref());
                self.shared_spent += whisper.take_spent();
                evidence?
            }
        };
        Ok(evidence.into_iter().map(|evidence| CodeVerdict::judge(evidence, &language.thresholds)).collect())
    }

    /// The time spent in models since the last call of this function.
    pub(crate) fn take_spent(&mut self) -> Duration {
        let heard = self.ear.as_mut().map_or(Duration::ZERO, Ear::take_spent);
        let weighed = self.moonshine.as_mut().map_or(Duration::ZERO, Moonshine::take_spent);
        heard + weighed + std::mem::take(&mut self.shared_spent)
    }
}

/// The recording at the recognisers' level with silence around it, or nothing if it cannot hold the code.
fn prepare(samples: &[f32], digits: usize) -> Option<Vec<f32>> {
    let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
    if seconds < SHORTEST_DIGIT_SECONDS * digits as f32 || seconds > LONGEST_SECONDS {
        return None;
    }
    let rms = (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt();
    // Written so that a recording with a sample that is no number ends here too.
    if !(rms >= QUIETEST_RMS && rms.is_finite()) {
        return None;
    }
    let gain = TARGET_RMS / rms;
    let margin = vec![0.0; (MARGIN_SECONDS * SAMPLE_RATE as f32) as usize];
    let louder = samples.iter().map(|sample| (sample * gain).clamp(-1.0, 1.0));
    Some(margin.iter().copied().chain(louder).chain(margin.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_cannot_hold_a_code_is_not_listened_to() {
        assert!(prepare(&[], 4).is_none());
        assert!(prepare(&vec![0.1; 6_000], 4).is_none());
        assert!(prepare(&vec![0.0; 32_000], 4).is_none());
        assert!(prepare(&vec![f32::NAN; 32_000], 4).is_none());
        assert!(prepare(&vec![0.1; 26 * 16_000], 4).is_none());
    }

    #[test]
    fn a_recording_is_brought_to_one_level_between_silences() {
        let prepared = prepare(&vec![0.003; 16_000], 4).unwrap();
        assert_eq!(prepared.len(), 24_000);
        assert!((prepared[12_000] - TARGET_RMS).abs() < 1e-4);
        assert_eq!(prepared[100], 0.0);
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
