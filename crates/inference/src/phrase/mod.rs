//! Was one of these phrases spoken?
//!
//! Promises an answer about the phrases that the caller names and nothing else: which of them was said, the whole
//! recording being nothing else, or that something else was; and whether a recording begins with a phrase. Nothing is
//! transcribed. Silence, noise and recordings of any length get an answer too, at a cost that is bounded.

mod language;
mod regret;
mod script;

use std::ops::Range;

pub use self::language::PhraseLanguage;
use self::regret::regrets;
use self::script::Script;
use crate::SAMPLE_RATE;
use crate::error::InferenceError;
use crate::recogniser::moonshine::Moonshine;
use crate::recogniser::tokens::Tokens;
use crate::recogniser::{Envelope, RecogniserKind, Recognisers, levelled};
use crate::vad::SpeechRegions;

/// What the recogniser says about the phrases. Natural logarithms.
#[derive(Debug, Clone, PartialEq)]
pub struct PhraseVerdict {
    /// Which of the phrases was said; none: something else.
    pub said: Option<usize>,
    /// What it costs the recogniser to write each phrase; infinite where that is hopeless.
    pub regrets: Vec<f32>,
}

/// A phrase with pauses takes no longer than this; what goes on longer is something else.
const LONGEST_SECONDS: f32 = 20.0;

/// A recording that begins with a phrase is listened to for this long from where speech begins.
const BEGINNING_SECONDS: f32 = 12.0;

/// Kept around the speech: the detector may cut a soft first or last sound.
const MARGIN_SECONDS: f32 = 0.3;

/// What a phrase that was said may cost. Chosen on six synthetic voices, clean and in noise and rooms, and on twelve people's
/// "speech speaker signal process"; other speech costs more than can be counted, a phrase with a word changed mostly
/// more than eight. `examples/phrases.rs` shows what it reaches on other voices.
const MOST_REGRET: f32 = 5.0;

/// A part of a recording is the whole phrase only where that costs hardly anything. The decoder is inclined to finish a phrase that
/// breaks off, so the part must also be long enough to hold all of it: nobody says more letters in a second than this.
const MOST_REGRET_OF_A_PART: f32 = 0.5;
const MOST_LETTERS_PER_SECOND: f32 = 17.0;

/// Something else was said where what is left is this long, compared with the part: less is a word after a pause.
const LEAST_REST: f32 = 0.4;

/// How many pauses, the longest first, a recording is cut at to see whether a part of it is the phrase already.
const PAUSES: usize = 3;

/// Nobody says fewer letters in a second of speech than this: where there is more speech, not all of it is the phrase.
const LEAST_LETTERS_PER_SECOND: f32 = 5.0;

/// Which of these phrases was said, and how near each was.
pub(crate) fn said(
    recognisers: &mut Recognisers,
    samples: &[f32],
    speech: &SpeechRegions,
    phrases: &[impl AsRef<str>],
    language: &PhraseLanguage,
) -> Result<PhraseVerdict, InferenceError> {
    let spoken = around(samples, speech.regions());
    let regrets = match spoken.len() > length(LONGEST_SECONDS) {
        true => vec![f32::INFINITY; phrases.len()],
        false => listen(recognisers, spoken, phrases, language, true, Hearings::TwiceInDoubt)?,
    };
    let best = regrets.iter().copied().enumerate().min_by(|one, other| one.1.total_cmp(&other.1));
    let mut said = best.filter(|(_, regret)| *regret <= MOST_REGRET).map(|(number, _)| number);
    if let Some(phrase) = said.and_then(|number| phrases.get(number))
        && holds_more(recognisers, samples, speech, phrase.as_ref(), language)?
    {
        said = None;
    }
    Ok(PhraseVerdict { said, regrets })
}

/// Whether a part of the recording is the whole phrase already, so that the rest is something else. The decoder alone would
/// not tell: it ends where the phrase does, whatever comes behind.
fn holds_more(
    recognisers: &mut Recognisers,
    samples: &[f32],
    speech: &SpeechRegions,
    phrase: &str,
    language: &PhraseLanguage,
) -> Result<bool, InferenceError> {
    let letters = phrase.chars().filter(|letter| letter.is_alphabetic()).count() as f32;
    if letters < LEAST_LETTERS_PER_SECOND * speech.net_speech_seconds() {
        return Ok(true);
    }
    for part in parts(speech.regions()) {
        if letters > MOST_LETTERS_PER_SECOND * seconds(part) {
            continue;
        }
        let regrets = hear_once(recognisers, around(samples, part), &[phrase], language)?;
        if regrets.iter().any(|regret| *regret <= MOST_REGRET_OF_A_PART) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The regions before and behind the longest pauses, where what they leave out is worth asking.
fn parts(speech: &[Range<usize>]) -> Vec<&[Range<usize>]> {
    let mut pauses: Vec<usize> = (1..speech.len()).collect();
    pauses.sort_by_key(|&next| std::cmp::Reverse(speech[next].start - speech[next - 1].end));
    pauses.truncate(PAUSES);
    let both = pauses.into_iter().flat_map(|next| {
        let (before, behind) = speech.split_at(next);
        [(before, behind), (behind, before)]
    });
    both.filter(|(part, rest)| seconds(rest) >= LEAST_REST * seconds(part)).map(|(part, _)| part).collect()
}

/// Net speech.
fn seconds(regions: &[Range<usize>]) -> f32 {
    regions.iter().map(ExactSizeIterator::len).sum::<usize>() as f32 / SAMPLE_RATE as f32
}

/// Whether the recording begins with this phrase.
pub(crate) fn begins_with(
    recognisers: &mut Recognisers,
    samples: &[f32],
    speech: &SpeechRegions,
    phrase: &str,
    language: &PhraseLanguage,
) -> Result<bool, InferenceError> {
    let spoken = around(samples, speech.regions());
    let beginning = spoken.get(..length(BEGINNING_SECONDS)).unwrap_or(spoken);
    let regrets = listen(recognisers, beginning, &[phrase], language, false, Hearings::TwiceInDoubt)?;
    Ok(regrets.iter().any(|regret| *regret <= MOST_REGRET))
}

fn length(seconds: f32) -> usize {
    (seconds * SAMPLE_RATE as f32) as usize
}

/// The part of the recording in which somebody speaks.
fn around<'s>(samples: &'s [f32], speech: &[Range<usize>]) -> &'s [f32] {
    let (Some(first), Some(last)) = (speech.first(), speech.last()) else { return &[] };
    let margin = length(MARGIN_SECONDS);
    let end = samples.len().min(last.end + margin);
    samples.get(first.start.saturating_sub(margin)..end).unwrap_or_default()
}

/// The regret of each phrase, heard once.
fn hear_once(
    recognisers: &mut Recognisers,
    samples: &[f32],
    phrases: &[impl AsRef<str>],
    language: &PhraseLanguage,
) -> Result<Vec<f32>, InferenceError> {
    listen(recognisers, samples, phrases, language, true, Hearings::Once)
}

/// How often a recording is listened to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hearings {
    Once,
    /// Again and more slowly, where no phrase is clear but one may be.
    TwiceInDoubt,
}

/// The regret of each phrase.
fn listen(
    recognisers: &mut Recognisers,
    samples: &[f32],
    phrases: &[impl AsRef<str>],
    language: &PhraseLanguage,
    whole: bool,
    hearings: Hearings,
) -> Result<Vec<f32>, InferenceError> {
    let Some(samples) = levelled(samples) else { return Ok(vec![f32::INFINITY; phrases.len()]) };
    let scripts = |tokens: &Tokens, envelope: &Envelope| -> Result<Vec<Script>, InferenceError> {
        let end = whole.then_some(envelope.end);
        let script = |phrase: &str| {
            let script = Script::new(phrase, language.code == "en", tokens, end);
            script.ok_or_else(|| {
                InferenceError::Runtime(format!("no tokens for a phrase in {}", language.code))
            })
        };
        phrases.iter().map(|phrase| script(phrase.as_ref())).collect()
    };
    match language.recogniser {
        RecogniserKind::MoonshineTiny => {
            let envelope = Moonshine::envelope();
            let heard = recognisers.ear()?.encode(&samples)?;
            let moonshine = recognisers.moonshine()?;
            let scripts = scripts(&moonshine.tokens, &envelope)?;
            let plain = regrets(&mut moonshine.decoder, &heard, &envelope.prompt, &scripts)?;
            // Only what came near is worth a second hearing, which errs elsewhere.
            let nearest = plain.iter().copied().fold(f32::INFINITY, f32::min);
            if hearings == Hearings::Once || nearest <= MOST_REGRET || nearest.is_infinite() {
                return Ok(plain);
            }
            let heard = recognisers.ear()?.encode_slow(&samples)?;
            let moonshine = recognisers.moonshine()?;
            let slow = regrets(&mut moonshine.decoder, &heard, &envelope.prompt, &scripts)?;
            Ok(plain.into_iter().zip(slow).map(|(plain, slow)| plain.min(slow)).collect())
        }
        kind @ (RecogniserKind::WhisperBase | RecogniserKind::WhisperSmall) => {
            recognisers.with_whisper(kind, |whisper| {
                let envelope = whisper.envelope(language.code)?;
                let scripts = scripts(&whisper.tokens, &envelope)?;
                let recording = whisper.encode(&samples)?;
                regrets(&mut whisper.decoder, &recording, &envelope.prompt, &scripts)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_before_and_behind_the_longest_pauses() {
        let second = SAMPLE_RATE as usize;
        let twice = [0..2 * second, 3 * second..5 * second];
        assert_eq!(parts(&twice), [&twice[..1], &twice[1..]]);
        // A last word after a pause is no reason to ask whether the phrase was over before it.
        let with_a_last_word = [0..2 * second, 3 * second..3 * second + second / 2];
        assert_eq!(parts(&with_a_last_word), [&with_a_last_word[1..]]);
        assert!(parts(&twice[..1]).is_empty() && parts(&[]).is_empty());
    }

    #[test]
    fn the_silence_around_speech_is_not_listened_to() {
        let samples: Vec<f32> = (0..64_000).map(|n| n as f32).collect();
        let spoken = |regions: &[Range<usize>]| around(&samples, regions).to_vec();
        let margin = length(MARGIN_SECONDS);
        assert_eq!(spoken(&[16_000..20_000, 30_000..40_000]), samples[16_000 - margin..40_000 + margin]);
        assert_eq!(spoken(std::slice::from_ref(&(0..64_000))), samples);
        assert!(spoken(&[]).is_empty());
    }
}
