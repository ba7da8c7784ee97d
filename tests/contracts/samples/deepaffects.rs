//! DeepAffects' pages.

use serde_json::json;
use timbre_tests::{
    Developer, Product, Receiver, Speaker,
    developer::{
        DELETE, DIARIZE_LATER, ENROLL, ENROLL_V1, IDENTIFY, IDENTIFY_LATER, LIST, VAD_LATER, content, with,
    },
    reaching, sound,
};
use timbre_voices::wav;

use super::Replay;

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

/// Enough to be taken, too little to be complete.
fn some_speech() -> Vec<u8> {
    let mut samples = HEART.samples("free_2");
    samples.truncate(8 * 16_000);
    wav(&samples)
}

#[test]
fn the_pages_of_enrollment_are_answered_field_by_field() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    let mut page = Replay::of(include_str!("deepaffects-enrollment.json"));
    page.answer("enrolled", &acme.enroll("speaker1", &HEART.free(&[0, 1])));
    page.answer("too little speech", &acme.enroll("speaker2", &wav(&sound::silence(8.0))));
    page.answer("status", &acme.get(ENROLL, &[("speakerId", "speaker1")]));
    page.answer("list", &acme.get(LIST, &[]));
    page.answer("deleted", &acme.ask(DELETE, &json!({"speakerId": "speaker1"})));
    page.end();

    let mut page = Replay::of(include_str!("deepaffects-enrollment-v1.json"));
    let enroll = |recording: &[u8]| acme.ask(ENROLL_V1, &with(content(recording), "speakerId", "user1"));
    page.answer("taken", &enroll(&some_speech()));
    page.answer("complete", &enroll(&HEART.free(&[1])));
    page.answer("list", &acme.get(LIST, &[]));
    page.answer("deleted", &acme.delete("user1"));
    page.end();
}

#[test]
fn the_pages_of_conversations_are_answered_field_by_field() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    acme.enrolled("speaker1", &HEART.free(&[0, 1]));
    let mut page = Replay::of(include_str!("deepaffects-identification.json"));
    let asked = with(content(&HEART.free(&[3])), "speakerIds", json!(["speaker1"]));
    let hook = receiver.url("/hook");
    let later = |path: &str, body: &serde_json::Value| acme.post(path, &[("webhook", &hook)], body);
    page.answer("now", &acme.ask(IDENTIFY, &asked));
    page.answer("later", &later(IDENTIFY_LATER[1], &asked));
    page.told("webhook", receiver.next().json());
    page.end();

    let mut page = Replay::of(include_str!("deepaffects-other-pages.json"));
    page.answer("Invalid ApiKey", &acme.with_key("nobody").get(LIST, &[]));
    let both: Vec<f32> = [HEART, MICHAEL].iter().flat_map(|who| who.samples("free_3")).collect();
    let conversation = content(&wav(&both));
    let reply = later(DIARIZE_LATER[1], &conversation);
    page.told("diarization, webhook", receiver.next().json());
    page.answer("job status", &acme.status(reply.json()["request_id"].as_str().unwrap()));
    later(VAD_LATER, &conversation);
    page.told("speech, webhook", receiver.next().json());
    page.end();
}
