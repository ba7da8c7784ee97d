//! Listening to a channel on which one person speaks, piece by piece.
//!
//! Promises where there is speech ([`SpeechListener`]) and what it sounds like, in bounded memory: the voice is embedded in pieces of ten
//! seconds of speech, each of which counts by its length.

use timbre_domain::conversation::LocalVoice;
use timbre_domain::embedding::{CampPlus, Embedding, ModelId};
use zeroize::Zeroizing;

use crate::SAMPLE_RATE;
use crate::embedding::{SHORTEST_SECONDS, SpeakerEmbedder};
use crate::error::InferenceError;
use crate::vad::{SpeechDetector, SpeechListener, SpeechRegions};

/// Speech that is embedded at once: as much as a window of a conversation holds at most.
const PIECE: usize = 10 * SAMPLE_RATE as usize;

/// What was heard of a channel so far. It holds a voice, so it has no `Debug`.
pub struct ChannelListener {
    speech: SpeechListener,
    /// Speech that was not embedded yet.
    spoken: Vec<f32>,
    /// The sum of the embeddings, each by the seconds that it was made of.
    sum: Zeroizing<Vec<f32>>,
    seconds: f32,
}

/// What a channel holds.
pub struct Channel {
    pub speech: SpeechRegions,
    /// None where too little is said to tell.
    pub voice: Option<LocalVoice<CampPlus>>,
}

impl Default for ChannelListener {
    fn default() -> Self {
        Self {
            speech: SpeechListener::keeping_speech(),
            spoken: Vec::new(),
            sum: Zeroizing::new(vec![0.0; ModelId::CampPlus.dimensions()]),
            seconds: 0.0,
        }
    }
}

impl ChannelListener {
    pub(crate) fn hear(
        &mut self,
        detector: &mut SpeechDetector,
        embedder: &mut SpeakerEmbedder<CampPlus>,
        samples: &[f32],
    ) -> Result<(), InferenceError> {
        self.speech.hear(detector, samples)?;
        self.embed(embedder, PIECE)
    }

    pub(crate) fn end(
        mut self,
        detector: &mut SpeechDetector,
        embedder: &mut SpeakerEmbedder<CampPlus>,
    ) -> Result<Channel, InferenceError> {
        self.speech.finish(detector)?;
        self.embed(embedder, 1)?;
        let voice = (self.seconds > 0.0).then(|| Embedding::from_raw(self.sum.to_vec()));
        // Voices that cancel each other out have no direction.
        let voice =
            voice.and_then(Result::ok).map(|embedding| LocalVoice { embedding, seconds: self.seconds });
        Ok(Channel { speech: self.speech.regions(), voice })
    }

    /// Embeds what was spoken, piece by piece, and leaves what is shorter than this.
    fn embed(
        &mut self,
        embedder: &mut SpeakerEmbedder<CampPlus>,
        shortest: usize,
    ) -> Result<(), InferenceError> {
        self.spoken.extend(self.speech.take_spoken());
        while self.spoken.len() >= shortest {
            let length = PIECE.min(self.spoken.len());
            let piece: Vec<f32> = self.spoken.drain(..length).collect();
            let seconds = piece.len() as f32 / SAMPLE_RATE as f32;
            if seconds < SHORTEST_SECONDS {
                continue;
            }
            match embedder.embed(&piece) {
                // Digital silence that is taken for speech has no direction.
                Err(InferenceError::Embedding(_)) => {}
                embedded => {
                    for (total, value) in self.sum.iter_mut().zip(embedded?.as_slice()) {
                        *total += seconds * value;
                    }
                    self.seconds += seconds;
                }
            }
        }
        Ok(())
    }
}
