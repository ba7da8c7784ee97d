//! Phrases spoken by the synthetic voices of `tests/fixtures/phrases`, on which no threshold was chosen.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use timbre_audio::{Limits, decode};
use timbre_domain::passphrase::DOCUMENTED;
use timbre_inference::{Models, PhraseLanguage};
use timbre_models::ModelStore;

const ACTIVATION: &str = "i'll talk for a few seconds so you can recognize my voice in the future";

struct Listener {
    models: Models,
    english: PhraseLanguage,
}

impl Listener {
    fn new() -> Self {
        Self {
            models: Models::load(&Arc::new(ModelStore::open_default().unwrap())).unwrap(),
            english: PhraseLanguage::of_locale("en-US").unwrap(),
        }
    }

    fn said(&mut self, samples: &[f32]) -> Option<usize> {
        let speech = self.models.speech(samples).unwrap();
        self.models.phrase(samples, &speech, &DOCUMENTED, &self.english).unwrap().said
    }

    fn begins_with(&mut self, samples: &[f32], phrase: &str) -> bool {
        let speech = self.models.speech(samples).unwrap();
        self.models.begins_with(samples, &speech, phrase, &self.english).unwrap()
    }
}

fn clip(name: &str) -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/phrases");
    let file = std::fs::read(folder.join(format!("{name}.ogg"))).unwrap();
    decode(&file, &Limits::default()).unwrap().samples
}

#[test]
fn every_phrase_is_named() {
    let mut listener = Listener::new();
    for phrase in 0..DOCUMENTED.len() {
        let voice = ["af_heart", "am_puck", "bf_emma", "bm_fable"][phrase % 4];
        assert_eq!(listener.said(&clip(&format!("{voice}/{phrase}_0"))), Some(phrase), "{voice}");
    }
}

#[test]
fn a_quiet_phrase_between_long_silences_is_named() {
    let mut listener = Listener::new();
    let silence = vec![0.0; 32_000];
    let quiet = clip("am_michael/2_1").into_iter().map(|sample| sample * 0.02);
    let recording: Vec<f32> = silence.iter().copied().chain(quiet).chain(silence.iter().copied()).collect();
    assert_eq!(listener.said(&recording), Some(2));
}

#[test]
fn other_speech_is_something_else() {
    let mut listener = Listener::new();
    for name in ["af_heart/other_0", "am_michael/other_1", "bf_emma/other_7", "am_michael/free_0"] {
        assert_eq!(listener.said(&clip(name)), None, "{name}");
    }
}

#[test]
fn a_phrase_cut_short_joined_or_changed_is_something_else() {
    let mut listener = Listener::new();
    for name in ["af_heart/near_1", "am_michael/near_3", "bf_emma/near_4", "bm_fable/near_7"] {
        assert_eq!(listener.said(&clip(name)), None, "{name}");
    }
    let twice = [clip("af_heart/2_0"), clip("af_heart/2_1")].concat();
    assert_eq!(listener.said(&twice), None);
}

#[test]
fn silence_noise_and_tones_are_something_else() {
    let mut listener = Listener::new();
    let mut state = 1u32;
    let noise: Vec<f32> = (0..48_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1u32 << 24) as f32 * 0.2 - 0.1
        })
        .collect();
    let tone: Vec<f32> = (0..48_000).map(|n| (n as f32 * 0.17).sin() * 0.3).collect();
    for samples in [vec![], vec![0.0; 48_000], vec![0.1; 100], noise, tone, vec![f32::NAN; 48_000]] {
        assert_eq!(listener.said(&samples), None);
        assert!(!listener.begins_with(&samples, ACTIVATION));
        // Even if a detector took all of it for speech.
        let speech = listener.models.speech(&clip("af_heart/0_0")).unwrap();
        let verdict = listener.models.phrase(&samples, &speech, &DOCUMENTED, &listener.english).unwrap();
        assert_eq!(verdict.said, None);
    }
}

#[test]
fn no_phrases_are_never_said() {
    let mut listener = Listener::new();
    let samples = clip("af_heart/2_0");
    let speech = listener.models.speech(&samples).unwrap();
    let none: [&str; 0] = [];
    assert_eq!(listener.models.phrase(&samples, &speech, &none, &listener.english).unwrap().said, None);
    assert!(listener.models.phrase(&samples, &speech, &["🦀"], &listener.english).is_err());
}

#[test]
fn a_recording_begins_with_what_it_begins_with() {
    let mut listener = Listener::new();
    for voice in ["af_heart", "am_michael"] {
        let recording = clip(&format!("{voice}/activation_0"));
        assert!(listener.begins_with(&recording, ACTIVATION), "{voice}");
        assert!(!listener.begins_with(&recording, DOCUMENTED[2]), "{voice}");
        assert!(!listener.begins_with(&clip(&format!("{voice}/free_1")), ACTIVATION), "{voice}");
        // The phrase alone will do; a part of it will not.
        assert!(listener.begins_with(&clip(&format!("{voice}/8_0")), DOCUMENTED[8]), "{voice}");
        assert!(!listener.begins_with(&recording[..40_000], ACTIVATION), "{voice}");
    }
}
