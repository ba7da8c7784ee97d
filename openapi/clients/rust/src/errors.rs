//! Why a call did not bring what was asked for, whichever contract it was made under.
//!
//! Promises that no credential and no recording is in an error's text. What a single operation may be turned down with is typed in the
//! generated module (`ApiOpError`), which becomes this by `?`.

use std::{fmt, io, time::Duration};

use serde_json::Value;

use crate::{admin, azure, biometrid, calling, deepaffects};

/// Whatever goes wrong with a call. Printed as `{:?}` it says no more than as `{}`: a program whose `main` returns it tells nobody what came.
#[derive(thiserror::Error)]
pub enum Error {
    /// The server turned the call down; with 500 or more it may have done what was asked all the same.
    #[error("the call was turned down: {status} {code}")]
    Refused {
        /// The reply's status.
        status: u16,
        /// What the contract calls it: `USERID_NOT_EXISTS`, say. Empty where the reply is not the contract's, but a gateway's.
        code: String,
        /// The reply as it came, where it is JSON.
        body: Value,
        /// How long the reply asks to be waited for, where it says it.
        retry_after: Option<Duration>,
    },
    /// No answer came in time: the server may have done what was asked, or not.
    #[error("no answer came in time")]
    TimedOut,
    /// No answer came: the server may have done what was asked, or not, unless `was_sent` is false.
    #[error("no answer came: {why}")]
    NotAnswered {
        /// False where there was nobody to send it to.
        was_sent: bool,
        why: String,
    },
    /// What came, or what was to be sent, is not in the contract.
    #[error("not in the contract: {0}")]
    Strange(String),
    /// What was to be sent could not be read.
    #[error(transparent)]
    Unread(#[from] io::Error),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    fn refused(status: u16, body: &str, headers: &reqwest::header::HeaderMap, parse_error: Option<&str>) -> Self {
        if let (200..300, Some(why)) = (status, parse_error) {
            return Self::Strange(why.to_owned());
        }
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        Self::Refused { status, code: code_of(&body), body, retry_after: calling::retry_after(headers) }
    }

    fn not_answered(error: reqwest::Error) -> Self {
        let was_sent = calling::was_sent(&error);
        if was_sent && error.is_timeout() {
            return Self::TimedOut;
        }
        Self::NotAnswered { was_sent, why: with_causes(&error) }
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// What a contract calls an error: each has a place of its own for it.
fn code_of(body: &Value) -> String {
    let places = ["/data/message", "/error/code", "/fault/detail/errorcode", "/fault/detail/error_code", "/type"];
    let code = places.iter().find_map(|place| body.pointer(place)?.as_str());
    code.unwrap_or_default().to_owned()
}

macro_rules! becomes_an_error {
    ($($contract:ident),*) => {$(
        impl<E: std::fmt::Debug> From<$contract::ApiOpError<E>> for Error {
            fn from(error: $contract::ApiOpError<E>) -> Self {
                use $contract::{ApiOpError, HttpError};
                match error {
                    ApiOpError::Api(api) => {
                        Self::refused(api.status, &api.body, &api.headers, api.parse_error.as_deref())
                    }
                    ApiOpError::Transport(
                        HttpError::Network(error) | HttpError::Middleware(reqwest_middleware::Error::Reqwest(error)),
                    ) => Self::not_answered(error),
                    ApiOpError::Transport(other) => Self::Strange(other.to_string()),
                }
            }
        }
    )*};
}

becomes_an_error!(admin, azure, biometrid, deepaffects);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_text_of_a_refusal_has_what_came() {
        let refused =
            Error::refused(401, r#"{"error": {"code": "401", "message": "s3cret"}}"#, &Default::default(), None);
        assert_eq!(
            [format!("{refused}"), format!("{refused:?}")],
            ["the call was turned down: 401 401"; 2].map(String::from)
        );
    }

    #[test]
    fn each_contract_has_a_place_for_its_codes() {
        for (body, code) in [
            (json!({"status": false, "data": {"message": "USERID_NOT_EXISTS"}}), "USERID_NOT_EXISTS"),
            (json!({"error": {"code": "RateLimit", "message": "Rate limit is exceeded."}}), "RateLimit"),
            (json!({"fault": {"faultstring": "", "detail": {"errorcode": "a.b"}}, "type": "rate_limit"}), "a.b"),
            (json!({"fault": {"fault_string": "", "detail": {"error_code": "a.c"}}}), "a.c"),
            (json!({"type": "urn:of:a-problem", "title": "A problem"}), "urn:of:a-problem"),
            (json!("<html>"), ""),
        ] {
            assert_eq!(code_of(&body), code);
        }
    }
}
