//! Where decoded samples land: mixed to one channel, or kept apart, and counted against the limits as they arrive.
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
    /// The average, and the loudest channel while most of what came so far is lost by averaging: for what is decoded only once.
    Audible,
    /// All of them, each on a track of its own.
    Each,
}

/// A recording in the making, still at its own rate.
pub(crate) struct Tape {
    rate: u32,
    channels: u16,
    keep: Keep,
    max_frames: usize,
    max_seconds: f64,
    /// Frames that a header declared; 0 where none did.
    declared: u64,
    /// One, or as many as there are channels.
    tracks: Vec<Vec<f32>>,
    /// Frames that came, whether still on the tracks or taken.
    frames: usize,
    average_energy: f64,
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
        let tracks = if matches!(keep, Keep::Each) { usize::from(channels) } else { 1 };
        Ok(Self {
            rate,
            channels,
            keep,
            // A cast from float saturates, so an endless limit is only a very large one.
            max_frames: (limits.max_seconds * f64::from(rate)) as usize,
            max_seconds: limits.max_seconds,
            declared: 0,
            tracks: vec![Vec::new(); tracks],
            frames: 0,
            average_energy: 0.0,
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

    /// The length that a header declared.
    pub(crate) fn declared_seconds(&self) -> Option<f64> {
        (self.declared > 0).then(|| self.declared as f64 / f64::from(self.rate))
    }

    /// Refuses early what a header declares too long. A header that declares too little is found out by [`push`].
    ///
    /// [`push`]: Tape::push
    pub(crate) fn declare(&mut self, frames: u64) -> Result<(), AudioError> {
        self.declared = frames;
        if frames > self.max_frames as u64 { Err(self.too_long()) } else { Ok(()) }
    }

    /// Takes interleaved samples; a last incomplete frame is ignored.
    pub(crate) fn push(&mut self, interleaved: &[f32]) -> Result<(), AudioError> {
        let frames = interleaved.chunks_exact(usize::from(self.channels));
        if frames.len() > self.max_frames.saturating_sub(self.frames) {
            return Err(self.too_long());
        }
        self.frames += frames.len();
        for frame in frames.clone() {
            for (energy, &sample) in self.channel_energy.iter_mut().zip(frame) {
                // A decoder that yields infinities has lost its way, and a float file that holds them is not sound.
                if !sample.is_finite() {
                    return Err(AudioError::Corrupt);
                }
                *energy += f64::from(sample) * f64::from(sample);
            }
            let average = f64::from(average(frame));
            self.average_energy += average * average;
        }
        let kept = match self.keep {
            Keep::Audible => self.cancelled().map_or(Keep::Average, Keep::Channel),
            decided => decided,
        };
        for (number, track) in self.tracks.iter_mut().enumerate() {
            let channel = |number: usize| {
                move |frame: &[f32]| frame.get(number).copied().unwrap_or(0.0).clamp(-1.0, 1.0)
            };
            match kept {
                Keep::Average | Keep::Audible => {
                    track.extend(frames.clone().map(|frame| average(frame).clamp(-1.0, 1.0)));
                }
                Keep::Channel(loudest) => track.extend(frames.clone().map(channel(loudest))),
                Keep::Each => track.extend(frames.clone().map(channel(number))),
            }
        }
        Ok(())
    }

    /// The loudest channel, if averaging loses most of it.
    pub(crate) fn cancelled(&self) -> Option<usize> {
        let (loudest, energy) = self.channel_energy.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        (*energy > self.average_energy * 10f64.powf(CANCELLATION_DB / 10.0)).then_some(loudest)
    }

    /// Hands over what came since it was last asked, track by track, so that a long recording need not be held.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Vec<f32>> {
        self.tracks.iter_mut().map(std::mem::take)
    }

    /// The first track, which is the only one unless [`Keep::Each`] is asked for.
    pub(crate) fn into_samples(self) -> Result<Vec<f32>, AudioError> {
        self.tracks.into_iter().next().filter(|track| !track.is_empty()).ok_or(AudioError::NoAudio)
    }

    fn too_long(&self) -> AudioError {
        AudioError::TooLong { limit_seconds: self.max_seconds }
    }
}

fn average(frame: &[f32]) -> f32 {
    frame.iter().fold(0.0, |sum, sample| sum + sample) / frame.len() as f32
}
