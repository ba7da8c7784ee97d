//! Two people who talk in turns: told apart, named where they are enrolled, forgotten where they are deleted.

use serde_json::{Value, json};
use timbre_engine::{Counting, Limits, Speakers};
use timbre_inference::Whose;
use timbre_tests::{
    Developer, Product, Speaker, contains,
    developer::{DIARIZE, IDENTIFY, content, with},
    sound, speakers,
};
use timbre_voices::wav;

use super::{HEART, MICHAEL};

const PAUSE: f32 = 0.8;

/// How far a turn's end may lie from where somebody begins or stops to speak, in seconds.
const NEAR: f64 = 0.5;

/// What somebody says, without the silence around it.
fn said(who: Speaker, take: usize) -> Vec<f32> {
    let samples = who.samples(&format!("free_{take}"));
    let loudest = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    let heard = |sample: &f32| sample.abs() > 0.03 * loudest;
    let (first, last) = (samples.iter().position(heard).unwrap(), samples.iter().rposition(heard).unwrap());
    samples[first..=last].to_vec()
}

/// A conversation of four turns, and from when to when each lasts.
fn conversation() -> (Vec<u8>, Vec<(Speaker, f64, f64)>) {
    let at = |samples: &[f32]| samples.len() as f64 / 16_000.0;
    let (mut samples, mut turns) = (sound::silence(PAUSE), Vec::new());
    for take in [2, 3] {
        for who in [HEART, MICHAEL] {
            let start = at(&samples);
            samples.extend(said(who, take));
            turns.push((who, start, at(&samples)));
            samples.extend(sound::silence(PAUSE));
        }
    }
    (wav(&samples), turns)
}

/// Whether the segments are these turns, of people who are called so; a turn may be several segments.
#[track_caller]
fn are_turns(reply: &Value, turns: &[(Speaker, f64, f64)], name: impl Fn(Speaker) -> &'static str) {
    let segments = reply["segments"].as_array().unwrap();
    let number = |segment: &Value, field: &str| segment[field].as_f64().unwrap();
    for (who, start, end) in turns {
        let of_turn: Vec<_> = segments
            .iter()
            .filter(|segment| number(segment, "start") < *end && number(segment, "end") > *start)
            .collect();
        let first = of_turn.iter().map(|segment| number(segment, "start")).fold(f64::INFINITY, f64::min);
        let last = of_turn.iter().map(|segment| number(segment, "end")).fold(0.0, f64::max);
        let named = of_turn.iter().all(|segment| segment["speaker_id"] == name(*who));
        let near = (first - start).abs() < NEAR && (last - end).abs() < NEAR;
        assert!(named && near, "{who:?} from {start} to {end}: {of_turn:?} of {reply}");
    }
}

fn of(who: Speaker) -> bool {
    who.0 == HEART.0
}

#[test]
fn each_turn_has_the_name_of_who_speaks_and_nobody_where_it_is_a_stranger() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    acme.enrolled("ada", &HEART.free(&[0, 1]));
    acme.enrolled("bob", &MICHAEL.free(&[0, 1]));
    let (recording, turns) = conversation();
    let ask = |path: &str, speakers: &[&str]| {
        let reply = acme.ask(path, &with(content(&recording), "speakerIds", json!(speakers)));
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    are_turns(&ask(IDENTIFY, &["ada", "bob"]), &turns, |who| if of(who) { "ada" } else { "bob" });
    let one = ask(IDENTIFY, &["bob"]);
    are_turns(&one, &turns, |who| if of(who) { "UserNotIdentified" } else { "bob" });
    // Diarization numbers strangers in the order in which they first speak.
    let found = ask(DIARIZE, &[]);
    are_turns(&found, &turns, |who| if of(who) { "0" } else { "1" });
    assert_eq!(found["num_speakers"], 2);
    are_turns(&ask(DIARIZE, &["bob"]), &turns, |who| if of(who) { "0" } else { "bob" });
}

#[test]
fn a_deleted_speaker_is_named_no_more_and_leaves_no_recording_and_no_voice() {
    const NAME: &str = "ada_lovelace_1815";
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    let sealed = || {
        let is_sealed = |path: &std::path::Path| path.extension().is_some_and(|name| name == "sealed");
        product.files().iter().filter(|(path, _)| is_sealed(path)).count()
    };
    let recordings = [HEART.free(&[0]), HEART.free(&[1])];
    let mut replies = Vec::new();
    for recording in &recordings {
        replies.push(acme.enroll(NAME, recording));
    }
    assert_eq!(sealed(), 2);
    assert!(contains(&product.database(), NAME.as_bytes()), "the search finds what is there");
    // While it is there, neither sound nor voice can be read.
    let heard = recordings.clone();
    let voices = product.block_on(product.pool.run(Whose(0), move |models| {
        let speakers = speakers();
        let mut voices: Vec<_> = heard
            .iter()
            .map(|wav| {
                let samples = timbre_audio::decode(wav, &Limits::default()).unwrap().samples;
                let speech = models.speech(&samples).unwrap();
                Speakers::hear_at_length(models, speakers.models(), &samples, &speech, false).unwrap()
            })
            .collect();
        voices.push(speakers.enrol(&voices, Counting::BySpeech).unwrap());
        voices.iter().flatten().map(|template| template.to_bytes().to_vec()).collect::<Vec<_>>()
    }));
    for (path, bytes) in product.files() {
        assert!(!contains(&bytes, b"WAVEfmt "), "{} holds a WAV header", path.display());
        for voice in voices.as_ref().unwrap().value.iter() {
            // The first eight bytes are a header.
            for four in voice[8..].chunks_exact(16).step_by(8) {
                assert!(!contains(&bytes, four), "{} holds a voice", path.display());
            }
        }
    }
    assert_eq!(acme.delete(NAME).json(), json!({"message": "Success"}));
    assert_eq!(sealed(), 0, "its recordings are gone");
    assert!(!contains(&product.database(), NAME.as_bytes()), "its name is gone");
    let asked = with(content(&HEART.free(&[3])), "speakerIds", json!([NAME]));
    assert_eq!(acme.ask(IDENTIFY, &asked).status, 400);
    // No reply ever held more than the documented words and numbers.
    for reply in replies {
        assert!(reply.body.len() < 250 && !reply.body.contains('['), "{}", reply.body);
    }
    // Whoever comes next under that name is somebody else.
    acme.enrolled(NAME, &MICHAEL.free(&[0, 1]));
    let found = acme.ask(IDENTIFY, &asked).json();
    assert_eq!(found["segments"][0]["speaker_id"], "UserNotIdentified");
}
