//! Opus packets to samples. The demultiplexers of `stream` find the packets; this decodes them.
//!
//! The decoder is exact but slow: its transform is not a fast one, so a second of 48 kHz stereo takes a third of a
//! second of processor time. The cap on seconds bounds it.

use opus_decoder::OpusDecoder;

use crate::AudioError;

/// Opus is decoded at its own rate, in which its header and its packets count (RFC 7845, section 4.2).
pub(crate) const RATE: u32 = 48_000;

/// The longest packet, 120 ms (RFC 6716, section 3.2.5).
const MAX_FRAMES: usize = 5_760;

pub(crate) struct Opus {
    decoder: OpusDecoder,
    channels: usize,
    /// Samples that the encoder needed to get going, still to be dropped (RFC 7845, section 4.2).
    pre_skip: usize,
    gain: f32,
    pcm: Vec<f32>,
}

impl Opus {
    /// From the identification header (RFC 7845, section 5.1), which WebM carries too.
    pub(crate) fn new(head: &[u8]) -> Result<Self, AudioError> {
        let [
            b'O',
            b'p',
            b'u',
            b's',
            b'H',
            b'e',
            b'a',
            b'd',
            version,
            channels,
            s0,
            s1,
            _,
            _,
            _,
            _,
            g0,
            g1,
            family,
            ..,
        ] = *head
        else {
            return Err(AudioError::Corrupt);
        };
        if version & 0xF0 != 0 {
            return Err(AudioError::Unsupported { what: "a later version of Opus" });
        }
        if family != 0 {
            return Err(AudioError::Unsupported { what: "Opus with more than two channels" });
        }
        let channels = usize::from(channels);
        let decoder = OpusDecoder::new(RATE, channels).map_err(|_| AudioError::Corrupt)?;
        let gain_db = f32::from(i16::from_le_bytes([g0, g1])) / 256.0;
        Ok(Self {
            decoder,
            channels,
            pre_skip: usize::from(u16::from_le_bytes([s0, s1])),
            gain: 10f32.powf(gain_db / 20.0),
            pcm: vec![0.0; MAX_FRAMES * channels],
        })
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Decodes a packet to interleaved samples, less the pre-skip and `trim_end` frames.
    pub(crate) fn decode(&mut self, packet: &[u8], trim_end: usize) -> Result<&[f32], AudioError> {
        // To this decoder an empty packet asks for concealment of a lost one; in a file it is damage.
        if packet.is_empty() {
            return Err(AudioError::Corrupt);
        }
        let frames =
            self.decoder.decode_float(packet, &mut self.pcm, false).map_err(|_| AudioError::Corrupt)?;
        let start = self.pre_skip.min(frames);
        self.pre_skip -= start;
        let end = frames.saturating_sub(trim_end).max(start);
        let samples =
            self.pcm.get_mut(start * self.channels..end * self.channels).ok_or(AudioError::Corrupt)?;
        for sample in &mut *samples {
            *sample *= self.gain;
        }
        Ok(samples)
    }
}
