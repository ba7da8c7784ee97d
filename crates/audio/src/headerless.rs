//! Samples without a container: a WAV header is put before them, and from there on they are like any other recording.

use crate::AudioError;

/// Bytes of the header.
const LENGTH: usize = 44;

/// How samples without a container are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleCoding {
    /// Signed 16-bit integers, the low byte first.
    Linear16,
    /// ITU-T G.711 mu-law.
    Mulaw,
}

/// What makes a WAV file of so many bytes of mono samples, put before them. Refuses what a WAV file cannot hold: more than 4 GiB.
pub fn wav_header(coding: SampleCoding, sample_rate: u32, bytes: u64) -> Result<[u8; LENGTH], AudioError> {
    // The tags of RFC 2361.
    let (tag, sample_bytes): (u16, u16) = match coding {
        SampleCoding::Linear16 => (1, 2),
        SampleCoding::Mulaw => (7, 1),
    };
    // Half a sample at the end is no sample.
    let bytes = bytes - bytes % u64::from(sample_bytes);
    let limit = u32::MAX as usize - LENGTH;
    let data = u32::try_from(bytes).ok().filter(|data| *data as usize <= limit);
    let data = data.ok_or(AudioError::TooManyBytes { limit })?;
    let rate = sample_rate.saturating_mul(sample_bytes.into());
    let mut header = [0; LENGTH];
    let fields: [(usize, &[u8]); 13] = [
        (0, b"RIFF"),
        (4, &(data + LENGTH as u32 - 8).to_le_bytes()),
        (8, b"WAVE"),
        (12, b"fmt "),
        (16, &16_u32.to_le_bytes()),
        (20, &tag.to_le_bytes()),
        (22, &1_u16.to_le_bytes()),
        (24, &sample_rate.to_le_bytes()),
        (28, &rate.to_le_bytes()),
        (32, &sample_bytes.to_le_bytes()),
        (34, &(8 * sample_bytes).to_le_bytes()),
        (36, b"data"),
        (40, &data.to_le_bytes()),
    ];
    for (at, field) in fields {
        header[at..at + field.len()].copy_from_slice(field);
    }
    Ok(header)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Codec, Limits, decode};

    fn with_header(coding: SampleCoding, samples: &[u8]) -> Vec<u8> {
        [&wav_header(coding, 8_000, samples.len() as u64).unwrap()[..], samples].concat()
    }

    #[test]
    fn bare_samples_read_like_a_recording() {
        let linear: Vec<u8> = (0..8_000_i16).flat_map(|n| (n % 100 * 100).to_le_bytes()).collect();
        let recording = decode(&with_header(SampleCoding::Linear16, &linear), &Limits::default()).unwrap();
        assert_eq!((recording.source.codec, recording.source.sample_rate), (Codec::Pcm(16), 8_000));
        assert_eq!(recording.samples.len(), 16_000);

        let mulaw = vec![0x55; 8_001];
        let recording = decode(&with_header(SampleCoding::Mulaw, &mulaw), &Limits::default()).unwrap();
        assert_eq!((recording.source.channels, recording.samples.len()), (1, 16_002));
    }

    #[test]
    fn half_a_sample_at_the_end_is_left_out_and_too_much_is_refused() {
        let recording =
            decode(&with_header(SampleCoding::Linear16, &[1; 1_601]), &Limits::default()).unwrap();
        assert_eq!(recording.samples.len(), 1_600);
        assert!(wav_header(SampleCoding::Mulaw, 8_000, u64::from(u32::MAX)).is_err());
    }
}
