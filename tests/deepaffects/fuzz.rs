//! Nonsense, in large numbers: whatever comes, the answer is in one of the contract's two shapes, and it is never a 500.

use reqwest::{Method, blocking::RequestBuilder};
use serde_json::{Value, json};
use timbre_tests::{
    Developer, Dice, Product, Setup,
    developer::{
        DELETE, DIARIZE, DIARIZE_LATER, ENROLL, ENROLL_V1, IDENTIFY, IDENTIFY_LATER, IDENTIFY_V1, LIST,
        STATUS, VAD_LATER, content, is_fault,
    },
    encoded, send,
};

use super::HEART;

/// Of each route, unless `TIMBRE_FUZZ` says how many.
const REQUESTS: usize = 150;

const VALUES: [&str; 16] = [
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "2.5",
    "\"\"",
    "\"en-US\"",
    "\"\\u0000\"",
    "[]",
    "[[]]",
    "[\"known\"]",
    "[\"known\", 7]",
    "{}",
    "\"known\"",
];

const FIELDS: [&str; 16] = [
    "content",
    "url",
    "encoding",
    "sampleRate",
    "languageCode",
    "speakerId",
    "speakerIds",
    "speakerCount",
    "speakers",
    "audioType",
    "doVad",
    "separateSpeakerPerChannel",
    "minNonSpeechDuration",
    "source",
    "vad",
    "more",
];

const BODIES: [&str; 10] = [
    "",
    "{}",
    "null",
    "[]",
    "{\"content\"",
    "{\"content\":\"\",\"content\":\"\"}",
    "{\"speakerId\":\"known\"}",
    "\u{feff}{}",
    "content=&speakerId=known",
    "{\"speakers\":1,\"speakerCount\":1,\"content\":\"\"}",
];

const QUERIES: [(&str, &str); 14] = [
    ("webhook", "https://receiver.example/hook"),
    ("webhook", "http://127.0.0.1/"),
    ("webhook", "\u{0}"),
    ("webhook", "http://[::1"),
    ("request_id", "known"),
    ("request_id", ""),
    ("request_id", "\u{0}\u{1}"),
    ("request_id", "' OR 1=1 --"),
    ("speakerId", "known"),
    ("speakerId", "%00"),
    ("getAllSpeakers", "TRUE"),
    ("getAllSpeakers", "[]"),
    ("apikey", ""),
    ("", ""),
];

/// A body with some of the documented fields, each with something in it.
fn fields(dice: &mut Dice, recording: &Value) -> String {
    let mut body = serde_json::Map::new();
    for _ in 0..dice.below(8) {
        let value = match dice.below(12) {
            0 => recording["content"].clone(),
            // Of base64 that ends anywhere.
            1 => {
                let text = recording["content"].as_str().unwrap();
                json!(text[..dice.below(3_000)])
            }
            2 => json!("http://10.0.0.1/call.wav"),
            _ => serde_json::from_str(dice.one_of(&VALUES)).unwrap_or_default(),
        };
        body.insert(dice.one_of(&FIELDS).to_owned(), value);
    }
    Value::from(body).to_string()
}

fn nonsense(
    acme: &Developer,
    method: &Method,
    path: &str,
    dice: &mut Dice,
    recording: &Value,
) -> RequestBuilder {
    let key = match dice.below(12) {
        0 => "_".repeat(dice.below(3_000)),
        1 => String::new(),
        _ => acme.keys[dice.below(2)].clone(),
    };
    let mut query = encoded(&[("apikey", key.as_str())]);
    for _ in 0..dice.below(4) {
        query = format!("{query}&{}", encoded(&[QUERIES[dice.below(QUERIES.len())]]));
    }
    if dice.below(10) == 0 {
        query += dice.one_of(&["&%ff=%fe", "&&&=", "&%", "&webhook", "&apikey[]=1"]);
    }
    let method = if dice.below(10) == 0 { Method::PATCH } else { method.clone() };
    let request = acme.bare(method, &format!("{path}?{query}"));
    let request =
        request.header("content-type", dice.one_of(&["application/json", "text/html", "/", "audio/wav"]));
    match dice.below(6) {
        0 => request.body(dice.bytes(300)),
        1 => request.body("[".repeat(20_000)),
        2 => request.body(dice.one_of(&BODIES).to_owned()),
        _ => request.body(fields(dice, recording)),
    }
}

#[test]
fn nonsense_for_each_route_is_answered_in_the_contracts_shape_and_never_with_500() {
    // Jobs stay where they are: what they would say of nonsense is the contract test's.
    let mut setup = Setup::default();
    setup.jobs.embedded = false;
    setup.jobs.max_open = 20;
    let product = Product::with(setup);
    let acme = Developer::of(&product, "acme");
    acme.enrolled("known", &HEART.free(&[0, 1]));
    let recording = content(&HEART.says("other_0"));
    let requests = std::env::var("TIMBRE_FUZZ").map_or(REQUESTS, |number| number.parse().unwrap());
    let gets = [ENROLL, LIST, STATUS].map(|path| (Method::GET, path));
    let posts = [ENROLL, ENROLL_V1, DELETE, IDENTIFY, IDENTIFY_V1, DIARIZE, VAD_LATER];
    let posts = posts.into_iter().chain(IDENTIFY_LATER).chain(DIARIZE_LATER).map(|path| (Method::POST, path));
    let routes: Vec<_> = gets.into_iter().chain(posts).collect();
    let mut faults = 0;
    for (place, (method, path)) in routes.iter().enumerate() {
        let mut dice = Dice(place as u64);
        for number in 0..requests {
            let reply = send(nonsense(&acme, method, path, &mut dice, &recording));
            let told = format!("{method} {path}, number {number}: {} {}", reply.status, reply.body);
            let queued = reply.status == 503 && reply.json()["type"] == "queued";
            assert!(reply.status < 500 || queued, "{told}");
            assert_eq!(reply.headers["content-type"], "application/json", "{told}");
            if reply.status >= 400 {
                faults += 1;
                assert!(is_fault(&reply.json()), "{told}");
            }
        }
    }
    timbre_tests::found(
        &json!({"requests": requests * routes.len(), "routes": routes.len(), "faults": faults}),
    );
}
