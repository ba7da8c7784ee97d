//! The voice engine, 1.1: attempts without cookie and code.

use timbre_tests::{
    Person, Product,
    Purpose::{Adapt, Enrol, Verify},
    VERIFIED, fault, sound,
};
use timbre_voices::wav;

const ENROLLED: &str = r#"{"status":true,"data":{"message":"AUDIO_ENROLLED_WITH_SUCCESS","enrolled":true}}"#;
const RECOGNISED: &str =
    r#"{"status":true,"data":{"message":"AUDIO_RECOGNIZED_WITH_SUCCESS","verified":true}}"#;
const NOT_RECOGNISED: &str = r#"{"status":false,"data":{"message":"AUDIO_RECOGNITION_FAILED"}}"#;
const AT_LENGTH: [&str; 5] = ["0653192847", "9182736450", "5647382910", "1357924680", "8642097531"];

fn valid(attempt: u32) -> String {
    format!(
        r#"{{"status":true,"data":{{"message":"VALID_ATTEMPT","detail":"Valid attempt","attempt":{attempt}}}}}"#
    )
}

#[test]
fn three_attempts_enrol_and_one_recording_verifies() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.user("7");
    acme.attempt(Verify, &user, Some(heart.says(AT_LENGTH[0]))).is_fault(400, "ENROLL_USER_VOICE_FIRST");

    let start = acme.attempt(Enrol, &user, None);
    let id = start.text("enrollmentId");
    assert!(id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    start.is_outcome(&format!(
        r#"{{"status":true,"data":{{"message":"DIALOGUE_STARTED_WITH_SUCCESS","enrollmentId":"{id}"}}}}"#
    ));
    assert!(start.set_cookie().is_none(), "1.1 has no cookie");
    acme.attempt(Enrol, &user, Some(heart.says(AT_LENGTH[0]))).is_outcome(&valid(1));
    // A recording that does not serve is named, and is not counted.
    acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0)))).is_outcome(
        r#"{"status":false,"data":{"message":"INVALID_ATTEMPT","detail":"No speech was found in the recording.","reason":"NoSpeech","attempt":1}}"#,
    );
    acme.attempt(Enrol, &user, Some(heart.says(AT_LENGTH[1]))).is_outcome(&valid(2));
    acme.attempt(Enrol, &user, Some(heart.says(AT_LENGTH[2]))).is_outcome(ENROLLED);
    acme.attempt(Enrol, &user, None).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");

    acme.attempt(Verify, &user, Some(heart.says(AT_LENGTH[3]))).is_outcome(RECOGNISED);
    acme.attempt(Verify, &user, Some(fenrir.says(AT_LENGTH[3]))).is_outcome(NOT_RECOGNISED);
    acme.attempt(Verify, &user, None).is_fault(400, "NO_FILE_OR_INVALID_FORMAT");
    acme.attempt(Adapt, &user, None).is_fault(404, "ROUTE_NOT_FOUND");
}

#[test]
fn both_versions_know_the_same_voice() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let by_codes = acme.enrolled("7", &heart);
    acme.attempt(Verify, &by_codes, Some(heart.says(AT_LENGTH[0]))).is_outcome(RECOGNISED);
    acme.attempt(Verify, &by_codes, Some(fenrir.says(AT_LENGTH[0]))).is_outcome(NOT_RECOGNISED);

    let by_attempts = acme.user("8");
    acme.attempt(Enrol, &by_attempts, None);
    for code in &AT_LENGTH[..3] {
        acme.attempt(Enrol, &by_attempts, Some(heart.says(code)));
    }
    acme.converse(Verify, &by_attempts, &heart).is_outcome(VERIFIED);
    acme.start(Enrol, &by_attempts).is_fault(400, "USER_VOICE_ALREADY_ENROLLED");
}

#[test]
fn a_recording_that_was_heard_before_is_refused_and_judges_nobody() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let user = acme.enrolled("7", &heart);
    let recording = heart.says(AT_LENGTH[0]);
    acme.attempt(Verify, &user, Some(recording.clone())).is_outcome(RECOGNISED);
    acme.attempt(Verify, &user, Some(recording)).is_outcome(
        r#"{"status":false,"data":{"message":"INVALID_ATTEMPT","detail":"This recording was submitted before.","reason":"SameRecording"}}"#,
    );
    // However many others were refused since, and however many times it comes at once.
    let fenrir = Person::english("am_fenrir");
    acme.start(Verify, &user);
    for code in ["1111", "2222", "3333"] {
        acme.speak(Verify, &user, fenrir.says(code));
    }
    let fresh = heart.says(AT_LENGTH[1]);
    let at_once: Vec<_> = (0..6)
        .map(|_| {
            let (acme, user, fresh) = (acme.clone(), user.clone(), fresh.clone());
            std::thread::spawn(move || acme.attempt(Verify, &user, Some(fresh)).body)
        })
        .collect();
    let bodies: Vec<_> = at_once.into_iter().map(|call| call.join().unwrap()).collect();
    assert_eq!(bodies.iter().filter(|body| body.as_str() == RECOGNISED).count(), 1, "{bodies:?}");
    // So is one that is too short to tell a voice by, without a code.
    let short = acme.attempt(Verify, &user, Some(heart.says("06")));
    assert_eq!((short.status, short.text("reason").as_str()), (200, "TooShort"));
}

#[test]
fn refusals_end_an_enrolment_and_a_call_without_a_file_begins_anew() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.user("7");
    // A first recording is not used: nothing is under way yet.
    let first = acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0))));
    assert_eq!(first.message(), "DIALOGUE_STARTED_WITH_SUCCESS");
    let again = acme.attempt(Enrol, &user, None);
    assert_ne!(first.text("enrollmentId"), again.text("enrollmentId"));
    for _ in 0..2 {
        let refused = acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0))));
        assert_eq!(refused.text("reason"), "NoSpeech");
    }
    acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0)))).is_outcome(
        r#"{"status":false,"data":{"message":"ENROLLMENT_FAILED","detail":"Enrollment failed. Please start over.","attempt":0}}"#,
    );
    assert_eq!(acme.attempt(Enrol, &user, None).message(), "DIALOGUE_STARTED_WITH_SUCCESS");
    let no_wav = acme.attempt(Enrol, &user, Some(b"not a recording".to_vec()));
    assert_eq!((no_wav.status, no_wav.body.as_str()), (400, fault("NO_FILE_OR_INVALID_FORMAT").as_str()));
}

#[test]
fn an_enrolment_by_attempts_and_a_dialogue_of_codes_cannot_both_run() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    acme.attempt(Enrol, &user, None);
    let start = acme.start(Enrol, &user);
    // The attempts are over: this recording begins them anew, and puts the codes aside.
    let attempt = acme.attempt(Enrol, &user, Some(heart.says(AT_LENGTH[0])));
    assert_eq!(attempt.message(), "DIALOGUE_STARTED_WITH_SUCCESS");
    let reply = acme.speak(Enrol, &user, heart.says(&start.code()));
    assert_eq!(reply.message(), "DIALOGUE_STARTED_WITH_SUCCESS");
}
