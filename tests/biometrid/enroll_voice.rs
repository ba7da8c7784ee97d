//! `POST /users/{user}/dialogue/enroll/voice`.

use timbre_tests::{
    ENROLLED, ENROLMENT_FAILED, Person, Product,
    Purpose::{Enrol, Verify},
    Setup, in_portuguese, send, sound, started, submitted, voice_path,
};
use timbre_voices::wav;

#[test]
fn three_spoken_codes_enrol_and_every_reply_is_as_documented() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));

    let start = acme.start(Enrol, &user);
    let dialogue = start.text("dialogueId");
    let mut code = start.code();
    start.is_outcome(&started(&dialogue, &code));
    let uuid: Vec<_> = dialogue.split('-').map(str::len).collect();
    assert_eq!((uuid, dialogue.as_bytes()[14]), (vec![8, 4, 4, 4, 12], b'4'), "a version 4 UUID: {dialogue}");

    for _ in 0..2 {
        assert!(code.len() == 4 && code.bytes().all(|digit| digit.is_ascii_digit()));
        let reply = acme.speak(Enrol, &user, heart.says(&code));
        let next = reply.code();
        reply.is_outcome(&submitted(&next, "OK"));
        assert_ne!(next, code);
        code = next;
    }
    acme.speak(Enrol, &user, heart.says(&code)).is_outcome(ENROLLED);

    // What is done is done: neither with a file nor without can it be done again.
    acme.start(Enrol, &user).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");
    acme.speak(Enrol, &user, heart.says("0653")).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");
    acme.with_an_empty_jar().start(Enrol, &user).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");
    // An enrolment is per language.
    let portuguese = acme.start_in("pt", Enrol, &user);
    assert_eq!(portuguese.text("promptCodeText"), in_portuguese(&portuguese.code()));
    acme.start_in("pt", Verify, &user).is_fault(400, "ENROLL_USER_VOICE_FIRST");
}

#[test]
fn a_dialogue_that_cannot_be_held_is_refused_before_it_starts() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.user("7");
    acme.start(Verify, &user).is_fault(400, "ENROLL_USER_VOICE_FIRST");
    for purpose in [Enrol, Verify] {
        for stranger in
            ["000000000000000000000000", "59147e5afdda9b0ac0f5e31", "5be3000bd3adgd3e152724f2", "7", "%00"]
        {
            acme.start(purpose, stranger).is_fault(404, "USERID_NOT_EXISTS");
        }
        acme.start_in("xx", purpose, &user).is_fault(400, "LANGUAGE_NOT_AVAILABLE");
        acme.start_in("../en", purpose, &user).is_fault(400, "LANGUAGE_NOT_AVAILABLE");
        let call =
            acme.post(&voice_path(purpose, &user)).header("content-type", "application/json").body("{");
        send(call).is_fault(400, "INVALID_PARAMETERS");
    }
    assert!(acme.cookie().is_none(), "a call that started nothing has no session");
}

#[test]
fn three_refused_samples_end_the_dialogue_and_the_user_can_begin_again() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let first = acme.start(Enrol, &user);
    let reply = acme.speak(Enrol, &user, heart.says(&first.code()));
    reply.is_outcome(&submitted(&reply.code(), "OK"));
    let mut asked = vec![first.code(), reply.code()];
    for _ in 0..2 {
        let reply = acme.speak(Enrol, &user, wav(&sound::silence(2.0)));
        reply.is_outcome(&submitted(&reply.code(), "NoSpeech"));
        assert_ne!(Some(&reply.code()), asked.last(), "a code is used up whatever was found");
        asked.push(reply.code());
    }
    acme.speak(Enrol, &user, wav(&sound::silence(2.0))).is_outcome(ENROLMENT_FAILED);
    // The audio that was accepted belongs to nothing now.
    let swept = product.block_on(product.engine.sweep_objects_older_than(std::time::Duration::ZERO)).unwrap();
    assert_eq!(swept.objects, 1);
    assert!(product.files().iter().all(|(path, _)| path.extension().is_none_or(|ending| ending != "sealed")));

    let again = acme.start(Enrol, &user);
    assert_ne!(again.text("dialogueId"), first.text("dialogueId"));
}

#[test]
fn two_people_cannot_enrol_as_one() {
    let product = Product::with({
        let mut setup = Setup::default();
        setup.policy.dialogue.max_sqm_failures = 20;
        setup
    });
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.user("7");
    let start = acme.start(Enrol, &user);
    let first = acme.speak(Enrol, &user, heart.says(&start.code()));
    first.is_outcome(&submitted(&first.code(), "OK"));
    let other = acme.speak(Enrol, &user, fenrir.says(&first.code()));
    other.is_outcome(&submitted(&other.code(), "OtherVoice"));
    // The one who began can go on.
    let second = acme.speak(Enrol, &user, heart.says(&other.code()));
    second.is_outcome(&submitted(&second.code(), "OK"));
    acme.speak(Enrol, &user, heart.says(&second.code())).is_outcome(ENROLLED);
}
