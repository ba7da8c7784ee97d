//! What a server's refusal means: away for now, or a thing for the operator to put right.

use std::error::Error;

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

use super::Bucket;
use crate::error::VaultError;

/// What is known of a refusal.
pub(super) trait Known {
    fn status(&self) -> Option<u16>;
    /// Whether the server has no such operation at all.
    fn not_there(&self) -> bool;
}

impl<E> Known for SdkError<E, HttpResponse> {
    fn status(&self) -> Option<u16> {
        self.raw_response().map(|response| response.status().as_u16())
    }

    fn not_there(&self) -> bool {
        matches!(self.status(), Some(405 | 501))
    }
}

impl Bucket {
    /// The error of a request that failed: [`VaultError::Unavailable`] where another try later may do, else one that says what to
    /// put right. The server's own text stays out of it: it may repeat what it was sent.
    pub(super) fn failed<E>(&self, action: &'static str, error: &SdkError<E, HttpResponse>) -> VaultError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let (status, code) = (error.status(), error.code());
        let away = match error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => true,
            SdkError::ConstructionFailure(_) => false,
            _ => status.is_none_or(|status| status == 429 || (status >= 500 && status != 501)),
        };
        let slow = code.is_some_and(|code| {
            matches!(code, "SlowDown" | "RequestTimeout" | "ServiceUnavailable" | "InternalError")
                || code.starts_with("Throttl")
        });
        if away || slow {
            let why = code.map_or_else(|| chain(error), str::to_owned);
            return self.unavailable(action, &why);
        }
        self.refused(action, &reason(status, code, error))
    }

    pub(super) fn unavailable(&self, action: &'static str, why: &str) -> VaultError {
        let (place, bucket) = (self.s3.place(), &self.s3.bucket);
        VaultError::Unavailable(format!("could not {action} in bucket {bucket} at {place}: {why}"))
    }

    pub(super) fn refused(&self, action: &'static str, why: &str) -> VaultError {
        VaultError::Bucket {
            action,
            endpoint: self.s3.place(),
            bucket: self.s3.bucket.clone(),
            why: why.to_owned(),
        }
    }
}

fn reason(status: Option<u16>, code: Option<&str>, error: &(dyn Error + 'static)) -> String {
    let hint = match (code, status) {
        (Some("NoSuchBucket"), _) => "there is no such bucket",
        (Some("SignatureDoesNotMatch"), _) => "the secret key is not the right one",
        (Some("InvalidAccessKeyId" | "NotSignedUp"), _) => "the access key is not known there",
        (Some("ExpiredToken" | "InvalidToken"), _) => "the session token is not valid any more",
        (Some("RequestTimeTooSkewed"), _) => "its clock and ours are too far apart",
        (
            Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException"),
            _,
        )
        | (_, Some(301 | 307)) => "the bucket is in another region, or the endpoint is not the bucket's",
        (Some("AccessDenied"), _) | (_, Some(403)) => {
            "the access key may not do this, or the object is locked; docs/objects.md lists what it must be allowed"
        }
        (_, None) => return chain(error),
        _ => "it was refused",
    };
    match (code, status) {
        (Some(code), _) => format!("{hint} ({code})"),
        (None, Some(status)) => format!("{hint} (HTTP status {status})"),
        (None, None) => hint.to_owned(),
    }
}

/// An error with what caused it.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}
