//! Why a page is not shown, or a form not done: one catalogue, and one page that says it.
//!
//! The engine's errors get their words from the admin API's catalogue ([`timbre_api::admin::Fault`]): an operator reads the same here and there.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
};
use askama::Template;
use timbre_api::{admin, shared};
use timbre_domain::operator::Permission;
use timbre_engine::EngineError;

use crate::{
    SHOWN, TRY,
    forms::see,
    frame::{Frame, render_as},
    words,
};

/// What a request is turned down with. The page that says so is made in [`crate::guard`], where it is known who asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.detail())]
pub(crate) enum Fault {
    /// No session, or one that is over: a page leads to the login and back.
    NotLoggedIn,
    WrongLogin,
    /// Too many logins failed; the next may be tried in so many seconds.
    LoginThrottled(u64),
    NotAllowed(Permission),
    /// It does not exist, or not for whoever asks: "tenant", "person", "dialogue", "page" …
    NotFound(&'static str),
    /// The methods that there are.
    WrongMethod(String),
    /// What stands behind the question mark.
    Query(String),
    /// What a form said: a sentence without its full stop.
    Form(String),
    /// A form that is not of this session, or not from our pages.
    Stale,
    /// What there is already, or how things stand, forbids it.
    Conflict(String),
    TooLarge(usize),
    TooMany(u64),
    /// No place for more now; come back after so many seconds.
    Busy(u64),
    Internal,
}

impl Fault {
    fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotLoggedIn => (StatusCode::UNAUTHORIZED, "Not logged in"),
            Self::WrongLogin => (StatusCode::UNAUTHORIZED, "Wrong e-mail address or password"),
            Self::LoginThrottled(_) => (StatusCode::TOO_MANY_REQUESTS, "Too many failed logins"),
            Self::NotAllowed(_) => (StatusCode::FORBIDDEN, "Not allowed"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "Not found"),
            Self::WrongMethod(_) => (StatusCode::METHOD_NOT_ALLOWED, "This cannot be done here"),
            Self::Query(_) => (StatusCode::BAD_REQUEST, "This address does not read"),
            Self::Form(_) => (StatusCode::UNPROCESSABLE_ENTITY, "The form cannot be taken as it is"),
            Self::Stale => (StatusCode::FORBIDDEN, "This form is too old"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "This cannot be done now"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "Too large"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
            Self::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, "Busy"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong"),
        }
    }

    fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::NotLoggedIn => "Log in to see this.".into(),
            Self::WrongLogin => "The e-mail address or the password is wrong.".into(),
            Self::LoginThrottled(seconds) => format!("The next login may be tried in {seconds} s.").into(),
            Self::NotAllowed(permission) => {
                format!("Your role lacks the permission {permission}. An owner can change roles.").into()
            }
            Self::NotFound(what) => format!("There is no such {what}, or not for you.").into(),
            Self::WrongMethod(_) => "Go to the page that offers it.".into(),
            Self::Query(text) | Self::Form(text) | Self::Conflict(text) => sentence(text).into(),
            Self::Stale => "It is not of this login, or it was sent from another site. Nothing was changed: open the page again and send it from \
                            there."
                .into(),
            Self::TooLarge(bytes) => format!("At most {bytes} bytes are taken here.").into(),
            Self::TooMany(seconds) | Self::Busy(seconds) => format!("Try again in {seconds} s.").into(),
            Self::Internal => "The server's log says what, under the number of this request.".into(),
        }
    }

    /// The page that says it, in the frame of whoever asked for this path.
    pub(crate) fn page(&self, frame: Frame, path: &str, request_id: Option<String>) -> HttpResponse {
        let title = self.kind().1;
        let page = Page { frame, title, detail: self.detail(), request_id, trying: path.starts_with(TRY) };
        self.said_by(&page).unwrap_or_else(|_| HttpResponse::new(self.status_code()))
    }

    /// A page that says it, another than its own: the form that was not taken, say.
    pub(crate) fn said_by(&self, page: &impl Template) -> Result<HttpResponse, Self> {
        let mut response = render_as(self.status_code(), page)?;
        let told = match self {
            Self::WrongMethod(allowed) => {
                HeaderValue::try_from(allowed).ok().map(|allowed| (header::ALLOW, allowed))
            }
            Self::LoginThrottled(seconds) | Self::TooMany(seconds) | Self::Busy(seconds) => {
                Some((header::RETRY_AFTER, HeaderValue::from(*seconds)))
            }
            _ => None,
        };
        if let Some((name, value)) = told {
            response.headers_mut().insert(name, value);
        }
        Ok(response)
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    detail: Cow<'static, str>,
    request_id: Option<String>,
    /// Whether it is told to somebody at `/try`, who need not have a login.
    trying: bool,
}

/// Errors are written without a capital and a full stop, as they stand behind a colon elsewhere. They may say again what they were sent.
fn sentence(text: &str) -> String {
    let text = words::name(text);
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

/// Whatever there is not. A slash too many leads to the page without it.
pub(crate) async fn unknown_page(request: HttpRequest) -> Result<HttpResponse, Fault> {
    shared::count_stranger(&request).await?;
    without_slash(&request).map(|page| see(&page)).ok_or(Fault::NotFound("page"))
}

/// The address without the slash at its end, where that is a page's.
fn without_slash(request: &HttpRequest) -> Option<String> {
    let asked = matches!(*request.method(), Method::GET | Method::HEAD);
    let page =
        request.path().strip_suffix('/').filter(|page| asked && (*page == TRY || SHOWN.is_match(page)))?;
    let address = match request.query_string() {
        "" => page.to_owned(),
        query => format!("{page}?{query}"),
    };
    // A header takes no other.
    address.is_ascii().then_some(address)
}

impl From<shared::TooMany> for Fault {
    fn from(too_many: shared::TooMany) -> Self {
        Self::TooMany(too_many.retry_after_seconds)
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        admin::Fault::from(error).into()
    }
}

impl From<admin::Fault> for Fault {
    fn from(fault: admin::Fault) -> Self {
        match fault {
            admin::Fault::NotLoggedIn => Self::NotLoggedIn,
            admin::Fault::WrongLogin => Self::WrongLogin,
            admin::Fault::LoginThrottled(seconds) => Self::LoginThrottled(seconds),
            admin::Fault::TooMany(seconds) => Self::TooMany(seconds),
            admin::Fault::NotAllowed(permission) => Self::NotAllowed(permission),
            admin::Fault::NotFound(what) => Self::NotFound(what),
            admin::Fault::Parameter(_, text) => Self::Query(text),
            admin::Fault::Malformed(text) | admin::Fault::Invalid(_, text) => Self::Form(text),
            admin::Fault::Conflict(text) => Self::Conflict(text),
            admin::Fault::Changed => Self::Conflict(fault.to_string()),
            admin::Fault::TooLarge(bytes) => Self::TooLarge(bytes),
            admin::Fault::Busy(seconds) => Self::Busy(seconds),
            // What only calls of a program can meet.
            admin::Fault::MethodNotAllowed
            | admin::Fault::ChangesWhat
            | admin::Fault::KeyReused
            | admin::Fault::WrongMediaType
            | admin::Fault::Internal => Self::Internal,
        }
    }
}

/// Text for whoever looks below the page; [`crate::guard`] puts the page in its place.
impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.kind().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_engine_becomes_a_sentence() {
        assert_eq!(sentence("there are two live credentials"), "There are two live credentials.");
        assert_eq!(sentence("ärger."), "Ärger.");
        assert_eq!(sentence("unknown field `\u{202e}`"), "Unknown field `[U+202E]`.");
        let fault = Fault::from(EngineError::TooManyCredentials);
        assert!(matches!(fault, Fault::Conflict(_)));
        assert!(fault.to_string().ends_with("revoke one first."), "{fault}");
    }

    #[test]
    fn what_is_not_there_for_somebody_reads_as_what_is_not_there() {
        let fault = Fault::from(EngineError::UnknownTenant("acme".to_owned()));
        assert_eq!(fault, Fault::NotFound("tenant"));
        assert_eq!(fault.status_code(), StatusCode::NOT_FOUND);
        assert!(!fault.to_string().contains("acme"));
    }
}
