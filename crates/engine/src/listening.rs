//! Listening to one sample: from bytes to a refusal or a voice. Runs on an inference worker.
//!
//! The order is the promise: sound, speech, repetition, code, number of voices; and only of a sample
//! that passed all of these is there a voice to be compared.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_audio::{Band, Container, Limits, Quality};
use timbre_domain::{
    code::Code,
    decision::Refusal,
    embedding::ModelId,
    policy::{Measured, QualityPolicy},
};
use timbre_inference::{InferenceError, Models, SpeechRegions, code::Language};
use timbre_matching::fingerprint::{Fingerprint, same_recording};

use crate::{
    EngineError, Sketch,
    speakers::{Speakers, Voice},
};

/// What is to be found out about a recording.
pub struct Question {
    pub bytes: Vec<u8>,
    /// The one container that the contract takes, whatever the recording is called.
    pub container: Container,
    pub limits: Limits,
    pub quality: QualityPolicy,
    /// The code that should be spoken; none where anything may be.
    pub code: Option<Code>,
    pub language: Arc<Language>,
    /// Recordings of the subject that were heard before.
    pub known: Vec<Fingerprint>,
    pub models: &'static [ModelId],
}

/// What was found out.
pub struct Heard {
    /// The recording, handed back to be kept.
    pub bytes: Vec<u8>,
    pub report: Report,
    /// What is drawn of the recording, refused or not.
    pub sketch: Sketch,
    /// What the recording is known by if it comes again; there is none without speech.
    pub fingerprint: Option<Fingerprint>,
    pub voice: Result<Voice, Refusal>,
}

/// What was measured, for people to read: no code, no embedding.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The recording's length in seconds.
    pub seconds: f32,
    /// Seconds of speech in it.
    pub speech_seconds: f32,
    /// How loud the speech is, in dB of full scale: 0 is the loudest.
    pub level_dbfs: f32,
    /// Share of samples that are overdriven, 0 to 1.
    pub clipped_fraction: f32,
    /// How far the speech stands out of the noise, in dB; null of silence, and of less than a quarter of a second.
    pub snr_db: Option<f32>,
    /// Whether it has a telephone's narrow band.
    pub telephone: bool,
    /// How much likelier the asked code was than the next likeliest; null where no code was asked for.
    pub code_margin: Option<f32>,
    /// How sure it is that the voice is the person's, 0 to 1: accepted from 0.5 on. Null where nothing was compared.
    pub score: Option<f64>,
    /// How often a stranger's voice scores so high; null where nothing was compared.
    pub false_match_rate: Option<f64>,
}

/// Listens to a recording. The error is of the recording's bytes or of inference, never of what was
/// said or by whom.
pub fn listen(models: &mut Models, question: Question) -> Result<Heard, EngineError> {
    let Question { bytes, container, limits, quality, code, language, known, models: which } = question;
    if let Some(other) = timbre_audio::sniff(&bytes).filter(|found| *found != container) {
        return Err(EngineError::WrongContainer(other));
    }
    let recording = timbre_audio::decode(&bytes, &limits)?;
    let samples = &recording.samples;
    let speech = models.speech(samples)?;
    let telephone = recording.quality.band == Band::Telephone;
    let mut report = report(&recording.quality, &speech, samples, telephone);
    let sketch = Sketch::of(samples, &speech);
    let heard = |report, fingerprint, voice| Ok(Heard { bytes, report, sketch, fingerprint, voice });

    if let Some(refusal) = quality.refuse(&report.measured()) {
        return heard(report, None, Err(refusal));
    }
    let fingerprint = Fingerprint::of(samples);
    if known.iter().any(|earlier| same_recording(earlier, &fingerprint)) {
        return heard(report, None, Err(Refusal::SameRecording));
    }
    if let Some(code) = code {
        let verdict = models.code(samples, code.digits(), &language)?;
        report.code_margin = Some(verdict.same_length_margin.min(verdict.other_length_margin));
        if !verdict.spoken {
            return heard(report, Some(fingerprint), Err(Refusal::WrongCode));
        }
    }
    if models.voices(samples, &speech)?.count > 1 {
        return heard(report, Some(fingerprint), Err(Refusal::SeveralVoices));
    }
    let voice = Speakers::hear(models, which, speech.trimmed(samples), report.speech_seconds, telephone);
    match voice {
        Ok(voice) => heard(report, Some(fingerprint), Ok(voice)),
        Err(InferenceError::TooShort { .. }) => heard(report, Some(fingerprint), Err(Refusal::TooShort)),
        Err(error) => Err(error.into()),
    }
}

impl Report {
    fn measured(&self) -> Measured {
        Measured {
            speech_seconds: self.speech_seconds,
            level_dbfs: self.level_dbfs,
            clipped_fraction: self.clipped_fraction,
            snr_db: self.snr_db,
        }
    }
}

fn report(quality: &Quality, speech: &SpeechRegions, samples: &[f32], telephone: bool) -> Report {
    Report {
        seconds: quality.seconds,
        speech_seconds: speech.net_speech_seconds(),
        // The level of the speech itself: pauses must not make a loud speaker look quiet.
        level_dbfs: if speech.is_empty() { quality.level_dbfs } else { level_dbfs(&speech.joined(samples)) },
        clipped_fraction: quality.clipped_fraction,
        snr_db: quality.snr_db,
        telephone,
        code_margin: None,
        score: None,
        false_match_rate: None,
    }
}

/// Root mean square in dB of full scale, no lower than the audio crate's floor.
fn level_dbfs(samples: &[f32]) -> f32 {
    let mean = samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32;
    (10.0 * mean.log10()).max(timbre_audio::DBFS_FLOOR)
}
