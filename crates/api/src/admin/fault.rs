//! Why a call was not done: the one catalogue of the management's problems (RFC 9457).

use std::borrow::Cow;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::operator::{InvalidRole, Permission};
use timbre_engine::EngineError;
use uuid::Uuid;

use crate::limits::TooMany;

/// A problem of this API.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.detail())]
pub enum Fault {
    /// No token, one that nobody knows, or one whose time is over.
    NotLoggedIn,
    WrongLogin,
    /// Too many logins failed; come back after so many seconds.
    LoginThrottled(u64),
    /// Too many calls, of whoever calls or of an address that nobody known calls from; come back after so many seconds.
    TooMany(u64),
    NotAllowed(Permission),
    /// What was changed is not what is there by now.
    Changed,
    /// A change must say what it changes.
    ChangesWhat,
    /// It does not exist, or not for whoever asks.
    NotFound(&'static str),
    MethodNotAllowed,
    /// It is not JSON, or not even HTTP as it should be.
    Malformed(String),
    /// A parameter of the query, or a header.
    Parameter(&'static str, String),
    /// A field of the body: where it stands (RFC 6901), and what is wrong.
    Invalid(Cow<'static, str>, String),
    /// What there is already, or how things stand, forbids it.
    Conflict(String),
    KeyReused,
    WrongMediaType,
    TooLarge(usize),
    /// No place for more now; come back after so many seconds.
    Busy(u64),
    Internal,
}

/// A problem, as it is answered (RFC 9457).
#[derive(Serialize, JsonSchema)]
pub(super) struct Problem<'a> {
    /// What it is: the same for every problem of its kind. A later version may have more kinds.
    #[serde(rename = "type")]
    kind: String,
    /// The same, for people.
    title: &'static str,
    /// The reply's status.
    status: u16,
    /// What was wrong with this call.
    detail: String,
    /// The id of the request that this is the reply to.
    instance: String,
    /// What was wrong in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[WrongField<'a>; 1]>,
}

/// A field of the body that was wrong.
#[derive(Serialize, JsonSchema)]
struct WrongField<'a> {
    /// Where it stands (RFC 6901).
    pointer: &'a str,
    /// What is wrong with it, for people.
    detail: &'a str,
}

impl Fault {
    /// Its stable name, its status and its title.
    fn kind(&self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::NotLoggedIn => ("not-logged-in", StatusCode::UNAUTHORIZED, "Not logged in"),
            Self::WrongLogin => ("wrong-login", StatusCode::UNAUTHORIZED, "Wrong e-mail address or password"),
            Self::LoginThrottled(_) => {
                ("login-throttled", StatusCode::TOO_MANY_REQUESTS, "Too many failed logins")
            }
            Self::TooMany(_) => ("too-many-calls", StatusCode::TOO_MANY_REQUESTS, "Too many calls"),
            Self::Changed => ("changed-meanwhile", StatusCode::PRECONDITION_FAILED, "Changed meanwhile"),
            Self::ChangesWhat => {
                ("precondition-required", StatusCode::PRECONDITION_REQUIRED, "Precondition required")
            }
            Self::NotAllowed(_) => ("not-allowed", StatusCode::FORBIDDEN, "Not allowed"),
            Self::NotFound(_) => ("not-found", StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => {
                ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
            }
            Self::Malformed(_) => ("malformed", StatusCode::BAD_REQUEST, "Malformed request"),
            Self::Parameter(..) => ("invalid-parameter", StatusCode::BAD_REQUEST, "Invalid parameter"),
            Self::Invalid(..) => ("invalid-body", StatusCode::UNPROCESSABLE_ENTITY, "Invalid body"),
            Self::Conflict(_) => ("conflict", StatusCode::CONFLICT, "Conflict"),
            Self::KeyReused => {
                ("idempotency-key-reused", StatusCode::UNPROCESSABLE_ENTITY, "Idempotency key reused")
            }
            Self::WrongMediaType => {
                ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type")
            }
            Self::TooLarge(_) => ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "Body too large"),
            Self::Busy(_) => ("busy", StatusCode::SERVICE_UNAVAILABLE, "Busy"),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::NotLoggedIn => "send a valid token: Authorization: Bearer …".to_owned(),
            Self::WrongLogin => "the e-mail address or the password is wrong".to_owned(),
            Self::LoginThrottled(seconds) => format!("the next login may be tried in {seconds} s"),
            Self::TooMany(seconds) => format!("the next call may come in {seconds} s"),
            Self::Changed => "it was changed meanwhile; read it again".to_owned(),
            Self::ChangesWhat => "send If-Match with the ETag that was read".to_owned(),
            Self::NotAllowed(permission) => format!("this needs the permission {permission}"),
            Self::NotFound(what) => format!("there is no such {what}"),
            Self::MethodNotAllowed => "Allow has the methods that there are".to_owned(),
            Self::Malformed(text) | Self::Conflict(text) => text.clone(),
            Self::Parameter(name, text) => format!("{name}: {text}"),
            Self::Invalid(_, text) => text.clone(),
            Self::KeyReused => "this idempotency key was used for another request".to_owned(),
            Self::WrongMediaType => "send application/json".to_owned(),
            Self::TooLarge(bytes) => format!("a body has at most {bytes} bytes"),
            Self::Busy(seconds) => format!("try again in {seconds} s"),
            Self::Internal => "something went wrong here; the operator's log says what".to_owned(),
        }
    }

    /// The reply, with the id of the request that it is to.
    pub(super) fn problem(&self, request: Uuid) -> HttpResponse {
        let (name, status, title) = self.kind();
        let errors = match self {
            Self::Invalid(pointer, detail) => Some([WrongField { pointer, detail }]),
            _ => None,
        };
        let problem = Problem {
            kind: format!("/problems/{name}"),
            title,
            status: status.as_u16(),
            detail: self.detail(),
            instance: format!("urn:uuid:{request}"),
            errors,
        };
        let mut response = HttpResponse::build(status);
        match self {
            Self::NotLoggedIn | Self::WrongLogin => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer"));
            }
            Self::LoginThrottled(seconds) | Self::TooMany(seconds) | Self::Busy(seconds) => {
                response.insert_header((RETRY_AFTER, seconds.to_string()));
            }
            _ => {}
        }
        response.content_type("application/problem+json").json(problem)
    }
}

impl From<TooMany> for Fault {
    fn from(TooMany { retry_after_seconds }: TooMany) -> Self {
        Self::TooMany(retry_after_seconds)
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        let invalid =
            |pointer: &'static str, error: &EngineError| Self::Invalid(pointer.into(), error.to_string());
        match &error {
            EngineError::NotLoggedIn => Self::NotLoggedIn,
            EngineError::WrongLogin => Self::WrongLogin,
            EngineError::LoginThrottled { seconds } => Self::LoginThrottled(*seconds),
            EngineError::TooManyLogins => Self::Busy(1),
            // The tenant knows the person no more; what is left is destroyed by housekeeping.
            EngineError::ErasureNotOver(_) => Self::Busy(60),
            EngineError::Stopping | EngineError::Unavailable(_) => Self::Busy(crate::UNAVAILABLE_SECONDS),
            EngineError::NotAllowed(permission) => Self::NotAllowed(*permission),
            EngineError::UnknownTenant(_) => Self::NotFound("tenant"),
            EngineError::UnknownOperator => Self::NotFound("operator"),
            EngineError::UnknownToken => Self::NotFound("token"),
            EngineError::UnknownSubject => Self::NotFound("person"),
            EngineError::UnknownDialogue => Self::NotFound("dialogue"),
            EngineError::UnknownJob => Self::NotFound("job"),
            EngineError::UnknownRecording => Self::NotFound("recording"),
            EngineError::UnknownCredential => Self::NotFound("credential"),
            EngineError::PolicyChanged => Self::Changed,
            EngineError::Label => invalid("/label", &error),
            EngineError::UnknownMessage => Self::NotFound("message"),
            EngineError::PageToken => Self::Parameter("after", error.to_string()),
            EngineError::KeyReused => Self::KeyReused,
            EngineError::InvalidEmail => invalid("/email", &error),
            EngineError::InvalidName => invalid("/name", &error),
            EngineError::Password(_) => invalid("/new", &error),
            EngineError::Role(InvalidRole::Unknown) => invalid("/role", &error),
            EngineError::Role(_) | EngineError::NoSuchTenant => invalid("/tenant", &error),
            EngineError::WrongCurrentPassword => invalid("/current", &error),
            EngineError::TimeIsOver => invalid("/expires_at", &error),
            EngineError::UnknownLanguage(_) => invalid("/language", &error),
            EngineError::Policy(wrong) => Self::Invalid(setting(wrong.setting).into(), error.to_string()),
            EngineError::EmailTaken
            | EngineError::TenantNameTaken(_)
            | EngineError::LastOwner
            | EngineError::NoAccount
            | EngineError::TooMany(_)
            | EngineError::TooManyTokens
            | EngineError::TooManyCredentials
            | EngineError::JobOver
            | EngineError::JobNotFailed
            | EngineError::Raced => Self::Conflict(error.to_string()),
            _ => {
                tracing::error!(%error, "a call of the management failed");
                Self::Internal
            }
        }
    }
}

/// Where a setting of a policy stands: of several, the first.
fn setting(name: &str) -> String {
    let first = name.split_whitespace().next().unwrap_or_default();
    format!("/{}", first.replace('.', "/"))
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.kind().1
    }

    /// As a document shows it. What is sent has the id of its request: `told` sees to that.
    fn error_response(&self) -> HttpResponse {
        self.problem(Uuid::nil())
    }
}
