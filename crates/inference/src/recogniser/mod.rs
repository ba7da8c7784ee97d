//! The speech recognisers, asked only how probable given words are.
//!
//! Promises that nothing is transcribed: what listens to a recording here is led through words that the caller names
//! ([`crate::code`], [`crate::phrase`]). Each worker has its own Moonshine, loaded when it is first needed; the much
//! larger Whispers are the process's.

mod context;
pub(crate) mod decoder;
mod level;
mod mel;
pub(crate) mod moonshine;
mod playing;
pub(crate) mod tokens;
pub(crate) mod whisper;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ndarray::Array3;
use ort::session::SessionOutputs;
use serde::Deserialize;
use timbre_models::ModelStore;

pub(crate) use self::level::levelled;
use self::moonshine::{Ear, Moonshine};
use self::whisper::Whisper;
use crate::error::InferenceError;
use crate::runtime::Runtime;

/// The recognisers that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecogniserKind {
    /// Moonshine tiny with a head for English digits: English only, about a tenth of a second.
    MoonshineTiny,
    /// Whisper base: many languages, less memory than small and less certain.
    WhisperBase,
    /// Whisper small: many languages.
    WhisperSmall,
}

/// What every text of a recogniser starts and ends with.
pub(crate) struct Envelope {
    pub(crate) prompt: Vec<i64>,
    pub(crate) end: i64,
}

/// The recognisers of one worker.
pub(crate) struct Recognisers {
    runtime: Runtime,
    store: Arc<ModelStore>,
    ear: Option<Ear>,
    moonshine: Option<Moonshine>,
    /// Time in a recogniser that several workers share.
    shared_spent: Duration,
}

impl Recognisers {
    pub(crate) fn new(runtime: Runtime, store: Arc<ModelStore>) -> Self {
        Self { runtime, store, ear: None, moonshine: None, shared_spent: Duration::ZERO }
    }

    pub(crate) fn ear(&mut self) -> Result<&mut Ear, InferenceError> {
        match &mut self.ear {
            Some(ear) => Ok(ear),
            empty => Ok(empty.insert(Ear::load(&self.runtime, &self.store)?)),
        }
    }

    pub(crate) fn moonshine(&mut self) -> Result<&mut Moonshine, InferenceError> {
        match &mut self.moonshine {
            Some(moonshine) => Ok(moonshine),
            empty => Ok(empty.insert(Moonshine::load(&self.runtime, &self.store)?)),
        }
    }

    /// Lets a Whisper do something, once it is this worker's turn.
    pub(crate) fn with_whisper<T>(
        &mut self,
        kind: RecogniserKind,
        ask: impl FnOnce(&mut Whisper) -> Result<T, InferenceError>,
    ) -> Result<T, InferenceError> {
        let whisper = Whisper::shared(kind, &self.runtime, &self.store)?;
        let mut whisper = whisper.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let answer = ask(&mut whisper);
        self.shared_spent += whisper.take_spent();
        answer
    }

    /// The time spent in models since the last call of this function.
    pub(crate) fn take_spent(&mut self) -> Duration {
        let heard = self.ear.as_mut().map_or(Duration::ZERO, Ear::take_spent);
        let weighed = self.moonshine.as_mut().map_or(Duration::ZERO, Moonshine::take_spent);
        heard + weighed + std::mem::take(&mut self.shared_spent)
    }
}

/// Reads an encoder's output.
fn hidden_states(outputs: &SessionOutputs<'_>) -> Result<Array3<f32>, InferenceError> {
    let states = outputs[context::STATES].try_extract_array::<f32>()?.into_dimensionality();
    states.map(|states| states.to_owned()).map_err(|error| InferenceError::Runtime(error.to_string()))
}

fn read(file: &Path) -> Result<Vec<u8>, InferenceError> {
    std::fs::read(file).map_err(|error| unusable(file, error))
}

fn unusable(file: &Path, reason: impl ToString) -> InferenceError {
    InferenceError::ModelUnusable { path: file.to_owned(), reason: reason.to_string() }
}
