//! The shapes of what a dialogue is answered, in the words of the public pages.

use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    decision::{Failure, SampleDecision},
    dialogue::Purpose,
    ids::DialogueId,
};
use timbre_engine::AskedCode;

use super::envelope::{Begun, Envelope};

/// What a call of a dialogue is answered; `message` says which it is.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "DialogueReply")]
#[expect(dead_code, reason = "it stands for its shape")]
pub(super) enum Said {
    Started(Envelope<Started>),
    Submitted(Envelope<Submitted>),
    Done(Envelope<Done>),
    Ended(Envelope<Ended>),
}

/// A code to be spoken, in digits and in words.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prompt {
    /// Digits to be spoken.
    prompt_code: String,
    /// The same in words.
    prompt_code_text: String,
}

impl From<AskedCode> for Prompt {
    fn from(code: AskedCode) -> Self {
        Self { prompt_code: code.digits, prompt_code_text: code.words }
    }
}

/// A dialogue that has begun.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StartedDialogue")]
pub(super) struct Started {
    /// That the dialogue has begun.
    message: Begun,
    /// The dialogue's id: a UUID.
    dialogue_id: String,
    #[serde(flatten)]
    prompt: Prompt,
}

impl Started {
    pub(super) fn of(dialogue: DialogueId, code: AskedCode) -> Self {
        Self {
            message: Begun::DialogueStartedWithSuccess,
            dialogue_id: dialogue.to_string(),
            prompt: code.into(),
        }
    }
}

/// A recording was taken or refused, and another code is asked for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TakenRecording")]
pub(super) struct Submitted {
    /// That the recording came, whatever was decided on it.
    message: Came,
    #[serde(flatten)]
    prompt: Prompt,
    /// `OK`, or why the recording does not serve.
    decision: SampleDecision,
}

impl Submitted {
    pub(super) fn of(decision: SampleDecision, next: AskedCode) -> Self {
        Self { message: Came::AudioSubmittedWithSuccess, prompt: next.into(), decision }
    }
}

/// That a recording came.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
enum Came {
    AudioSubmittedWithSuccess,
}

/// The end of a dialogue that did what it was for.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DoneDialogue")]
pub(super) struct Done {
    /// `Suceeded`, with one c, as the public pages spell it. Only 1.0 has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    dialogue_status: Option<DoneStatus>,
    /// What was done.
    message: DoneWord,
    /// True; of an enrolment.
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolled: Option<bool>,
    /// True; of a verification.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    /// True; of an adaptation.
    #[serde(skip_serializing_if = "Option::is_none")]
    adapted: Option<bool>,
}

/// One c: the contract's own spelling.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum DoneStatus {
    Suceeded,
}

/// What was done.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum DoneWord {
    #[serde(rename = "AUDIO_ENROLLED_WITH_SUCCESS")]
    Enrolled,
    #[serde(rename = "AUDIO_VERIFIED_WITH_SUCCESS")]
    Verified,
    #[serde(rename = "AUDIO_ADAPTED_WITH_SUCCESS")]
    Adapted,
}

impl Done {
    /// As 1.1 says it.
    pub(super) fn enrolled() -> Self {
        Self { dialogue_status: None, ..Self::of(Purpose::Enrol) }
    }

    pub(super) fn of(purpose: Purpose) -> Self {
        let said = |is: Purpose| (purpose == is).then_some(true);
        let message = match purpose {
            Purpose::Enrol => DoneWord::Enrolled,
            Purpose::Verify => DoneWord::Verified,
            Purpose::Adapt => DoneWord::Adapted,
        };
        Self {
            dialogue_status: Some(DoneStatus::Suceeded),
            message,
            enrolled: said(Purpose::Enrol),
            verified: said(Purpose::Verify),
            adapted: said(Purpose::Adapt),
        }
    }
}

/// A dialogue that ended without success.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EndedDialogue")]
pub(super) struct Ended {
    /// `Failed`.
    dialogue_status: EndedStatus,
    /// What was not done.
    message: EndedWord,
    /// Why: too many recordings did not serve, it was another voice, or no decision could be made.
    reason: Failure,
    /// What was decided about the voice: `NotApplicable` where nothing was.
    decision: VoiceDecision,
}

impl Ended {
    pub(super) fn of(purpose: Purpose, failure: Failure) -> Self {
        let message = match purpose {
            Purpose::Enrol => EndedWord::Enrolment,
            Purpose::Verify => EndedWord::Verification,
            Purpose::Adapt => EndedWord::Adaptation,
        };
        Self { dialogue_status: EndedStatus::Failed, message, reason: failure, decision: failure.into() }
    }
}

/// How the dialogue ended.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum EndedStatus {
    Failed,
}

/// What was not done.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum EndedWord {
    #[serde(rename = "AUDIO_ENROLLMENT_FAILED")]
    Enrolment,
    #[serde(rename = "AUDIO_VERIFICATION_FAILED")]
    Verification,
    #[serde(rename = "AUDIO_ADAPTATION_FAILED")]
    Adaptation,
}

/// What was decided about a voice. Of these only `NotApplicable`, that nothing was, is in the public pages.
#[derive(Clone, Copy, Serialize, JsonSchema)]
enum VoiceDecision {
    NotApplicable,
    Mismatch,
    Inconclusive,
}

impl From<Failure> for VoiceDecision {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::MaxTotalSqmFailuresExceeded => Self::NotApplicable,
            Failure::VoiceMismatch => Self::Mismatch,
            Failure::VoiceInconclusive => Self::Inconclusive,
        }
    }
}
