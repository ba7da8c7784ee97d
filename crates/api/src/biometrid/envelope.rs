//! The shape of every reply: `{"status": …, "data": {"message": …}}`, fields in the documented
//! order.

use actix_web::HttpResponse;
use schemars::JsonSchema;
use serde::Serialize;

/// A reply.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Reply")]
pub(super) struct Envelope<T> {
    /// Whether what was asked for was done; not whether a voice was accepted.
    pub(super) status: bool,
    /// What came of the call.
    pub(super) data: T,
}

/// What came of a call, in one word.
#[derive(Serialize, JsonSchema)]
pub(super) struct Message {
    /// One of the constants of the public pages.
    pub(super) message: Word,
}

/// What came of a call of which there is no more to say.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
pub(super) enum Word {
    AudioRecognitionFailed,
    DeviceNotAssociatedToUser,
    StateRestartedWithSuccess,
    UserRemovedWithSuccess,
    UserVoiceCredentialsDeleted,
    UserVoiceUnlocked,
}

/// That something has begun.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
pub(super) enum Begun {
    DialogueStartedWithSuccess,
}

impl Word {
    /// Status 200 with this word.
    pub(super) fn outcome(self, status: bool) -> HttpResponse {
        outcome(status, Message { message: self })
    }
}

/// Status 200 with this outcome. Biometric outcomes, failures too, are all status 200 here.
pub(super) fn outcome(status: bool, data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(Envelope { status, data })
}
