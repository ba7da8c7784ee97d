//! Who speaks: from embeddings to voiceprints, and from a comparison to a calibrated score.

use timbre_domain::embedding::{AnyEmbedding, CampPlus, Embedding, ModelId, ResNet34, SpeakerModel};
use timbre_inference::{InferenceError, Models};
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

/// One recording's voice: a template of one sample for each active model.
pub type Voice = Vec<Template>;

/// The speaker models that are active, and what their scores mean.
pub struct Speakers {
    comparator: Comparator,
    calibration: Calibration,
}

impl Speakers {
    /// Compares by these models: one, or both as an ensemble.
    pub fn new(models: &[ModelId], calibration: Calibration) -> Result<Self, MatchingError> {
        let comparator = match models {
            [] => return Err(MatchingError::Nothing),
            [one] => Comparator::from(*one),
            _ => Comparator::Ensemble,
        };
        Ok(Self { comparator, calibration })
    }

    pub fn comparator(&self) -> Comparator {
        self.comparator
    }

    /// The models that each recording is embedded with.
    pub fn models(&self) -> &'static [ModelId] {
        match self.comparator {
            Comparator::CampPlus => &[ModelId::CampPlus],
            Comparator::ResNet34 => &[ModelId::ResNet34],
            Comparator::Ensemble => &[ModelId::CampPlus, ModelId::ResNet34],
        }
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

    /// The voiceprint that these samples of one person become, for each model.
    pub fn enrol(&self, voices: &[Voice]) -> Result<Voice, EngineError> {
        self.models()
            .iter()
            .map(|model| match model {
                ModelId::CampPlus => mean::<CampPlus>(voices),
                ModelId::ResNet34 => mean::<ResNet34>(voices),
            })
            .collect()
    }

    /// The calibrated comparison of a voiceprint with the samples of one dialogue, fused.
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
    /// [`timbre_matching::adaptation`] allows.
    pub(crate) fn adapt(
        &self,
        anchor: &Voice,
        current: &Voice,
        samples: &[Voice],
    ) -> Result<Voice, EngineError> {
        let adapt = |model: &ModelId| match model {
            ModelId::CampPlus => adapted::<CampPlus>(anchor, current, samples),
            ModelId::ResNet34 => adapted::<ResNet34>(anchor, current, samples),
        };
        self.models().iter().map(adapt).collect()
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

/// This model's template of a voice.
fn of_model<M: Typed>(voice: &Voice) -> Result<(&Template, &Embedding<M>), TemplateError> {
    voice
        .iter()
        .find_map(|template| M::of(&template.embedding).map(|embedding| (template, embedding)))
        .ok_or(TemplateError::ModelMissing(M::ID))
}

fn mean<M: Typed>(voices: &[Voice]) -> Result<Template, EngineError> {
    let parts = voices.iter().map(of_model::<M>).collect::<Result<Vec<_>, _>>()?;
    let embeddings: Vec<_> = parts.iter().map(|(_, embedding)| (*embedding).clone()).collect();
    let templates: Vec<_> = parts.iter().map(|(template, _)| (*template).clone()).collect();
    let voiceprint = Voiceprint::from_samples(&embeddings)?;
    Ok(Template {
        embedding: M::any(voiceprint.direction().clone()),
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
        let voiceprint = mean::<CampPlus>(&samples).unwrap();
        assert_eq!((voiceprint.samples, voiceprint.net_speech_seconds, voiceprint.telephone), (3, 6.0, true));
    }

    #[test]
    fn a_voice_of_another_model_is_refused_by_name() {
        let error = mean::<ResNet34>(&[voice(ModelId::CampPlus, false)]).err().unwrap();
        assert!(matches!(error, EngineError::Template(TemplateError::ModelMissing(ModelId::ResNet34))));
    }
}
