//! Who speaks: from embeddings to voiceprints, and from a comparison to a calibrated score.

use std::sync::Arc;

use timbre_domain::embedding::{AnyEmbedding, CampPlus, Embedding, ModelId, ResNet34, SpeakerModel};
use timbre_inference::{InferenceError, Models, SAMPLE_RATE, SpeechRegions};
use timbre_matching::{
    MatchingError,
    calibration::{Calibrated, Calibration, TargetRate},
    conditions::{Channel, Comparator, Conditions, Scheme},
    score::{Probe, Voiceprint, fuse},
};

use crate::{
    EngineError,
    template::{Template, TemplateError},
};

/// One recording's voice: a template of one sample for each model that heard it.
pub type Voice = Vec<Template>;

/// The day on which the models, their front-ends or their calibration last changed: scores of different versions differ.
pub const MODEL_VERSION: &str = "2026-11-21";

/// The longest that a model hears at once: beyond, its memory grows and its answer hardly changes.
const PIECE_SECONDS: usize = 15;

/// What each recording counts for in a voiceprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// All the same: they hold the same words.
    Equally,
    /// By the speech in it: a long recording knows more of a voice than a short one.
    BySpeech,
}

/// A set of speaker models by which somebody is recognised, and what their scores mean.
pub struct Speakers {
    comparator: Comparator,
    calibration: Arc<Calibration>,
}

impl Speakers {
    /// Compares by these models: one, or both as an ensemble.
    pub fn new(models: &[ModelId], calibration: Calibration) -> Result<Self, MatchingError> {
        let comparator = match models {
            [] => return Err(MatchingError::Nothing),
            [one] => Comparator::from(*one),
            _ => Comparator::Ensemble,
        };
        Ok(Self { comparator, calibration: Arc::new(calibration) })
    }

    /// The same calibration for another set of models.
    pub(crate) fn by(&self, comparator: Comparator) -> Self {
        Self { comparator, calibration: Arc::clone(&self.calibration) }
    }

    pub fn comparator(&self) -> Comparator {
        self.comparator
    }

    /// What their scores mean.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The models that they are.
    pub fn models(&self) -> &'static [ModelId] {
        self.comparator.models()
    }

    /// What the voice in these samples sounds like to each model.
    pub fn hear(
        models: &mut Models,
        which: &[ModelId],
        samples: &[f32],
        net_speech_seconds: f32,
        telephone: bool,
    ) -> Result<Voice, InferenceError> {
        which
            .iter()
            .map(|model| {
                let embedding = models.embed_with(*model, samples)?;
                Ok(Template { embedding, samples: 1, net_speech_seconds, telephone })
            })
            .collect()
    }

    /// As [`Speakers::hear`], of a recording of any length: what is longer than [`PIECE_SECONDS`] is heard in even pieces
    /// of the speech alone, each counting by its length, so that memory is bounded.
    pub fn hear_at_length(
        models: &mut Models,
        which: &[ModelId],
        samples: &[f32],
        speech: &SpeechRegions,
        telephone: bool,
    ) -> Result<Voice, EngineError> {
        let (spoken, seconds) = (speech.trimmed(samples), speech.net_speech_seconds());
        let piece = PIECE_SECONDS * SAMPLE_RATE as usize;
        if spoken.len() <= piece {
            return Ok(Self::hear(models, which, spoken, seconds, telephone)?);
        }
        let joined = speech.joined(samples);
        let pieces = joined.len().div_ceil(piece).max(1);
        let voices = joined
            .chunks(joined.len().div_ceil(pieces).max(1))
            .map(|piece| {
                let seconds = piece.len() as f32 / SAMPLE_RATE as f32;
                Self::hear(models, which, piece, seconds, telephone)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let one = |model: &ModelId| enrolled(*model, &voices, Counting::BySpeech);
        let voice: Voice = which.iter().map(one).collect::<Result<_, EngineError>>()?;
        Ok(voice.into_iter().map(|template| Template { samples: 1, ..template }).collect())
    }

    /// The voiceprint that these samples of one person become, for each model.
    pub fn enrol(&self, voices: &[Voice], counting: Counting) -> Result<Voice, EngineError> {
        self.models().iter().map(|model| enrolled(*model, voices, counting)).collect()
    }

    /// As [`Speakers::enrol`], and for each further one of `in_use` that heard all of these samples.
    pub(crate) fn enrol_for_all(
        &self,
        in_use: &[ModelId],
        voices: &[Voice],
        counting: Counting,
    ) -> Result<Voice, EngineError> {
        let heard_all = |model: ModelId| voices.iter().all(|voice| of(voice, model).is_some());
        let models = in_use.iter().filter(|model| self.models().contains(model) || heard_all(**model));
        models.map(|model| enrolled(*model, voices, counting)).collect()
    }

    /// The calibrated comparison of a voiceprint with the samples of one dialogue, fused.
    #[tracing::instrument(name = "matching.compare", level = "debug", skip_all)]
    pub fn compare(
        &self,
        voiceprint: &Voice,
        probes: &[Voice],
        scheme: Scheme,
        target: TargetRate,
    ) -> Result<Calibrated, EngineError> {
        let cosine = self.cosine(voiceprint, probes)?;
        Ok(self.calibration.calibrate(
            self.comparator,
            cosine,
            conditions(voiceprint, probes, scheme),
            target,
        )?)
    }

    /// The voiceprint after these further samples of its owner, no further from the anchor than
    /// [`timbre_matching::adaptation`] allows: for the models of the set, and for each further one that has all of these.
    pub(crate) fn adapt(
        &self,
        anchor: &Voice,
        current: &Voice,
        samples: &[Voice],
    ) -> Result<Voice, EngineError> {
        let adapt = |model: ModelId| match model {
            ModelId::CampPlus => adapted::<CampPlus>(anchor, current, samples),
            ModelId::ResNet34 => adapted::<ResNet34>(anchor, current, samples),
        };
        let has_all = |model: ModelId| {
            let mut all = [anchor, current].into_iter().chain(samples);
            all.all(|voice| of(voice, model).is_some())
        };
        let models =
            ModelId::ALL.into_iter().filter(|model| self.models().contains(model) || has_all(*model));
        models.map(adapt).collect()
    }

    /// The bare cosine of a voiceprint and the fused samples: what calibration starts from. It means
    /// nothing by itself, and decides nothing.
    pub fn cosine(&self, voiceprint: &Voice, probes: &[Voice]) -> Result<f64, EngineError> {
        Ok(match self.comparator {
            Comparator::CampPlus => cosine::<CampPlus>(voiceprint, probes)?,
            Comparator::ResNet34 => cosine::<ResNet34>(voiceprint, probes)?,
            Comparator::Ensemble => self
                .calibration
                .ensemble()
                .cosine(cosine::<CampPlus>(voiceprint, probes)?, cosine::<ResNet34>(voiceprint, probes)?),
        })
    }
}

/// Under which conditions a voiceprint and the samples of one dialogue are compared.
pub fn conditions(voiceprint: &Voice, probes: &[Voice], scheme: Scheme) -> Conditions {
    // All templates of a voice were made of the same recordings: the first speaks for them.
    let heard: Vec<Template> = probes.iter().filter_map(|voice| voice.first().cloned()).collect();
    let enrolled = voiceprint.first().is_some_and(|template| template.telephone);
    Conditions {
        scheme,
        channel: Channel::between(enrolled, mostly_telephone(&heard)),
        net_speech_seconds: heard.iter().map(|template| f64::from(template.net_speech_seconds)).sum(),
    }
}

/// The bridge from an embedding whose model is known at run time to its type.
trait Typed: SpeakerModel + Sized {
    fn of(embedding: &AnyEmbedding) -> Option<&Embedding<Self>>;
    fn any(embedding: Embedding<Self>) -> AnyEmbedding;
}

impl Typed for CampPlus {
    fn of(embedding: &AnyEmbedding) -> Option<&Embedding<Self>> {
        if let AnyEmbedding::CampPlus(embedding) = embedding { Some(embedding) } else { None }
    }
    fn any(embedding: Embedding<Self>) -> AnyEmbedding {
        AnyEmbedding::CampPlus(embedding)
    }
}

impl Typed for ResNet34 {
    fn of(embedding: &AnyEmbedding) -> Option<&Embedding<Self>> {
        if let AnyEmbedding::ResNet34(embedding) = embedding { Some(embedding) } else { None }
    }
    fn any(embedding: Embedding<Self>) -> AnyEmbedding {
        AnyEmbedding::ResNet34(embedding)
    }
}

/// This model's template of a voice, if it heard it.
pub(crate) fn of(voice: &Voice, model: ModelId) -> Option<&Template> {
    voice.iter().find(|template| template.embedding.model() == model)
}

/// Whether these models all heard a voice.
pub(crate) fn heard_by(voice: &Voice, models: &[ModelId]) -> bool {
    models.iter().all(|model| of(voice, *model).is_some())
}

fn enrolled(model: ModelId, voices: &[Voice], counting: Counting) -> Result<Template, EngineError> {
    match model {
        ModelId::CampPlus => mean::<CampPlus>(voices, counting),
        ModelId::ResNet34 => mean::<ResNet34>(voices, counting),
    }
}

/// This model's template of a voice, with its type.
fn of_model<M: Typed>(voice: &Voice) -> Result<(&Template, &Embedding<M>), TemplateError> {
    voice
        .iter()
        .find_map(|template| M::of(&template.embedding).map(|embedding| (template, embedding)))
        .ok_or(TemplateError::ModelMissing(M::ID))
}

fn mean<M: Typed>(voices: &[Voice], counting: Counting) -> Result<Template, EngineError> {
    let parts = voices.iter().map(of_model::<M>).collect::<Result<Vec<_>, _>>()?;
    let templates: Vec<_> = parts.iter().map(|(template, _)| (*template).clone()).collect();
    let direction = match counting {
        Counting::Equally => {
            let embeddings: Vec<_> = parts.iter().map(|(_, embedding)| (*embedding).clone()).collect();
            Voiceprint::from_samples(&embeddings)?.direction().clone()
        }
        Counting::BySpeech => fused::<M>(voices)?.embedding().clone(),
    };
    Ok(Template {
        embedding: M::any(direction),
        samples: templates.iter().map(|template| template.samples).sum(),
        net_speech_seconds: templates.iter().map(|template| template.net_speech_seconds).sum(),
        telephone: mostly_telephone(&templates),
    })
}

fn cosine<M: Typed>(voiceprint: &Voice, probes: &[Voice]) -> Result<f64, EngineError> {
    Ok(restored::<M>(voiceprint)?.cosine(&fused::<M>(probes)?))
}

fn adapted<M: Typed>(anchor: &Voice, current: &Voice, samples: &[Voice]) -> Result<Template, EngineError> {
    let (template, _) = of_model::<M>(current)?;
    let sample = fused::<M>(samples)?;
    let adapted = restored::<M>(current)?.adapted(&restored::<M>(anchor)?, &sample)?;
    Ok(Template {
        embedding: M::any(adapted.direction().clone()),
        samples: adapted.samples().try_into().unwrap_or(u16::MAX),
        net_speech_seconds: template.net_speech_seconds + sample.net_speech_seconds() as f32,
        telephone: template.telephone,
    })
}

fn restored<M: Typed>(voiceprint: &Voice) -> Result<Voiceprint<M>, EngineError> {
    let (template, direction) = of_model::<M>(voiceprint)?;
    Ok(Voiceprint::restore(direction.clone(), template.samples.into())?)
}

fn fused<M: Typed>(voices: &[Voice]) -> Result<Probe<M>, EngineError> {
    let probes = voices
        .iter()
        .map(|voice| {
            let (template, embedding) = of_model::<M>(voice)?;
            Ok(Probe::new(embedding.clone(), template.net_speech_seconds.into())?)
        })
        .collect::<Result<Vec<_>, EngineError>>()?;
    Ok(fuse(&probes)?)
}

fn mostly_telephone(templates: &[Template]) -> bool {
    2 * templates.iter().filter(|template| template.telephone).count() > templates.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn voice(model: ModelId, telephone: bool) -> Voice {
        let values = (0..model.dimensions()).map(|i| (i as f32 + 1.0).sqrt()).collect();
        let embedding = AnyEmbedding::from_raw(model, values).unwrap();
        vec![Template { embedding, samples: 1, net_speech_seconds: 2.0, telephone }]
    }

    #[test]
    fn a_voiceprint_counts_its_samples_and_its_speech() {
        let samples =
            [voice(ModelId::CampPlus, true), voice(ModelId::CampPlus, true), voice(ModelId::CampPlus, false)];
        let voiceprint = mean::<CampPlus>(&samples, Counting::Equally).unwrap();
        assert_eq!((voiceprint.samples, voiceprint.net_speech_seconds, voiceprint.telephone), (3, 6.0, true));
    }

    #[test]
    fn a_voice_of_another_model_is_refused_by_name() {
        let error = mean::<ResNet34>(&[voice(ModelId::CampPlus, false)], Counting::BySpeech).err().unwrap();
        assert!(matches!(error, EngineError::Template(TemplateError::ModelMissing(ModelId::ResNet34))));
    }
}
