//! Short-time band energies of a 16 kHz recording: the one analysis from which noise and bandwidth are read.

use realfft::RealFftPlanner;

/// 32 ms windows, 8 ms apart.
const WINDOW: usize = 512;
const HOP: usize = 128;

/// Bands of eight bins (250 Hz) from 94 Hz, above mains hum, to 7.6 kHz, below what anti-aliasing filters roll off.
pub(crate) const BANDS: usize = 30;
const FIRST_BIN: usize = 3;
const BINS: usize = 8;

/// Mean square under which a window is digital silence (-90 dBFS, half a step of 16 bits): muted or gated, it says
/// nothing about the place where it was recorded.
const SILENCE: f32 = 1e-9;

/// Energy of each band in each window that is not digitally silent.
pub(crate) struct Spectrum {
    pub(crate) windows: Vec<[f32; BANDS]>,
}

impl Spectrum {
    pub(crate) fn of(samples: &[f32]) -> Self {
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
        let hann: Vec<f32> = (0..WINDOW)
            .map(|n| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / WINDOW as f32).cos())
            .collect();
        let (mut frame, mut bins, mut scratch) =
            (fft.make_input_vec(), fft.make_output_vec(), fft.make_scratch_vec());
        let mut windows = Vec::with_capacity(samples.len() / HOP);
        for window in samples.windows(WINDOW).step_by(HOP) {
            for ((out, sample), weight) in frame.iter_mut().zip(window).zip(&hann) {
                *out = sample * weight;
            }
            let power = frame.iter().map(|sample| sample * sample).sum::<f32>() / WINDOW as f32;
            if power <= SILENCE || fft.process_with_scratch(&mut frame, &mut bins, &mut scratch).is_err() {
                continue;
            }
            let mut bands = [0.0; BANDS];
            for (band, bins) in bands.iter_mut().zip(bins[FIRST_BIN..].chunks_exact(BINS)) {
                *band = bins.iter().map(|bin| bin.norm_sqr()).sum();
            }
            windows.push(bands);
        }
        Self { windows }
    }

    /// Mean energy of some of the bands.
    pub(crate) fn energy(&self, bands: std::ops::Range<usize>) -> f64 {
        let sum: f64 =
            self.windows.iter().flat_map(|window| &window[bands.clone()]).map(|e| f64::from(*e)).sum();
        sum / self.windows.len().max(1) as f64
    }
}
