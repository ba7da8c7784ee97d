//! What the contract's replies mean, read strictly: a reply that is not in the contract is a failure.

use serde_json::Value;

use crate::failure::Failure;

/// Decisions on one sample that a server may name (the contract fixes only `OK`).
const REFUSALS: [&str; 9] = [
    "CodeExpired",
    "NoSpeech",
    "TooShort",
    "TooQuiet",
    "Clipped",
    "TooNoisy",
    "SameRecording",
    "WrongCode",
    "SeveralVoices",
];

/// What a call to enrol or verify came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A dialogue began, with this code.
    Started { code: String },
    /// The sample was accepted, and another code is wanted.
    Accepted { next: String },
    /// The sample was refused, and another code is wanted.
    Refused { decision: String, next: String },
    /// Enrolled, or verified.
    Succeeded,
    /// The dialogue ended without success.
    Failed { reason: String, decision: String },
    /// The call itself was turned down.
    TurnedDown { status: u16, message: String },
}

impl Outcome {
    /// Reads a reply.
    pub(crate) fn of(status: u16, body: &Value) -> Result<Self, Failure> {
        read(status, body)
            .ok_or_else(|| Failure::new(format!("not in the contract: status {status} with {body}")))
    }

    /// Whether a sample was taken for what it should be.
    pub(crate) fn accepts(&self) -> bool {
        matches!(self, Self::Accepted { .. } | Self::Succeeded)
    }

    /// The decision or message, for people.
    pub(crate) fn in_a_word(&self) -> String {
        match self {
            Self::Started { .. } => "started".to_owned(),
            Self::Accepted { .. } => "OK".to_owned(),
            Self::Refused { decision, .. } => decision.clone(),
            Self::Succeeded => "succeeded".to_owned(),
            Self::Failed { reason, .. } => reason.clone(),
            Self::TurnedDown { status, message } => format!("{status} {message}"),
        }
    }
}

fn read(status: u16, body: &Value) -> Option<Outcome> {
    let succeeded = body["status"].as_bool()?;
    let data = &body["data"];
    let text = |name: &str| data[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let message = text("message")?;
    if status != 200 {
        return (!succeeded && (400..600).contains(&status))
            .then_some(Outcome::TurnedDown { status, message });
    }
    let code = || {
        text("promptCodeText")?;
        text("promptCode").filter(|code| code.bytes().all(|digit| digit.is_ascii_digit()))
    };
    match (succeeded, message.as_str()) {
        (true, "DIALOGUE_STARTED_WITH_SUCCESS") => {
            text("dialogueId")?;
            Some(Outcome::Started { code: code()? })
        }
        (true, "AUDIO_SUBMITTED_WITH_SUCCESS") => match text("decision")?.as_str() {
            "OK" => Some(Outcome::Accepted { next: code()? }),
            refusal if REFUSALS.contains(&refusal) => {
                Some(Outcome::Refused { decision: refusal.to_owned(), next: code()? })
            }
            _ => None,
        },
        (true, "AUDIO_ENROLLED_WITH_SUCCESS") => done(data, "enrolled"),
        (true, "AUDIO_VERIFIED_WITH_SUCCESS") => done(data, "verified"),
        (false, "AUDIO_ENROLLMENT_FAILED" | "AUDIO_VERIFICATION_FAILED") => (data["dialogueStatus"]
            == "Failed")
            .then_some(Outcome::Failed { reason: text("reason")?, decision: text("decision")? }),
        _ => None,
    }
}

/// `Suceeded` has one c: the contract's own spelling.
fn done(data: &Value, what: &str) -> Option<Outcome> {
    (data["dialogueStatus"] == "Suceeded" && data[what] == true).then_some(Outcome::Succeeded)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(status: u16, body: &str) -> Option<Outcome> {
        Outcome::of(status, &serde_json::from_str(body).unwrap()).ok()
    }

    #[test]
    fn the_contracts_own_examples_are_read() {
        let code = || "0653".to_owned();
        let cases = [
            (
                r#"{"status":true,"data":{"message":"DIALOGUE_STARTED_WITH_SUCCESS","dialogueId":"e99766b5-9b28-4f0e-99dc-30eaa5b4c33d","promptCode":"0653","promptCodeText":"zero six five three"}}"#,
                Outcome::Started { code: code() },
            ),
            (
                r#"{"status":true,"data":{"message":"AUDIO_SUBMITTED_WITH_SUCCESS","promptCode":"0653","promptCodeText":"zero six five three","decision":"OK"}}"#,
                Outcome::Accepted { next: code() },
            ),
            (
                r#"{"status":true,"data":{"dialogueStatus":"Suceeded","message":"AUDIO_ENROLLED_WITH_SUCCESS","enrolled":true}}"#,
                Outcome::Succeeded,
            ),
            (
                r#"{"status":false,"data":{"dialogueStatus":"Failed","message":"AUDIO_ENROLLMENT_FAILED","reason":"MaxTotalSqmFailuresExceeded","decision":"NotApplicable"}}"#,
                Outcome::Failed {
                    reason: "MaxTotalSqmFailuresExceeded".to_owned(),
                    decision: "NotApplicable".to_owned(),
                },
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(of(200, body), Some(expected), "{body}");
        }
    }

    #[test]
    fn what_the_contract_does_not_have_is_not_read() {
        for (status, body) in [
            (
                200,
                r#"{"status":true,"data":{"dialogueStatus":"Succeeded","message":"AUDIO_ENROLLED_WITH_SUCCESS","enrolled":true}}"#,
            ),
            (
                200,
                r#"{"status":true,"data":{"message":"AUDIO_SUBMITTED_WITH_SUCCESS","promptCode":"1","promptCodeText":"one","decision":"Perhaps"}}"#,
            ),
            (200, r#"{"status":false,"data":{"message":"NO_FILE_OR_INVALID_FORMAT"}}"#),
            (400, r#"{"status":true,"data":{"message":"NO_FILE_OR_INVALID_FORMAT"}}"#),
            (500, "null"),
        ] {
            assert_eq!(of(status, body), None, "{body}");
        }
    }

    #[test]
    fn only_a_sample_that_was_taken_is_accepted() {
        assert!(Outcome::Succeeded.accepts());
        assert!(
            !Outcome::TurnedDown { status: 400, message: "NO_FILE_OR_INVALID_FORMAT".to_owned() }.accepts()
        );
    }
}
