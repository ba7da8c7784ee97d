//! Where decoded samples land: mixed to one channel and counted against the limits as they arrive.
//!
//! However a recording is coded, its samples come through [`Tape::push`], so the cap on its length holds for all.

use crate::{AudioError, Limits};

/// Sample rates that we take: from telephone to studio.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;

/// An average this much below the loudest channel means that the channels cancel. Independent channels lose at most
/// 9 dB (one of eight speaking loses 18 dB, and is served as well by taking it alone).
const CANCELLATION_DB: f64 = 12.0;

/// What becomes of several channels.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    Average,
    Channel(usize),
}

/// A mono recording in the making, still at its own rate.
pub(crate) struct Tape {
    rate: u32,
    channels: u16,
    keep: Keep,
    max_frames: usize,
    max_seconds: f64,
    mono: Vec<f32>,
    /// Frames that came, whether still in `mono` or taken.
    frames: usize,
    mono_energy: f64,
    channel_energy: Vec<f64>,
}

impl Tape {
    pub(crate) fn new(rate: u32, channels: usize, limits: &Limits, keep: Keep) -> Result<Self, AudioError> {
        if !RATES.contains(&rate) {
            return Err(AudioError::UnsupportedRate { rate });
        }
        let channels = match u16::try_from(channels) {
            Ok(0) => return Err(AudioError::Corrupt),
            Ok(channels) if channels <= limits.max_channels => channels,
            _ => return Err(AudioError::TooManyChannels { limit: limits.max_channels }),
        };
        Ok(Self {
            rate,
            channels,
            keep,
            // A cast from float saturates, so an endless limit is only a very large one.
            max_frames: (limits.max_seconds * f64::from(rate)) as usize,
            max_seconds: limits.max_seconds,
            mono: Vec::new(),
            frames: 0,
            mono_energy: 0.0,
            channel_energy: vec![0.0; usize::from(channels)],
        })
    }

    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    pub(crate) fn channels(&self) -> u16 {
        self.channels
    }

    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// Refuses early what a header declares too long. A header that declares too little is found out by [`push`].
    ///
    /// [`push`]: Tape::push
    pub(crate) fn declare(&self, frames: u64) -> Result<(), AudioError> {
        if frames > self.max_frames as u64 { Err(self.too_long()) } else { Ok(()) }
    }

    /// Takes interleaved samples; a last incomplete frame is ignored.
    pub(crate) fn push(&mut self, interleaved: &[f32]) -> Result<(), AudioError> {
        let channels = usize::from(self.channels);
        for frame in interleaved.chunks_exact(channels) {
            if self.frames >= self.max_frames {
                return Err(self.too_long());
            }
            let mut sum = 0.0;
            for (energy, &sample) in self.channel_energy.iter_mut().zip(frame) {
                // A decoder that yields infinities has lost its way, and a float file that holds them is not sound.
                if !sample.is_finite() {
                    return Err(AudioError::Corrupt);
                }
                *energy += f64::from(sample) * f64::from(sample);
                sum += sample;
            }
            let sample = match self.keep {
                Keep::Average => sum / channels as f32,
                Keep::Channel(channel) => frame.get(channel).copied().unwrap_or(0.0),
            };
            self.mono_energy += f64::from(sample) * f64::from(sample);
            self.mono.push(sample.clamp(-1.0, 1.0));
            self.frames += 1;
        }
        Ok(())
    }

    /// The loudest channel, if averaging lost most of it.
    pub(crate) fn cancelled(&self) -> Option<usize> {
        let (loudest, energy) = self.channel_energy.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let lost = *energy > self.mono_energy * 10f64.powf(CANCELLATION_DB / 10.0);
        (matches!(self.keep, Keep::Average) && lost).then_some(loudest)
    }

    /// Hands over what came since it was last asked, so that a long recording need not be held.
    pub(crate) fn take(&mut self) -> Vec<f32> {
        std::mem::take(&mut self.mono)
    }

    pub(crate) fn into_samples(self) -> Result<Vec<f32>, AudioError> {
        if self.mono.is_empty() { Err(AudioError::NoAudio) } else { Ok(self.mono) }
    }

    fn too_long(&self) -> AudioError {
        AudioError::TooLong { limit_seconds: self.max_seconds }
    }
}
