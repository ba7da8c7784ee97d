//! The README's pictures, taken at a product with something to show: `cargo xtask pictures`.

use std::{env, path::PathBuf};

use serde_json::json;
use timbre_tests::{PASSWORD, Person, Purpose::Verify};

use super::{
    chromium::Script,
    furnished::{Furnished, OWNER, below},
    try_it::{Voices, tried},
};

const VERIFICATIONS: usize = 120;

#[test]
#[ignore = "it changes files that are committed: cargo xtask pictures"]
fn of_what_the_readme_shows() {
    let folder = PathBuf::from(env::var_os("TIMBRE_PICTURES").expect("where the pictures go"));
    let furnished = Furnished::over(tried());
    something_happens(&furnished);
    let microphones = tempfile::tempdir().unwrap();
    let microphone = microphones.path().join("microphone.wav");
    let voices = Voices::heard_by(&microphone);
    let given = json!({
        "url": furnished.product.url,
        "email": OWNER,
        "password": PASSWORD,
        "dialogue": below(furnished.acme.tenant, &format!("/dialogues/{}", furnished.verified)),
        "microphone": microphone,
        "pictures": folder,
    });
    let mut script = Script::start("pictures.mjs", given).expect("there is no Chromium");
    let last = voices.speak_for(&mut script);
    script.is_right(&last);
}

/// A chart of nothing shows nothing: people come and go for a while, most of them who they say they are.
fn something_happens(furnished: &Furnished) {
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    for number in 0..VERIFICATIONS {
        let who = if number % 8 == 7 { &fenrir } else { &heart };
        furnished.application.converse(Verify, &furnished.person, who);
        timbre_telemetry::remember();
    }
}
