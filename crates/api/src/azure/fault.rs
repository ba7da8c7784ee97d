//! Why a call was not done, in the words of the public pages. The one catalogue of this contract's errors.

use std::borrow::Cow;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    profile::{ProfileFull, ProfileKind},
    usage::Meter,
};
use timbre_engine::{EngineError, Unfit};

use super::edition::Operation;
use crate::limits::TooMany;

/// Names the code of an error in 2021-09-05.
pub(super) const CODE_HEADER: &str = "x-ms-error-code";

/// An error of this contract.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.row().2)]
pub enum Fault {
    Unauthorized,
    NotFound,
    /// Too many calls, or no place for more inference now; come back after so many seconds.
    RateLimit(u64),
    Internal,
    BodyMissing,
    InvalidJson,
    LocaleMissing,
    /// The locales that there are.
    InvalidLocale(String),
    TooManyProfiles(u32),
    /// What is accepted.
    UnsupportedMediaType(&'static str),
    InvalidPageSize(&'static str),
    InvalidToken(&'static str),
    UnsupportedParameter(&'static str),
    /// The rest of the sentence.
    InvalidLength(&'static str),
    InvalidFormat(&'static str),
    InvalidPassphrase,
    TooNoisy,
    TooNoisyToIdentify(f32),
    TooManySamples,
    TooMuchAudio,
    Conflict,
    NotEnrolled,
    InvalidIgnoreMinLength,
    InvalidProfileIds,
    ProfileIdsMissing,
    UnlikeLocales,
    TooManyCandidates,
    // Extensions: situations that the public pages do not name.
    /// The month's quota of this meter is used up.
    QuotaExceeded(Meter),
    /// The policy asks for the person's consent and there is none, or it was withdrawn.
    ConsentMissing,
    InvalidConsent,
    /// All profiles are more than can be compared with at once.
    GalleryTooLarge,
    OptedOut,
    NoSpeech,
    TooLittleSpeech(f32),
    NoActivation,
    SeveralVoices,
    /// Most bytes.
    TooLarge(usize),
    RequestTimeout,
    BrokenBody,
    InvalidQuery,
    UnknownRoute,
    MethodNotAllowed,
    MissingApiVersion,
    UnsupportedApiVersion,
    Unavailable(u64),
}

const INVALID_REQUEST: &str = "InvalidRequest";
const INVALID_ARGUMENT: &str = "InvalidArgument";
const IDS: &str = "It should be comma-delimited list of IDs containing at least one ID.";

impl Fault {
    /// Status, code and message, to the letter of the public pages (the spelling is theirs).
    fn row(&self) -> (StatusCode, &'static str, Cow<'static, str>) {
        let (status, code, message): (_, _, Cow<'static, str>) = match self {
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                "Request is not authorized. Make sure subscription key is included and valid.".into(),
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "Not Found", "Requested profile doesn't exist".into()),
            Self::RateLimit(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "RateLimit", "Rate limit is exceeded.".into())
            }
            Self::QuotaExceeded(meter) => (
                StatusCode::FORBIDDEN,
                "QuotaExceeded",
                format!("Out of quota: the {meter} of this month are used up.").into(),
            ),
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "Internal Server Error.".into())
            }
            Self::TooManyProfiles(most) => (
                StatusCode::FORBIDDEN,
                "Forbidden",
                format!("Maximum allowed number of profiles is {}.", with_commas(*most)).into(),
            ),
            Self::UnsupportedMediaType(accepted) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UnsupportedMediaType",
                format!("Unsupported media type. Only '{accepted}' is accepted.").into(),
            ),
            Self::ConsentMissing => {
                (StatusCode::FORBIDDEN, INVALID_REQUEST, "Consent of the profile's owner is missing.".into())
            }
            Self::OptedOut => {
                (StatusCode::FORBIDDEN, INVALID_REQUEST, "The profile's owner opted out.".into())
            }
            Self::TooManySamples => (
                StatusCode::FORBIDDEN,
                "InvalidOperation",
                "Maximum allowed number of enrollments per profile is 50.".into(),
            ),
            Self::TooMuchAudio => (
                StatusCode::FORBIDDEN,
                INVALID_REQUEST,
                "Maximum allowed length across all profile enrollments is 300 seconds.".into(),
            ),
            Self::Conflict => (
                StatusCode::CONFLICT,
                "Conflict",
                "Sending concurrent requests on same profile is not allowed.".into(),
            ),
            Self::TooLarge(most) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                INVALID_REQUEST,
                format!("Request body is larger than {most} bytes.").into(),
            ),
            Self::RequestTimeout => {
                (StatusCode::REQUEST_TIMEOUT, INVALID_REQUEST, "Request body did not arrive in time.".into())
            }
            Self::UnknownRoute => {
                (StatusCode::NOT_FOUND, "Not Found", "Requested resource doesn't exist".into())
            }
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "Method is not allowed.".into())
            }
            Self::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "InternalServerError",
                "Service is temporarily unavailable.".into(),
            ),
            bad => bad.bad_request(),
        };
        (status, code, message)
    }

    fn bad_request(&self) -> (StatusCode, &'static str, Cow<'static, str>) {
        let (code, message): (_, Cow<'static, str>) = match self {
            Self::BodyMissing => (INVALID_REQUEST, "Request body is missing.".into()),
            Self::InvalidJson => (INVALID_REQUEST, "Invalid JSON format.".into()),
            Self::LocaleMissing => (INVALID_REQUEST, "Locale parameter is missing.".into()),
            Self::InvalidLocale(known) => {
                (INVALID_ARGUMENT, format!("Invalid locale value. Supported locales are {known}.").into())
            }
            Self::InvalidPageSize(name) => (
                INVALID_ARGUMENT,
                // Without the final dot: the example and the service agree.
                format!(
                    "Invalid {name} parameter value. Value should be positive integer in the range [1, 500]"
                )
                .into(),
            ),
            Self::InvalidToken(name) => (
                INVALID_ARGUMENT,
                format!("Invalid {name} value. {name} must be generated form a prior API call.").into(),
            ),
            Self::UnsupportedParameter(name) => {
                (INVALID_ARGUMENT, format!("{name} parameter is not supported.").into())
            }
            Self::InvalidLength(rest) => (INVALID_REQUEST, format!("Invalid audio length. {rest}").into()),
            Self::InvalidFormat(format) => {
                (INVALID_REQUEST, format!("Invalid audio format. Supported format is {format}.").into())
            }
            Self::InvalidPassphrase => (INVALID_REQUEST, "Invalid passphrase.".into()),
            Self::TooNoisy => (INVALID_REQUEST, "Audio is too noisy.".into()),
            Self::TooNoisyToIdentify(db) => {
                (INVALID_REQUEST, format!("Minimum audio Signal-to-noise ratio (SNR) is {db}dB").into())
            }
            Self::NotEnrolled => (INVALID_REQUEST, "Profile is not enrolled.".into()),
            Self::InvalidIgnoreMinLength => (
                INVALID_ARGUMENT,
                r#"Invalid ignoreMinLength parameter value. Valid values are "true" and "false"."#.into(),
            ),
            Self::InvalidProfileIds => {
                (INVALID_ARGUMENT, format!("Invalid profileIds parameter value. {IDS}").into())
            }
            Self::ProfileIdsMissing => {
                (INVALID_REQUEST, format!("profileIds parameter is missing. {IDS}").into())
            }
            Self::UnlikeLocales => {
                (INVALID_REQUEST, "Invalid group of profiles. Profiles must have the same locale.".into())
            }
            Self::TooManyCandidates => {
                (INVALID_REQUEST, "Maximum number of profiles allowed per request is 50.".into())
            }
            Self::GalleryTooLarge => (
                INVALID_REQUEST,
                "There are more profiles than can be compared with at once. Name them.".into(),
            ),
            Self::InvalidConsent => {
                (INVALID_ARGUMENT, format!("Invalid {} header value.", crate::consent::HEADER).into())
            }
            Self::NoSpeech => (INVALID_REQUEST, "Audio has no speech.".into()),
            Self::TooLittleSpeech(seconds) => (
                INVALID_REQUEST,
                format!("Audio has too little speech. Minimum length of speech is {seconds} seconds.").into(),
            ),
            Self::NoActivation => (
                INVALID_REQUEST,
                "Invalid activation phrase. The first enrollment must begin with it.".into(),
            ),
            Self::SeveralVoices => (INVALID_REQUEST, "Audio has more than one speaker.".into()),
            Self::MissingApiVersion => (
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.".into(),
            ),
            Self::UnsupportedApiVersion => (
                "UnsupportedApiVersionValue",
                "Unsupported api-version. The supported api-version is '2021-09-05'.".into(),
            ),
            Self::InvalidQuery => (INVALID_ARGUMENT, "Invalid query.".into()),
            _ => (INVALID_REQUEST, "Invalid request body.".into()),
        };
        (StatusCode::BAD_REQUEST, code, message)
    }

    /// What the engine says of a call about profiles of this kind.
    pub(super) fn of(error: EngineError, kind: ProfileKind, operation: Operation) -> Self {
        match error {
            EngineError::Unfit(unfit) => {
                tracing::info!(reason = %unfit, "recording not taken");
                Self::unfit(unfit, kind, operation)
            }
            EngineError::UnknownProfile => Self::NotFound,
            EngineError::ProfileBusy | EngineError::Raced => Self::Conflict,
            EngineError::ProfileFull(ProfileFull::Samples) => Self::TooManySamples,
            EngineError::ProfileFull(ProfileFull::Audio) => Self::TooMuchAudio,
            EngineError::NotEnrolled => Self::NotEnrolled,
            EngineError::UnlikeLocales => Self::UnlikeLocales,
            EngineError::GalleryLoading { retry_after_seconds } => Self::Unavailable(retry_after_seconds),
            EngineError::GalleryTooLarge => Self::GalleryTooLarge,
            other => other.into(),
        }
    }

    /// What a recording does not serve for.
    pub(super) fn unfit(unfit: Unfit, kind: ProfileKind, operation: Operation) -> Self {
        let dependent = kind.is_text_dependent();
        match unfit {
            Unfit::Format | Unfit::NotAllowed(_) if dependent && operation == Operation::Enrol => {
                Self::InvalidFormat("WAV 16Khz 16bit Mono PCM")
            }
            // A profile is not asked whether its recordings are alike.
            Unfit::SeveralVoices | Unfit::UnlikeBefore => Self::SeveralVoices,
            Unfit::Format | Unfit::Unreadable(_) | Unfit::NotAllowed(_) => {
                Self::InvalidFormat("16Khz 16bit Mono PCM")
            }
            Unfit::TooLong(_) => Self::too_long(kind, operation),
            Unfit::TooShort(_) => Self::InvalidLength(match operation {
                _ if dependent => "Minimum allowed length is 1 second.",
                Operation::Enrol => "Minimum allowed length per enrollment request is 1 second.",
                _ => "Minimum allowed length per recognition request is 1 second.",
            }),
            Unfit::TooNoisy(db) if operation == Operation::Identify => Self::TooNoisyToIdentify(db),
            Unfit::TooNoisy(_) => Self::TooNoisy,
            Unfit::NoSpeech => Self::NoSpeech,
            Unfit::TooLittleSpeech(seconds) => Self::TooLittleSpeech(seconds),
            Unfit::WrongPhrase => Self::InvalidPassphrase,
            Unfit::NoActivation => Self::NoActivation,
        }
    }

    pub(super) fn too_long(kind: ProfileKind, operation: Operation) -> Self {
        Self::InvalidLength(match operation {
            _ if kind.is_text_dependent() => "Maximum allowed length is 10 seconds.",
            Operation::Enrol => "Maximum allowed length per enrollment request is 120 seconds.",
            _ => "Maximum allowed length per recognition request is 120 seconds.",
        })
    }
}

impl From<TooMany> for Fault {
    fn from(too_many: TooMany) -> Self {
        Self::RateLimit(too_many.retry_after_seconds)
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::UnknownKey | EngineError::WrongSecret => Self::Unauthorized,
            EngineError::ConsentMissing => Self::ConsentMissing,
            EngineError::OptedOut => Self::OptedOut,
            EngineError::QuotaReached(meter) => Self::QuotaExceeded(meter),
            EngineError::Busy(busy) => Self::RateLimit(busy.retry_after_seconds),
            EngineError::Stopping | EngineError::Unavailable(_) => {
                Self::Unavailable(crate::UNAVAILABLE_SECONDS)
            }
            error => {
                tracing::error!(%error, "request failed");
                Self::Internal
            }
        }
    }
}

/// An error as it is shown.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fault")]
pub(super) struct ErrorBody<'a> {
    /// What is wrong.
    error: Named<'a>,
}

/// What is wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
struct Named<'a> {
    /// What programs tell it by. A later version may have more codes.
    code: &'a str,
    /// For people.
    message: &'a str,
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, code, message) = self.row();
        let mut response = HttpResponse::build(status);
        response.insert_header((CODE_HEADER, code));
        if let Self::RateLimit(seconds) | Self::Unavailable(seconds) = self {
            response.insert_header(("retry-after", seconds.to_string()));
        }
        response.json(ErrorBody { error: Named { code, message: &message } })
    }
}

/// 10000 as "10,000".
fn with_commas(number: u32) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_commas() {
        assert_eq!(
            [1, 999, 1_000, 10_000, 1_000_000].map(with_commas),
            ["1", "999", "1,000", "10,000", "1,000,000"]
        );
    }
}
