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

/// The first byte of a packed voice that names its models. Those from before do not: they begin with a length, whose first byte is 8.
const PACKING: u8 = 2;

/// One recording's voice as bytes: [`PACKING`], then each template behind its model's name and its length (u8 and u32, little-endian).
pub(crate) fn pack(voice: &[Template]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![PACKING]);
    for template in voice {
        let (one, name) = (template.to_bytes(), template.embedding.model().as_str());
        bytes.push(name.len() as u8);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend((one.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&one);
    }
    bytes
}

/// The voice again, as all models heard it that did.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<Template>, TemplateError> {
    let (named, mut rest) = match bytes.split_first() {
        Some((&PACKING, rest)) => (true, rest),
        _ => (false, bytes),
    };
    let mut voice = Vec::new();
    while !rest.is_empty() {
        let mut model = None;
        if named {
            let name = prefixed(&mut rest, |length: [u8; 1]| length[0].into())?;
            let name = std::str::from_utf8(name).map_err(|_| TemplateError::Damaged)?;
            model = Some(name.parse()?);
        }
        let one = prefixed(&mut rest, |length: [u8; 4]| u32::from_le_bytes(length) as usize)?;
        // Before models were named there were two, of unlike lengths.
        let of_length = || ModelId::ALL.into_iter().find(|id| one.len() == HEADER + 4 * id.dimensions());
        voice.push(Template::from_bytes(model.or_else(of_length).ok_or(TemplateError::Damaged)?, one)?);
    }
    Ok(voice)
}

/// Takes off what stands behind its length.
fn prefixed<'a, const N: usize>(
    rest: &mut &'a [u8],
    length: impl Fn([u8; N]) -> usize,
) -> Result<&'a [u8], TemplateError> {
    let (prefix, after) = rest.split_first_chunk::<N>().ok_or(TemplateError::Damaged)?;
    let (taken, after) = after.split_at_checked(length(*prefix)).ok_or(TemplateError::Damaged)?;
    *rest = after;
    Ok(taken)
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

    fn of(model: ModelId) -> Template {
        let values = (0..model.dimensions()).map(|i| (i as f32).cos()).collect();
        Template { embedding: AnyEmbedding::from_raw(model, values).unwrap(), ..template() }
    }

    fn models(voice: &[Template]) -> Vec<ModelId> {
        voice.iter().map(|template| template.embedding.model()).collect()
    }

    #[test]
    fn a_voice_reads_back_with_the_names_of_the_models_that_heard_it() {
        let voice = [of(ModelId::ResNet34), of(ModelId::CampPlus)];
        assert_eq!(models(&unpack(&pack(&voice)).unwrap()), [ModelId::ResNet34, ModelId::CampPlus]);
        assert_eq!(models(&unpack(&pack(&voice[..1])).unwrap()), [ModelId::ResNet34]);
    }

    #[test]
    fn a_voice_from_before_models_were_named_reads_back_all_the_same() {
        let mut bytes = Vec::new();
        for model in ModelId::ALL {
            let one = of(model).to_bytes();
            bytes.extend((one.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&one);
        }
        assert_eq!(models(&unpack(&bytes).unwrap()), ModelId::ALL);
        assert!(matches!(unpack(&bytes[..bytes.len() - 1]), Err(TemplateError::Damaged)));
    }

    #[test]
    fn a_voice_that_is_cut_short_or_of_an_unknown_model_is_refused() {
        let packed = pack(&[template()]);
        for end in 2..packed.len() {
            assert_eq!(unpack(&packed[..end]).err(), Some(TemplateError::Damaged), "{end}");
        }
        let mut other = packed.to_vec();
        other[2] = b'X';
        assert!(matches!(unpack(&other), Err(TemplateError::Embedding(_))));
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
