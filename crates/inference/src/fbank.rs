//! Kaldi's filter-bank features, the front-end of both speaker models.
//!
//! Promises the values of Kaldi's `compute-fbank-feats` without dither: only whole frames (snip_edges), DC removed,
//! pre-emphasis, triangular mel filters on the power spectrum, natural logarithm floored at the smallest f32 step.
//! Lengths, window and scale are those that the model manifest states for the model.
//! Formulas: Kaldi's feature-window.cc and mel-computations.cc (Povey et al., 2011).

use std::f64::consts::PI;
use std::sync::Arc;

use ndarray::{Array2, Axis};
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use timbre_models::{Features, FrontEnd, MeanRemoval, Window};

use crate::SAMPLE_RATE;
use crate::error::InferenceError;

/// One triangular filter: weights from `first_bin` of the spectrum on.
struct MelFilter {
    first_bin: usize,
    weights: Vec<f32>,
}

/// The feature extractor of one model; holds its FFT plan and buffers.
pub struct Fbank {
    front_end: FrontEnd,
    frame_length: usize,
    frame_shift: usize,
    window: Vec<f32>,
    filters: Vec<MelFilter>,
    fft: Arc<dyn RealToComplex<f32>>,
    frame: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f32>,
}

impl Fbank {
    /// Refuses a front-end that asks for something else than what this module computes.
    pub fn new(front_end: &FrontEnd) -> Result<Self, InferenceError> {
        let Features::KaldiFbank = front_end.features;
        let frame_length = samples_in(front_end.frame_length_ms);
        let frame_shift = samples_in(front_end.frame_shift_ms);
        let usable = front_end.sample_rate_hz == SAMPLE_RATE
            && front_end.dither == 0.0
            && frame_length > 1
            && frame_shift > 0
            && front_end.mel_bins > 0
            && 0.0 <= front_end.low_hz
            && front_end.low_hz < front_end.high_hz;
        if !usable {
            return Err(InferenceError::FrontEnd(format!("{front_end:?}")));
        }
        let fft_length = frame_length.next_power_of_two();
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(fft_length);
        Ok(Self {
            frame_length,
            frame_shift,
            window: window(front_end.window, frame_length),
            filters: mel_filters(front_end, fft_length),
            frame: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            power: vec![0.0; fft_length / 2],
            fft,
            front_end: front_end.clone(),
        })
    }

    /// How many frames `samples` samples give.
    pub const fn frames(&self, samples: usize) -> usize {
        if samples < self.frame_length { 0 } else { 1 + (samples - self.frame_length) / self.frame_shift }
    }

    /// Features of the whole recording, one row per frame, ready for the model.
    pub fn compute(&mut self, samples: &[f32]) -> Result<Array2<f32>, InferenceError> {
        let mut features = Array2::zeros((self.frames(samples.len()), self.filters.len()));
        for (index, mut row) in features.axis_iter_mut(Axis(0)).enumerate() {
            let start = index * self.frame_shift;
            self.power_spectrum(&samples[start..start + self.frame_length])?;
            for (value, filter) in row.iter_mut().zip(&self.filters) {
                let bins = &self.power[filter.first_bin..];
                let energy: f32 = filter.weights.iter().zip(bins).map(|(w, p)| w * p).sum();
                *value = energy.max(f32::EPSILON).ln();
            }
        }
        // Subtracting each band's mean takes away what a constant channel adds.
        if self.front_end.mean_removal == MeanRemoval::PerUtterance
            && let Some(mean) = features.mean_axis(Axis(0))
        {
            features -= &mean;
        }
        Ok(features)
    }

    fn power_spectrum(&mut self, samples: &[f32]) -> Result<(), InferenceError> {
        let (frame, padding) = self.frame.split_at_mut(self.frame_length);
        padding.fill(0.0);
        let scale = self.front_end.sample_scale;
        let mean = samples.iter().sum::<f32>() * scale / samples.len() as f32;
        for (value, sample) in frame.iter_mut().zip(samples) {
            *value = sample * scale - mean;
        }
        // Backwards, so that each step still sees its unchanged predecessor; Kaldi takes the first for its own.
        let emphasis = self.front_end.pre_emphasis;
        for n in (1..frame.len()).rev() {
            frame[n] -= emphasis * frame[n - 1];
        }
        frame[0] -= emphasis * frame[0];
        for (value, weight) in frame.iter_mut().zip(&self.window) {
            *value *= weight;
        }
        self.fft
            .process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch)
            .map_err(|error| InferenceError::Runtime(error.to_string()))?;
        for (power, bin) in self.power.iter_mut().zip(&self.spectrum) {
            *power = bin.norm_sqr();
        }
        Ok(())
    }
}

fn samples_in(milliseconds: f32) -> usize {
    (milliseconds * SAMPLE_RATE as f32 / 1000.0).round() as usize
}

/// The taper on each frame; the models were trained with different ones.
fn window(window: Window, length: usize) -> Vec<f32> {
    let step = 2.0 * PI / (length - 1) as f64;
    let cosines = (0..length).map(|n| (step * n as f64).cos());
    match window {
        Window::Povey => cosines.map(|cosine| (0.5 - 0.5 * cosine).powf(0.85) as f32).collect(),
        Window::Hamming => cosines.map(|cosine| (0.54 - 0.46 * cosine) as f32).collect(),
    }
}

/// O'Shaughnessy's mel scale, as in Kaldi.
fn mel(hz: f64) -> f64 {
    1127.0 * (hz / 700.0).ln_1p()
}

/// Triangles of equal width on the mel scale. Kaldi leaves the Nyquist bin out.
fn mel_filters(front_end: &FrontEnd, fft_length: usize) -> Vec<MelFilter> {
    let (low, high) = (mel(f64::from(front_end.low_hz)), mel(f64::from(front_end.high_hz)));
    let step = (high - low) / (front_end.mel_bins + 1) as f64;
    let bin_hz = f64::from(SAMPLE_RATE) / fft_length as f64;
    let bins = fft_length / 2;
    (0..front_end.mel_bins)
        .map(|index| {
            let left = low + index as f64 * step;
            let weight = |bin: usize| {
                let position = (mel(bin as f64 * bin_hz) - left) / step;
                position.min(2.0 - position)
            };
            let first_bin = (0..bins).find(|&bin| weight(bin) > 0.0).unwrap_or(0);
            let weights = (first_bin..bins).map(weight).take_while(|&w| w > 0.0).map(|w| w as f32);
            MelFilter { first_bin, weights: weights.collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn front_end() -> FrontEnd {
        FrontEnd {
            features: Features::KaldiFbank,
            sample_rate_hz: 16_000,
            mel_bins: 80,
            low_hz: 20.0,
            high_hz: 8_000.0,
            frame_length_ms: 25.0,
            frame_shift_ms: 10.0,
            pre_emphasis: 0.97,
            window: Window::Povey,
            sample_scale: 1.0,
            dither: 0.0,
            mean_removal: MeanRemoval::None,
        }
    }

    fn features(front_end: &FrontEnd, samples: &[f32]) -> Array2<f32> {
        Fbank::new(front_end).unwrap().compute(samples).unwrap()
    }

    fn tone(hz: f32, seconds: f32) -> Vec<f32> {
        let count = (SAMPLE_RATE as f32 * seconds) as usize;
        let step = 2.0 * std::f32::consts::PI * hz / SAMPLE_RATE as f32;
        (0..count).map(|n| 0.5 * (step * n as f32).sin()).collect()
    }

    #[test]
    fn only_whole_frames_count() {
        let fbank = Fbank::new(&front_end()).unwrap();
        assert_eq!([399, 400, 559, 560].map(|samples| fbank.frames(samples)), [0, 1, 1, 2]);
    }

    #[test]
    fn silence_sits_on_the_floor() {
        let features = features(&front_end(), &[0.0; 1600]);
        assert_eq!(features.dim(), (8, 80));
        assert!(features.iter().all(|&value| (value + 15.942_385).abs() < 1e-4));
    }

    #[test]
    fn a_constant_offset_is_no_signal() {
        assert!(features(&front_end(), &[0.25; 800]).iter().all(|&value| value < -15.0));
    }

    #[test]
    fn a_tone_is_loudest_in_its_own_band() {
        let features = features(&front_end(), &tone(1000.0, 0.1));
        let step = (mel(8_000.0) - mel(20.0)) / 81.0;
        let expected = ((mel(1000.0) - mel(20.0)) / step).round() as usize - 1;
        let loudest = (0..80).max_by(|&a, &b| features[[3, a]].total_cmp(&features[[3, b]]));
        assert_eq!(loudest, Some(expected));
    }

    #[test]
    fn the_scale_adds_a_constant_to_the_logarithm() {
        let tone = tone(500.0, 0.1);
        let large = features(&FrontEnd { sample_scale: 32_768.0, ..front_end() }, &tone);
        let shift = large[[2, 20]] - features(&front_end(), &tone)[[2, 20]];
        assert!((shift - 2.0 * 32_768.0_f32.ln()).abs() < 1e-3);
    }

    #[test]
    fn mean_removal_centres_every_band() {
        let front_end = FrontEnd { mean_removal: MeanRemoval::PerUtterance, ..front_end() };
        let features = features(&front_end, &tone(700.0, 0.3));
        assert!(features.mean_axis(Axis(0)).unwrap().iter().all(|mean| mean.abs() < 1e-4));
    }

    #[test]
    fn a_front_end_that_asks_for_something_else_is_refused() {
        let narrow = FrontEnd { sample_rate_hz: 8_000, ..front_end() };
        let dithered = FrontEnd { dither: 1.0, ..front_end() };
        assert!(Fbank::new(&narrow).is_err() && Fbank::new(&dithered).is_err());
    }
}
