//! Any rate to 16 kHz, in time with the source.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use crate::{AudioError, SAMPLE_RATE};

/// Source samples transformed at a time, at least. A longer block has a steeper anti-aliasing filter; 4096 keeps 48 kHz flat to
/// about 7.8 kHz. The delay that it adds is taken out again.
const BLOCK: usize = 4096;

/// Resamples mono sound to `round(n * 16000 / rate)` samples.
pub(crate) fn to_16_khz(samples: Vec<f32>, rate: u32) -> Result<Vec<f32>, AudioError> {
    if rate == SAMPLE_RATE {
        return Ok(samples);
    }
    let length = (samples.len() as f64 * f64::from(SAMPLE_RATE) / f64::from(rate)).round() as usize;
    let mut out = fft(&samples, rate).ok_or(AudioError::UnsupportedRate { rate })?;
    out.resize(length, 0.0);
    for sample in &mut out {
        *sample = sample.clamp(-1.0, 1.0);
    }
    Ok(out)
}

fn fft(samples: &[f32], rate: u32) -> Option<Vec<f32>> {
    // The rates' common period, an even number of times: then the middle of the filter, by which the result is
    // shifted back, falls on a sample at either rate.
    let rate = rate as usize;
    let twice = 2 * rate / gcd(rate, SAMPLE_RATE as usize);
    let block = twice * BLOCK.div_ceil(twice);
    let mut resampler = Fft::<f32>::new_custom(
        rate,
        SAMPLE_RATE as usize,
        block,
        1,
        1,
        WindowFunction::BlackmanHarris2,
        FixedSync::Input,
    )
    .ok()?;
    let input = InterleavedSlice::new(samples, 1, samples.len()).ok()?;
    Some(resampler.process_all(&input, samples.len(), None).ok()?.take_data())
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tone(rate: u32, hertz: f64, frames: usize) -> Vec<f32> {
        let turn = std::f64::consts::TAU * hertz / f64::from(rate);
        (0..frames).map(|n| (0.5 * (turn * n as f64).sin()) as f32).collect()
    }

    #[test]
    fn a_tone_keeps_its_phase_its_level_and_its_length() {
        for (rate, frames) in [
            (8_000, 8_001),
            (11_025, 5_000),
            (22_050, 22_051),
            (44_100, 30_000),
            (47_999, 48_000),
            (48_000, 48_000),
        ] {
            let out = to_16_khz(tone(rate, 1_000.0, frames), rate).unwrap();
            assert_eq!(out.len(), (frames as f64 * 16_000.0 / f64::from(rate)).round() as usize);
            let expected = tone(16_000, 1_000.0, out.len());
            let worst = out
                .iter()
                .zip(&expected)
                .skip(400)
                .take(out.len() - 800)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(worst < 2e-3, "{rate} Hz is off by {worst}");
        }
    }

    #[test]
    fn what_16_khz_cannot_carry_is_removed() {
        let out = to_16_khz(tone(48_000, 9_000.0, 48_000), 48_000).unwrap();
        assert!(out.iter().skip(400).take(15_000).all(|sample| sample.abs() < 1e-3));
    }
}
