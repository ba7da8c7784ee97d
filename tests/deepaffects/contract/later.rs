//! Conversations as jobs: the acknowledgement, the webhook, and the status.

use serde_json::{Value, json};
use timbre_tests::{
    Developer, Product, Receiver, Table,
    developer::{
        DIARIZE_LATER, IDENTIFY_LATER, STATUS, VAD_LATER, content, gateway, params_invalid, refused, with,
    },
    sound,
    table::fits_json,
};
use timbre_voices::wav;

use super::segments_of;
use crate::deepaffects::{HEART, MICHAEL, some_speech};

const PUBLIC: &str = "https://receiver.example/hook";

/// Asks, and checks the acknowledgement, the webhook, and what the status says then. Gives what the webhook holds.
fn job(
    table: &mut Table,
    acme: &Developer,
    receiver: &Receiver,
    of: (&str, &str),
    body: &Value,
    wanted: &Value,
) -> Value {
    let (path, case) = of;
    let reply = acme.post(path, &[("webhook", &receiver.url("/hook?token=7"))], body);
    table.json(path, case, &reply, 202, &json!({"request_id": "<uuid>", "api": path}));
    let message = receiver.next();
    let told = message.json();
    let id = reply.json()["request_id"].clone();
    let same = told["request_id"] == id && message.path == "/hook?token=7";
    table.holds(path, &format!("{case}: the webhook is about it"), same, &message.body);
    let as_it_should =
        fits_json(&told["response"], wanted) && told.as_object().is_some_and(|told| told.len() == 2);
    table.holds(path, &format!("{case}: the webhook"), as_it_should, &message.body);
    let json = message.header("content-type") == "application/json";
    table.holds(path, &format!("{case}: the webhook's type"), json, message.header("content-type"));
    let status = acme.status(id.as_str().unwrap());
    let word = if told["response"]["fault"].is_object() { "Failed" } else { "Completed" };
    table.json(STATUS, case, &status, 200, &json!({"status": word, "response": told}));
    told["response"].clone()
}

pub(super) fn acknowledged(table: &mut Table, acme: &Developer, receiver: &Receiver) {
    let asked = with(content(&wav(&some_speech(HEART, 3))), "speakerIds", json!(["heart", "michael"]));
    for path in IDENTIFY_LATER {
        let heart = json!({"segments": segments_of("heart")});
        job(table, acme, receiver, (path, "a request id of ours"), &asked, &heart);
    }
    let stranger = with(asked, "speakerIds", json!(["michael"]));
    let nobody = json!({"segments": segments_of("UserNotIdentified")});
    job(table, acme, receiver, (IDENTIFY_LATER[1], "nobody of them"), &stranger, &nobody);
    // A word of the caller's own is given back unchanged.
    for (path, word) in [
        (IDENTIFY_LATER[1], "8bdd983a-c6bd-4159-982d-6a2471406d62"),
        (VAD_LATER, "call 7/ä&=?"),
        (DIARIZE_LATER[1], "7"),
    ] {
        let body = with(content(&HEART.says("other_0")), "speakerIds", json!(["heart"]));
        let query = [("webhook", receiver.url("/hook")), ("request_id", word.to_owned())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let reply = acme.post(path, &query, &body);
        table.json(path, "a request id", &reply, 202, &json!({"request_id": word, "api": path}));
        let told = receiver.next();
        table.holds(path, "a request id, the webhook", told.json()["request_id"] == word, &told.body);
        let done = acme.status(word);
        table.json(
            STATUS,
            "a request id",
            &done,
            200,
            &json!({"status": "Completed", "response": told.json()}),
        );
    }
    let unknown = gateway("com.deepaffects.NotFound", "Unknown request");
    for id in ["8bdd983a-c6bd-4159-982d-000000000000", "", "nonsense"] {
        table.json(STATUS, "an unknown id", &acme.status(id), 404, &unknown);
    }
}

pub(super) fn diarized(table: &mut Table, acme: &Developer, receiver: &Receiver) {
    let body = content(&HEART.says("other_0"));
    for path in DIARIZE_LATER {
        let one = json!({"num_speakers": 1, "segments": segments_of("0")});
        job(
            table,
            acme,
            receiver,
            (path, "not known how many"),
            &with(body.clone(), "speakerCount", -1),
            &one,
        );
        let told = json!({"segments": segments_of("0")});
        job(table, acme, receiver, (path, "known how many"), &with(body.clone(), "speakerCount", 1), &told);
    }
    let path = DIARIZE_LATER[1];
    let only = json!({"num_speakers": 1, "segments": segments_of("0")});
    job(table, acme, receiver, (path, "doVad"), &with(body.clone(), "doVad", true), &only);
    // Two people, each on a channel: the second begins when the first is done.
    let (left, right) = (HEART.samples("other_0"), MICHAEL.samples("other_1"));
    let later = sound::joined(&[&sound::silence(left.len() as f32 / 16_000.0), &right]);
    let stereo = with(content(&sound::stereo(&left, &later)), "separateSpeakerPerChannel", true);
    let each = json!({"num_speakers": 2, "segments": [
        {"speaker_id": "0", "start": "<seconds>", "end": "<seconds>"},
        {"speaker_id": "1", "start": "<seconds>", "end": "<seconds>"},
    ]});
    let found = job(table, acme, receiver, (path, "separateSpeakerPerChannel"), &stereo, &each);
    let (end, start) = (found["segments"][0]["end"].as_f64(), found["segments"][1]["start"].as_f64());
    table.holds(path, "one after the other", end <= start, &found);
    let known = with(content(&wav(&some_speech(HEART, 3))), "speakerIds", json!(["heart"]));
    let named = json!({"num_speakers": 1, "segments": segments_of("heart")});
    job(table, acme, receiver, (path, "speakerIds"), &known, &named);
    let hosted = receiver.hosts("/call.wav", HEART.says("other_0"), true);
    job(table, acme, receiver, (path, "a url"), &json!({"url": hosted, "encoding": "wav"}), &only);
    let raw = receiver.hosts("/call.raw", sound::linear16(&HEART.samples("other_0")), true);
    let raw = json!({"url": raw, "encoding": "LINEAR16", "sampleRate": 16000});
    job(table, acme, receiver, (path, "a url of bare samples"), &raw, &only);
}

pub(super) fn speech(table: &mut Table, acme: &Developer, receiver: &Receiver) {
    let (first, second) = (HEART.samples("2_0"), HEART.samples("2_1"));
    let body = content(&wav(&sound::joined(&[&first, &sound::silence(2.0), &second])));
    let tagged = json!({"tag": "speech", "start": "<seconds>", "end": "<seconds>"});
    let each = json!({"segments": ["<each>", tagged]});
    let found = job(table, acme, receiver, (VAD_LATER, "every pause"), &body, &each);
    let several = found["segments"].as_array().is_some_and(|segments| segments.len() >= 2);
    table.holds(VAD_LATER, "a pause of two seconds is one", several, &found);
    let long = with(body, "minNonSpeechDuration", 3.5);
    job(table, acme, receiver, (VAD_LATER, "minNonSpeechDuration"), &long, &json!({"segments": [tagged]}));
    let silence = content(&wav(&sound::silence(3.0)));
    job(table, acme, receiver, (VAD_LATER, "silence"), &silence, &json!({"segments": []}));
}

pub(super) fn failed(table: &mut Table, acme: &Developer, receiver: &Receiver) {
    let unread = "Audio cannot be used: this is not a recording in a format we know";
    let operations = [(IDENTIFY_LATER[1], "identify"), (DIARIZE_LATER[1], "diarize"), (VAD_LATER, "vad")];
    for (path, operation) in operations {
        let body = with(content(b"no recording"), "speakerIds", json!(["heart"]));
        let told = refused(&format!("Error in {operation}: {unread}"));
        job(table, acme, receiver, (path, "no recording"), &body, &told);
    }
    let gone = json!({"url": receiver.url("/gone.wav?token=7")});
    let place = receiver.url("").replace("http://", "");
    let told = refused(&format!("Error in vad: url cannot be fetched: {place} answered with status 404"));
    job(table, acme, receiver, (VAD_LATER, "a url with nothing behind it"), &gone, &told);
    for (speaker, text) in [
        ("nobody", "Speaker nobody is not enrolled"),
        ("little", "Enrollment of speaker little is not complete"),
    ] {
        let body = with(content(&HEART.says("other_0")), "speakerIds", json!(["heart", speaker]));
        let reply = acme.post(IDENTIFY_LATER[1], &[("webhook", &receiver.url("/hook"))], &body);
        table.json(IDENTIFY_LATER[1], speaker, &reply, 400, &refused(&format!("Error in identify: {text}")));
    }
}

/// A job that nobody has taken up, and one that was cancelled.
pub(super) fn asked_after(table: &mut Table, idle: &Product, waiting: &Developer) {
    let id = waiting.order(VAD_LATER, PUBLIC, &content(b"no recording"));
    let running = json!({"status": "Running", "response": {
        "request_id": "<uuid>", "progress": {"heard_seconds": "<seconds>", "total_seconds": null},
    }});
    table.json(STATUS, "running", &waiting.status(&id), 200, &running);
    idle.block_on(async {
        let tenant = idle.engine.tenant_for_operator("acme").await.unwrap();
        idle.engine.cancel_job(&tenant, &id).await.unwrap();
    });
    let fault = json!({"fault": {
        "detail": {"error_code": "com.deepaffects.Cancelled"}, "fault_string": "Error in vad: Cancelled",
    }});
    let cancelled = json!({"status": "Failed", "response": {"request_id": id, "response": fault}});
    table.json(STATUS, "cancelled", &waiting.status(&id), 200, &cancelled);
}

/// The same request under the same request id is one job.
pub(super) fn repeated(table: &mut Table, idle: &Product, waiting: &Developer) {
    let query = |webhook| [("webhook", webhook), ("request_id", "once")];
    let body = content(&HEART.says("other_0"));
    let jobs = || {
        idle.block_on(async {
            let tenant = idle.engine.tenant_for_operator("acme").await.unwrap();
            idle.engine.latest_jobs(&tenant, 100).await.unwrap().len()
        })
    };
    let before = jobs();
    let ack = json!({"request_id": "once", "api": VAD_LATER});
    for _ in 0..3 {
        table.json(VAD_LATER, "the same request", &waiting.post(VAD_LATER, &query(PUBLIC), &body), 202, &ack);
    }
    table.holds(VAD_LATER, "is one job", jobs() == before + 1, jobs());
    let taken = |operation: &str| {
        params_invalid(&format!("Error in {operation}: request_id belongs to another request"))
    };
    let other = content(&HEART.says("other_1"));
    for (case, path, operation, webhook, body) in [
        ("another recording", VAD_LATER, "vad", PUBLIC, &other),
        ("another webhook", VAD_LATER, "vad", "https://receiver.example/other", &body),
        ("another operation", DIARIZE_LATER[1], "diarize", PUBLIC, &body),
    ] {
        table.json(path, case, &waiting.post(path, &query(webhook), body), 400, &taken(operation));
    }
    table.holds(VAD_LATER, "is still one job", jobs() == before + 1, jobs());
}
