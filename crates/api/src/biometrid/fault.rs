//! The error catalogue: every way in which a call of this contract is turned down, in one table.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::lockout::Locked;
use timbre_engine::{EngineError, Unfit};

use super::engines::Engine;
use crate::limits::TooMany;

/// A call that was turned down. A spoken code that does not serve is no fault: it is answered with
/// status 200 and a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.row().1)]
pub enum Fault {
    AuthenticationHeadersMissing,
    InvalidAuthenticationHeaders,
    ClientNotFound,
    UserNotExists,
    NoVoiceEngine,
    NoFileOrInvalidFormat,
    UserVoiceAlreadyEnrolled,
    EnrollUserVoiceFirst,
    /// An engine that this installation does not have.
    NoEngine(Engine),
    /// The month's quota is used up.
    RequestLimitReached,
    Problem,
    /// No place for more inference now; come back after so many seconds.
    Busy(u64),
    // Extensions: situations that the public pages do not name.
    /// Too many verifications failed in a row: the next may be tried in so many seconds, or not at all.
    Locked(Option<u64>),
    /// The policy asks for the person's consent and there is none, or it was withdrawn.
    ConsentMissing,
    OptedOut,
    LanguageNotAvailable,
    InvalidParameters,
    RequestTimeout,
    /// Too many calls; the next may come in so many seconds.
    TooMany(u64),
    UnknownRoute,
    MethodNotAllowed,
}

impl Fault {
    /// Status and constant, to the letter of the public pages (the spelling is theirs).
    const fn row(self) -> (StatusCode, &'static str) {
        match self {
            Self::AuthenticationHeadersMissing => (StatusCode::BAD_REQUEST, "AUTHENTICATION_HEADERS_MISSING"),
            Self::InvalidAuthenticationHeaders => {
                (StatusCode::UNAUTHORIZED, "INVALID_AUTHENTICATION_HEADERS")
            }
            Self::ClientNotFound => (StatusCode::NOT_FOUND, "CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS"),
            Self::UserNotExists => (StatusCode::NOT_FOUND, "USERID_NOT_EXISTS"),
            Self::NoVoiceEngine => (StatusCode::NOT_FOUND, "NO_VOICE_ENGINE_CONFIGURATION_AVAILABLE"),
            Self::NoFileOrInvalidFormat => (StatusCode::BAD_REQUEST, "NO_FILE_OR_INVALID_FORMAT"),
            Self::UserVoiceAlreadyEnrolled => (StatusCode::BAD_REQUEST, "USER_VOICE_ALREADY_ENROLLED"),
            Self::EnrollUserVoiceFirst => (StatusCode::BAD_REQUEST, "ENROLL_USER_VOICE_FIRST"),
            Self::NoEngine(engine) => (StatusCode::NOT_FOUND, engine.absent()),
            Self::RequestLimitReached => (StatusCode::PAYMENT_REQUIRED, "REQUEST_LIMIT_REACHED"),
            Self::Locked(Some(_)) => (StatusCode::FORBIDDEN, "USER_VOICE_LOCKED"),
            Self::Locked(None) => (StatusCode::FORBIDDEN, "USER_VOICE_DISABLED"),
            Self::Problem => (StatusCode::INTERNAL_SERVER_ERROR, "PROBLEM_OCURRED_REPEAT_REQUEST"),
            Self::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, "PROBLEM_OCURRED_REPEAT_REQUEST"),
            Self::ConsentMissing => (StatusCode::FORBIDDEN, "USER_CONSENT_MISSING"),
            Self::OptedOut => (StatusCode::FORBIDDEN, "USER_OPTED_OUT"),
            Self::LanguageNotAvailable => (StatusCode::BAD_REQUEST, "LANGUAGE_NOT_AVAILABLE"),
            Self::InvalidParameters => (StatusCode::BAD_REQUEST, "INVALID_PARAMETERS"),
            Self::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "REQUEST_RATE_EXCEEDED"),
            Self::UnknownRoute => (StatusCode::NOT_FOUND, "ROUTE_NOT_FOUND"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
        }
    }
}

/// How a call that was turned down is answered.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fault")]
pub(super) struct Refused {
    /// False.
    status: bool,
    /// Why it was turned down.
    data: Why,
}

/// Why a call was turned down.
#[derive(Serialize, JsonSchema)]
struct Why {
    /// One of the constants of the public pages, or of their extensions. A later version may have more.
    message: &'static str,
    /// With `USER_ALREADY_EXISTS`: the user that has the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

impl Refused {
    /// Turned down because of a user, who is named.
    pub(super) fn naming(message: &'static str, user: String) -> Self {
        Self { status: false, data: Why { message, id: Some(user) } }
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, message) = self.row();
        let mut response = HttpResponse::build(status);
        if let Self::Busy(seconds) | Self::Locked(Some(seconds)) | Self::TooMany(seconds) = self {
            response.insert_header(("retry-after", seconds.to_string()));
        }
        response.json(Refused { status: false, data: Why { message, id: None } })
    }
}

impl From<TooMany> for Fault {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many.retry_after_seconds)
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::UnknownKey => Self::ClientNotFound,
            EngineError::WrongSecret => Self::InvalidAuthenticationHeaders,
            EngineError::UnknownSubject => Self::UserNotExists,
            EngineError::NoVoiceEngine => Self::NoVoiceEngine,
            EngineError::AlreadyEnrolled => Self::UserVoiceAlreadyEnrolled,
            EngineError::NotEnrolled => Self::EnrollUserVoiceFirst,
            EngineError::Locked(Locked::For { seconds }) => Self::Locked(Some(seconds)),
            EngineError::Locked(Locked::Disabled) => Self::Locked(None),
            EngineError::QuotaReached(_) => Self::RequestLimitReached,
            EngineError::ConsentMissing => Self::ConsentMissing,
            EngineError::OptedOut => Self::OptedOut,
            EngineError::UnknownLanguage(_) => Self::LanguageNotAvailable,
            EngineError::Audio(_)
            | EngineError::WrongContainer(_)
            | EngineError::Unfit(Unfit::NotAllowed(_)) => {
                tracing::info!(reason = %error, "recording not taken");
                Self::NoFileOrInvalidFormat
            }
            EngineError::Busy(busy) => Self::Busy(busy.retry_after_seconds),
            // The contract's own words for it: repeat the request.
            EngineError::Raced => Self::Busy(1),
            EngineError::Stopping | EngineError::Unavailable(_) => Self::Busy(crate::UNAVAILABLE_SECONDS),
            error => {
                tracing::error!(%error, "request failed");
                Self::Problem
            }
        }
    }
}
