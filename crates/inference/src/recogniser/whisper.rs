//! Whisper: log-mel in, any of its hundred languages.
//!
//! Promises a cost that follows the recording's length (see [`super::context`]) and one instance per process: at up to a
//! gigabyte it is too large for one per worker, so workers take turns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ndarray::{Array2, Array3, Axis};
use ort::value::TensorRef;
use timbre_models::ModelStore;

use super::context::{POSITIONS, open_encoder};
use super::decoder::Decoder;
use super::mel::{HOP, LogMel};
use super::tokens::Tokens;
use super::{Envelope, RecogniserKind, hidden_states, read, unusable};
use crate::error::InferenceError;
use crate::runtime::{Network, Runtime};

/// Samples that one position of the encoder covers: its second convolution halves the frames.
const SAMPLES_PER_POSITION: usize = 2 * HOP;

/// Six seconds. Whisper was trained on 30 s only; with 3 s of context it hears markedly less, with 6 s hardly.
const FEWEST_POSITIONS: usize = 300;

/// One loaded Whisper.
pub(crate) struct Whisper {
    encoder: Network,
    positions: Array2<f32>,
    pub(crate) decoder: Decoder,
    pub(crate) tokens: Tokens,
    mel: LogMel,
}

/// Loaded on first use and then kept: whoever offers such a language uses it again.
static LOADED: Mutex<Option<HashMap<RecogniserKind, Arc<Mutex<Whisper>>>>> = Mutex::new(None);

impl Whisper {
    /// The process's one instance of this size.
    pub(crate) fn shared(
        kind: RecogniserKind,
        runtime: &Runtime,
        store: &ModelStore,
    ) -> Result<Arc<Mutex<Self>>, InferenceError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        if let Some(whisper) = loaded.get(&kind) {
            return Ok(Arc::clone(whisper));
        }
        let artefact = if kind == RecogniserKind::WhisperBase { "whisper-base" } else { "whisper-small" };
        let whisper = Arc::new(Mutex::new(Self::load(artefact, runtime, store)?));
        loaded.insert(kind, Arc::clone(&whisper));
        Ok(whisper)
    }

    fn load(artefact: &str, runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        let encoder_file = store.path(artefact, "encoder.onnx")?;
        let opened = open_encoder(&read(&encoder_file)?).map_err(|reason| unusable(&encoder_file, reason))?;
        let tokens_file = store.path(artefact, "tokenizer.json")?;
        let tokens =
            Tokens::from_json(&read(&tokens_file)?).map_err(|reason| unusable(&tokens_file, reason))?;
        Ok(Self {
            encoder: runtime.network_from_memory(&opened.model, &encoder_file)?,
            positions: opened.positions,
            decoder: Decoder::new(runtime.network(&store.path(artefact, "decoder.onnx")?)?)?,
            tokens,
            mel: LogMel::new(),
        })
    }

    pub(crate) fn encode(&mut self, samples: &[f32]) -> Result<Array3<f32>, InferenceError> {
        let needed = samples.len().div_ceil(SAMPLES_PER_POSITION).max(FEWEST_POSITIONS);
        let count = needed.min(self.positions.nrows());
        let features = self.mel.compute(samples, 2 * count)?.insert_axis(Axis(0));
        let positions = self.positions.slice_axis(Axis(0), (..count).into());
        let inputs = ort::inputs! {
            "input_features" => TensorRef::from_array_view(features.view())?,
            POSITIONS => TensorRef::from_array_view(positions)?,
        };
        self.encoder.run(inputs, hidden_states)
    }

    pub(crate) fn take_spent(&mut self) -> Duration {
        self.encoder.take_spent() + self.decoder.take_spent()
    }

    /// What its texts in a language ("pt") start and end with.
    pub(crate) fn envelope(&self, language: &str) -> Result<Envelope, InferenceError> {
        let special = |text: &str| {
            self.tokens
                .exactly(text)
                .ok_or_else(|| InferenceError::Runtime(format!("Whisper has no token {text}")))
        };
        let prompt = vec![
            special("<|startoftranscript|>")?,
            special(&format!("<|{language}|>"))?,
            special("<|transcribe|>")?,
            special("<|notimestamps|>")?,
        ];
        Ok(Envelope { prompt, end: special("<|endoftext|>")? })
    }
}
