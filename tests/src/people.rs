//! People who say the code that is asked for.

use std::{cell::Cell, path::PathBuf};

use timbre_voices::{Manner, Voice, wav};

/// Somebody with a voice. No two recordings of a person are the same.
pub struct Person {
    voice: Voice,
    said: Cell<u64>,
}

impl Person {
    /// An English voice of `tests/fixtures/voices`.
    pub fn english(name: &str) -> Self {
        let voice = Voice::load(&voices().join("en").join(name)).unwrap();
        Self { voice, said: Cell::new(0) }
    }

    /// Says these digits: a WAV file.
    pub fn says(&self, code: &str) -> Vec<u8> {
        wav(&self.samples(code))
    }

    /// Says these digits: mono samples at 16 kHz.
    pub fn samples(&self, code: &str) -> Vec<f32> {
        let digits: Vec<u8> = code.bytes().map(|digit| digit - b'0').collect();
        self.said.set(self.said.get() + 1);
        self.voice.say(&digits, Manner::natural(self.said.get()))
    }
}

/// The folder of the test voices, one folder a language in it.
pub fn voices() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/voices"))
}
