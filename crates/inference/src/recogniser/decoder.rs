//! Scoring of given words by an encoder-decoder recogniser's decoder.
//!
//! Promises log-probabilities of token sequences that the caller names, under the recording that was encoded: nothing
//! is decoded freely and no transcript exists. Both recognisers' decoders are exported the same way ("merged": the
//! first call computes keys and values of the recording, later calls go on from them), so one type serves both.

use std::time::Duration;

use ndarray::{Array2, Array3, Array4, ArrayView2, Axis};
use ort::session::SessionInputValue;
use ort::value::{Tensor, TensorRef, ValueType};

use crate::error::InferenceError;
use crate::runtime::{Inputs, Network};

/// How many sequences advance together. Each holds its own copy of the recording's keys and values: 22 MB for six
/// seconds in Whisper small. A claim has eight neighbours, so mostly all of them advance at once.
pub(crate) const MOST_ROWS: usize = 8;

/// Moonshine's decoder takes the mask of the encoder's samples and looks at every so-manieth of it, one a frame.
const MASK_STRIDE: usize = 384;

/// A decoder and the names of the keys and values that it keeps from call to call.
pub(crate) struct Decoder {
    network: Network,
    caches: Vec<Cache>,
    /// Whether the graph asks which encoder frames are valid.
    masked: bool,
}

/// One key or value tensor, `[batch, heads, time, width]`.
struct Cache {
    input: String,
    output: String,
    heads: usize,
    width: usize,
    /// Of the recording, computed once; otherwise of the words so far, which grows with each call.
    of_recording: bool,
}

/// Where a decoding stands: the keys and values after some tokens.
pub(crate) struct Past(Vec<Array4<f32>>);

/// Several sequences that advance together: each its own copy of the recording, and of where it stands.
pub(crate) struct Rows {
    recordings: Array3<f32>,
    past: Past,
}

impl Rows {
    pub(crate) fn new(recording: &Array3<f32>, past: &Past, count: usize) -> Self {
        Self {
            recordings: repeat(recording, count),
            past: Past(past.0.iter().map(|values| repeat4(values, count)).collect()),
        }
    }

    /// Goes on with some of the rows only, in their order.
    pub(crate) fn keep(&mut self, rows: &[usize]) {
        if rows.len() < self.recordings.dim().0 {
            self.recordings = self.recordings.select(Axis(0), rows);
            for values in &mut self.past.0 {
                *values = values.select(Axis(0), rows);
            }
        }
    }
}

/// Tokens to follow.
pub(crate) struct Sequence {
    pub(crate) tokens: Vec<i64>,
    /// The log-probability up to its first token, whatever else speaks for it included.
    pub(crate) so_far: f32,
}

/// Log-probabilities over the vocabulary, `[positions, vocabulary]`.
pub(crate) struct LogProbs(Array2<f32>);

impl LogProbs {
    fn from_logits(logits: ArrayView2<'_, f32>) -> Self {
        let mut rows = logits.to_owned();
        for mut row in rows.rows_mut() {
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let norm = top + row.iter().map(|logit| (logit - top).exp()).sum::<f32>().ln();
            row.mapv_inplace(|logit| logit - norm);
        }
        Self(rows)
    }

    /// Of one token at one position; a token that the model does not have is impossible.
    pub(crate) fn of(&self, position: usize, token: i64) -> f32 {
        let token = usize::try_from(token).unwrap_or(usize::MAX);
        self.0.get((position, token)).copied().unwrap_or(f32::NEG_INFINITY)
    }

    /// Of the token that the decoder itself would write.
    pub(crate) fn best(&self, position: usize) -> f32 {
        let row = self.0.rows().into_iter().nth(position);
        row.map_or(f32::NEG_INFINITY, |row| row.iter().copied().fold(f32::NEG_INFINITY, f32::max))
    }

    /// Of any one of several tokens.
    pub(crate) fn of_any(&self, position: usize, tokens: &[i64]) -> f32 {
        log_sum(tokens.iter().map(|token| self.of(position, *token)))
    }
}

/// The logarithm of a sum of probabilities.
fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let top = values.clone().fold(f32::NEG_INFINITY, f32::max);
    if top == f32::NEG_INFINITY {
        top
    } else {
        top + values.map(|value| (value - top).exp()).sum::<f32>().ln()
    }
}

impl Decoder {
    pub(crate) fn new(network: Network) -> Result<Self, InferenceError> {
        let mut caches = Vec::new();
        let mut masked = false;
        for input in network.session().inputs() {
            masked |= input.name() == "encoder_attention_mask";
            let Some(name) = input.name().strip_prefix("past_key_values") else { continue };
            let ValueType::Tensor { shape, .. } = input.dtype() else { continue };
            let (Some(heads), Some(width)) = (shape.get(1), shape.get(3)) else {
                return Err(InferenceError::Runtime(format!("the decoder's {} has no heads", input.name())));
            };
            caches.push(Cache {
                input: input.name().to_owned(),
                output: format!("present{name}"),
                heads: *heads as usize,
                width: *width as usize,
                of_recording: name.contains(".encoder."),
            });
        }
        Ok(Self { network, caches, masked })
    }

    pub(crate) fn take_spent(&mut self) -> Duration {
        self.network.take_spent()
    }

    /// Log-probabilities after every one of `tokens`, and where things stand after the first `keep` of them.
    pub(crate) fn begin(
        &mut self,
        recording: &Array3<f32>,
        tokens: &[i64],
        keep: usize,
    ) -> Result<(LogProbs, Past), InferenceError> {
        let nothing =
            self.caches.iter().map(|cache| Array4::zeros((1, cache.heads, 0, cache.width))).collect();
        let batch = Array2::from_shape_fn((1, tokens.len()), |(_, place)| tokens[place]);
        let (logits, mut past) = self.call(recording, batch, &Past(nothing), false)?;
        for (values, cache) in past.0.iter_mut().zip(&self.caches) {
            if !cache.of_recording {
                *values = values.slice_axis(Axis(2), (..keep).into()).to_owned();
            }
        }
        Ok((LogProbs::from_logits(logits.index_axis(Axis(0), 0)), past))
    }

    /// The log-probability of each sequence after `past`, with one of `ends` behind it.
    ///
    /// All sequences advance together, one token a call; the merged decoders are made for single steps. A
    /// log-probability only falls, so a sequence that has fallen below `hopeless` is left where it is.
    pub(crate) fn follow(
        &mut self,
        recording: &Array3<f32>,
        past: &Past,
        sequences: &[Sequence],
        ends: &[i64],
        hopeless: f32,
    ) -> Result<Vec<f32>, InferenceError> {
        let mut totals = Vec::with_capacity(sequences.len());
        for some in sequences.chunks(MOST_ROWS) {
            totals.extend(self.advance(recording, past, some, ends, hopeless)?);
        }
        Ok(totals)
    }

    fn advance(
        &mut self,
        recording: &Array3<f32>,
        past: &Past,
        sequences: &[Sequence],
        ends: &[i64],
        hopeless: f32,
    ) -> Result<Vec<f32>, InferenceError> {
        let mut totals: Vec<f32> = sequences.iter().map(|sequence| sequence.so_far).collect();
        let mut rows = Rows::new(recording, past, sequences.len());
        // Each row belongs to the sequence open[row].
        let mut open: Vec<usize> = (0..sequences.len()).collect();
        for step in 0.. {
            let goes_on = |row: &usize| {
                let sequence = open[*row];
                step < sequences[sequence].tokens.len() && totals[sequence] > hopeless
            };
            let kept: Vec<usize> = (0..open.len()).filter(goes_on).collect();
            if kept.is_empty() {
                break;
            }
            rows.keep(&kept);
            open = kept.iter().map(|row| open[*row]).collect();
            let tokens: Vec<i64> = open.iter().map(|sequence| sequences[*sequence].tokens[step]).collect();
            let heard = self.step(&mut rows, &tokens)?;
            for (row, sequence) in open.iter().enumerate() {
                totals[*sequence] += match sequences[*sequence].tokens.get(step + 1) {
                    Some(following) => heard.of(row, *following),
                    None => heard.of_any(row, ends),
                };
            }
        }
        Ok(totals)
    }

    /// Takes every row one token further; the answer has one position for each row.
    pub(crate) fn step(&mut self, rows: &mut Rows, tokens: &[i64]) -> Result<LogProbs, InferenceError> {
        let batch = Array2::from_shape_fn((tokens.len(), 1), |(row, _)| tokens[row]);
        let (logits, next) = self.call(&rows.recordings, batch, &rows.past, true)?;
        for ((held, new), cache) in rows.past.0.iter_mut().zip(next.0).zip(&self.caches) {
            if !cache.of_recording {
                *held = new;
            }
        }
        Ok(LogProbs::from_logits(logits.index_axis(Axis(1), 0)))
    }

    fn call(
        &mut self,
        recording: &Array3<f32>,
        tokens: Array2<i64>,
        past: &Past,
        going_on: bool,
    ) -> Result<(Array3<f32>, Past), InferenceError> {
        let (rows, frames, _) = recording.dim();
        if frames == 0 {
            return Err(InferenceError::Runtime("the encoder gave no frames".to_owned()));
        }
        let mut inputs: Inputs<'_, '_> = vec![
            ("input_ids".into(), Tensor::from_array(tokens)?.into()),
            ("encoder_hidden_states".into(), TensorRef::from_array_view(recording.view())?.into()),
            ("use_cache_branch".into(), Tensor::from_array(([1], vec![going_on]))?.into()),
        ];
        if self.masked {
            let mask = Array2::<i64>::ones((rows, (frames - 1) * MASK_STRIDE + 1));
            inputs.push(("encoder_attention_mask".into(), Tensor::from_array(mask)?.into()));
        }
        for (cache, values) in self.caches.iter().zip(&past.0) {
            inputs.push((cache.input.as_str().into(), cached(values)?));
        }
        let caches = &self.caches;
        self.network.run(inputs, |outputs| {
            let logits = outputs["logits"].try_extract_array::<f32>()?;
            let logits =
                logits.into_dimensionality().map_err(|error| InferenceError::Runtime(error.to_string()))?;
            let mut present = Vec::with_capacity(caches.len());
            for cache in caches {
                if going_on && cache.of_recording {
                    // The graph returns nothing of use here: the recording's keys and values stay as they were.
                    present.push(Array4::zeros((0, 0, 0, 0)));
                    continue;
                }
                let values = outputs[cache.output.as_str()].try_extract_array::<f32>()?.into_dimensionality();
                present.push(values.map_err(|error| InferenceError::Runtime(error.to_string()))?.to_owned());
            }
            Ok((logits.to_owned(), Past(present)))
        })
    }
}

/// A tensor over the cached values; the runtime's Rust binding has no view of a tensor without elements.
fn cached(values: &Array4<f32>) -> Result<SessionInputValue<'_>, InferenceError> {
    if values.is_empty() {
        let allocator = ort::memory::Allocator::default();
        let (rows, heads, time, width) = values.dim();
        return Ok(Tensor::<f32>::new(&allocator, [rows, heads, time, width])?.into());
    }
    Ok(TensorRef::from_array_view(values.view())?.into())
}

fn repeat(values: &Array3<f32>, rows: usize) -> Array3<f32> {
    let (_, frames, width) = values.dim();
    values.broadcast((rows, frames, width)).map_or_else(|| values.clone(), |view| view.to_owned())
}

fn repeat4(values: &Array4<f32>, rows: usize) -> Array4<f32> {
    let (_, heads, time, width) = values.dim();
    values.broadcast((rows, heads, time, width)).map_or_else(|| values.clone(), |view| view.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_probabilities_of_a_position_sum_to_one() {
        let rows = LogProbs::from_logits(ndarray::array![[1.0, 2.0, 3.0], [800.0, 0.0, -800.0]].view());
        assert!(rows.of_any(0, &[0, 1, 2]).abs() < 1e-6);
        assert!(rows.of(1, 0).abs() < 1e-6);
        assert_eq!(rows.of(0, 3), f32::NEG_INFINITY);
        assert_eq!(rows.of(0, -1), f32::NEG_INFINITY);
        assert_eq!(rows.of_any(0, &[]), f32::NEG_INFINITY);
    }
}
