//! Parameters and fields that are not as they should be.

use reqwest::Method;
use serde_json::{Value, json};
use timbre_tests::{
    Developer, Reply, Speaker, Table,
    developer::{
        DELETE, DIARIZE, DIARIZE_LATER, ENROLL, ENROLL_V1, IDENTIFY, IDENTIFY_LATER, IDENTIFY_V1, LIST,
        STATUS, VAD_LATER, content, params_invalid, refused, with,
    },
    send,
};

const PUBLIC: &str = "https://receiver.example/hook?token=7";
const ID: &str = "speakerId should match [a-zA-Z0-9_]+ and have at most 128 characters";
const IDS: &str = "speakerIds should match [a-zA-Z0-9_]+ and have at most 128 characters each";

fn words(operation: &str, text: &str) -> Value {
    params_invalid(&format!("Error in {operation}: {text}"))
}

/// A body that does not read: the text goes on with where.
fn unread(table: &mut Table, operation: &str, reply: &Reply, body: &str) {
    let text = reply.json()["fault"]["fault_string"].as_str().unwrap_or_default().to_owned();
    let begins = text.starts_with(&format!("Error in {operation}: body is not the documented JSON (line "));
    table.json(operation, body, reply, 400, &params_invalid(&text));
    table.holds(operation, body, begins, &reply.body);
}

/// Recordings that are none, wherever one is sent at once.
fn no_recordings() -> [(Vec<u8>, &'static str); 3] {
    [
        (Vec::new(), "the recording is empty"),
        (b"no recording".to_vec(), "this is not a recording in a format we know"),
        (
            Speaker("af_heart").says("other_0")[..2_000].to_vec(),
            "the recording ends before its header says it should",
        ),
    ]
}

pub(super) fn speakers(table: &mut Table, acme: &Developer) {
    let good = with(content(b"no recording"), "speakerId", "ada");
    for path in [ENROLL, ENROLL_V1] {
        let mut case = |case: &str, body: Value, text: &str| {
            table.json(path, case, &acme.ask(path, &body), 400, &words("enroll", text));
        };
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove("speakerId");
        case("no id", without, "speakerId should be passed");
        for id in ["", "a b", "ada-1", "é", "a/b", &"a".repeat(129)] {
            case(id, with(good.clone(), "speakerId", id), ID);
        }
        case("no content", json!({"speakerId": "ada"}), "content should be passed");
        let url = json!({"speakerId": "ada", "url": PUBLIC});
        case("only a url, which is not documented here", url, "content should be passed");
        for broken in ["%", "AAA", "UklGRg=", "UklGRg==="] {
            case("no base64", with(good.clone(), "content", broken), "content is not base64");
        }
        for code in ["english", "e", "en-USA1", ""] {
            let text = "languageCode should be a language and a country, as in en-US";
            case(code, with(good.clone(), "languageCode", code), text);
        }
        for body in [
            "",
            "{",
            "[]",
            "7",
            r#"{"content": 7, "speakerId": "ada"}"#,
            r#"{"content": "", "speakerId": ["ada"]}"#,
            r#"{"content": "", "speakerId": "ada", "sampleRate": "8000"}"#,
            r#"{"content": "", "speakerId": "ada", "encoding": 1}"#,
            r#"{"content": "", "speakerId": "ada", "languageCode": {}}"#,
        ] {
            let reply = send(acme.request(Method::POST, path, &[]).body(body));
            unread(table, "enroll", &reply, body);
        }
        for (recording, text) in no_recordings() {
            let reply = acme.ask(path, &with(content(&recording), "speakerId", "ada"));
            let text = format!("Error in enroll: Audio cannot be used: {text}");
            table.json(path, &text, &reply, 400, &refused(&text));
        }
        let huge = with(content(&vec![7; 16_777_217]), "speakerId", "ada");
        let text = "content is larger than 16777216 bytes";
        table.json(path, text, &acme.ask(path, &huge), 400, &words("enroll", text));
    }
    table.json(
        ENROLL,
        "status, no id",
        &acme.get(ENROLL, &[]),
        400,
        &words("status", "speakerId should be passed"),
    );
    table.json(
        ENROLL,
        "status, bad id",
        &acme.get(ENROLL, &[("speakerId", "a b")]),
        400,
        &words("status", ID),
    );
    let list = acme.get(LIST, &[("getAllSpeakers", "perhaps")]);
    let text = "getAllSpeakers should be true or false";
    table.json(LIST, text, &list, 400, &words("get_enrolled_speakers", text));
    table.json(
        DELETE,
        "no id",
        &acme.ask(DELETE, &json!({})),
        400,
        &words("delete", "speakerId should be passed"),
    );
    table.json(DELETE, "bad id", &acme.delete("a b"), 400, &words("delete", ID));
    for body in ["", "[]", r#"{"speakerId": 7}"#] {
        unread(table, "delete", &send(acme.request(Method::POST, DELETE, &[]).body(body)), body);
    }
    let long = with(json!({"speakerId": "ada"}), "more", "m".repeat(300_000));
    table.json(DELETE, "too large", &acme.ask(DELETE, &long), 400, &words("delete", "body is too large"));
    let text = "request_id should be passed";
    table.json(STATUS, text, &acme.get(STATUS, &[]), 400, &words("status", text));
}

/// The fields of conversations, at once and later.
pub(super) fn conversations(table: &mut Table, waiting: &Developer) {
    let now = [(IDENTIFY, "identify"), (IDENTIFY_V1, "identify"), (DIARIZE, "diarize")];
    let later = IDENTIFY_LATER.map(|path| (path, "identify")).into_iter();
    let later = later.chain(DIARIZE_LATER.map(|path| (path, "diarize"))).chain([(VAD_LATER, "vad")]);
    let later: Vec<_> = later.collect();
    for (path, operation) in now.into_iter().chain(later.clone()) {
        let is_later = later.contains(&(path, operation));
        let query: &[(&str, &str)] = if is_later { &[("webhook", PUBLIC)] } else { &[] };
        let ask = |body: &Value| waiting.post(path, query, body);
        let good = with(content(b"no recording"), "speakerIds", json!(["ada"]));
        let one = "Exactly one of url and content should be passed";
        let neither = json!({"speakerIds": ["ada"], "encoding": "Wave"});
        table.json(path, "neither", &ask(&neither), 400, &words(operation, one));
        table.json(path, "both", &ask(&with(good.clone(), "url", PUBLIC)), 400, &words(operation, one));
        let mut case = |case: &str, field: &str, value: Value, text: &str| {
            table.json(path, case, &ask(&with(good.clone(), field, value)), 400, &words(operation, text));
        };
        case("no base64", "content", json!("%"), "content is not base64");
        let text = "languageCode should be a language and a country, as in en-US";
        case("a language", "languageCode", json!("english"), text);
        for id in ["", "a b", "ada-1"] {
            case(id, "speakerIds", json!(["ada", id]), IDS);
        }
        let many: Vec<String> = (0..1_001).map(|n| format!("speaker{n}")).collect();
        case("1,001 ids", "speakerIds", json!(many), "speakerIds should be at most 1000");
        for count in [0, -2, 101] {
            case("a count", "speakerCount", json!(count), "speakerCount should be -1, or 1 to 100");
            case("an old count", "speakers", json!(count), "speakerCount should be -1, or 1 to 100");
        }
        for pause in [-0.5, 3_600.5] {
            case("a pause", "minNonSpeechDuration", json!(pause), "minNonSpeechDuration should be 0 to 3600");
        }
        if operation == "identify" {
            let text = "speakerIds should name at least one speaker";
            case("nobody", "speakerIds", json!([]), text);
            case("null", "speakerIds", Value::Null, text);
        }
        for (field, value) in [
            ("speakerIds", json!("ada")),
            ("speakerIds", json!([7])),
            ("speakerCount", json!("2")),
            ("doVad", json!("true")),
            ("separateSpeakerPerChannel", json!(1)),
            ("minNonSpeechDuration", json!("1")),
            ("url", json!(7)),
        ] {
            unread(table, operation, &ask(&with(good.clone(), field, value)), field);
        }
        // Where speech is looked for, whose it is is not asked.
        if path != VAD_LATER {
            let unknown = refused(&format!("Error in {operation}: Speaker ada is not enrolled"));
            table.json(path, "an unknown speaker", &ask(&good), 400, &unknown);
        }
        let text = "content is larger than 16777216 bytes; use url for larger audio";
        let huge = with(good.clone(), "content", content(&vec![7; 16_777_217])["content"].clone());
        if path == IDENTIFY || path == VAD_LATER {
            table.json(path, text, &ask(&huge), 400, &words(operation, text));
        }
    }
    for (recording, text) in no_recordings() {
        let text = format!("Error in diarize: Audio cannot be used: {text}");
        table.json(DIARIZE, &text, &waiting.ask(DIARIZE, &content(&recording)), 400, &refused(&text));
    }
}

/// Addresses that are refused, and a request id that is.
pub(super) fn addresses(table: &mut Table, waiting: &Developer) {
    let body = content(b"no recording");
    let ask = |query: &[(&str, &str)]| waiting.post(VAD_LATER, query, &body);
    let missing = words("vad", "webhook should be passed");
    table.json(VAD_LATER, "no webhook", &ask(&[]), 400, &missing);
    table.json(VAD_LATER, "an empty webhook", &ask(&[("webhook", "")]), 400, &missing);
    for id in ["a".repeat(256), "a\nb".to_owned()] {
        let text = "request_id should have at most 255 characters, none of them a control character";
        let reply = ask(&[("webhook", PUBLIC), ("request_id", &id)]);
        table.json(VAD_LATER, text, &reply, 400, &words("vad", text));
    }
    for (address, why) in [
        ("http://localhost/hook", "localhost:80 is not a public address"),
        ("http://localhost:8080/hook?token=secret", "localhost:8080 is not a public address"),
        ("http://127.0.0.1:9/", "127.0.0.1:9 is not a public address"),
        ("http://127.1/", "127.0.0.1:80 is not a public address"),
        ("https://10.0.0.7/hook", "10.0.0.7:443 is not a public address"),
        ("https://192.168.0.1/hook", "192.168.0.1:443 is not a public address"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254:80 is not a public address"),
        ("http://[::1]/", "[::1]:80 is not a public address"),
        ("http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]:80 is not a public address"),
        ("file:///etc/passwd", "a URL must begin with http:// or https://"),
        ("ftp://receiver.example/", "a URL must begin with http:// or https://"),
    ] {
        let text = format!("webhook cannot be used: {why}");
        table.json(VAD_LATER, address, &ask(&[("webhook", address)]), 400, &words("vad", &text));
        let text = format!("url cannot be used: {why}");
        let later = waiting.post(VAD_LATER, &[("webhook", PUBLIC)], &json!({"url": address}));
        table.json(VAD_LATER, address, &later, 400, &words("vad", &text));
        let now = waiting.ask(DIARIZE, &json!({"url": address}));
        table.json(DIARIZE, address, &now, 400, &words("diarize", &text));
    }
    for address in ["receiver", "http://", "http:///", "//receiver.example/"] {
        let reply = ask(&[("webhook", address)]);
        let text = reply.json()["fault"]["fault_string"].as_str().unwrap_or_default().to_owned();
        table.json(VAD_LATER, address, &reply, 400, &params_invalid(&text));
        let told = text.starts_with("Error in vad: webhook cannot be used: ");
        table.holds(VAD_LATER, address, told, &reply.body);
    }
}
