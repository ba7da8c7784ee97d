//! What a cosine was measured under. No single threshold fits: the same 0.6 is proof on read English and
//! nothing at all where everybody says the same digits, so every cosine is read together with its conditions.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use timbre_domain::embedding::ModelId;
pub use timbre_domain::scheme::Scheme;

use crate::error::MatchingError;

/// The bandwidth of enrolment and probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Both wide-band.
    Wide,
    /// Both telephone-band (8 kHz).
    Telephone,
    /// One of each: the costly case, 5.8 % EER where telephone on both sides costs 0.1 %.
    Mixed,
}

impl Channel {
    pub const ALL: [Channel; 3] = [Channel::Wide, Channel::Telephone, Channel::Mixed];

    /// From whether each side was heard through a telephone. An enrolment with samples of both kinds counts as the
    /// kind of most of its samples: that is the caller's to say.
    pub const fn between(enrolment_is_telephone: bool, probe_is_telephone: bool) -> Self {
        match (enrolment_is_telephone, probe_is_telephone) {
            (false, false) => Self::Wide,
            (true, true) => Self::Telephone,
            _ => Self::Mixed,
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wide => "wide",
            Self::Telephone => "telephone",
            Self::Mixed => "mixed",
        })
    }
}

/// What made the cosine: one model, or both together. Each is calibrated on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Comparator {
    #[serde(rename = "campplus-zh-en-common-advanced")]
    CampPlus,
    #[serde(rename = "wespeaker-voxceleb-resnet34")]
    ResNet34,
    /// The weighted mean of both models' cosines.
    #[serde(rename = "campplus+resnet34")]
    Ensemble,
}

impl Comparator {
    pub const ALL: [Comparator; 3] = [Comparator::CampPlus, Comparator::ResNet34, Comparator::Ensemble];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CampPlus => ModelId::CampPlus.as_str(),
            Self::ResNet34 => ModelId::ResNet34.as_str(),
            Self::Ensemble => "campplus+resnet34",
        }
    }

    /// The short name, by which settings, commands and tenants know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CampPlus => "campplus",
            Self::ResNet34 => "resnet34",
            Self::Ensemble => "campplus+resnet34",
        }
    }

    /// The models that a recording must be heard by.
    pub const fn models(self) -> &'static [ModelId] {
        match self {
            Self::CampPlus => &[ModelId::CampPlus],
            Self::ResNet34 => &[ModelId::ResNet34],
            Self::Ensemble => &[ModelId::CampPlus, ModelId::ResNet34],
        }
    }

    /// What hears by the models of both.
    pub fn with(self, other: Self) -> Self {
        if self == other { self } else { Self::Ensemble }
    }
}

/// Reads the short name.
impl FromStr for Comparator {
    type Err = MatchingError;

    fn from_str(name: &str) -> Result<Self, MatchingError> {
        let unknown = || MatchingError::UnknownModels(name.to_owned());
        Self::ALL.into_iter().find(|comparator| comparator.name() == name).ok_or_else(unknown)
    }
}

impl From<ModelId> for Comparator {
    fn from(model: ModelId) -> Self {
        match model {
            ModelId::CampPlus => Self::CampPlus,
            ModelId::ResNet34 => Self::ResNet34,
        }
    }
}

impl fmt::Display for Comparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Everything the calibration of one comparator needs to know beside the cosine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    pub scheme: Scheme,
    pub channel: Channel,
    pub net_speech_seconds: f64,
}

/// The net speech that the coefficients of a calibration are centred on.
const CENTRE_SECONDS: f64 = 3.0;
/// The effect of duration was measured between 1 and 12 s; outside, it stays what it is at the edge.
const SHORTEST_SECONDS: f64 = 1.0;
const LONGEST_SECONDS: f64 = 12.0;

impl Conditions {
    /// The natural logarithm of the net speech over 3 s: more speech raises cosines by the logarithm, not in proportion.
    pub(crate) fn log_duration(&self) -> Result<f64, MatchingError> {
        if !(self.net_speech_seconds.is_finite() && self.net_speech_seconds > 0.0) {
            return Err(MatchingError::NoSpeech);
        }
        Ok((self.net_speech_seconds.clamp(SHORTEST_SECONDS, LONGEST_SECONDS) / CENTRE_SECONDS).ln())
    }
}
