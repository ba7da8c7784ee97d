//! [try-it] `/try` in Chromium where something is in the way; and its words for what the domain decides.

use std::{collections::BTreeSet, fs};

use serde_json::json;
use timbre_domain::decision::{Failure, Refusal, SampleDecision};
use timbre_tests::{Application, Person, Product, Purpose::Verify, sound};
use timbre_voices::wav;

use super::{
    chromium::{Script, artefacts},
    try_it::tried,
};

const WORDS: &str = include_str!("../../crates/dashboard/assets/try-words.js");
/// More digits than any code has: enough speech without a code.
const AT_LENGTH: &str = "0653192847";

#[test]
fn whatever_is_in_the_way_is_said_in_a_sentence_and_the_page_leads_on() {
    let product = Product::with(tried());
    let folder = tempfile::tempdir().unwrap();
    let silence = folder.path().join("Silence.wav");
    fs::write(&silence, wav(&sound::silence(3.0))).unwrap();
    let given = json!({
        "url": product.url,
        "silence": silence,
        "folder": folder.path(),
        "pictures": artefacts(),
    });
    let Some(mut script) = Script::start("try-trouble.mjs", given) else { return };
    let last = loop {
        let said = script.hear();
        let (Some(key), Some(secret)) = (said["key"].as_str(), said["secret"].as_str()) else { break said };
        let user = locked(&Application::new(&product.url, key, secret));
        script.answer(&json!({"user": user}));
    };
    script.is_right(&last);
}

/// Somebody who is enrolled, and locked after another's voice.
fn locked(application: &Application) -> String {
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = application.enrolled("somebody else's", &heart);
    for _ in 0..5 {
        application.attempt(Verify, &user, Some(fenrir.says(AT_LENGTH)));
    }
    application.start(Verify, &user).is_fault(403, "USER_VOICE_LOCKED");
    user
}

/// What a table of the page's has words for.
fn known(table: &str) -> BTreeSet<&'static str> {
    let (_, rest) =
        WORDS.split_once(&format!("const {table} = {{\n")).unwrap_or_else(|| panic!("no {table}"));
    let (rows, _) = rest.split_once("\n};").unwrap();
    // What is further in goes on with the row before.
    let rows = rows.lines().filter_map(|line| line.strip_prefix("  ")).filter(|row| !row.starts_with(' '));
    rows.filter_map(|row| row.split_once(':')).map(|(name, _)| name).collect()
}

#[test]
fn the_page_has_words_for_each_decision_that_there_is_and_for_no_other() {
    let refusals = Refusal::ALL.iter().map(|refusal| refusal.name());
    let decisions: BTreeSet<_> = refusals.chain([SampleDecision::Ok.name()]).collect();
    assert_eq!(known("OF_A_RECORDING"), decisions);
    let failures: BTreeSet<_> = Failure::ALL.iter().map(|failure| failure.name()).collect();
    assert_eq!(known("OF_A_DIALOGUE"), failures);
    // By this beginning the page tells a voice that is refused from a sound that is not taken.
    let of_a_voice = |name: &str| name.starts_with("Voice");
    assert!(!decisions.iter().any(|name| of_a_voice(name)), "{decisions:?}");
    let judged = Failure::ALL.iter().filter(|failure| **failure != Failure::MaxTotalSqmFailuresExceeded);
    for failure in judged {
        assert!(of_a_voice(failure.name()), "{failure}");
    }
}
