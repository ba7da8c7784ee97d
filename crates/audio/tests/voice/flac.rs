//! A FLAC encoder just good enough for tests (RFC 9639): mono, 16 bits, 8 or 16 kHz, constant or verbatim subframes.
#![allow(dead_code)]

/// The stream header. `total` of zero means unknown.
pub fn header(rate: u32, block: u16, total: u64) -> Vec<u8> {
    let mut bytes = b"fLaC\x80\0\0\x22".to_vec();
    bytes.extend(block.to_be_bytes());
    bytes.extend(block.to_be_bytes());
    bytes.extend([0; 6]);
    // Twenty bits of rate, three of channels less one, five of sample size less one, thirty-six of length.
    bytes.extend((u64::from(rate) << 44 | 15 << 36 | total).to_be_bytes());
    bytes.extend([0; 16]);
    bytes
}

/// One frame: verbatim, or constant where all samples are the same.
pub fn frame(rate: u32, number: u32, samples: &[i16]) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xF8, if rate == 8_000 { 0x74 } else { 0x75 }, 0x08];
    bytes.extend(coded_number(number));
    bytes.extend((samples.len() as u16 - 1).to_be_bytes());
    bytes.push(crc(&bytes, 8, 0x07) as u8);
    if samples.iter().all(|sample| *sample == samples[0]) {
        bytes.push(0x00);
        bytes.extend(samples[0].to_be_bytes());
    } else {
        bytes.push(0x02);
        bytes.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
    }
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
