//! Moonshine tiny: the waveform in, English.
//!
//! Promises a tenth of a second per spoken code: the encoder takes raw samples of any length. What it says of a recording
//! also serves the small networks of our own that have a second opinion on codes (`crate::code`), in other languages too.

use std::time::Duration;

use ndarray::{Array3, ArrayView2};
use ort::value::{Tensor, TensorRef};
use timbre_models::ModelStore;

use super::decoder::Decoder;
use super::playing::slower;
use super::tokens::Tokens;
use super::{Envelope, hidden_states, read, unusable};
use crate::error::InferenceError;
use crate::runtime::{Network, Runtime};

const ARTEFACT: &str = "moonshine-tiny-en";

/// Of Moonshine's configuration: what a sequence starts and ends with.
const START: i64 = 1;
const END: i64 = 2;

/// The recording is listened to as it is and played at nine tenths of its speed: hurried digits are heard better slowly,
/// by the decoder above all.
const SLOWLY: f32 = 0.9;

/// Moonshine's encoder.
pub(crate) struct Ear(Network);

/// What the encoder said of one recording, `[1, frames, 288]` each.
pub(crate) struct Playings {
    pub(crate) plain: Array3<f32>,
    pub(crate) slow: Array3<f32>,
}

impl Ear {
    pub(crate) fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        Ok(Self(runtime.network(&store.path(ARTEFACT, "encoder.ort")?)?))
    }

    /// Listens to both playings.
    pub(crate) fn listen(&mut self, samples: &[f32]) -> Result<Playings, InferenceError> {
        Ok(Playings { plain: self.encode(samples)?, slow: self.encode_slow(samples)? })
    }

    pub(crate) fn encode_slow(&mut self, samples: &[f32]) -> Result<Array3<f32>, InferenceError> {
        self.encode(&slower(samples, SLOWLY))
    }

    pub(crate) fn encode(&mut self, samples: &[f32]) -> Result<Array3<f32>, InferenceError> {
        let waveform = ArrayView2::from_shape((1, samples.len()), samples)
            .map_err(|error| InferenceError::Runtime(error.to_string()))?;
        let inputs = ort::inputs! {
            "input_values" => TensorRef::from_array_view(waveform)?,
            "attention_mask" => Tensor::from_array(([1, samples.len()], vec![1_i64; samples.len()]))?,
        };
        self.0.run(inputs, hidden_states)
    }

    pub(crate) fn take_spent(&mut self) -> Duration {
        self.0.take_spent()
    }
}

/// Moonshine's decoder.
pub(crate) struct Moonshine {
    pub(crate) decoder: Decoder,
    pub(crate) tokens: Tokens,
}

impl Moonshine {
    pub(crate) fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        let tokens_file = store.path(ARTEFACT, "tokenizer.bin")?;
        Ok(Self {
            decoder: Decoder::new(runtime.network(&store.path(ARTEFACT, "decoder.ort")?)?)?,
            tokens: Tokens::from_pieces(&read(&tokens_file)?)
                .map_err(|reason| unusable(&tokens_file, reason))?,
        })
    }

    /// What its texts start and end with.
    pub(crate) fn envelope() -> Envelope {
        Envelope { prompt: vec![START], end: END }
    }

    pub(crate) fn take_spent(&mut self) -> Duration {
        self.decoder.take_spent()
    }
}
