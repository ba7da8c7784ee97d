//! Embeddings in; a calibrated score, the false-match rate it stands for, and evaluation measures out.
//!
//! This crate promises pure computation: no I/O, no clock, no randomness beyond a seed that is handed in.
//!
//! - [`score`]: voiceprints, probes and their cosine, within one model only;
//! - [`adaptation`]: how a voiceprint follows its owner, within a bound;
//! - [`conditions`]: what a cosine was measured under;
//! - [`calibration`]: what a cosine means under its conditions;
//! - [`normal`]: the tail of a normal distribution, in which rates are read;
//! - [`fit`]: where the calibration comes from, and [`prior`] what it leans on where trials are few;
//! - [`evaluation`]: how good a comparator is, in the terms of ISO/IEC 19795-1;
//! - [`fingerprint`]: whether two recordings are the very same recording, whoever speaks;
//! - [`clustering`]: which voices are one person's, and [`conversation`] who therefore speaks when;
//! - [`naming`]: which known person a voice is, and [`gallery`] whose of very many it is likest to;
//! - [`diarization_error`]: how wrong that is, [`rttm`] how it is written down.

pub mod adaptation;
pub mod assignment;
pub mod calibration;
pub mod clustering;
pub mod conditions;
pub mod conversation;
pub mod diarization_error;
pub mod error;
pub mod evaluation;
pub mod fingerprint;
pub mod fit;
pub mod gallery;
pub mod naming;
pub mod normal;
pub mod prior;
pub mod rttm;
pub mod score;

pub use error::MatchingError;
