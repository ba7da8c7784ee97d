//! Files that are no spoken code: sounds without speech, and bytes that are no sound.

use std::f32::consts::TAU;
use std::fs;
use std::path::Path;

use timbre_voices::{Voice, wav};

use super::flac;
use crate::failure::Failure;
use crate::people::{self, SAMPLE_RATE};

/// A file that must not be accepted.
pub(super) struct Hostile {
    pub(super) name: &'static str,
    pub(super) make: Make,
}

/// How it is made.
pub(super) enum Make {
    Ready(Vec<u8>),
    /// Out of the right voice saying the right code: the hardest of its kind.
    OfSpeech(fn(&Voice, &str, u64) -> Vec<u8>),
}

const SECONDS: usize = 3;
const DAY: u64 = 24 * 60 * 60;

/// All of them. Music is real where there is real music to be had.
pub(super) fn hostile(speech: Option<&Path>) -> Result<Vec<Hostile>, Failure> {
    let music = match speech {
        Some(folder) => {
            let file = folder.join("noise/music.wav");
            fs::read(&file).map_err(|error| Failure::at(&file, error))?
        }
        None => wav(&chords()),
    };
    let ready = |name, bytes| Hostile { name, make: Make::Ready(bytes) };
    let of_speech = |name, make| Hostile { name, make: Make::OfSpeech(make) };
    Ok(vec![
        ready("silence", wav(&vec![0.0; length()])),
        ready("white noise", wav(&noise())),
        ready("a tone", wav(&tone(440.0))),
        ready("music", music),
        ready("an empty file", Vec::new()),
        ready("an empty WAV", wav(&[])),
        of_speech("a truncated WAV", |voice, code, seed| halved(people::recording(voice, code, seed))),
        of_speech("a truncated FLAC", |voice, code, seed| {
            let samples = people::say(voice, code, seed);
            halved(flac::verbatim(&samples.iter().map(|s| (s * 32_767.0) as i16).collect::<Vec<_>>()))
        }),
        of_speech("a WAV cut inside its header", |voice, code, seed| {
            let mut bytes = people::recording(voice, code, seed);
            bytes.truncate(30);
            bytes
        }),
        ready("a text file called .wav", b"zero six five three\n".repeat(500)),
        ready("24 hours of zeros in FLAC", flac::zeros(DAY)),
        ready("a WAV that promises 4 GB", promising_4_gb()),
    ])
}

fn length() -> usize {
    SECONDS * SAMPLE_RATE as usize
}

fn halved(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// White noise, from a linear congruential generator (Knuth's MMIX constants).
fn noise() -> Vec<f32> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        0.2 * ((state >> 33) as f32 / (1u64 << 30) as f32 - 1.0)
    };
    (0..length()).map(|_| next()).collect()
}

fn tone(hertz: f32) -> Vec<f32> {
    let step = TAU * hertz / SAMPLE_RATE as f32;
    (0..length()).map(|n| 0.3 * (step * n as f32).sin()).collect()
}

/// Four plucked chords with their overtones, over and over.
fn chords() -> Vec<f32> {
    const CHORDS: [[f32; 3]; 4] =
        [[261.6, 329.6, 392.0], [220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]];
    let beat = SAMPLE_RATE as usize / 2;
    (0..3 * length())
        .map(|n| {
            let chord = CHORDS[n / beat % CHORDS.len()];
            let seconds = (n % beat) as f32 / SAMPLE_RATE as f32;
            let fading = (-4.0 * seconds).exp();
            let overtones = |hertz: f32| -> f32 {
                (1..=5).map(|k| (TAU * hertz * k as f32 * seconds).sin() / k as f32).sum()
            };
            0.15 * fading * chord.into_iter().map(overtones).sum::<f32>()
        })
        .collect()
}

/// A header that promises as much as a WAV can, and three seconds of noise.
fn promising_4_gb() -> Vec<u8> {
    let mut bytes = wav(&noise());
    bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    bytes[40..44].copy_from_slice(&(u32::MAX - 36).to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_day_of_zeros_is_small() {
        let all = hostile(None).unwrap();
        let day = all.iter().find(|file| file.name.starts_with("24 hours")).unwrap();
        assert!(matches!(&day.make, Make::Ready(bytes) if bytes.len() < 1 << 20));
    }
}
