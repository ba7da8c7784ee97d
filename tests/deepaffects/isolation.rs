//! Names are a tenant's own. That another tenant's are like none: tests/isolation.rs.

use serde_json::json;
use timbre_tests::{
    Developer, Product, Receiver,
    developer::{IDENTIFY, VAD_LATER, content, with},
    reaching,
};

use super::{HEART, MICHAEL, some_speech};
use timbre_voices::wav;

#[test]
fn the_same_name_is_another_speaker_at_another_tenant() {
    let product = Product::with(reaching());
    let (acme, other) = (Developer::of(&product, "acme"), Developer::of(&product, "other"));
    acme.enrolled("heart", &HEART.free(&[0, 1]));
    other.enrolled("heart", &MICHAEL.free(&[0, 1]));
    let speech = with(content(&wav(&some_speech(HEART, 3))), "speakerIds", json!(["heart"]));
    let named = |who: &Developer| who.ask(IDENTIFY, &speech).json()["segments"][0]["speaker_id"].clone();
    assert_eq!((named(&acme), named(&other)), (json!("heart"), json!("UserNotIdentified")));
    assert_eq!(other.delete("heart").json(), json!({"message": "Success"}));
    assert_eq!(named(&acme), json!("heart"));
}

#[test]
fn a_request_id_that_one_tenant_has_used_is_free_for_another() {
    let product = Product::with(reaching());
    let (acme, other) = (Developer::of(&product, "acme"), Developer::of(&product, "other"));
    let receiver = Receiver::start();
    let recording = content(&HEART.says("other_0"));
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
