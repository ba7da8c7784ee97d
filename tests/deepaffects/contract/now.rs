//! Conversations whose answer is waited for, and what their recordings may be.

use serde_json::{Value, json};
use timbre_tests::{
    Developer, Receiver, Table,
    developer::{DIARIZE, IDENTIFY, IDENTIFY_V1, content, refused, with},
    phrases, sound, voices,
};
use timbre_voices::wav;

use super::segments_of;
use crate::deepaffects::{HEART, MICHAEL, some_speech};

fn asking(body: Value, speakers: &[&str]) -> Value {
    with(body, "speakerIds", json!(speakers))
}

pub(super) fn identified(table: &mut Table, acme: &Developer) {
    let body = content(&wav(&some_speech(HEART, 3)));
    for (case, speakers, who) in [
        ("one of one", vec!["heart"], "heart"),
        ("one of two", vec!["michael", "heart"], "heart"),
        ("named twice", vec!["heart", "heart"], "heart"),
        ("nobody of them", vec!["michael"], "UserNotIdentified"),
    ] {
        let asked = asking(body.clone(), &speakers);
        table.json(IDENTIFY, case, &acme.ask(IDENTIFY, &asked), 200, &json!({"segments": segments_of(who)}));
        table.json(IDENTIFY_V1, case, &acme.ask(IDENTIFY_V1, &asked), 200, &segments_of(who));
    }
    let silence = asking(content(&wav(&sound::silence(3.0))), &["heart"]);
    table.json(IDENTIFY, "silence", &acme.ask(IDENTIFY, &silence), 200, &json!({"segments": []}));
    table.json(IDENTIFY_V1, "silence", &acme.ask(IDENTIFY_V1, &silence), 200, &json!([]));
    for (speakers, text) in [
        (["heart", "nobody"], "Error in identify: Speaker nobody is not enrolled"),
        (["heart", "little"], "Error in identify: Enrollment of speaker little is not complete"),
    ] {
        let asked = asking(body.clone(), &speakers);
        for path in [IDENTIFY, IDENTIFY_V1] {
            table.json(path, text, &acme.ask(path, &asked), 400, &refused(text));
        }
    }
    let long = asking(content(&wav(&sound::silence(121.0))), &["heart"]);
    let text = "Error in identify: Audio cannot be used: the recording is longer than 120 seconds";
    table.json(IDENTIFY, text, &acme.ask(IDENTIFY, &long), 400, &refused(text));
}

/// Recordings that lie elsewhere.
pub(super) fn fetched(table: &mut Table, acme: &Developer, receiver: &Receiver) {
    let at = |url: &str| asking(json!({"url": url, "encoding": "wav", "sampleRate": 16000}), &["heart"]);
    let heart = json!({"segments": segments_of("heart")});
    for announced in [true, false] {
        let url = receiver.hosts("/now.wav", wav(&some_speech(HEART, 3)), announced);
        table.json(IDENTIFY, "a url", &acme.ask(IDENTIFY, &at(&url)), 200, &heart);
        table.json(IDENTIFY_V1, "a url", &acme.ask(IDENTIFY_V1, &at(&url)), 200, &segments_of("heart"));
    }
    let place = receiver.url("").replace("http://", "");
    let text = format!("Error in identify: url cannot be fetched: {place} answered with status 404");
    let gone = acme.ask(IDENTIFY, &at(&receiver.url("/gone.wav?token=7")));
    table.json(IDENTIFY, "a url with nothing behind it", &gone, 400, &refused(&text));
}

pub(super) fn diarized(table: &mut Table, acme: &Developer) {
    let body = content(&HEART.says("other_0"));
    let one = |speaker: &str| json!({"num_speakers": 1, "segments": segments_of(speaker)});
    for (case, asked) in [
        ("nothing said of how many", body.clone()),
        ("not known how many", with(body.clone(), "speakerCount", -1)),
        ("as the clients call it", with(body.clone(), "speakers", -1)),
        ("what tells nothing", with(with(body.clone(), "audioType", "a new one"), "source", "webex")),
    ] {
        table.json(DIARIZE, case, &acme.ask(DIARIZE, &asked), 200, &one("0"));
    }
    for count in ["speakerCount", "speakers"] {
        let told = acme.ask(DIARIZE, &with(body.clone(), count, 1));
        table.json(DIARIZE, "known how many", &told, 200, &json!({"segments": segments_of("0")}));
    }
    let speech = content(&wav(&some_speech(HEART, 3)));
    let known = acme.ask(DIARIZE, &asking(speech.clone(), &["heart", "michael"]));
    table.json(DIARIZE, "somebody who is known", &known, 200, &one("heart"));
    let stranger = acme.ask(DIARIZE, &asking(speech, &["michael"]));
    table.json(DIARIZE, "somebody who is not", &stranger, 200, &one("0"));
    let silence = content(&wav(&sound::silence(3.0)));
    let nobody = json!({"num_speakers": 0, "segments": []});
    table.json(DIARIZE, "silence", &acme.ask(DIARIZE, &silence), 200, &nobody);
    let long = content(&wav(&sound::silence(121.0)));
    let text = "Error in diarize: Audio cannot be used: the recording is longer than 120 seconds";
    table.json(DIARIZE, text, &acme.ask(DIARIZE, &long), 400, &refused(text));
}

/// The container decides; the label only where there is none.
pub(super) fn formats(table: &mut Table, acme: &Developer) {
    let samples = some_speech(HEART, 3);
    let labelled = |recording: &[u8], encoding: &str, rate: u32| {
        asking(with(with(content(recording), "encoding", encoding), "sampleRate", rate), &["heart"])
    };
    let heart = json!({"segments": segments_of("heart")});
    let ogg = std::fs::read(phrases().join("af_heart/free_3.ogg")).unwrap();
    let telephone = sound::mulaw(&sound::halved(&samples));
    for (case, body) in [
        ("WAV called MULAW, as the Node client has it", labelled(&wav(&samples), "MULAW", 8_000)),
        ("WAV called MP3", labelled(&wav(&samples), "MP3", 8_000)),
        ("Ogg called FLAC", labelled(&ogg, "FLAC", 8_000)),
        ("bare LINEAR16", labelled(&sound::linear16(&samples), "LINEAR16", 16_000)),
        ("bare samples called pcm", labelled(&sound::linear16(&samples), "pcm", 16_000)),
        ("bare LINEAR16 of 8 kHz", labelled(&sound::linear16(&sound::halved(&samples)), "LINEAR16", 8_000)),
        ("bare MULAW", labelled(&telephone, "MULAW", 8_000)),
    ] {
        table.json(IDENTIFY, case, &acme.ask(IDENTIFY, &body), 200, &heart);
    }
    let mut without = labelled(&telephone, "mulaw", 1);
    without.as_object_mut().unwrap().remove("sampleRate");
    table.json(IDENTIFY, "8 kHz where nothing is said", &acme.ask(IDENTIFY, &without), 200, &heart);
    let text = "Error in identify: Audio cannot be used: this is not a recording in a format we know";
    for (case, body) in [
        ("bare samples called FLAC", labelled(&sound::linear16(&samples), "FLAC", 16_000)),
        ("bare samples of 1 Hz", labelled(&sound::linear16(&samples), "LINEAR16", 1)),
    ] {
        table.json(IDENTIFY, case, &acme.ask(IDENTIFY, &body), 400, &refused(text));
    }
    let audio = phrases().join("../../../crates/audio/tests/fixtures");
    let read = |path: std::path::PathBuf| std::fs::read(path).unwrap();
    for (case, bytes) in [
        ("FLAC", read(voices().join("en/af_heart/0_0.flac"))),
        ("MP3", read(audio.join("mp3-16k.mp3"))),
        ("M4A", read(audio.join("aac-44k-stereo.m4a"))),
        ("WebM", read(audio.join("opus-48k-stereo.webm"))),
        ("mu-law in WAV", read(audio.join("mulaw-8k.wav"))),
        ("24-bit stereo WAV", read(audio.join("extensible-s24-8k-stereo.wav"))),
    ] {
        let reply = acme.ask(IDENTIFY, &labelled(&bytes, "whatever", 8_000));
        let read = reply.status == 200 && reply.json()["segments"].is_array();
        table.holds(IDENTIFY, case, read, &reply.body);
    }
    // Line breaks are no fault of base64.
    let mut broken = content(&HEART.says("other_0"));
    let lines = broken["content"].as_str().unwrap().as_bytes().chunks(76);
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    broken["content"] = lines.join("\r\n").into();
    let reply = acme.ask(DIARIZE, &broken);
    table.json(
        DIARIZE,
        "base64 in lines",
        &reply,
        200,
        &json!({"num_speakers": 1, "segments": segments_of("0")}),
    );
    // Both channels are heard as one.
    let both = sound::stereo(&samples, &samples);
    table.json(IDENTIFY, "two channels", &acme.ask(IDENTIFY, &labelled(&both, "wav", 16_000)), 200, &heart);
    let michael = asking(content(&wav(&some_speech(MICHAEL, 3))), &["heart", "michael"]);
    let reply = acme.ask(IDENTIFY, &michael);
    table.json(IDENTIFY, "another", &reply, 200, &json!({"segments": segments_of("michael")}));
}
