//! Two real people, read sentences of LibriSpeech: fetched by `cargo xtask test`, kept below target/.

use std::path::Path;

use timbre_audio::{Limits, decode};
use timbre_tests::{
    Product,
    Purpose::{Enrol, Verify},
    Setup,
};
use timbre_voices::wav;

/// Two sentences of a person, one after the other.
fn sentences(person: u8, numbers: [u8; 2]) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/speech");
    assert!(folder.is_dir(), "the recordings are not there: run `cargo xtask test`");
    let mut joined = Vec::new();
    for number in numbers {
        let bytes = std::fs::read(folder.join(format!("spk{person}_snt{number}.wav"))).unwrap();
        joined.extend(decode(&bytes, &Limits::default()).unwrap().samples);
    }
    wav(&joined)
}

#[test]
fn a_real_person_is_enrolled_and_verified_and_another_is_not() {
    let product = Product::with({
        let mut setup = Setup::default();
        setup.policy.dialogue.enrol_codes = 2;
        setup
    });
    let acme = product.application("acme");
    for (person, other) in [(1, 2), (2, 1)] {
        let user = acme.user(&format!("reader {person}"));
        acme.attempt(Enrol, &user, None);
        let first = acme.attempt(Enrol, &user, Some(sentences(person, [1, 2])));
        assert_eq!(first.message(), "VALID_ATTEMPT", "{}", first.body);
        let second = acme.attempt(Enrol, &user, Some(sentences(person, [3, 4])));
        assert_eq!(second.message(), "AUDIO_ENROLLED_WITH_SUCCESS", "{}", second.body);
        let owner = acme.attempt(Verify, &user, Some(sentences(person, [5, 6])));
        assert_eq!(owner.message(), "AUDIO_RECOGNIZED_WITH_SUCCESS", "{}", owner.body);
        let impostor = acme.attempt(Verify, &user, Some(sentences(other, [5, 6])));
        assert_eq!(impostor.message(), "AUDIO_RECOGNITION_FAILED", "{}", impostor.body);
        // Somebody else's sentence in between is no sentence of theirs.
        let both = [decoded(person, 3), decoded(other, 3), decoded(person, 4), decoded(other, 4)].concat();
        let shared = acme.attempt(Verify, &user, Some(wav(&both)));
        assert_eq!(shared.text("reason"), "SeveralVoices", "{}", shared.body);
    }
}

fn decoded(person: u8, number: u8) -> Vec<f32> {
    let joined = decode(&sentences(person, [number, number]), &Limits::default()).unwrap().samples;
    joined[..joined.len() / 2].to_vec()
}
