//! The contract's replies to the letter, built without the product's own types.

const ENGLISH: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const PORTUGUESE: [&str; 10] =
    ["zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"];

/// The media types under which a part may call itself a WAV file.
pub const WAV_TYPES: [&str; 5] =
    ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"];

pub const ENROLLED: &str = r#"{"status":true,"data":{"dialogueStatus":"Suceeded","message":"AUDIO_ENROLLED_WITH_SUCCESS","enrolled":true}}"#;
pub const VERIFIED: &str = r#"{"status":true,"data":{"dialogueStatus":"Suceeded","message":"AUDIO_VERIFIED_WITH_SUCCESS","verified":true}}"#;
pub const ENROLMENT_FAILED: &str = r#"{"status":false,"data":{"dialogueStatus":"Failed","message":"AUDIO_ENROLLMENT_FAILED","reason":"MaxTotalSqmFailuresExceeded","decision":"NotApplicable"}}"#;
pub const VERIFICATION_FAILED: &str = r#"{"status":false,"data":{"dialogueStatus":"Failed","message":"AUDIO_VERIFICATION_FAILED","reason":"MaxTotalSqmFailuresExceeded","decision":"NotApplicable"}}"#;
pub const ANOTHER_VOICE: &str = r#"{"status":false,"data":{"dialogueStatus":"Failed","message":"AUDIO_VERIFICATION_FAILED","reason":"VoiceMismatch","decision":"Mismatch"}}"#;

pub const ADAPTED: &str = r#"{"status":true,"data":{"dialogueStatus":"Suceeded","message":"AUDIO_ADAPTED_WITH_SUCCESS","adapted":true}}"#;
pub const NOT_ADAPTED: &str = r#"{"status":false,"data":{"dialogueStatus":"Failed","message":"AUDIO_ADAPTATION_FAILED","reason":"VoiceMismatch","decision":"Mismatch"}}"#;

/// A reply that is only a word.
pub fn said(message: &str) -> String {
    format!(r#"{{"status":true,"data":{{"message":"{message}"}}}}"#)
}

/// A reply that turns a call down.
pub fn fault(message: &str) -> String {
    format!(r#"{{"status":false,"data":{{"message":"{message}"}}}}"#)
}

pub fn started(dialogue: &str, code: &str) -> String {
    format!(
        r#"{{"status":true,"data":{{"message":"DIALOGUE_STARTED_WITH_SUCCESS","dialogueId":"{dialogue}","promptCode":"{code}","promptCodeText":"{}"}}}}"#,
        in_english(code)
    )
}

pub fn submitted(code: &str, decision: &str) -> String {
    format!(
        r#"{{"status":true,"data":{{"message":"AUDIO_SUBMITTED_WITH_SUCCESS","promptCode":"{code}","promptCodeText":"{}","decision":"{decision}"}}}}"#,
        in_english(code)
    )
}

pub fn documented_user(message: &str, id: &str) -> String {
    let status = message != "USER_ALREADY_EXISTS";
    format!(r#"{{"status":{status},"data":{{"message":"{message}","id":"{id}"}}}}"#)
}

pub fn in_english(code: &str) -> String {
    in_words(code, &ENGLISH)
}

pub fn in_portuguese(code: &str) -> String {
    in_words(code, &PORTUGUESE)
}

fn in_words(code: &str, words: &[&str; 10]) -> String {
    code.bytes().map(|digit| words[usize::from(digit - b'0')]).collect::<Vec<_>>().join(" ")
}
