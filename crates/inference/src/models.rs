//! What one worker owns: its own sessions of every model, and one method per question that can be asked of a recording.
//!
//! All methods take mono samples at 16 kHz in [-1, 1]. They take `&mut self` because a session runs one recording
//! at a time; the [pool](crate::pool) gives each worker thread its own `Models`.

use std::sync::Arc;
use std::time::Duration;

use timbre_domain::conversation::Window;
use timbre_domain::embedding::{AnyEmbedding, CampPlus, Embedding, ModelId, ResNet34};
use timbre_models::ModelStore;

use crate::channels::{Channel, ChannelListener};
use crate::code::{CodeListener, CodeVerdict, Language};
use crate::embedding::SpeakerEmbedder;
use crate::error::InferenceError;
use crate::phrase::{self, PhraseLanguage, PhraseVerdict};
use crate::pool::Worker;
use crate::recogniser::Recognisers;
use crate::runtime::Runtime;
use crate::turns::TurnListener;
use crate::vad::{SpeechDetector, SpeechListener, SpeechRegions};
use crate::voices::{Segmentation, Segmenter, Voices};

/// The models of one worker.
pub struct Models {
    runtime: Runtime,
    store: Arc<ModelStore>,
    detector: SpeechDetector,
    segmenter: Segmenter,
    campplus: SpeakerEmbedder<CampPlus>,
    /// The second opinion costs as much memory as the first and not every installation asks for it: loaded on first use.
    resnet34: Option<SpeakerEmbedder<ResNet34>>,
    recognisers: Recognisers,
    code_listener: CodeListener,
}

impl Models {
    pub fn load(store: &Arc<ModelStore>) -> Result<Self, InferenceError> {
        let runtime = Runtime::load(store)?;
        Ok(Self {
            detector: SpeechDetector::load(&runtime, store)?,
            segmenter: Segmenter::load(&runtime, store)?,
            campplus: SpeakerEmbedder::load(&runtime, store)?,
            resnet34: None,
            recognisers: Recognisers::new(runtime.clone(), Arc::clone(store)),
            code_listener: CodeListener::default(),
            store: Arc::clone(store),
            runtime,
        })
    }

    /// The default model's embedding of exactly these samples.
    pub fn embed(&mut self, samples: &[f32]) -> Result<Embedding<CampPlus>, InferenceError> {
        self.campplus.embed(samples)
    }

    /// The second model's embedding of exactly these samples.
    pub fn embed_resnet34(&mut self, samples: &[f32]) -> Result<Embedding<ResNet34>, InferenceError> {
        let embedder = match &mut self.resnet34 {
            Some(embedder) => embedder,
            empty => empty.insert(SpeakerEmbedder::load(&self.runtime, &self.store)?),
        };
        embedder.embed(samples)
    }

    /// The embedding by a model that is chosen at run time.
    #[tracing::instrument(name = "inference.embed", level = "debug", skip_all, fields(%model))]
    pub fn embed_with(&mut self, model: ModelId, samples: &[f32]) -> Result<AnyEmbedding, InferenceError> {
        match model {
            ModelId::CampPlus => self.embed(samples).map(AnyEmbedding::CampPlus),
            ModelId::ResNet34 => self.embed_resnet34(samples).map(AnyEmbedding::ResNet34),
        }
    }

    /// Where in the recording somebody speaks.
    #[tracing::instrument(name = "inference.speech", level = "debug", skip_all)]
    pub fn speech(&mut self, samples: &[f32]) -> Result<SpeechRegions, InferenceError> {
        self.detector.detect(samples)
    }

    /// Whether more than one person speaks in the recording, given what [`Models::speech`] found in it.
    #[tracing::instrument(name = "inference.voices", level = "debug", skip_all)]
    pub fn voices(&mut self, samples: &[f32], speech: &SpeechRegions) -> Result<Voices, InferenceError> {
        self.segmenter.voices(&mut self.campplus, samples, speech)
    }

    /// Who of at most three people speaks when, in windows of ten seconds; speakers are numbered afresh in each window.
    pub fn segment(&mut self, samples: &[f32]) -> Result<Vec<Segmentation>, InferenceError> {
        self.segmenter.segment(samples)
    }

    /// Goes on listening to a recording of several people, of which this is the next piece.
    #[tracing::instrument(name = "inference.turns", level = "debug", skip_all)]
    pub fn hear_turns(&mut self, listener: &mut TurnListener, samples: &[f32]) -> Result<(), InferenceError> {
        listener.hear(&mut self.segmenter, &mut self.campplus, samples)
    }

    /// Ends listening: the recording is over.
    pub fn turns(&mut self, listener: TurnListener) -> Result<Vec<Window<CampPlus>>, InferenceError> {
        listener.end(&mut self.segmenter, &mut self.campplus)
    }

    /// Goes on listening to where somebody speaks in a long recording, of which this is the next piece.
    pub fn hear_speech(
        &mut self,
        listener: &mut SpeechListener,
        samples: &[f32],
    ) -> Result<(), InferenceError> {
        listener.hear(&mut self.detector, samples)
    }

    /// As [`Models::speech`], of all that the listener heard.
    pub fn speech_heard(&mut self, mut listener: SpeechListener) -> Result<SpeechRegions, InferenceError> {
        listener.finish(&mut self.detector)?;
        Ok(listener.regions())
    }

    /// Goes on listening to a channel on which one person speaks, of which this is the next piece.
    pub fn hear_channel(
        &mut self,
        listener: &mut ChannelListener,
        samples: &[f32],
    ) -> Result<(), InferenceError> {
        listener.hear(&mut self.detector, &mut self.campplus, samples)
    }

    /// Ends listening: the recording is over.
    pub fn channel(&mut self, listener: ChannelListener) -> Result<Channel, InferenceError> {
        listener.end(&mut self.detector, &mut self.campplus)
    }

    /// Whether exactly the claimed code was spoken.
    pub fn code(
        &mut self,
        samples: &[f32],
        claimed: &[u8],
        language: &Language,
    ) -> Result<CodeVerdict, InferenceError> {
        let verdicts = self.codes(samples, &[claimed], language)?;
        verdicts
            .into_iter()
            .next()
            .ok_or_else(|| InferenceError::Runtime("no verdict on a claimed code".to_owned()))
    }

    /// One verdict for each of several claims about the same recording, which is listened to once: for measuring.
    #[tracing::instrument(name = "inference.code", level = "debug", skip_all)]
    pub fn codes(
        &mut self,
        samples: &[f32],
        claims: &[&[u8]],
        language: &Language,
    ) -> Result<Vec<CodeVerdict>, InferenceError> {
        self.code_listener.check(&mut self.recognisers, samples, claims, language)
    }

    /// Which of these phrases was said, the whole recording being nothing else, given what [`Models::speech`] found in it.
    #[tracing::instrument(name = "inference.phrase", level = "debug", skip_all)]
    pub fn phrase(
        &mut self,
        samples: &[f32],
        speech: &SpeechRegions,
        phrases: &[impl AsRef<str>],
        language: &PhraseLanguage,
    ) -> Result<PhraseVerdict, InferenceError> {
        phrase::said(&mut self.recognisers, samples, speech, phrases, language)
    }

    /// Whether the recording begins with this phrase, whatever may follow.
    #[tracing::instrument(name = "inference.phrase", level = "debug", skip_all)]
    pub fn begins_with(
        &mut self,
        samples: &[f32],
        speech: &SpeechRegions,
        phrase: &str,
        language: &PhraseLanguage,
    ) -> Result<bool, InferenceError> {
        phrase::begins_with(&mut self.recognisers, samples, speech, phrase, language)
    }
}

impl Worker for Models {
    fn take_model_time(&mut self) -> Duration {
        let resnet34 = self.resnet34.as_mut().map_or(Duration::ZERO, SpeakerEmbedder::take_spent);
        self.detector.take_spent()
            + self.segmenter.take_spent()
            + self.campplus.take_spent()
            + resnet34
            + self.recognisers.take_spent()
    }
}
