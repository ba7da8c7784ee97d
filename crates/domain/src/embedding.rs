//! Speaker embeddings as types: an embedding knows which model made it, and scoring across models does not compile.
//!
//! An [`Embedding`] is L2-normalised, is wiped from memory on drop, and has neither `Debug` nor `Serialize`:
//! it is biometric data, and the only way to its values is [`Embedding::as_slice`].

use std::marker::PhantomData;

use zeroize::Zeroize;

/// A model that turns speech into an embedding. Implemented by zero-sized markers, so that the model is part of the type.
pub trait SpeakerModel: Send + Sync + 'static {
    const ID: ModelId;
}

/// CAM++ zh-en common advanced (3D-Speaker): the default.
#[derive(Clone, Copy)]
pub struct CampPlus;

/// WeSpeaker ResNet34: the second opinion.
#[derive(Clone, Copy)]
pub struct ResNet34;

impl SpeakerModel for CampPlus {
    const ID: ModelId = ModelId::CampPlus;
}

impl SpeakerModel for ResNet34 {
    const ID: ModelId = ModelId::ResNet34;
}

/// Which model, as a value: for configuration, for template headers, and where the choice is made at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModelId {
    CampPlus,
    ResNet34,
}

impl ModelId {
    pub const ALL: [ModelId; 2] = [ModelId::CampPlus, ModelId::ResNet34];

    /// The name under which the model is installed and written into templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            ModelId::CampPlus => "campplus-zh-en-common-advanced",
            ModelId::ResNet34 => "wespeaker-voxceleb-resnet34",
        }
    }

    /// How many values an embedding of this model has.
    pub const fn dimensions(self) -> usize {
        match self {
            ModelId::CampPlus => 192,
            ModelId::ResNet34 => 256,
        }
    }
}

impl std::fmt::Display for ModelId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ModelId {
    type Err = EmbeddingError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|id| id.as_str() == name).ok_or(EmbeddingError::UnknownModel)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingError {
    #[error("an embedding of {model} has {expected} values, not {found}")]
    Dimensions { model: ModelId, expected: usize, found: usize },
    /// A zero, infinite or undefined vector has no direction, so nothing may be scored against it.
    #[error("the embedding has no direction")]
    NoDirection,
    #[error("no speaker model has this name")]
    UnknownModel,
}

/// What a voice sounds like to the model `M`: a unit vector.
pub struct Embedding<M: SpeakerModel> {
    values: Vec<f32>,
    model: PhantomData<M>,
}

impl<M: SpeakerModel> Embedding<M> {
    /// Takes over a raw vector and normalises it in place; the rejected vector is wiped.
    pub fn from_raw(mut values: Vec<f32>) -> Result<Self, EmbeddingError> {
        let (found, expected) = (values.len(), M::ID.dimensions());
        if found != expected {
            values.zeroize();
            return Err(EmbeddingError::Dimensions { model: M::ID, expected, found });
        }
        let norm = values.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt();
        if !norm.is_finite() || norm < f64::from(f32::MIN_POSITIVE) {
            values.zeroize();
            return Err(EmbeddingError::NoDirection);
        }
        for value in &mut values {
            *value = (f64::from(*value) / norm) as f32;
        }
        Ok(Self { values, model: PhantomData })
    }

    /// The L2-normalised values.
    pub fn as_slice(&self) -> &[f32] {
        &self.values
    }

    pub const fn model(&self) -> ModelId {
        M::ID
    }
}

impl<M: SpeakerModel> Clone for Embedding<M> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), model: PhantomData }
    }
}

impl<M: SpeakerModel> Drop for Embedding<M> {
    fn drop(&mut self) {
        self.values.zeroize();
    }
}

/// An embedding whose model was chosen at run time; match on it to get back to the typed one.
#[derive(Clone)]
pub enum AnyEmbedding {
    CampPlus(Embedding<CampPlus>),
    ResNet34(Embedding<ResNet34>),
}

impl AnyEmbedding {
    pub fn from_raw(model: ModelId, values: Vec<f32>) -> Result<Self, EmbeddingError> {
        match model {
            ModelId::CampPlus => Embedding::from_raw(values).map(Self::CampPlus),
            ModelId::ResNet34 => Embedding::from_raw(values).map(Self::ResNet34),
        }
    }

    pub const fn model(&self) -> ModelId {
        match self {
            Self::CampPlus(_) => ModelId::CampPlus,
            Self::ResNet34(_) => ModelId::ResNet34,
        }
    }

    pub fn as_slice(&self) -> &[f32] {
        match self {
            Self::CampPlus(embedding) => embedding.as_slice(),
            Self::ResNet34(embedding) => embedding.as_slice(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_embedding_is_normalised() {
        let embedding = Embedding::<CampPlus>::from_raw(vec![2.0; 192]).unwrap();
        let norm: f32 = embedding.as_slice().iter().map(|v| v * v).sum();
        assert!((norm - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_vector_of_another_length_or_without_direction_is_refused() {
        assert!(matches!(
            Embedding::<ResNet34>::from_raw(vec![1.0; 192]),
            Err(EmbeddingError::Dimensions { expected: 256, found: 192, .. })
        ));
        assert!(matches!(Embedding::<CampPlus>::from_raw(vec![0.0; 192]), Err(EmbeddingError::NoDirection)));
        assert!(matches!(
            Embedding::<CampPlus>::from_raw(vec![f32::NAN; 192]),
            Err(EmbeddingError::NoDirection)
        ));
    }

    #[test]
    fn a_model_is_found_by_its_name() {
        for id in ModelId::ALL {
            assert_eq!(id.as_str().parse::<ModelId>(), Ok(id));
        }
        assert_eq!("other".parse::<ModelId>(), Err(EmbeddingError::UnknownModel));
    }
}
