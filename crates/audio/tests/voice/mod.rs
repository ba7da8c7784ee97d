//! The voice of the fixtures, from the same formula that made them (fixtures/README.md), and ways to compare with it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod flac;

use std::f64::consts::PI;

use timbre_audio::{AudioError, Limits, Recording, decode};

/// A gliding harmonic voice of three syllables a second, nothing above 3.3 kHz.
pub fn voice(t: f64) -> f64 {
    let phase = 2.0 * PI * (120.0 * t + 30.0 * t * t);
    let harmonics =
        [(0.30, 1.0), (0.24, 2.0), (0.18, 3.0), (0.12, 5.0), (0.08, 8.0), (0.05, 13.0), (0.03, 18.0)];
    0.7 * (3.0 * PI * t).sin().powi(2)
        * harmonics.iter().map(|(weight, n)| weight * (n * phase).sin()).sum::<f64>()
}

/// What wideband recordings have besides.
pub fn hiss(t: f64) -> f64 {
    0.03 * (2.0 * PI * 5_500.0 * t + 3.0 * (2.0 * PI * 37.0 * t).sin()).sin()
}

pub fn narrow(t: f64) -> f64 {
    voice(t)
}

pub fn wide(t: f64) -> f64 {
    voice(t) + hiss(t)
}

/// The stereo fixtures: wide on the left, the voice at half level on the right.
pub fn mixed(t: f64) -> f64 {
    0.5 * (wide(t) + 0.5 * voice(t))
}

pub fn at_16_khz(sound: fn(f64) -> f64, seconds: f64) -> Vec<f32> {
    (0..(seconds * 16_000.0) as usize).map(|n| sound(n as f64 / 16_000.0) as f32).collect()
}

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = std::fs::read_dir(format!("{}/tests/fixtures", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut names: Vec<String> =
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "README.md");
    names.sort();
    names.into_iter().map(|name| (name.clone(), fixture(&name))).collect()
}

pub fn refusal(bytes: &[u8], limits: &Limits) -> AudioError {
    match decode(bytes, limits) {
        Ok(_) => panic!("was accepted"),
        Err(error) => error,
    }
}

pub fn accepted(bytes: &[u8]) -> Recording {
    decode(bytes, &Limits::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// How far the decoded sound is from the original, in dB, when `decoded` starts `lag` samples late.
pub fn fidelity_db(decoded: &[f32], original: &[f32], lag: usize) -> f64 {
    let pairs = || decoded.iter().skip(lag).zip(original).map(|(d, o)| (f64::from(*d), f64::from(*o)));
    let signal: f64 = pairs().map(|(_, o)| o * o).sum();
    let error: f64 = pairs().map(|(d, o)| (d - o) * (d - o)).sum();
    10.0 * (signal / error.max(1e-30)).log10()
}

/// A PCM WAV of 16-bit samples, interleaved.
pub fn wav(rate: u32, channels: u16, samples: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend(rate.wrapping_mul(u32::from(channels) * 2).to_le_bytes());
    bytes.extend((channels * 2).to_le_bytes());
    bytes.extend(b"\x10\0data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

pub fn sixteen_bits(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|sample| (sample * 32_767.0).round() as i16).collect()
}

/// Hiss without a pattern, from a fixed seed (Marsaglia's xorshift), roughly Gaussian.
pub fn white_noise(frames: usize, level: f32) -> Vec<f32> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..frames).map(|_| level * (uniform() + uniform() + uniform())).collect()
}
