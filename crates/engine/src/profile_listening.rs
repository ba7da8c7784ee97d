//! Listening to one recording for a profile: from bytes to a voice and what was said, or why it does not serve. Runs on
//! an inference worker.
//!
//! Nothing in here asks whether the recording was made now: that the same one may come twice is part of the contract.

use timbre_audio::{AudioError, Band, Codec, Container, Limits, Recording};
use timbre_domain::embedding::ModelId;
use timbre_inference::{InferenceError, Models, PhraseLanguage, SpeechRegions};

use crate::{
    EngineError,
    speakers::{Speakers, Voice},
};

/// What a contract asks of a single recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demands {
    pub shortest_seconds: f64,
    pub longest_seconds: f64,
    /// Signal-to-noise ratio, in dB.
    pub min_snr_db: f32,
    /// Net speech, in seconds.
    pub min_speech_seconds: f32,
    /// Whether any readable format is taken, not only 16 kHz 16-bit mono PCM in WAV.
    pub any_format: bool,
    /// Most bytes, where it is not the engine's limit on a sample.
    pub max_bytes: Option<usize>,
}

/// Why a recording does not serve. But for [`Unfit::UnlikeBefore`], nothing of it says anything about whose voice it is.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Unfit {
    #[error("the recording is not 16 kHz 16-bit mono PCM in WAV, or is damaged")]
    Format,
    #[error(transparent)]
    Unreadable(AudioError),
    /// The tenant's policy does not have its format.
    #[error("recordings of the format {0} are not allowed")]
    NotAllowed(&'static str),
    #[error("the recording is longer than {0} seconds")]
    TooLong(f64),
    #[error("the recording is shorter than {0} seconds")]
    TooShort(f64),
    #[error("the speech does not stand out of the noise by {0} dB")]
    TooNoisy(f32),
    #[error("nobody speaks in the recording")]
    NoSpeech,
    #[error("there is less speech in the recording than {0} seconds")]
    TooLittleSpeech(f32),
    #[error("more than one person speaks")]
    SeveralVoices,
    #[error("none of the passphrases is said, or another one than before")]
    WrongPhrase,
    #[error("the recording does not begin with the activation phrase")]
    NoActivation,
    /// An enrolment is of one person: this recording does not go with those before it.
    #[error("the voice is not that of the recordings before")]
    UnlikeBefore,
}

/// What should be said.
pub(crate) enum Say {
    Anything,
    /// Anything, by one person.
    Alone,
    /// Anything after this.
    After(String, PhraseLanguage),
    /// One of these and nothing else.
    OneOf(Vec<String>, PhraseLanguage),
}

/// What is to be found out about a recording.
pub(crate) struct ProfileQuestion {
    pub(crate) bytes: Vec<u8>,
    pub(crate) limits: Limits,
    pub(crate) demands: Demands,
    pub(crate) say: Say,
    pub(crate) models: &'static [ModelId],
}

/// What was found out about one that serves.
pub(crate) struct Recorded {
    /// The recording, handed back to be kept.
    pub(crate) bytes: Vec<u8>,
    pub(crate) audio_seconds: f64,
    pub(crate) speech_seconds: f64,
    /// Signal-to-noise ratio, where it can be measured.
    pub(crate) snr_db: Option<f32>,
    /// Which of the phrases was said; none where none was, or none was asked for.
    pub(crate) phrase: Option<String>,
    pub(crate) voice: Voice,
}

/// Below this, what was found is not speech but a click or a breath.
const ANY_SPEECH_SECONDS: f32 = 0.2;

/// Listens to a recording. One that does not serve is an [`EngineError::Unfit`].
pub(crate) fn listen_for_profile(
    models: &mut Models,
    question: ProfileQuestion,
) -> Result<Recorded, EngineError> {
    let ProfileQuestion { bytes, limits, demands, say, models: which } = question;
    let recording = decode(&bytes, &limits, &demands)?;
    let samples = &recording.samples;
    let speech = models.speech(samples)?;
    let speech_seconds = speech.net_speech_seconds();
    if speech_seconds < ANY_SPEECH_SECONDS {
        return Err(Unfit::NoSpeech.into());
    }
    if recording.quality.snr_db.is_some_and(|snr| snr < demands.min_snr_db) {
        return Err(Unfit::TooNoisy(demands.min_snr_db).into());
    }
    if speech_seconds < demands.min_speech_seconds {
        return Err(Unfit::TooLittleSpeech(demands.min_speech_seconds).into());
    }
    let phrase = match say {
        Say::Anything => None,
        Say::Alone => {
            refuse_several(models, samples, &speech)?;
            None
        }
        Say::After(opening, language) => match models.begins_with(samples, &speech, &opening, &language)? {
            true => None,
            false => return Err(Unfit::NoActivation.into()),
        },
        Say::OneOf(mut phrases, language) => {
            // A passphrase is one person's: what another says before or after must not lend its voice.
            refuse_several(models, samples, &speech)?;
            let said = models.phrase(samples, &speech, &phrases, &language)?.said;
            said.map(|said| phrases.swap_remove(said))
        }
    };
    let telephone = recording.quality.band == Band::Telephone;
    let voice = match Speakers::hear_at_length(models, which, samples, &speech, telephone) {
        Err(EngineError::Inference(InferenceError::TooShort { .. })) => {
            return Err(Unfit::TooLittleSpeech(ANY_SPEECH_SECONDS).into());
        }
        heard => heard?,
    };
    let audio_seconds = f64::from(recording.quality.seconds);
    let snr_db = recording.quality.snr_db;
    Ok(Recorded { bytes, audio_seconds, speech_seconds: speech_seconds.into(), snr_db, phrase, voice })
}

fn refuse_several(models: &mut Models, samples: &[f32], speech: &SpeechRegions) -> Result<(), EngineError> {
    match models.voices(samples, speech)?.count {
        0 | 1 => Ok(()),
        _ => Err(Unfit::SeveralVoices.into()),
    }
}

fn decode(bytes: &[u8], limits: &Limits, demands: &Demands) -> Result<Recording, EngineError> {
    if !demands.any_format && timbre_audio::sniff(bytes) != Some(Container::Wav) {
        return Err(Unfit::Format.into());
    }
    let max_bytes = demands.max_bytes.unwrap_or(limits.max_bytes);
    let limits = Limits { max_seconds: demands.longest_seconds, max_bytes, ..*limits };
    let recording = timbre_audio::decode(bytes, &limits).map_err(|error| match error {
        AudioError::TooLong { .. } => Unfit::TooLong(demands.longest_seconds),
        error if demands.any_format => Unfit::Unreadable(error),
        _ => Unfit::Format,
    })?;
    let source = &recording.source;
    let plain = (source.codec, source.sample_rate, source.channels) == (Codec::Pcm(16), 16_000, 1);
    if !demands.any_format && !plain {
        return Err(Unfit::Format.into());
    }
    if f64::from(recording.quality.seconds) < demands.shortest_seconds {
        return Err(Unfit::TooShort(demands.shortest_seconds).into());
    }
    Ok(recording)
}
