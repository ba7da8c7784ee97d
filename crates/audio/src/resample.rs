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
    let input = InterleavedSlice::new(samples, 1, samples.len()).ok()?;
    Some(resampler(rate)?.process_all(&input, samples.len(), None).ok()?.take_data())
}

fn resampler(rate: u32) -> Option<Fft<f32>> {
    // The rates' common period, an even number of times: then the middle of the filter, by which the result is
    // shifted back, falls on a sample at either rate.
    let rate = rate as usize;
    let twice = 2 * rate / gcd(rate, SAMPLE_RATE as usize);
    let block = twice * BLOCK.div_ceil(twice);
    Fft::<f32>::new_custom(
        rate,
        SAMPLE_RATE as usize,
        block,
        1,
        1,
        WindowFunction::BlackmanHarris2,
        FixedSync::Input,
    )
    .ok()
}

/// Resamples a recording that comes piece by piece, to the same samples as [`to_16_khz`] does at once.
pub(crate) struct Resampling {
    rate: u32,
    /// None where there is nothing to do.
    resampler: Option<Fft<f32>>,
    /// What came and does not fill the resampler's block yet.
    waiting: Vec<f32>,
    came: u64,
    given: u64,
    /// What still comes out before the recording's first sample does.
    delay: usize,
}

impl Resampling {
    pub(crate) fn new(rate: u32) -> Result<Self, AudioError> {
        let resampler = match rate {
            SAMPLE_RATE => None,
            _ => Some(resampler(rate).ok_or(AudioError::UnsupportedRate { rate })?),
        };
        let delay = resampler.as_ref().map_or(0, Resampler::output_delay);
        Ok(Self { rate, resampler, waiting: Vec::new(), came: 0, given: 0, delay })
    }

    /// Takes the next piece and appends what it becomes.
    pub(crate) fn push(&mut self, mut piece: Vec<f32>, out: &mut Vec<f32>) -> Result<(), AudioError> {
        self.came += piece.len() as u64;
        if self.resampler.is_none() {
            out.append(&mut piece);
            return Ok(());
        }
        self.waiting.append(&mut piece);
        self.work(out)
    }

    /// The recording is over: appends what is still on its way.
    pub(crate) fn end(&mut self, out: &mut Vec<f32>) -> Result<(), AudioError> {
        let Some(block) = self.resampler.as_ref().map(Resampler::input_frames_next) else { return Ok(()) };
        let length = (self.came as f64 * f64::from(SAMPLE_RATE) / f64::from(self.rate)).round() as u64;
        while self.given < length {
            self.waiting.resize(block, 0.0);
            self.work(out)?;
        }
        out.truncate(out.len().saturating_sub((self.given - length) as usize));
        Ok(())
    }

    /// Resamples whole blocks.
    fn work(&mut self, out: &mut Vec<f32>) -> Result<(), AudioError> {
        let failed = AudioError::UnsupportedRate { rate: self.rate };
        let Some(resampler) = &mut self.resampler else { return Ok(()) };
        let block = resampler.input_frames_next();
        let mut from = 0;
        while let Some(samples) = self.waiting.get(from..from + block) {
            let input = InterleavedSlice::new(samples, 1, block).map_err(|_| failed)?;
            let resampled = resampler.process(&input, None).map_err(|_| failed)?.take_data();
            let skipped = self.delay.min(resampled.len());
            self.delay -= skipped;
            self.given += (resampled.len() - skipped) as u64;
            out.extend(resampled[skipped..].iter().map(|sample| sample.clamp(-1.0, 1.0)));
            from += block;
        }
        self.waiting.drain(..from);
        Ok(())
    }
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
