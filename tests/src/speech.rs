//! Recordings of people who say sentences: `tests/fixtures/phrases`.

use std::path::PathBuf;

use timbre_audio::{Limits, Recording, decode};
use timbre_voices::wav;

/// Somebody with recorded sentences.
#[derive(Debug, Clone, Copy)]
pub struct Speaker(pub &'static str);

impl Speaker {
    /// A recording, as mono samples at 16 kHz.
    pub fn samples(self, name: &str) -> Vec<f32> {
        let path = phrases().join(self.0).join(format!("{name}.ogg"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let Recording { samples, .. } = decode(&bytes, &Limits::default()).unwrap();
        samples
    }

    /// A recording, as a WAV file.
    pub fn says(self, name: &str) -> Vec<u8> {
        wav(&self.samples(name))
    }

    /// The passphrase "my voice is my passport verify me", in one of four takes.
    pub fn passport(self, take: usize) -> Vec<u8> {
        self.says(&format!("2_{take}"))
    }

    /// Some 13 seconds of free speech, of four takes these.
    pub fn free(self, takes: &[usize]) -> Vec<u8> {
        wav(&takes.iter().flat_map(|take| self.samples(&format!("free_{take}"))).collect::<Vec<f32>>())
    }
}

/// The folder of sentences, one folder a voice in it.
pub fn phrases() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/phrases"))
}
