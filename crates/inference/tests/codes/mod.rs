//! Codes spoken by the synthetic voices of `tests/fixtures/voices`.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use timbre_audio::{Limits, decode};
use timbre_inference::{CodeVerdict, Language, Models};
use timbre_models::ModelStore;

pub struct Listener {
    models: Models,
    language: Language,
    voices: PathBuf,
}

impl Listener {
    pub fn of(language: &str) -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let file =
            std::fs::read_to_string(repository.join(format!("config/languages/{language}.toml"))).unwrap();
        Self {
            models: Models::load(&Arc::new(ModelStore::open_default().unwrap())).unwrap(),
            language: Language::parse(&file).unwrap(),
            voices: repository.join("tests/fixtures/voices").join(language),
        }
    }

    /// A voice's recording of the named clips (`"7_0"`), with short pauses between them.
    pub fn speak(&self, voice: &str, clips: &[&str]) -> Vec<f32> {
        let mut recording = Vec::new();
        for clip in clips {
            let file = std::fs::read(self.voices.join(voice).join(format!("{clip}.flac"))).unwrap();
            recording.extend(decode(&file, &Limits::default()).unwrap().samples);
            recording.resize(recording.len() + 1_200, 0.0);
        }
        recording
    }

    pub fn verdict(&mut self, recording: &[f32], claim: &str) -> CodeVerdict {
        let digits: Vec<u8> = claim.bytes().map(|byte| byte - b'0').collect();
        self.models.code(recording, &digits, &self.language).unwrap()
    }

    pub fn accepts(&mut self, recording: &[f32], claim: &str) -> bool {
        self.verdict(recording, claim).spoken
    }
}
