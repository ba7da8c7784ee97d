//! `POST /users/{user}/dialogue/verify/voice`.

use timbre_tests::{
    ANOTHER_VOICE, Person, Product,
    Purpose::{Enrol, Verify},
    VERIFICATION_FAILED, VERIFIED, sound, started, submitted,
};
use timbre_voices::wav;

#[test]
fn the_enrolled_voice_is_verified_and_another_is_not() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);

    let start = acme.start(Verify, &user);
    start.is_outcome(&started(&start.text("dialogueId"), &start.code()));
    let mut reply = acme.speak(Verify, &user, heart.says(&start.code()));
    // Up to two further codes may be asked for; every answer but the last says so.
    for _ in 0..2 {
        if reply.body == VERIFIED {
            break;
        }
        reply.is_outcome(&submitted(&reply.code(), "OK"));
        reply = acme.speak(Verify, &user, heart.says(&reply.code()));
    }
    reply.is_outcome(VERIFIED);

    acme.converse(Verify, &user, &fenrir).is_outcome(ANOTHER_VOICE);
    // Neither outcome changes who is enrolled.
    acme.with_an_empty_jar().converse(Verify, &user, &heart).is_outcome(VERIFIED);
    acme.start(Enrol, &user).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");
}

#[test]
fn the_right_voice_with_wrong_codes_is_refused_and_never_told_another_voice() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let user = acme.enrolled("7", &heart);
    let mut code = acme.start(Verify, &user).code();
    for _ in 0..2 {
        let reply = acme.speak(Verify, &user, heart.says(&another(&code)));
        reply.is_outcome(&submitted(&reply.code(), "WrongCode"));
        assert_ne!(reply.code(), code);
        code = reply.code();
    }
    acme.speak(Verify, &user, wav(&sound::silence(2.0))).is_outcome(VERIFICATION_FAILED);
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}

#[test]
fn a_recording_of_the_enrolment_does_not_verify() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let mut code = acme.start(Enrol, &user).code();
    let mut recordings = Vec::new();
    loop {
        recordings.push(heart.says(&code));
        let reply = acme.speak(Enrol, &user, recordings[recordings.len() - 1].clone());
        if reply.message() == "AUDIO_ENROLLED_WITH_SUCCESS" {
            break;
        }
        code = reply.code();
    }
    acme.start(Verify, &user);
    let replayed = acme.speak(Verify, &user, recordings.swap_remove(0));
    replayed.is_outcome(&submitted(&replayed.code(), "SameRecording"));
}

/// The code with each digit replaced by the next.
fn another(code: &str) -> String {
    code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}
