//! Mono samples at 16 kHz in; speech regions, speaker embeddings, the number of voices and the verdicts on
//! spoken codes and phrases out.
//!
//! This is the only crate that loads models. It promises admission control: a [`Pool`] admits no more work than it
//! can finish soon and says [`Busy`] otherwise, and inference never runs on an async thread. Embeddings are typed by
//! their model ([`timbre_domain::embedding`]), are wiped on drop, and cannot be printed.

pub mod channels;
pub mod code;
pub mod config;
pub mod embedding;
pub mod error;
pub mod fbank;
mod hiss;
pub mod models;
pub mod phrase;
pub mod pool;
mod recogniser;
pub mod runtime;
pub mod turns;
pub mod vad;
pub mod voices;

pub use channels::{Channel, ChannelListener};
pub use code::{CodeVerdict, Language};
pub use config::InferenceConfig;
pub use embedding::SpeakerEmbedder;
pub use error::{Busy, InferenceError};
pub use models::Models;
pub use phrase::{PhraseLanguage, PhraseVerdict};
pub use pool::{Done, Pool, Timing, Whose};
pub use turns::TurnListener;
pub use vad::{SpeechDetector, SpeechListener, SpeechRegions};
pub use voices::Voices;

/// Samples per second of everything that enters this crate.
pub const SAMPLE_RATE: u32 = 16_000;
