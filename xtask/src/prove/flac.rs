//! A FLAC encoder just good enough for hostile files (RFC 9639): mono, 16 bits, 16 kHz, constant or
//! verbatim subframes.

use crate::people::SAMPLE_RATE;

/// The largest block that a fixed-size stream may have.
const BLOCK: u16 = u16::MAX;

/// As FLAC, without compression.
pub(super) fn verbatim(samples: &[i16]) -> Vec<u8> {
    let block = 4096;
    let mut bytes = header(block, samples.len() as u64);
    for (number, samples) in samples.chunks(usize::from(block)).enumerate() {
        let mut subframe = vec![0x02];
        subframe.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
        bytes.extend(frame(number as u32, samples.len() as u16, &subframe));
    }
    bytes
}

/// So many seconds of zeros: a few bytes for each four seconds.
pub(super) fn zeros(seconds: u64) -> Vec<u8> {
    let total = seconds * u64::from(SAMPLE_RATE);
    let mut bytes = header(BLOCK, total);
    let (mut number, mut left) = (0, total);
    while left > 0 {
        let length = left.min(u64::from(BLOCK)) as u16;
        bytes.extend(frame(number, length, &[0, 0, 0]));
        left -= u64::from(length);
        number += 1;
    }
    bytes
}

fn header(block: u16, total: u64) -> Vec<u8> {
    let mut bytes = b"fLaC\x80\0\0\x22".to_vec();
    bytes.extend(block.to_be_bytes());
    bytes.extend(block.to_be_bytes());
    bytes.extend([0; 6]); // smallest and largest frame: not known
    // Twenty bits of rate, three of channels less one, five of sample size less one, thirty-six of length.
    bytes.extend((u64::from(SAMPLE_RATE) << 44 | 15 << 36 | total).to_be_bytes());
    bytes.extend([0; 16]); // MD5: not known
    bytes
}

fn frame(number: u32, length: u16, subframe: &[u8]) -> Vec<u8> {
    // Fixed block size; sixteen bits of it and 16 kHz; mono, sixteen bits.
    let mut bytes = vec![0xFF, 0xF8, 0x75, 0x08];
    bytes.extend(coded_number(number));
    bytes.extend((length - 1).to_be_bytes());
    bytes.push(crc(&bytes, 8, 0x07) as u8);
    bytes.extend(subframe);
    bytes.extend(crc(&bytes, 16, 0x8005).to_be_bytes());
    bytes
}

/// A frame number as UTF-8 would code it.
fn coded_number(number: u32) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        0x80..0x800 => vec![0xC0 | (number >> 6) as u8, 0x80 | (number & 0x3F) as u8],
        _ => {
            vec![0xE0 | (number >> 12) as u8, 0x80 | (number >> 6 & 0x3F) as u8, 0x80 | (number & 0x3F) as u8]
        }
    }
}

fn crc(bytes: &[u8], bits: u32, polynomial: u16) -> u16 {
    let top = 1u16 << (bits - 1);
    let mask = if bits == 16 { u16::MAX } else { 0xFF };
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << (bits - 8), |crc, _| {
            (if crc & top != 0 { crc << 1 ^ polynomial } else { crc << 1 }) & mask
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A voice's clips are read with the product's own decoder, so it can judge this encoder.
    #[test]
    fn the_decoder_reads_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let clip: Vec<i16> = (0..5000).map(|n| (n % 100) * 50).collect();
        for digit in 0..10 {
            std::fs::write(folder.path().join(format!("{digit}_0.flac")), verbatim(&clip)).unwrap();
        }
        std::fs::write(folder.path().join("1_0.flac"), zeros(10)).unwrap();
        let voice = timbre_voices::Voice::load(folder.path()).unwrap();
        let said = voice.say(&[3, 1], timbre_voices::Manner::joined(0));
        assert_eq!(said.len(), 5000 + 10 * SAMPLE_RATE as usize);
        assert!((said[7] - f32::from(clip[7]) / 32_768.0).abs() < 1e-4);
        assert!(said[5000..].iter().all(|sample| *sample == 0.0));
    }
}
