//! Why a call was not done, in the words of the public pages. The one catalogue of this contract's errors.
//!
//! There are two shapes. What a gateway would refuse (who calls, which route, which resource, how often) has `faultstring` and `errorcode`;
//! what the service itself refuses has `fault_string` and `error_code`, and its text begins with `Error in` and the operation. The `type`s that
//! the pages list without saying where they stand are given beside `fault`.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::RETRY_AFTER},
};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{profile::ProfileFull, usage::Meter};
use timbre_engine::{EngineError, OutboundError, Unfit};

use super::Operation;
use crate::limits::TooMany;

/// An error of this contract.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.text())]
pub enum Fault {
    InvalidApiKey,
    UnknownRoute,
    MethodNotAllowed,
    UnknownSpeaker,
    UnknownRequest,
    /// Too many calls; the next may come in so many seconds.
    RateLimit(u64),
    /// The parameters, or the body's fields, are not what they should be.
    Parameters(Operation, String),
    /// The recording, or the speaker, is not what it should be.
    Refused(Operation, String),
    /// The month's quota of this meter is used up.
    QuotaReached(Meter),
    /// No place for more now; come back after so many seconds.
    Queued(Operation, u64),
    Internal,
}

pub(super) const BAD_REQUEST: &str = "com.deepaffects.BadRequest";
pub(super) const INTERNAL_ERROR: &str = "com.deepaffects.InternalError";

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::InvalidApiKey => StatusCode::UNAUTHORIZED,
            Self::UnknownRoute | Self::UnknownSpeaker | Self::UnknownRequest => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimit(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::QuotaReached(_) => StatusCode::PAYMENT_REQUIRED,
            Self::Parameters(..) | Self::Refused(..) => StatusCode::BAD_REQUEST,
            Self::Queued(..) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::InvalidApiKey => "Invalid ApiKey".to_owned(),
            Self::UnknownRoute => "Unknown route".to_owned(),
            Self::MethodNotAllowed => "Method not allowed".to_owned(),
            Self::UnknownSpeaker => "Unknown speaker".to_owned(),
            Self::UnknownRequest => "Unknown request".to_owned(),
            Self::RateLimit(_) => "Rate limit exceeded".to_owned(),
            Self::Parameters(operation, text) | Self::Refused(operation, text) => in_words(*operation, text),
            Self::Queued(operation, _) => in_words(*operation, "Queued, try again in a few minutes"),
            Self::QuotaReached(meter) => format!("The {meter} of this month are used up"),
            Self::Internal => "Internal error".to_owned(),
        }
    }

    fn body(&self) -> Shown {
        let text = self.text();
        let gateway = |errorcode, kind| Shown {
            fault: Told::Gateway { faultstring: text.clone(), detail: GatewayDetail { errorcode } },
            kind,
        };
        let service = |code, kind| Shown { kind, ..application(code, text.clone()) };
        match self {
            Self::InvalidApiKey => gateway("oauth.v2.InvalidApiKey", None),
            Self::UnknownRoute => gateway("com.deepaffects.UnknownRoute", Some("unknown_route")),
            Self::MethodNotAllowed => gateway("com.deepaffects.MethodNotAllowed", Some("unknown_route")),
            Self::QuotaReached(_) => gateway("com.deepaffects.QuotaReached", Some("rate_limit")),
            Self::UnknownSpeaker | Self::UnknownRequest => gateway("com.deepaffects.NotFound", None),
            Self::RateLimit(_) => gateway("com.deepaffects.RateLimit", Some("rate_limit")),
            Self::Refused(..) => service(BAD_REQUEST, None),
            Self::Parameters(..) => service(BAD_REQUEST, Some("params_invalid")),
            Self::Queued(..) => service("com.deepaffects.Queued", Some("queued")),
            Self::Internal => service(INTERNAL_ERROR, Some("api_error")),
        }
    }

    /// What an error of the engine is to whoever called for this operation.
    pub(super) fn of(error: EngineError, operation: Operation) -> Self {
        let refused = |text: &str| Self::Refused(operation, text.to_owned());
        match error {
            EngineError::UnknownKey | EngineError::WrongSecret => Self::InvalidApiKey,
            EngineError::UnknownJob => Self::UnknownRequest,
            EngineError::QuotaReached(meter) => Self::QuotaReached(meter),
            EngineError::Unfit(unfit) => refused(&unfit_text(unfit)),
            EngineError::Audio(error) => refused(&unusable(error)),
            EngineError::Fetch(OutboundError::Busy(_)) => Self::Queued(operation, 1),
            // What could not be written is ours to explain.
            EngineError::Fetch(error) if !matches!(error, OutboundError::Write(_)) => {
                refused(&not_fetched(error))
            }
            error @ EngineError::FetchedTooSlowly(_) => refused(&not_fetched(error)),
            EngineError::UnknownSpeaker(name) => refused(&format!("Speaker {name} is not enrolled")),
            EngineError::IncompleteSpeaker(name) => {
                refused(&format!("Enrollment of speaker {name} is not complete"))
            }
            EngineError::ConsentMissing => refused("Consent of the speaker is missing"),
            EngineError::OptedOut => refused("Speaker opted out"),
            EngineError::UnknownProfile | EngineError::UnknownSubject => Self::UnknownSpeaker,
            EngineError::TooManyProfiles => refused("Maximum number of speakers is reached"),
            EngineError::ProfileFull(ProfileFull::Samples | ProfileFull::Audio) => {
                refused("Maximum length of audio of a speaker is reached")
            }
            EngineError::Webhook(error) => {
                Self::Parameters(operation, format!("webhook cannot be used: {error}"))
            }
            EngineError::Url(error) => Self::Parameters(operation, format!("url cannot be used: {error}")),
            EngineError::RequestIdTaken => {
                Self::Parameters(operation, "request_id belongs to another request".to_owned())
            }
            EngineError::Busy(busy) => Self::Queued(operation, busy.retry_after_seconds),
            EngineError::ProfileBusy => Self::Queued(operation, 1),
            EngineError::Stopping | EngineError::Unavailable(_) => {
                Self::Queued(operation, crate::UNAVAILABLE_SECONDS)
            }
            EngineError::TooManyJobs => Self::Queued(operation, 60),
            error => {
                tracing::error!(%error, operation = operation.name(), "a call failed");
                Self::Internal
            }
        }
    }
}

/// An error as it is shown.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fault")]
pub(super) struct Shown {
    /// What is wrong.
    fault: Told,
    /// The kind of error, where the public pages list it. A later version may have more kinds.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

/// What is wrong: of the gateway (who calls, which route, which resource, how often), or of the service.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "FaultText")]
enum Told {
    Gateway {
        /// Its code.
        detail: GatewayDetail,
        /// For people.
        faultstring: String,
    },
    Service {
        /// Its code.
        detail: ServiceDetail,
        /// For people; begins with `Error in` and the operation.
        fault_string: String,
    },
}

/// The code of what the gateway turns down.
#[derive(Serialize, JsonSchema)]
struct GatewayDetail {
    /// What programs tell it by. A later version may have more codes.
    errorcode: &'static str,
}

/// The code of what the service turns down.
#[derive(Serialize, JsonSchema)]
struct ServiceDetail {
    /// What programs tell it by. A later version may have more codes.
    error_code: &'static str,
}

impl From<TooMany> for Fault {
    fn from(too_many: TooMany) -> Self {
        Self::RateLimit(too_many.retry_after_seconds)
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if let Self::Queued(_, seconds) | Self::RateLimit(seconds) = self {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response.json(self.body())
    }
}

/// What the service itself refuses.
pub(super) fn application(error_code: &'static str, fault_string: String) -> Shown {
    Shown { fault: Told::Service { fault_string, detail: ServiceDetail { error_code } }, kind: None }
}

pub(super) fn in_words(operation: Operation, text: &str) -> String {
    format!("Error in {}: {text}", operation.name())
}

/// The first text is published, the others are Timbre's own.
fn unfit_text(unfit: Unfit) -> String {
    match unfit {
        Unfit::NoSpeech | Unfit::TooLittleSpeech(_) => "Insufficent speech content in audio".to_owned(),
        Unfit::TooLong(seconds) => format!("Audio is longer than {seconds} seconds"),
        Unfit::TooNoisy(_) => "Too much noise in audio".to_owned(),
        Unfit::SeveralVoices => "More than one speaker in audio".to_owned(),
        Unfit::UnlikeBefore => "Audio is not of the same speaker as the earlier enrollments".to_owned(),
        Unfit::Unreadable(error) => unusable(error),
        Unfit::NotAllowed(_) => unusable(unfit),
        unfit @ (Unfit::Format | Unfit::TooShort(_) | Unfit::WrongPhrase | Unfit::NoActivation) => {
            unusable(unfit)
        }
    }
}

/// A recording that does not read, told at once or with the end of a job.
pub(super) fn unusable(why: impl fmt::Display) -> String {
    format!("Audio cannot be used: {why}")
}

/// A recording that does not come, told at once or with the end of a job.
pub(super) fn not_fetched(why: impl fmt::Display) -> String {
    format!("url cannot be fetched: {why}")
}
