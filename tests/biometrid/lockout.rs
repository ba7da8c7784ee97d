//! How often a verification may fail.

use std::thread;

use timbre_tests::{
    ANOTHER_VOICE, ENROLLED, Person, Product,
    Purpose::{Adapt, Enrol, Verify},
    Setup, VERIFIED, fault, sound, voices,
};
use timbre_voices::wav;

const NOT_RECOGNISED: &str = r#"{"status":false,"data":{"message":"AUDIO_RECOGNITION_FAILED"}}"#;

/// More digits than any code has: enough speech without a code.
const AT_LENGTH: &str = "0653192847";

/// [lockout] Prints what it counted as its last line of JSON.
#[test]
fn of_a_hundred_wrong_attempts_at_once_exactly_the_allowed_number_is_scored() {
    const ATTEMPTS: usize = 100;
    let product = Product::with({
        let mut setup = Setup::default();
        setup.http.max_uploads = 2 * ATTEMPTS;
        setup
    });
    let acme = product.application("acme");
    let user = acme.enrolled("7", &Person::english("af_heart"));
    let fenrir = Person::english("am_fenrir");
    let recordings: Vec<_> = (0..ATTEMPTS).map(|_| fenrir.says(AT_LENGTH)).collect();
    let attempts: Vec<_> = recordings
        .into_iter()
        .map(|wav| {
            let (acme, user) = (acme.clone(), user.clone());
            thread::spawn(move || acme.attempt(Verify, &user, Some(wav)))
        })
        .collect();
    let replies: Vec<_> = attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect();
    let scored = replies.iter().filter(|reply| reply.body == NOT_RECOGNISED).count();
    let locked = replies.iter().filter(|reply| reply.body == fault("USER_VOICE_LOCKED")).count();
    timbre_tests::found(&serde_json::json!({ "attempts": ATTEMPTS, "scored": scored, "locked": locked }));
    let mut others = replies.iter().map(|reply| (reply.status, &reply.body));
    let other = others.find(|(_, body)| **body != NOT_RECOGNISED && **body != fault("USER_VOICE_LOCKED"));
    assert_eq!((scored, locked), (5, ATTEMPTS - 5), "{other:?}");

    // Then one attempt after each wait, and the waits double.
    for wait in [30, 60, 120] {
        let locked = acme.attempt(Verify, &user, Some(fenrir.says(AT_LENGTH)));
        locked.is_fault(403, "USER_VOICE_LOCKED");
        assert_eq!(locked.headers["retry-after"], wait.to_string());
        product.clock.pass(wait);
        acme.attempt(Verify, &user, Some(fenrir.says(AT_LENGTH))).is_outcome(NOT_RECOGNISED);
    }
}

#[test]
fn dialogues_count_too_and_one_that_is_left_before_its_end_counts_as_failed() {
    let product = Product::with({
        let mut setup = Setup::default();
        // No first code is sure enough: every attempt can be left before its end.
        setup.policy.matching.sure_accept = 1.0;
        setup.policy.matching.sure_reject = 0.0;
        setup
    });
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);
    for _ in 0..5 {
        let code = acme.with_an_empty_jar().start(Verify, &user).code();
        assert!(!code.is_empty());
        let device = acme.with_an_empty_jar();
        let code = device.start(Verify, &user).code();
        assert_eq!(device.speak(Verify, &user, fenrir.says(&code)).decision(), "OK");
    }
    acme.start(Verify, &user).is_fault(403, "USER_VOICE_LOCKED");
    acme.start(Adapt, &user).is_fault(403, "USER_VOICE_LOCKED");
    acme.attempt(Verify, &user, Some(heart.says(AT_LENGTH))).is_fault(403, "USER_VOICE_LOCKED");
    // Whoever runs an application can let the person try again.
    acme.unlock(&user);
    assert_eq!(acme.start(Verify, &user).message(), "DIALOGUE_STARTED_WITH_SUCCESS");
}

#[test]
fn the_last_allowed_attempt_goes_on_to_its_end_and_success_begins_the_count_anew() {
    let product = Product::with({
        let mut setup = Setup::default();
        setup.policy.matching.sure_accept = 1.0;
        setup
    });
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);
    for _ in 0..4 {
        assert_eq!(acme.attempt(Verify, &user, Some(fenrir.says(AT_LENGTH))).body, NOT_RECOGNISED);
    }
    // The fifth attempt takes three codes; the lock that it may set does not stop it half way.
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    for _ in 0..4 {
        assert_eq!(acme.attempt(Verify, &user, Some(fenrir.says(AT_LENGTH))).body, NOT_RECOGNISED);
    }
    acme.attempt(Verify, &user, Some(heart.says(AT_LENGTH)));
}

#[test]
fn neither_an_enrolment_nor_a_success_in_another_language_opens_a_locked_one() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);
    for _ in 0..5 {
        acme.converse(Verify, &user, &fenrir).is_outcome(ANOTHER_VOICE);
    }
    acme.start(Verify, &user).is_fault(403, "USER_VOICE_LOCKED");
    // The stranger enrols as the same user in Portuguese, and is verified there.
    let dora = Person::of(&voices().join("pt/pf_dora"));
    let in_portuguese = |purpose| {
        let mut reply = acme.start_in("pt", purpose, &user);
        for _ in 0..8 {
            if reply.message() != "AUDIO_SUBMITTED_WITH_SUCCESS"
                && reply.message() != "DIALOGUE_STARTED_WITH_SUCCESS"
            {
                break;
            }
            // The language is named once, and the dialogue keeps it.
            reply = acme.speak(purpose, &user, dora.says(&reply.code()));
        }
        reply.body
    };
    assert_eq!(in_portuguese(Enrol), ENROLLED);
    assert_eq!(in_portuguese(Verify), VERIFIED);
    acme.start(Verify, &user).is_fault(403, "USER_VOICE_LOCKED");
}

#[test]
fn what_is_refused_for_its_sound_or_its_code_is_not_held_against_the_voice() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.enrolled("7", &Person::english("af_heart"));
    for _ in 0..8 {
        let refused = acme.attempt(Verify, &user, Some(wav(&sound::silence(3.0))));
        assert_eq!((refused.status, refused.message().as_str()), (200, "INVALID_ATTEMPT"));
    }
    assert_eq!(acme.start(Verify, &user).message(), "DIALOGUE_STARTED_WITH_SUCCESS");
}

#[test]
fn at_the_limit_verification_is_disabled_until_it_is_reset() {
    let product = Product::with({
        let mut setup = Setup::default();
        setup.policy.lockout.disable_after = 6;
        setup
    });
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);
    for _ in 0..6 {
        acme.converse(Verify, &user, &fenrir).is_outcome(ANOTHER_VOICE);
        product.clock.pass(3600);
    }
    let disabled = acme.start(Verify, &user);
    disabled.is_fault(403, "USER_VOICE_DISABLED");
    assert!(!disabled.headers.contains_key("retry-after"), "no waiting helps");
    // Another user of the tenant, and this user's enrolment, are as they were.
    acme.converse(Verify, &acme.enrolled("8", &heart), &heart).is_outcome(VERIFIED);
    acme.start(Enrol, &user).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let subject = product.engine.subject(&tenant, user.parse().unwrap()).await.unwrap();
        product.engine.reset_lockout(&tenant, &subject).await.unwrap();
    });
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}
