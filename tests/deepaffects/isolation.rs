//! Another tenant's speakers and requests are like those that are not there.

use serde_json::json;
use timbre_tests::{
    Developer, Product, Receiver, Reply,
    developer::{DELETE, ENROLL, IDENTIFY, IDENTIFY_LATER, LIST, VAD_LATER, content, with},
    reaching,
};

use super::{HEART, MICHAEL, some_speech};
use timbre_voices::wav;

/// What can be told of a reply, with the one name in place of the other.
fn told(reply: &Reply, name: &str) -> (u16, String) {
    (reply.status, reply.body.replace(name, "nobody"))
}

#[test]
fn another_tenants_speaker_answers_like_one_that_does_not_exist() {
    let product = Product::with(reaching());
    let (acme, other) = (Developer::of(&product, "acme"), Developer::of(&product, "other"));
    acme.enrolled("heart", &HEART.free(&[0, 1]));
    let recording = content(&HEART.says("other_0"));
    let calls: [&dyn Fn(&str) -> Reply; 4] = [
        &|speaker| other.get(ENROLL, &[("speakerId", speaker)]),
        &|speaker| other.ask(DELETE, &json!({"speakerId": speaker})),
        &|speaker| other.ask(IDENTIFY, &with(recording.clone(), "speakerIds", json!([speaker]))),
        &|speaker| {
            let query = [("webhook", "https://receiver.example/hook")];
            other.post(IDENTIFY_LATER[1], &query, &with(recording.clone(), "speakerIds", json!([speaker])))
        },
    ];
    for (number, call) in calls.iter().enumerate() {
        assert_eq!(told(&call("heart"), "heart"), told(&call("nobody"), "nobody"), "call {number}");
    }
    assert_eq!(acme.get(ENROLL, &[("speakerId", "heart")]).status, 200, "and is still there");
    let all = other.get(LIST, &[("getAllSpeakers", "true")]).json();
    assert_eq!(all, json!({"developer_id": "other", "enrolled_speaker_ids": []}));

    // The same name is another speaker at another tenant.
    other.enrolled("heart", &MICHAEL.free(&[0, 1]));
    let speech = with(content(&wav(&some_speech(HEART, 3))), "speakerIds", json!(["heart"]));
    let named = |who: &Developer| who.ask(IDENTIFY, &speech).json()["segments"][0]["speaker_id"].clone();
    assert_eq!((named(&acme), named(&other)), (json!("heart"), json!("UserNotIdentified")));
    assert_eq!(other.delete("heart").json(), json!({"message": "Success"}));
    assert_eq!(named(&acme), json!("heart"));
}

#[test]
fn another_tenants_request_answers_like_one_that_does_not_exist() {
    let product = Product::with(reaching());
    let (acme, other) = (Developer::of(&product, "acme"), Developer::of(&product, "other"));
    let receiver = Receiver::start();
    let recording = content(&HEART.says("other_0"));
    let job = acme.order(VAD_LATER, &receiver.url("/hook"), &recording);
    let unknown = "8bdd983a-c6bd-4159-982d-6a2471406d62";
    assert_eq!(told(&other.status(&job), &job), told(&other.status(unknown), unknown));
    assert_eq!(other.status(&job).status, 404);
    receiver.next();
    assert_eq!(acme.status(&job).json()["status"], "Completed");
    assert_eq!(told(&other.status(&job), &job), told(&other.status(unknown), unknown));

    // A request id that one tenant has used is free for another, and what it holds is another's business.
    let name = |who: &Developer, recording| {
        let query = [("webhook", receiver.url("/hook")), ("request_id", "mine".to_owned())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        who.post(VAD_LATER, &query, recording).status
    };
    assert_eq!(name(&acme, &recording), 202);
    assert_eq!(name(&other, &content(&MICHAEL.says("other_0"))), 202);
    let ends = [receiver.next(), receiver.next()].map(|message| message.json()["response"].clone());
    let seen = [&acme, &other].map(|who| who.status("mine").json()["response"]["response"].clone());
    assert!(seen[0] != seen[1] && ends.contains(&seen[0]) && ends.contains(&seen[1]), "{seen:?}");
}
