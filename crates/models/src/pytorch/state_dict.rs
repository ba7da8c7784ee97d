//! The dictionary of tensors in a `.pt` archive: `<root>/data.pkl` and `<root>/data/<key>`, numbers little-endian.

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::pickle::{self, Element, Storage, TensorRef, Value};
use crate::Error;

/// The index of a state dict is small; a larger one is not a state dict.
const LARGEST_PICKLE_BYTES: u64 = 4 << 20;

/// A tensor with all its numbers, in row-major order.
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// Named tensors of one archive.
pub(crate) struct StateDict<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    root: String,
    tensors: HashMap<String, TensorRef>,
}

impl<'a> StateDict<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(refuse)?;
        let root = archive
            .file_names()
            .flatten()
            .find_map(|name| name.strip_suffix("/data.pkl").map(str::to_owned))
            .ok_or_else(|| Error::Weights("no data.pkl in the archive".into()))?;
        let index = read(&mut archive, &format!("{root}/data.pkl"), LARGEST_PICKLE_BYTES)?;
        let tensors = pickle::read(&index)?
            .into_iter()
            .map(|(name, value)| match value {
                Value::Tensor(tensor) => Ok((name.to_string(), tensor)),
                _ => Err(Error::Weights(format!("{name} is no tensor"))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { archive, root, tensors })
    }

    /// The tensor of this name, which must have this shape.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        let wrong = |what: &str| Error::Weights(format!("{name}: {what}"));
        let TensorRef { storage, offset, shape: found, strides } =
            self.tensors.get(name).ok_or_else(|| wrong("no such tensor"))?;
        if found != shape {
            return Err(wrong(&format!("shape {found:?} where the network has {shape:?}")));
        }
        if *strides != row_major(shape) {
            return Err(wrong("not stored in row-major order"));
        }
        let Storage { element: Element::Float32, key, length } = storage else {
            return Err(wrong("not of 32-bit floats"));
        };
        let end = offset.saturating_add(shape.iter().product());
        if end > *length {
            return Err(wrong("reaches beyond its storage"));
        }
        let path = format!("{}/data/{key}", self.root);
        let (offset, size) = (*offset, *length as u64 * 4);
        let bytes = read(&mut self.archive, &path, size)?;
        let values: Vec<f32> = bytes.as_chunks().0.iter().map(|&number| f32::from_le_bytes(number)).collect();
        let values = values.get(offset..end).ok_or_else(|| wrong("is cut off"))?;
        if values.iter().all(|value| value.is_finite()) {
            Ok(Tensor { shape: shape.to_vec(), values: values.to_vec() })
        } else {
            Err(wrong("contains numbers that are not finite"))
        }
    }
}

fn row_major(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

fn read(archive: &mut ZipArchive<Cursor<&[u8]>>, path: &str, most: u64) -> Result<Vec<u8>, Error> {
    let member = archive.by_name(path).map_err(refuse)?;
    if member.size() > most {
        return Err(Error::Weights(format!("{path} is too large")));
    }
    let mut bytes = Vec::new();
    member.take(most).read_to_end(&mut bytes).map_err(refuse)?;
    Ok(bytes)
}

fn refuse(reason: impl std::fmt::Display) -> Error {
    Error::Weights(reason.to_string())
}
