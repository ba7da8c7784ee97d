//! What can go wrong in this crate. None of these says "the voice did not match": that is a score, not an error.

use timbre_domain::embedding::EmbeddingError;

use crate::conditions::{Channel, Comparator, Scheme};

#[derive(Debug, thiserror::Error)]
pub enum MatchingError {
    #[error("a voiceprint needs at least one sample, a comparison at least one probe")]
    Nothing,
    #[error("the samples of a voiceprint cancel each other out")]
    NoDirection(#[source] EmbeddingError),
    #[error("a voiceprint counts between 1 and {limit} samples, not {found}")]
    SampleCount { found: usize, limit: usize },
    #[error("there are no models {0:?}: campplus, resnet34 or campplus+resnet34")]
    UnknownModels(String),
    #[error("net speech must be a positive number of seconds")]
    NoSpeech,
    #[error("a cosine lies between -1 and 1")]
    NotACosine,
    #[error("a false-match rate to aim at lies above 0 and at or below {limit}")]
    TargetRate { limit: f64 },
    #[error("no calibration of {comparator} for {scheme} over {channel} audio")]
    NotCalibrated { comparator: Comparator, scheme: Scheme, channel: Channel },
    #[error("{comparator}, {scheme}, {channel} is calibrated twice")]
    CalibratedTwice { comparator: Comparator, scheme: Scheme, channel: Channel },
    #[error("value out of range: {0}")]
    OutOfRange(&'static str),
    #[error("the file has version {found}, this build reads version {expected}")]
    Version { found: u32, expected: u32 },
    #[error("calibration file cannot be read")]
    Unreadable(#[from] toml::de::Error),
    #[error("calibration cannot be written")]
    Unwritable(#[from] toml::ser::Error),
    #[error("evaluation file cannot be read or written: {0}")]
    Summary(#[from] serde_json::Error),
    #[error("an evaluation needs genuine and impostor trials; there are {genuine} and {impostor}")]
    TooFewTrials { genuine: usize, impostor: usize },
    #[error("the voice was not heard by the gallery's models")]
    OtherModels,
    #[error("these bytes are not a recording fingerprint")]
    NotAFingerprint,
    #[error("this is not a SPEAKER line of RTTM: {0}")]
    NotRttm(String),
}
