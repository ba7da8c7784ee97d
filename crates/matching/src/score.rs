//! Comparing a voiceprint with a probe: the cosine of two directions, and nothing that could mix two models.
//!
//! A [`Voiceprint`] is what the samples of an enrolment became under one model: the direction of their mean.
//! A [`Probe`] is one utterance to be compared, with the seconds of speech in it. Both carry their model in
//! their type, so a comparison across models is not refused at run time: it does not compile.
//!
//! ```compile_fail
//! use timbre_domain::embedding::{CampPlus, ResNet34};
//! use timbre_matching::score::{Probe, Voiceprint};
//! fn across(voiceprint: &Voiceprint<CampPlus>, probe: &Probe<ResNet34>) -> f64 {
//!     voiceprint.cosine(probe)
//! }
//! ```
//!
//! The same within one model compiles:
//!
//! ```
//! use timbre_domain::embedding::CampPlus;
//! use timbre_matching::score::{Probe, Voiceprint};
//! fn within(voiceprint: &Voiceprint<CampPlus>, probe: &Probe<CampPlus>) -> f64 {
//!     voiceprint.cosine(probe)
//! }
//! ```

use timbre_domain::embedding::{Embedding, SpeakerModel};
use zeroize::Zeroizing;

use crate::error::MatchingError;

/// More samples than any scheme collects; a bound so that a stored count cannot be nonsense.
pub const MAX_SAMPLES: usize = 1_000;

/// A person's voice under the model `M`. Neither `Debug` nor `Serialize`, and wiped on drop (by the embedding inside).
#[derive(Clone)]
pub struct Voiceprint<M: SpeakerModel> {
    direction: Embedding<M>,
    samples: usize,
}

impl<M: SpeakerModel> Voiceprint<M> {
    /// The L2-normalised mean of the sample embeddings, every sample counting the same.
    pub fn from_samples(samples: &[Embedding<M>]) -> Result<Self, MatchingError> {
        check_count(samples.len())?;
        Ok(Self {
            direction: mean_direction(samples.iter().map(|sample| (sample, 1.0)))?,
            samples: samples.len(),
        })
    }

    /// A voiceprint as it was stored: its values and how many samples went into it.
    pub fn restore(direction: Embedding<M>, samples: usize) -> Result<Self, MatchingError> {
        check_count(samples)?;
        Ok(Self { direction, samples })
    }

    pub fn direction(&self) -> &Embedding<M> {
        &self.direction
    }

    pub fn samples(&self) -> usize {
        self.samples
    }

    pub fn cosine(&self, probe: &Probe<M>) -> f64 {
        cosine(&self.direction, &probe.embedding)
    }
}

fn check_count(found: usize) -> Result<(), MatchingError> {
    match found {
        0 => Err(MatchingError::Nothing),
        1..=MAX_SAMPLES => Ok(()),
        _ => Err(MatchingError::SampleCount { found, limit: MAX_SAMPLES }),
    }
}

/// One utterance to be compared. Neither `Debug` nor `Serialize`, and wiped on drop.
#[derive(Clone)]
pub struct Probe<M: SpeakerModel> {
    embedding: Embedding<M>,
    net_speech_seconds: f64,
}

impl<M: SpeakerModel> Probe<M> {
    /// Refuses a probe without speech: near-silence must never score.
    pub fn new(embedding: Embedding<M>, net_speech_seconds: f64) -> Result<Self, MatchingError> {
        if !(net_speech_seconds.is_finite() && net_speech_seconds > 0.0) {
            return Err(MatchingError::NoSpeech);
        }
        Ok(Self { embedding, net_speech_seconds })
    }

    pub fn embedding(&self) -> &Embedding<M> {
        &self.embedding
    }

    pub fn net_speech_seconds(&self) -> f64 {
        self.net_speech_seconds
    }
}

/// The utterances of one dialogue as one probe: the mean direction weighted by net speech, and the summed net speech.
///
/// Averaging before the cosine beats averaging cosines because what the utterances say differs and cancels,
/// and who speaks stays.
pub fn fuse<M: SpeakerModel>(probes: &[Probe<M>]) -> Result<Probe<M>, MatchingError> {
    if probes.is_empty() {
        return Err(MatchingError::Nothing);
    }
    let embedding = mean_direction(probes.iter().map(|probe| (&probe.embedding, probe.net_speech_seconds)))?;
    Probe::new(embedding, probes.iter().map(|probe| probe.net_speech_seconds).sum())
}

/// The cosine of two embeddings of one model. They are unit vectors, so this is their inner product.
pub fn cosine<M: SpeakerModel>(a: &Embedding<M>, b: &Embedding<M>) -> f64 {
    let product: f64 =
        a.as_slice().iter().zip(b.as_slice()).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum();
    product.clamp(-1.0, 1.0)
}

fn mean_direction<'a, M: SpeakerModel>(
    weighted: impl Iterator<Item = (&'a Embedding<M>, f64)>,
) -> Result<Embedding<M>, MatchingError> {
    let mut sum = Zeroizing::new(vec![0.0_f64; M::ID.dimensions()]);
    for (embedding, weight) in weighted {
        for (total, &value) in sum.iter_mut().zip(embedding.as_slice()) {
            *total += weight * f64::from(value);
        }
    }
    Embedding::from_raw(sum.iter().map(|&value| value as f32).collect()).map_err(MatchingError::NoDirection)
}
