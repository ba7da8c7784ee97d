//! Bytes in; mono 16 kHz samples and a quality report out.
//!
//! What this crate promises:
//!
//! - **The bytes decide.** The container is recognised from the bytes ([`sniff`]); no file name, media type or
//!   declared encoding is ever asked.
//! - **What comes out is always the same thing**: one channel, 16 000 samples a second, every sample finite and in
//!   [-1, 1], `round(n * 16000 / rate)` of them for `n` source samples, in time with the source (the resampler's delay
//!   is taken out). A 16 kHz mono 16-bit recording passes through bit for bit, as `sample / 32768`.
//! - **Every size is capped while decoding** ([`Limits`]): bytes before anything is read, channels before the first
//!   sample is kept, seconds as samples arrive. A length in a header may refuse a recording early, but nothing is ever
//!   allocated because of one.
//! - **Broken input is refused, not guessed at.** A recording that is shorter than its container says is
//!   [`AudioError::Truncated`]. Only where a format has no length may the last frame be broken. No input panics.
//! - **A long recording comes in [`Blocks`]**, the same samples with a memory that does not grow with its length.
//! - **Quality is reported, not judged.** [`Quality`] has the numbers; the caller's policy has the thresholds.
//!
//! What it leaves in: the AAC encoder's delay of 1024 source samples, which ADTS does not tell and an MP4 edit list does.
//!
//! Read: WAV (8/16/24/32-bit integers, 32/64-bit floats, mu-law, A-law), FLAC, MP3, Ogg (Vorbis, Opus, FLAC), WebM
//! and Matroska (Opus, Vorbis, AAC, MP3, FLAC), MP4 and M4A (AAC), ADTS (AAC).

mod blocks;
mod error;
mod headerless;
mod opus;
mod quality;
mod resample;
mod sniff;
mod snr;
mod spectrum;
mod stream;
mod tape;
mod wav;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use blocks::{Block, Blocks, Readable};
pub use error::AudioError;
pub use headerless::{SampleCoding, wav_header};
pub use quality::{Band, CLIPPING_PEAK, DBFS_FLOOR, Quality, quality};
pub use sniff::{Container, sniff};
pub use snr::{SNR_CEILING_DB, SNR_FLOOR_DB};

use tape::{Keep, Tape};

/// Samples a second of everything that leaves this crate.
pub const SAMPLE_RATE: u32 = 16_000;

/// The most that one recording may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Encoded size.
    pub max_bytes: usize,
    /// Decoded length.
    pub max_seconds: f64,
    /// Channels, before they are mixed to one.
    pub max_channels: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 5 * 1024 * 1024, max_seconds: 60.0, max_channels: 8 }
    }
}

/// How the samples were coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Whole numbers of so many bits.
    Pcm(u16),
    Float,
    MuLaw,
    ALaw,
    Flac,
    Mp3,
    Vorbis,
    Opus,
    Aac,
}

/// What the recording was before it became mono 16 kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    pub container: Container,
    pub codec: Codec,
    /// Samples a second as decoded. Opus is always 48 kHz (RFC 7845, section 4.2).
    pub sample_rate: u32,
    pub channels: u16,
}

/// A decoded recording. It holds a voice, so it has no `Debug`.
pub struct Recording {
    /// Mono, [`SAMPLE_RATE`], in [-1, 1].
    pub samples: Vec<f32>,
    pub source: Source,
    pub quality: Quality,
}

/// Decoded sound at its own rate, before it is resampled. It holds a voice, so it has no `Debug`.
///
/// For whoever joins recordings: a seam made here lies within the recordings' own band, where one made
/// at 16 kHz would click above what a telephone recording has.
pub struct Played {
    /// Mono, in [-1, 1], `source.sample_rate` of them a second.
    pub samples: Vec<f32>,
    pub source: Source,
}

/// Decodes a recording of any container that [`sniff`] knows.
#[tracing::instrument(name = "audio.decode", level = "debug", skip_all)]
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Recording, AudioError> {
    play(bytes, limits)?.into_recording()
}

/// Decodes a recording and leaves it at its own rate.
pub fn play(bytes: &[u8], limits: &Limits) -> Result<Played, AudioError> {
    if bytes.is_empty() {
        return Err(AudioError::Empty);
    }
    if bytes.len() > limits.max_bytes {
        return Err(AudioError::TooManyBytes { limit: limits.max_bytes });
    }
    let Some(container) = sniff(bytes) else {
        return Err(match sniff::foreign(bytes) {
            Some(what) => AudioError::Unsupported { what },
            None => AudioError::UnknownFormat,
        });
    };
    // The codecs are other people's code, run on strangers' bytes. An index out of range in one of them must cost the
    // stranger an error, not us a worker. Everything the closure touches is dropped on unwinding.
    catch_unwind(AssertUnwindSafe(|| play_container(container, bytes, limits)))
        .unwrap_or(Err(AudioError::Corrupt))
}

fn play_container(container: Container, bytes: &[u8], limits: &Limits) -> Result<Played, AudioError> {
    let mut taken = record(container, bytes, limits, Keep::Average)?;
    if let Some(loudest) = taken.0.cancelled() {
        // Channels in antiphase (a reversed microphone lead) average to silence. Decoding once more is rare and
        // simpler than keeping every channel of every recording in memory for it.
        taken = record(container, bytes, limits, Keep::Channel(loudest))?;
    }
    let (tape, codec) = taken;
    let source = Source { container, codec, sample_rate: tape.rate(), channels: tape.channels() };
    Ok(Played { samples: tape.into_samples()?, source })
}

impl Played {
    /// Resamples to 16 kHz and reports on the quality.
    pub fn into_recording(self) -> Result<Recording, AudioError> {
        let Self { samples: played, source } = self;
        // Clipping is measured before resampling, which would round off the flat tops.
        let (peak_dbfs, clipped_fraction) = quality::peak_and_clipping(&played);
        let samples = resample::to_16_khz(played, source.sample_rate)?;
        if samples.is_empty() {
            return Err(AudioError::NoAudio);
        }
        let quality = Quality { peak_dbfs, clipped_fraction, ..quality(&samples, source.sample_rate) };
        Ok(Recording { samples, source, quality })
    }
}

fn record(
    container: Container,
    bytes: &[u8],
    limits: &Limits,
    keep: Keep,
) -> Result<(Tape, Codec), AudioError> {
    match container {
        Container::Wav => wav::record(bytes, limits, keep),
        _ => stream::record(container, bytes, limits, keep),
    }
}
