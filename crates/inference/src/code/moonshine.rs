//! Moonshine tiny: the waveform in, English.
//!
//! Promises a tenth of a second per code: the encoder takes raw samples of any length, and beside the decoder a small
//! [head](super::head) looks at what the encoder says.

use std::time::Duration;

use ndarray::{Array3, ArrayView2, Axis};
use ort::value::{Tensor, TensorRef};
use timbre_models::ModelStore;

use super::decoder::Decoder;
use super::evidence::{Evidence, Listener, hidden_states, weigh};
use super::head::DigitHead;
use super::language::Language;
use super::tokens::Tokens;
use super::whisper::{read, unusable};
use super::wording::Wording;
use crate::error::InferenceError;
use crate::runtime::{Network, Runtime};

const ARTEFACT: &str = "moonshine-tiny-en";

/// Of Moonshine's configuration: what a sequence starts and ends with.
const START: i64 = 1;
const END: i64 = 2;

/// What the head's log-probabilities count beside the decoder's. A frame is 24 ms and a digit some twenty
/// frames that are anything but independent. On three people's telephone-band digits 0.05 to 0.2 do
/// equally well, none and 1 worse.
const HEAD_WEIGHT: f32 = 0.1;

/// The head counts a digit or two too many in hurried speech. A recording with more than that is a longer one in
/// which the claim occurs: the decoder, led by the claim, would find its place in there.
const MISCOUNTED: usize = 2;

/// The head alone must never decide: beyond this it only repeats itself.
const HEAD_LIMIT: f32 = 40.0;

pub(super) struct Moonshine {
    encoder: Network,
    decoder: Decoder,
    tokens: Tokens,
    head: DigitHead,
}

impl Moonshine {
    pub(super) fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        let tokens_file = store.path(ARTEFACT, "tokenizer.bin")?;
        Ok(Self {
            encoder: runtime.network(&store.path(ARTEFACT, "encoder.ort")?)?,
            decoder: Decoder::new(runtime.network(&store.path(ARTEFACT, "decoder.ort")?)?)?,
            tokens: Tokens::from_pieces(&read(&tokens_file)?)
                .map_err(|reason| unusable(&tokens_file, reason))?,
            head: DigitHead::new().map_err(|reason| InferenceError::Runtime(reason.to_owned()))?,
        })
    }

    fn encode(&mut self, samples: &[f32]) -> Result<Array3<f32>, InferenceError> {
        let waveform = ArrayView2::from_shape((1, samples.len()), samples)
            .map_err(|error| InferenceError::Runtime(error.to_string()))?;
        let inputs = ort::inputs! {
            "input_values" => TensorRef::from_array_view(waveform)?,
            "attention_mask" => Tensor::from_array(([1, samples.len()], vec![1_i64; samples.len()]))?,
        };
        self.encoder.run(inputs, hidden_states)
    }
}

impl Listener for Moonshine {
    fn listen(
        &mut self,
        samples: &[f32],
        claims: &[&[u8]],
        language: &Language,
    ) -> Result<Vec<Evidence>, InferenceError> {
        let wording =
            Wording::new(&self.tokens, language, vec![START], END).map_err(InferenceError::Runtime)?;
        let recording = self.encode(samples)?;
        let frames = self.head.look(recording.index_axis(Axis(0), 0));
        let spoken = frames.digits();
        let weigh_claim = |claim: &&[u8]| {
            if spoken > claim.len() + MISCOUNTED {
                return Ok(Evidence::OTHER_LENGTH);
            }
            let claimed = frames.align(claim);
            weigh(&mut self.decoder, &recording, &wording, claim, |code| {
                // Both are impossible when the recording is too short for either: then the head has no opinion.
                let over_claim = frames.align(code) - claimed;
                if over_claim.is_nan() {
                    0.0
                } else {
                    HEAD_WEIGHT * over_claim.clamp(-HEAD_LIMIT, HEAD_LIMIT)
                }
            })
        };
        claims.iter().map(weigh_claim).collect()
    }

    fn take_spent(&mut self) -> Duration {
        self.encoder.take_spent() + self.decoder.take_spent()
    }
}
