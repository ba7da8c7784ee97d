//! Speakers: enrolled in steps, shown, listed, deleted; and recordings that do not serve.

use serde_json::{Value, json};
use timbre_tests::{
    Developer, Table,
    developer::{DELETE, ENROLL, ENROLL_V1, IDENTIFY, LIST, content, gateway, refused, with},
    phrases, sound,
};
use timbre_voices::wav;

use crate::deepaffects::{HEART, MICHAEL, some_speech};

fn shown(speaker: &str, complete: bool, quality: &str) -> Value {
    json!({
        "speaker_id": speaker,
        "enrollment_complete": complete,
        "total_speech_duration": "<seconds>",
        "total_enroll_duration": "<seconds>",
        "enroll_quality": quality,
    })
}

/// Afterwards `heart` and `michael` are enrolled, `little` is not completely.
pub(super) fn enrolled(table: &mut Table, acme: &Developer) {
    let some = wav(&some_speech(HEART, 0));
    let first = shown("heart", false, "poor");
    table.json(
        ENROLL,
        "less than 12 s",
        &acme.enroll("heart", &some),
        200,
        &with(first.clone(), "message", "Success"),
    );
    let status = |speaker: &str| acme.get(ENROLL, &[("speakerId", speaker)]);
    table.json(ENROLL, "status, incomplete", &status("heart"), 200, &first);

    let list = |all: Option<&str>| match all {
        Some(all) => acme.get(LIST, &[("getAllSpeakers", all)]),
        None => acme.get(LIST, &[]),
    };
    let of = |speakers: &[Value]| json!({"developer_id": "acme", "enrolled_speaker_ids": speakers});
    for none in [None, Some("false"), Some("False"), Some("")] {
        table.json(LIST, "only complete ones", &list(none), 200, &of(&[]));
    }
    for all in ["true", "True", "TRUE"] {
        table.json(LIST, "all", &list(Some(all)), 200, &of(std::slice::from_ref(&first)));
    }
    let incomplete = refused("Error in identify: Enrollment of speaker heart is not complete");
    let asked = with(content(&HEART.says("other_0")), "speakerIds", json!(["heart"]));
    table.json(IDENTIFY, "an incomplete speaker", &acme.ask(IDENTIFY, &asked), 400, &incomplete);

    let second = acme.enroll("heart", &HEART.free(&[1]));
    let complete = shown("heart", true, "average");
    table.json(ENROLL, "12 s and more", &second, 200, &with(complete.clone(), "message", "Success"));
    table.json(ENROLL, "status, complete", &status("heart"), 200, &complete);
    let (speech, audio) =
        (second.json()["total_speech_duration"].as_f64(), second.json()["total_enroll_duration"].as_f64());
    let lengths = speech.is_some_and(|speech| speech >= 12.0) && audio > speech && audio < Some(25.0);
    table.holds(ENROLL, "the durations are of both recordings", lengths, &second.body);
    table.json(LIST, "complete", &list(None), 200, &of(std::slice::from_ref(&complete)));

    let v1 = |speaker: &str, recording: &[u8]| {
        acme.ask(ENROLL_V1, &with(content(recording), "speakerId", speaker))
    };
    let said = |message: &str| json!({"message": message});
    table.json(
        ENROLL_V1,
        "less than 12 s",
        &v1("michael", &wav(&some_speech(MICHAEL, 0))),
        200,
        &said("Success"),
    );
    table.json(ENROLL_V1, "12 s and more", &v1("michael", &MICHAEL.free(&[1])), 200, &said("Complete"));
    // Both versions know the same speakers.
    table.json(ENROLL, "enrolled by version 1", &status("michael"), 200, &shown("michael", true, "average"));
    acme.enroll("little", &some);
    let both = [complete, shown("michael", true, "average")];
    table.json(LIST, "by name", &list(None), 200, &of(&both));
    let [heart, michael] = both;
    table.json(
        LIST,
        "all by name",
        &list(Some("true")),
        200,
        &of(&[heart, shown("little", false, "poor"), michael]),
    );
    let unknown = gateway("com.deepaffects.NotFound", "Unknown speaker");
    table.json(ENROLL, "status, unknown", &status("nobody"), 404, &unknown);
}

/// Recordings that read and do not serve.
pub(super) fn recordings(table: &mut Table, acme: &Developer) {
    let free = HEART.samples("free_2");
    let some = some_speech(HEART, 2);
    let long: Vec<f32> = free.iter().copied().cycle().take(1_201 * 1_600).collect();
    let too_little = "Error in enroll: Insufficent speech content in audio";
    for (case, samples, speaker, text) in [
        ("less than 6 s", HEART.samples("other_0"), "new", too_little),
        (
            "less than 6 s of speech",
            sound::joined(&[&free[..64_000], &sound::silence(10.0)]),
            "new",
            too_little,
        ),
        ("silence", sound::silence(8.0), "new", too_little),
        ("more than 120 s", long, "new", "Error in enroll: Audio is longer than 120 seconds"),
        (
            "noise",
            sound::mixed(&free, &sound::noise(14.0, 1.5 * sound::level(&free))),
            "new",
            "Error in enroll: Too much noise in audio",
        ),
        (
            "two people",
            sound::joined(&[&some, &some_speech(MICHAEL, 2)]),
            "new",
            "Error in enroll: More than one speaker in audio",
        ),
        (
            "another person than before",
            MICHAEL.samples("free_2"),
            "heart",
            "Error in enroll: Audio is not of the same speaker as the earlier enrollments",
        ),
    ] {
        let before = acme.get(ENROLL, &[("speakerId", speaker)]).body;
        table.json(ENROLL, case, &acme.enroll(speaker, &wav(&samples)), 400, &refused(text));
        let after = acme.get(ENROLL, &[("speakerId", speaker)]).body;
        table.holds(ENROLL, "what is refused changes nothing", before == after, after);
    }
    // Any container, whatever it is called; bare samples by what they are called.
    let ogg = std::fs::read(phrases().join("af_heart/free_2.ogg")).unwrap();
    let (linear, telephone) = (sound::linear16(&free), sound::mulaw(&sound::halved(&free)));
    for (case, bytes, encoding, rate) in [
        ("ogg", ogg, "FLAC", 8_000),
        ("linear", linear, "LINEAR16", 16_000),
        ("mulaw", telephone, "MULAW", 8_000),
    ] {
        let body = with(with(content(&bytes), "encoding", encoding), "sampleRate", rate);
        let reply = acme.ask(ENROLL, &with(body, "speakerId", case));
        let lengths = reply.json()["total_enroll_duration"].as_f64();
        let right = lengths.is_some_and(|seconds| (seconds - free.len() as f64 / 16_000.0).abs() < 0.2);
        table.holds(ENROLL, case, reply.status == 200 && right, &reply.body);
        acme.delete(case);
    }
    let v1 = acme.ask(ENROLL_V1, &with(content(&HEART.says("other_0")), "speakerId", "new"));
    table.json(ENROLL_V1, "less than 6 s", &v1, 400, &refused(too_little));
}

pub(super) fn deleted(table: &mut Table, acme: &Developer) {
    acme.enroll("gone", &wav(&some_speech(HEART, 3)));
    let said = |message: &str| json!({"message": message});
    table.json(DELETE, "there", &acme.delete("gone"), 200, &said("Success"));
    table.json(DELETE, "not there any more", &acme.delete("gone"), 200, &said("Failure"));
    table.json(DELETE, "never there", &acme.delete("nobody"), 200, &said("Failure"));
    let unknown = gateway("com.deepaffects.NotFound", "Unknown speaker");
    table.json(ENROLL, "status, deleted", &acme.get(ENROLL, &[("speakerId", "gone")]), 404, &unknown);
}
