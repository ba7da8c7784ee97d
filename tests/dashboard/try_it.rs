//! [try-it] `/try` in Chromium, whose microphone is a voice that says the code which is shown.

use std::{fs, path::Path};

use serde_json::{Value, json};
use timbre_audio::SAMPLE_RATE;
use timbre_tests::{Administrator, Person, Product, Setup, Speaker, reaching, sound};
use timbre_voices::wav;

use super::{
    chromium::{Script, artefacts},
    visitor::Visitor,
};

/// The microphone takes a moment to be heard, and nobody presses a button in the middle of a word.
const BEFORE: f32 = 1.0;
const AFTER: f32 = 1.0;

/// With a tenant that `/try` calls as.
pub fn tried() -> Setup {
    Setup { tried: Some("demo"), ..reaching() }
}

/// Two people, each with a voice.
pub struct Voices {
    a: Person,
    b: Person,
    file: std::path::PathBuf,
}

impl Voices {
    /// What they say is heard by a microphone that is this file.
    pub fn heard_by(file: &Path) -> Self {
        let voices =
            Self { a: Person::english("af_heart"), b: Person::english("am_fenrir"), file: file.to_owned() };
        fs::write(&voices.file, wav(&sound::silence(BEFORE))).unwrap();
        voices
    }

    /// Answers a script until its last word, which it gives.
    pub fn speak_for(&self, script: &mut Script) -> Value {
        loop {
            let asked = script.hear();
            let Some(code) = asked["say"].as_str() else { return asked };
            let who = if asked["voice"] == "a" { &self.a } else { &self.b };
            let (before, after) = (sound::silence(BEFORE), sound::silence(AFTER));
            let samples = sound::joined(&[&before, &who.samples(code), &after]);
            fs::write(&self.file, wav(&samples)).unwrap();
            script.answer(&json!({"seconds": samples.len() as f32 / SAMPLE_RATE as f32}));
        }
    }
}

/// Two people who talk.
fn conversation() -> Vec<u8> {
    let pause = sound::silence(0.8);
    let said = [("af_heart", 2), ("am_michael", 2), ("af_heart", 3), ("am_michael", 3)];
    let said =
        said.map(|(who, take)| [Speaker(who).samples(&format!("free_{take}")), pause.clone()].concat());
    wav(&said.concat())
}

#[test]
fn somebody_is_enrolled_and_verified_through_the_page_and_another_voice_is_refused() {
    let product = Product::with(tried());
    let folder = tempfile::tempdir().unwrap();
    let [microphone, recording] = ["microphone.wav", "conversation.wav"].map(|name| folder.path().join(name));
    let voices = Voices::heard_by(&microphone);
    fs::write(&recording, conversation()).unwrap();
    let given = json!({
        "url": product.url,
        "microphone": microphone,
        "conversation": recording,
        "pictures": artefacts(),
    });
    let Some(mut script) = Script::start("try.mjs", given) else { return };
    let last = voices.speak_for(&mut script);
    script.is_right(&last);
}

#[test]
fn the_page_is_there_only_where_it_was_asked_for_and_listens_only_there() {
    let product = Product::start();
    Administrator::owner(&product);
    assert_eq!(Visitor::nobody(&product).get("/try").status, 404);
    let of_operators = Visitor::logged_in(&product, "owner@example.org").get("/dashboard/account");
    assert!(of_operators.headers["permissions-policy"].to_str().unwrap().contains("microphone=()"));

    let tried = Product::with(tried());
    let page = Visitor::nobody(&tried).get("/try");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.headers["permissions-policy"].to_str().unwrap().contains("microphone=(self)"));
    for other in ["/try/x", "/try/../dashboard/x"] {
        assert!(matches!(Visitor::nobody(&tried).get(other).status, 303 | 404), "{other}");
    }
    let missing = Visitor::nobody(&tried).get("/try/x").body;
    assert!(missing.contains(r#"<a href="/try">Back to /try</a>"#), "{missing}");
    assert!(!missing.contains("Go to the dashboard"), "{missing}");
    let mut closed = self::tried();
    closed.http.dashboard = false;
    let closed = Product::with(closed);
    for path in ["/dashboard", "/try"] {
        assert_eq!(Visitor::nobody(&closed).get(path).status, 404, "{path}");
    }
}
