//! From speech to a speaker embedding.
//!
//! Promises the reference embedding of each model for the samples as given: no trimming, no gain. What to hand in
//! (the whole file or its speech only) is the caller's choice.

use std::marker::PhantomData;

use ndarray::Axis;
use ort::value::TensorRef;
use timbre_domain::embedding::{Embedding, SpeakerModel};
use timbre_models::ModelStore;
use zeroize::Zeroizing;

use crate::SAMPLE_RATE;
use crate::error::InferenceError;
use crate::fbank::Fbank;
use crate::runtime::{MODEL_FILE, Network, Runtime};

/// Shorter pieces hold about one syllable and say little about who speaks; the models' statistics pooling needs
/// several frames to have a deviation at all.
pub const SHORTEST_SECONDS: f32 = 0.25;

/// A network's memory grows with the recording, so longer ones are embedded in equal parts of at most this length
/// and their embeddings averaged. Far above any enrolment clip: what people record at once stays in one piece.
pub const LONGEST_PIECE_SECONDS: f32 = 60.0;

/// One speaker model with its front-end.
pub struct SpeakerEmbedder<M: SpeakerModel> {
    network: Network,
    fbank: Fbank,
    model: PhantomData<M>,
}

impl<M: SpeakerModel> SpeakerEmbedder<M> {
    pub fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        let name = M::ID.as_str();
        let Some(embedding) = &runtime.manifest().artefact(name)?.embedding else {
            return Err(InferenceError::FrontEnd(format!("the manifest states none for {name}")));
        };
        let network = runtime.network(&store.path(name, MODEL_FILE)?)?;
        Ok(Self { network, fbank: Fbank::new(&embedding.front_end)?, model: PhantomData })
    }

    pub fn embed(&mut self, samples: &[f32]) -> Result<Embedding<M>, InferenceError> {
        let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
        if seconds < SHORTEST_SECONDS {
            return Err(InferenceError::TooShort { seconds, needed: SHORTEST_SECONDS });
        }
        let pieces = (seconds / LONGEST_PIECE_SECONDS).ceil().max(1.0) as usize;
        if pieces == 1 {
            return self.embed_piece(samples);
        }
        let mut sum = Zeroizing::new(vec![0.0; M::ID.dimensions()]);
        for piece in samples.chunks(samples.len().div_ceil(pieces)) {
            for (total, value) in sum.iter_mut().zip(self.embed_piece(piece)?.as_slice()) {
                *total += value;
            }
        }
        Ok(Embedding::from_raw(std::mem::take(&mut *sum))?)
    }

    /// The time spent in the model since the last call of this function.
    pub fn take_spent(&mut self) -> std::time::Duration {
        self.network.take_spent()
    }

    fn embed_piece(&mut self, samples: &[f32]) -> Result<Embedding<M>, InferenceError> {
        let batch = self.fbank.compute(samples)?.insert_axis(Axis(0));
        let tensor = TensorRef::from_array_view(batch.view())?;
        let raw = self.network.run(ort::inputs! { "feats" => tensor }, |outputs| {
            let (_, values) = outputs["embs"].try_extract_tensor::<f32>()?;
            Ok(values.to_vec())
        })?;
        Ok(Embedding::from_raw(raw)?)
    }
}
