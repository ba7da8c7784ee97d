//! People who say the code that is asked for.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use timbre_voices::{Manner, Voice, wav};

/// Somebody with a voice. No two recordings of a person are the same.
pub struct Person {
    voice: Voice,
    said: Cell<u64>,
}

impl Person {
    /// An English voice of `tests/fixtures/voices`.
    pub fn english(name: &str) -> Self {
        Self::of(&voices().join("en").join(name))
    }

    /// The person of a folder of single digits, `{digit}_{take}.flac`.
    pub fn of(folder: &Path) -> Self {
        Self { voice: Voice::load(folder).unwrap(), said: Cell::new(0) }
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

/// The people of a folder, in order.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The folder of the test voices, one folder a language in it.
pub fn voices() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/voices"))
}
