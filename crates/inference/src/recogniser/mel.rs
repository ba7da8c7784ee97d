//! Whisper's log-mel spectrogram.
//!
//! Promises the features of openai/whisper `audio.py`: 400-sample periodic Hann windows every 160 samples, centred
//! by reflection, 80 Slaney mel bands, log10 with eight decades of range below the loudest band.

use std::sync::Arc;

use ndarray::Array2;
use realfft::{RealFftPlanner, RealToComplex};

use crate::SAMPLE_RATE;
use crate::error::InferenceError;

const WINDOW: usize = 400;
/// Samples from one frame to the next.
pub(super) const HOP: usize = 160;
pub(super) const BANDS: usize = 80;
const BINS: usize = WINDOW / 2 + 1;
const FLOOR: f32 = 1e-10;
const DECADES: f32 = 8.0;

/// Slaney's mel scale: linear up to 1 kHz (200/3 Hz per mel), logarithmic above (27 mels per factor 6.4).
const BREAK_HERTZ: f64 = 1000.0;
const HERTZ_PER_MEL: f64 = 200.0 / 3.0;
const LOG_FACTOR: f64 = 6.4;
const LOG_MELS: f64 = 27.0;

/// The spectrogram's tables, made once.
pub(super) struct LogMel {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    bands: Array2<f32>,
}

impl LogMel {
    pub(super) fn new() -> Self {
        let turn = std::f64::consts::TAU / WINDOW as f64;
        Self {
            transform: RealFftPlanner::new().plan_fft_forward(WINDOW),
            window: (0..WINDOW).map(|i| (0.5 - 0.5 * (turn * i as f64).cos()) as f32).collect(),
            bands: bands(),
        }
    }

    /// `[80, frames]`; the recording is cut or filled with silence to that length.
    pub(super) fn compute(&self, samples: &[f32], frames: usize) -> Result<Array2<f32>, InferenceError> {
        let length = (frames * HOP) as isize;
        let half = (WINDOW / 2) as isize;
        let sample = |index: isize| {
            // Reflection about the first and the last sample, as in the reference.
            let inside = if index < 0 {
                -index
            } else if index >= length {
                2 * (length - 1) - index
            } else {
                index
            };
            samples.get(inside.unsigned_abs()).copied().unwrap_or(0.0)
        };
        let mut input = self.transform.make_input_vec();
        let mut spectrum = self.transform.make_output_vec();
        let mut scratch = self.transform.make_scratch_vec();
        let mut power = Array2::<f32>::zeros((BINS, frames));
        for frame in 0..frames {
            let start = (frame * HOP) as isize - half;
            for (place, (value, weight)) in input.iter_mut().zip(&self.window).enumerate() {
                *value = sample(start + place as isize) * weight;
            }
            self.transform
                .process_with_scratch(&mut input, &mut spectrum, &mut scratch)
                .map_err(|error| InferenceError::Runtime(error.to_string()))?;
            for (cell, value) in power.column_mut(frame).iter_mut().zip(&spectrum) {
                *cell = value.norm_sqr();
            }
        }
        let mut mel = self.bands.dot(&power);
        mel.mapv_inplace(|value| value.max(FLOOR).log10());
        let loudest = mel.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        mel.mapv_inplace(|value| (value.max(loudest - DECADES) + 4.0) / 4.0);
        Ok(mel)
    }
}

fn to_mel(hertz: f64) -> f64 {
    if hertz < BREAK_HERTZ {
        hertz / HERTZ_PER_MEL
    } else {
        BREAK_HERTZ / HERTZ_PER_MEL + (hertz / BREAK_HERTZ).ln() * LOG_MELS / LOG_FACTOR.ln()
    }
}

fn to_hertz(mel: f64) -> f64 {
    let break_mel = BREAK_HERTZ / HERTZ_PER_MEL;
    if mel < break_mel {
        mel * HERTZ_PER_MEL
    } else {
        BREAK_HERTZ * ((mel - break_mel) * LOG_FACTOR.ln() / LOG_MELS).exp()
    }
}

/// Triangles of equal area over the power spectrum, `[80, 201]`.
fn bands() -> Array2<f32> {
    let top = f64::from(SAMPLE_RATE) / 2.0;
    let edge = |index: usize| to_hertz(to_mel(top) * index as f64 / (BANDS + 1) as f64);
    Array2::from_shape_fn((BANDS, BINS), |(band, bin)| {
        let hertz = top * bin as f64 / (BINS - 1) as f64;
        let (low, middle, high) = (edge(band), edge(band + 1), edge(band + 2));
        let height = ((hertz - low) / (middle - low)).min((high - hertz) / (high - middle)).max(0.0);
        (height * 2.0 / (high - low)) as f32
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_first_bands_weights_are_those_of_the_published_filters() {
        // mel_filters.npz of openai/whisper: row 0 peaks at bin 1 with 0.0248626.
        let bands = bands();
        assert!((bands[[0, 1]] - 0.024_862_6).abs() < 1e-6);
        assert!(bands[[0, 0]].abs() < 1e-9);
        assert!(bands.sum_axis(ndarray::Axis(1)).iter().all(|sum| (sum - 0.025).abs() < 0.003));
    }

    #[test]
    fn a_tone_lights_its_band_and_silence_is_level() {
        let mel = LogMel::new();
        let tone: Vec<f32> =
            (0..32_000).map(|i| (i as f32 * 1000.0 * std::f32::consts::TAU / 16_000.0).sin()).collect();
        let features = mel.compute(&tone, 100).unwrap();
        let column = features.column(50);
        let loudest = column.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
        // 1 kHz is 15 mel of 45.2: band 15 / 45.2 * 81 - 1.
        assert!((25..=27).contains(&loudest), "{loudest}");
        let silence = mel.compute(&[], 10).unwrap();
        assert!(silence.iter().all(|value| (*value + 1.5).abs() < 1e-6));
    }
}
