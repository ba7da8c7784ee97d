//! Embeddings as bytes, ready to be sealed. The bytes exist in the clear only between here and the
//! vault.
//!
//! Layout, little-endian: format (1 byte), telephone (1 byte: 0 or 1), samples (u16), net speech in
//! seconds (f32), then the values (f32 each). The model is not in the bytes: it is in the seal's
//! context, so bytes of one model do not even open as another's.
//!
//! The format number also stands for the front-end: what is cut out of a recording before the
//! embedding, and how its features are made. Whoever changes that raises [`FORMAT`], and templates
//! made before are refused by name instead of being compared with what they cannot be compared to.

use timbre_domain::embedding::{AnyEmbedding, EmbeddingError, ModelId};
use zeroize::Zeroizing;

const FORMAT: u8 = 1;
const HEADER: usize = 8;

/// One embedding, or the mean of several, with what its comparison needs to know.
#[derive(Clone)]
pub struct Template {
    pub embedding: AnyEmbedding,
    /// Recordings that went into it.
    pub samples: u16,
    /// Seconds of speech that went into it.
    pub net_speech_seconds: f32,
    /// Whether most of it came through a telephone.
    pub telephone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("it was made in format {0}, this version reads format {FORMAT}: it must be made anew")]
    Format(u8),
    #[error("it is cut short or damaged")]
    Damaged,
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
    #[error("there is none of the model {0}: it must be made anew")]
    ModelMissing(ModelId),
}

impl Template {
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let values = self.embedding.as_slice();
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEADER + 4 * values.len()));
        bytes.extend([FORMAT, self.telephone.into()]);
        bytes.extend(self.samples.to_le_bytes());
        bytes.extend(self.net_speech_seconds.to_le_bytes());
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }

    pub fn from_bytes(model: ModelId, bytes: &[u8]) -> Result<Self, TemplateError> {
        let (header, values) = bytes.split_at_checked(HEADER).ok_or(TemplateError::Damaged)?;
        let [format, telephone, s0, s1, n0, n1, n2, n3] = *header else { return Err(TemplateError::Damaged) };
        if format != FORMAT {
            return Err(TemplateError::Format(format));
        }
        if values.len() != 4 * model.dimensions() {
            return Err(TemplateError::Damaged);
        }
        let values = values.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Ok(Self {
            embedding: AnyEmbedding::from_raw(model, values)?,
            samples: u16::from_le_bytes([s0, s1]),
            net_speech_seconds: f32::from_le_bytes([n0, n1, n2, n3]),
            telephone: telephone != 0,
        })
    }
}

/// One recording's voice as bytes: each template behind its length (u32, little-endian).
pub(crate) fn pack(voice: &[Template]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::new());
    for template in voice {
        let one = template.to_bytes();
        bytes.extend((one.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&one);
    }
    bytes
}

/// The voice again, as these models heard it. An error where it was heard by others.
pub(crate) fn unpack(models: &[ModelId], bytes: &[u8]) -> Result<Vec<Template>, TemplateError> {
    let mut rest = bytes;
    let mut voice = Vec::with_capacity(models.len());
    for model in models {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(TemplateError::Damaged)?;
        let (bytes, after) =
            after.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(TemplateError::Damaged)?;
        voice.push(Template::from_bytes(*model, bytes)?);
        rest = after;
    }
    Ok(voice)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn template() -> Template {
        let values = (0..192).map(|i| (i as f32).sin()).collect();
        Template {
            embedding: AnyEmbedding::from_raw(ModelId::CampPlus, values).unwrap(),
            samples: 3,
            net_speech_seconds: 7.25,
            telephone: true,
        }
    }

    #[test]
    fn a_template_reads_back_as_it_was() {
        let read = Template::from_bytes(ModelId::CampPlus, &template().to_bytes()).unwrap();
        assert_eq!((read.samples, read.net_speech_seconds, read.telephone), (3, 7.25, true));
        let close = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
        assert!(read.embedding.as_slice().iter().zip(template().embedding.as_slice()).all(close));
    }

    #[test]
    fn a_voice_reads_back_for_the_models_that_heard_it_and_no_others() {
        let packed = pack(&[template()]);
        assert_eq!(unpack(&[ModelId::CampPlus], &packed).unwrap().len(), 1);
        for models in [&[ModelId::ResNet34] as &[_], &[ModelId::CampPlus, ModelId::ResNet34]] {
            assert!(matches!(unpack(models, &packed), Err(TemplateError::Damaged)));
        }
    }

    #[test]
    fn bytes_of_another_model_format_or_length_are_refused() {
        let bytes = template().to_bytes();
        let read = |model, bytes: &[u8]| Template::from_bytes(model, bytes).err();
        assert_eq!(read(ModelId::ResNet34, &bytes), Some(TemplateError::Damaged));
        assert_eq!(read(ModelId::CampPlus, &bytes[..7]), Some(TemplateError::Damaged));
        assert_eq!(read(ModelId::CampPlus, &bytes[..bytes.len() - 1]), Some(TemplateError::Damaged));
        let mut newer = bytes.to_vec();
        newer[0] = 2;
        assert_eq!(read(ModelId::CampPlus, &newer), Some(TemplateError::Format(2)));
    }
}
