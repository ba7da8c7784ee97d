//! What must not be found in the log, however talkative: keys, the queries of addresses, names of people.

use serde_json::json;
use timbre_tests::{
    Developer, Log, Product, Receiver,
    developer::{DIARIZE, ENROLL, IDENTIFY_LATER, LIST, STATUS, VAD_LATER, content, with},
    encoded, reaching, send,
};

use super::{HEART, until};

#[test]
fn no_key_no_query_and_no_name_is_in_the_log() {
    let log = Log::capture_everything();
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    acme.enrolled("ada_lovelace", &HEART.free(&[0, 1]));
    acme.get(ENROLL, &[("speakerId", "ada_lovelace")]);
    acme.get(LIST, &[]);
    let webhook = receiver.url("/hook/path-of-the-receiver?token=secret-of-the-receiver");
    receiver.answers("/hook/path-of-the-receiver", &[500]);
    let short = content(&HEART.says("other_0"));
    let asked = with(short.clone(), "speakerIds", json!(["ada_lovelace"]));
    let query = [("webhook", webhook.as_str()), ("request_id", "word-of-the-callers-own")];
    assert_eq!(acme.post(IDENTIFY_LATER[1], &query, &asked).status, 202);
    receiver.next_passing(&product, 10);
    receiver.next_passing(&product, 10);
    acme.get(STATUS, &[("request_id", "word-of-the-callers-own")]);
    // A recording that does not come, at once and as a job, and addresses that are refused.
    let gone = json!({"url": receiver.url("/gone/path-of-the-host?token=secret-of-the-host")});
    acme.ask(DIARIZE, &gone);
    acme.order(VAD_LATER, &webhook, &gone);
    receiver.next_passing(&product, 10);
    acme.post(VAD_LATER, &[("webhook", "http://10.0.0.1/?token=secret-of-the-refused")], &short);
    acme.post(VAD_LATER, &[("webhook", "file:///path-of-the-refused")], &short);
    // Keys that are none, routes that are none, and a body that breaks.
    acme.with_key("tbd_secret-of-nobody_secret-of-nobody").get(LIST, &[]);
    acme.get("/audio/generic/api/v9/secret-route", &[("token", "secret-of-no-route")]);
    let query = encoded(&[("apikey", acme.keys[0].as_str()), ("token", "secret-of-a-body")]);
    send(
        acme.bare(reqwest::Method::POST, &format!("{DIARIZE}?{query}"))
            .body("{\"content\": \"secret-of-a-body"),
    );
    until("it is logged", || log.text().contains("job ended") && log.text().contains("message sent"));

    let text = log.text();
    assert!(text.contains("request answered") && text.contains("speaker enrolled"), "the log is captured");
    for key in &acme.keys {
        let (public, secret) = key.rsplit_once('_').unwrap();
        assert!(!text.contains(secret), "the log holds a key's secret");
        assert!(!text.contains(public), "the log holds a key");
    }
    for what in [
        "apikey=",
        "secret-of",
        "path-of",
        "secret-route",
        "ada_lovelace",
        "word-of-the-callers-own",
        "whsec_",
    ] {
        let line = text.lines().find(|line| line.contains(what));
        assert!(line.is_none(), "the log holds {what}: {line:?}");
    }
}
