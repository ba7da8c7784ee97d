//! Where a user stands, and how to begin anew.

use serde_json::json;
use timbre_tests::{
    Person, Product,
    Purpose::{Enrol, Verify},
    Setup, VERIFIED, said, send, submitted,
};

#[test]
fn a_pending_dialogue_is_found_without_the_cookie_and_its_code_can_be_spoken() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let pending = format!("/api/1.0/users/{user}/voice/is-pending");
    acme.get(&pending).is_outcome(r#"{"status":true}"#);
    let start = acme.start(Enrol, &user);
    let shown = |reply: &timbre_tests::Reply| (reply.text("dialogueId"), reply.code());
    let found = acme.with_an_empty_jar().get(&pending);
    assert_eq!(shown(&found), shown(&start));

    // A code whose time is over is replaced: what is shown can be spoken.
    product.clock.pass(121);
    let renewed = acme.get(&pending);
    assert_eq!(renewed.text("dialogueId"), start.text("dialogueId"));
    assert_ne!(renewed.code(), start.code());
    let reply = acme.speak(Enrol, &user, heart.says(&renewed.code()));
    reply.is_outcome(&submitted(&reply.code(), "OK"));
    product.clock.pass(900);
    acme.get(&pending).is_outcome(r#"{"status":true}"#);

    let id = acme.attempt(Enrol, &user, None).text("enrollmentId");
    acme.get(&pending).is_outcome(&format!(r#"{{"status":true,"data":{{"enrollmentId":"{id}"}}}}"#));
}

#[test]
fn restarting_puts_the_dialogue_aside_and_unlocks_nobody() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);
    let restart = format!("/api/1.1/users/{user}/restart-state");
    acme.get(&restart).is_outcome(&said("STATE_RESTARTED_WITH_SUCCESS"));
    let start = acme.start(Verify, &user);
    acme.get(&restart).is_outcome(&said("STATE_RESTARTED_WITH_SUCCESS"));
    acme.get(&format!("/api/1.0/users/{user}/voice/is-pending")).is_outcome(r#"{"status":true}"#);
    let next = acme.speak(Verify, &user, heart.says(&start.code()));
    assert_eq!(next.message(), "DIALOGUE_STARTED_WITH_SUCCESS");
    acme.with_an_empty_jar().converse(Verify, &user, &heart).is_outcome(VERIFIED);

    for _ in 0..5 {
        acme.with_an_empty_jar().converse(Verify, &user, &fenrir);
    }
    acme.get(&restart).is_outcome(&said("STATE_RESTARTED_WITH_SUCCESS"));
    acme.start(Verify, &user).is_fault(403, "USER_VOICE_LOCKED");
}

#[test]
fn the_status_says_which_engines_know_the_user() {
    let product = Product::start();
    let acme = product.application("acme");
    let (new, known) = (acme.user("7"), acme.enrolled("8", &Person::english("af_heart")));
    let mut engines = Vec::new();
    for (user, enrolled) in [(&new, false), (&known, true)] {
        let reply = acme.get(&format!("/api/1.1/users/{user}/enroll/status"));
        let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        let id = body["data"][0]["engines_oid"].as_str().unwrap().to_owned();
        assert_eq!(id.len(), 24);
        reply.is_outcome(&format!(
            r#"{{"status":true,"data":[{{"engines_oid":"{id}","type":"voice","enrolled":{enrolled}}}]}}"#
        ));
        engines.push(id);
    }
    assert_eq!(engines[0], engines[1], "the engine is the tenant's, whoever the user is");
    let silent = product.application_without_voice("silent");
    let user = silent.user("7");
    silent.get(&format!("/api/1.1/users/{user}/enroll/status")).is_outcome(r#"{"status":true,"data":[]}"#);
}

#[test]
fn a_user_is_found_by_device_in_a_body_or_in_the_query() {
    let product = Product::start();
    let (acme, other) = (product.application("acme"), product.application("other"));
    let path = "/api/1.0/users/find-by-address";
    let device = json!({ "mac_address": "00:0a:95:9d:68:16" });
    let user = send(acme.post("/api/1.0/users").json(&device)).text("id");
    let found = format!(
        r#"{{"status":true,"data":{{"message":"USER_ALREADY_REGISTERED_ON_THIS_DEVICE","id":"{user}"}}}}"#
    );
    let get = |application: &timbre_tests::Application, query: &str| {
        application.request(reqwest::Method::GET, &format!("{path}{query}"))
    };
    send(get(&acme, "").json(&device)).is_outcome(&found);
    send(get(&acme, "?mac_address=00:0A:95:9D:68:16")).is_outcome(&found);
    send(get(&acme, "?mac_address=00:00:00:00:00:00")).is_outcome(&said("DEVICE_NOT_ASSOCIATED_TO_USER"));
    send(get(&other, "").json(&device)).is_outcome(&said("DEVICE_NOT_ASSOCIATED_TO_USER"));
    send(get(&acme, "")).is_fault(400, "INVALID_PARAMETERS");
}

#[test]
fn the_languages_are_those_of_the_configuration() {
    let product = Product::start();
    let acme = product.application("acme");
    acme.get("/api/1.0/languages").is_outcome(
        r#"{"status":true,"data":[{"code":"en","name":"English"},{"code":"pt","name":"Português (Brasil)"}]}"#,
    );
}

#[test]
fn with_the_policy_for_it_a_call_without_the_cookie_goes_on_with_the_open_dialogue() {
    let product = Product::with({
        let mut setup = Setup::default();
        setup.policy.dialogue.resume_without_cookie = true;
        setup
    });
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let start = acme.start(Enrol, &user);
    let reply = acme.with_an_empty_jar().speak(Enrol, &user, heart.says(&start.code()));
    reply.is_outcome(&submitted(&reply.code(), "OK"));
    // Another purpose or another language is another dialogue.
    let other = acme.with_an_empty_jar().start_in("pt", Enrol, &user);
    assert_eq!(other.message(), "DIALOGUE_STARTED_WITH_SUCCESS");
}
