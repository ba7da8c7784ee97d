//! Moonshine tiny: the waveform in, English.
//!
//! Promises a tenth of a second per code: the encoder takes raw samples of any length. What it says of a recording also
//! serves the small networks of our own that have a second opinion, in other languages too (see [`super::opinion`]).

use std::time::Duration;

use ndarray::{Array3, ArrayView2, Axis};
use ort::value::{Tensor, TensorRef};
use timbre_models::ModelStore;

use super::decoder::Decoder;
use super::evidence::{Evidence, hidden_states, weigh_all};
use super::language::Language;
use super::opinion::{Onlooker, Opinion};
use super::playing::slower;
use super::tokens::Tokens;
use super::whisper::{read, unusable};
use super::wording::Wording;
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
pub(super) struct Ear(Network);

/// What the encoder said of one recording, `[1, frames, 288]` each.
pub(super) struct Playings {
    plain: Array3<f32>,
    slow: Array3<f32>,
}

impl Ear {
    pub(super) fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        Ok(Self(runtime.network(&store.path(ARTEFACT, "encoder.ort")?)?))
    }

    pub(super) fn listen(&mut self, samples: &[f32]) -> Result<Playings, InferenceError> {
        Ok(Playings { plain: self.encode(samples)?, slow: self.encode(&slower(samples, SLOWLY))? })
    }

    fn encode(&mut self, samples: &[f32]) -> Result<Array3<f32>, InferenceError> {
        let waveform = ArrayView2::from_shape((1, samples.len()), samples)
            .map_err(|error| InferenceError::Runtime(error.to_string()))?;
        let inputs = ort::inputs! {
            "input_values" => TensorRef::from_array_view(waveform)?,
            "attention_mask" => Tensor::from_array(([1, samples.len()], vec![1_i64; samples.len()]))?,
        };
        self.0.run(inputs, hidden_states)
    }

    pub(super) fn take_spent(&mut self) -> Duration {
        self.0.take_spent()
    }
}

impl Playings {
    pub(super) fn seen_by<'a>(&self, onlooker: &'a Onlooker) -> Opinion<'a> {
        onlooker.look(&[self.plain.index_axis(Axis(0), 0), self.slow.index_axis(Axis(0), 0)])
    }
}

/// Moonshine's decoder.
pub(super) struct Moonshine {
    decoder: Decoder,
    tokens: Tokens,
}

impl Moonshine {
    pub(super) fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        let tokens_file = store.path(ARTEFACT, "tokenizer.bin")?;
        Ok(Self {
            decoder: Decoder::new(runtime.network(&store.path(ARTEFACT, "decoder.ort")?)?)?,
            tokens: Tokens::from_pieces(&read(&tokens_file)?)
                .map_err(|reason| unusable(&tokens_file, reason))?,
        })
    }

    /// Weighs each claim about a recording that the ear has heard.
    pub(super) fn weigh(
        &mut self,
        heard: &Playings,
        claims: &[&[u8]],
        language: &Language,
        opinion: Option<&Opinion<'_>>,
    ) -> Result<Vec<Evidence>, InferenceError> {
        let wording =
            Wording::new(&self.tokens, language, vec![START], END).map_err(InferenceError::Runtime)?;
        weigh_all(&mut self.decoder, &heard.slow, &wording, claims, opinion)
    }

    pub(super) fn take_spent(&mut self) -> Duration {
        self.decoder.take_spent()
    }
}
