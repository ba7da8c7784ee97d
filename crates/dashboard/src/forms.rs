//! What a browser sends: forms, and what stands behind the question mark.
//!
//! Promises that a form is taken only from a page of ours that was made for this very session: the browser says that it comes from here, and
//! the form has the session's token, compared in constant time. That nothing unknown is passed over; and that what was done is told once, by its
//! name, to the browser that did it: no address says it, and no sentence is taken from outside.

use std::{marker::PhantomData, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        Method, Uri,
        header::{self, HeaderName},
    },
    web,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;
use timbre_api::shared::{NotRead, read_body};

use crate::{caller::caller, fault::Fault};

/// Most bytes of a form.
const MOST_BYTES: usize = 64 * 1024;

/// Most characters of what is said about a field: it may repeat what stood there.
const MOST_SAID: usize = 300;

/// The cookie by which the next page is told what was done.
pub(crate) const NOTICE: &str = "timbre.notice";

/// A form from one of our pages, of the session that sends it. Its fields are read from `application/x-www-form-urlencoded`; `csrf` is not among
/// them. A field that was left empty is as one that did not come: `Option`, or `#[serde(default)]`. `#[serde(deny_unknown_fields)]` refuses what
/// there is not. Where fields repeat, `Posted<Vec<(String, String)>>` has them all. The handler reads them, which is after it was found that the
/// caller may: who may not learns nothing of what a form should have.
pub(crate) struct Posted<F> {
    fields: Vec<(String, String)>,
    read_as: PhantomData<F>,
}

impl<F: DeserializeOwned> Posted<F> {
    pub(crate) fn read(&self) -> Result<F, Fault> {
        as_fields(&self.fields, Fault::Form)
    }
}

/// A form that says nothing but that it was sent: a button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<F> FromRequest for Posted<F> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, body) = (request.clone(), web::Payload::from_request(request, payload));
        Box::pin(async move {
            // Before anything is read: who is not known must cost nothing.
            let caller = caller(&request).await?;
            from_our_pages(&request)?;
            let body = body.await.map_err(|_| Fault::Internal)?;
            let (token, fields) = read_form(&request, body).await?;
            match bool::from(token.as_bytes().ct_eq(caller.csrf().as_bytes())) {
                true => Ok(Self { fields, read_as: PhantomData }),
                false => Err(Fault::Stale),
            }
        })
    }
}

/// The token that came with a form, and its other fields.
pub(crate) async fn read_form(
    request: &HttpRequest,
    body: web::Payload,
) -> Result<(String, Vec<(String, String)>), Fault> {
    let bytes = read_body(request, body, MOST_BYTES).await.map_err(|error| match error {
        NotRead::TooLarge(_) => Fault::TooLarge(MOST_BYTES),
        NotRead::TooSlow => Fault::Form("the form did not come in time".to_owned()),
        NotRead::Broken => Fault::Form("the form is incomplete".to_owned()),
    })?;
    let fields = pairs(&bytes).map_err(Fault::Form)?;
    let (mut tokens, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == "csrf");
    let token = tokens.pop().map(|(_, token)| token).unwrap_or_default();
    // One that came twice is none.
    Ok((if tokens.is_empty() { token } else { String::new() }, fields))
}

/// Reads the query. What is not known is refused; what is empty, as fields of a search that were left so are, did not come.
pub(crate) fn read_query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Fault> {
    let pairs = pairs(request.query_string().as_bytes()).map_err(Fault::Query)?;
    as_fields(&pairs, Fault::Query)
}

/// The same for a page that asks for nothing.
pub(crate) fn no_query(request: &HttpRequest) -> Result<(), Fault> {
    let Nothing {} = read_query(request)?;
    Ok(())
}

fn pairs(encoded: &[u8]) -> Result<Vec<(String, String)>, String> {
    let read: Vec<(String, String)> =
        serde_urlencoded::from_bytes(encoded).map_err(|error| error.to_string())?;
    match read.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        true => Err("a text has U+0000 in it".to_owned()),
        false => Ok(read.into_iter().filter(|(_, value)| !value.is_empty()).collect()),
    }
}

pub(crate) fn as_fields<T: DeserializeOwned>(
    pairs: &[(String, String)],
    wrong: fn(String) -> Fault,
) -> Result<T, Fault> {
    let wrong = |error: String| wrong(error.chars().take(MOST_SAID).collect());
    let encoded = serde_urlencoded::to_string(pairs).map_err(|error| wrong(error.to_string()))?;
    serde_urlencoded::from_str(&encoded).map_err(|error| wrong(error.to_string()))
}

/// An address with these parameters, those that are `None` left out.
pub(crate) fn with_query(path: &str, parameters: &impl Serialize) -> String {
    match serde_urlencoded::to_string(parameters) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// Refuses what another site's page sends. Where the browser does not say where from, the token decides alone.
pub(crate) fn from_our_pages(request: &HttpRequest) -> Result<(), Fault> {
    let said = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let ours = match (said(HeaderName::from_static("sec-fetch-site")), said(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => same_host(origin, request.connection_info().host()),
        (None, None) => true,
    };
    if ours { Ok(()) } else { Err(Fault::Stale) }
}

/// TLS may end in front of us, so the scheme says nothing. What a proxy says the host was is believed: a page of another site cannot say it.
fn same_host(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, of_origin)| of_origin.eq_ignore_ascii_case(host))
}

/// The page that a form stands on, as far as the browser says so: its path, and what stands behind the question mark.
pub(crate) fn stands_on(request: &HttpRequest) -> Option<String> {
    let page: Uri = request.headers().get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let ours = page.authority()?.as_str().eq_ignore_ascii_case(request.connection_info().host());
    let path = page.path_and_query()?.as_str();
    ours.then(|| path.to_owned())
}

/// To a page, after something was done: the page says so. [`crate::guard`] has the browser remember it until then.
pub(crate) fn done(to: &str, notice: Notice) -> HttpResponse {
    let mut response = see(to);
    response.extensions_mut().insert(notice);
    response
}

/// To a page.
pub(crate) fn see(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

macro_rules! notices {
    ($($notice:ident $name:literal $text:literal,)+) => {
        /// What was done, as the next page says it. By its name in a cookie: what is shown never comes from there.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Notice { $($notice,)+ }

        impl Notice {
            const ALL: &[Self] = &[$(Self::$notice,)+];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$notice => $name,)+ }
            }

            pub(crate) fn text(self) -> &'static str {
                match self { $(Self::$notice => $text,)+ }
            }
        }
    };
}

notices! {
    LoggedOut "logged-out" "You are logged out.",
    SessionEnded "session-ended" "Your session had ended: nothing was saved.",
    PasswordChanged "password-changed" "Your password is changed. All your other sessions have ended.",
    TenantChanged "tenant-changed" "The tenant is changed.",
    TenantSuspended "tenant-suspended" "The tenant is suspended: its credentials are unknown until it goes on.",
    TenantResumed "tenant-resumed" "The tenant goes on: its credentials are good again.",
    PolicySaved "policy-saved" "The policy is saved. It counts from now on.",
    CredentialRevoked "credential-revoked" "The credential is revoked.",
    Unlocked "unlocked" "The lock is reset: the person may try again.",
    ConsentRecorded "consent-recorded" "The consent is recorded.",
    ConsentWithdrawn "consent-withdrawn" "The consent is withdrawn.",
    PersonErased "person-erased" "The person is erased. This is the receipt.",
    ErasureBegun "erasure-begun" "The person is known no more. What is left of them is still being destroyed: the receipt comes when that is over.",
    OptedOut "opted-out" "The opt-out is put: nobody is made known by this name.",
    OptOutLifted "opt-out-lifted" "The opt-out is lifted.",
    JobCancelled "job-cancelled" "The job is cancelled.",
    JobRetried "job-retried" "The job will be tried again.",
    MessageReplayed "message-replayed" "The message will be sent again.",
    CredentialRevokedBefore "credential-revoked-before" "The credential was revoked before: nothing was changed.",
    NothingToForget "nothing-to-forget" "No failed verification was counted: there was nothing to forget.",
    PersonErasedBefore "person-erased-before" "This person's erasure was asked for before: nothing was changed.",
    JobOver "job-over" "The job had ended already: nothing was cancelled.",
    JobNotFailed "job-not-failed" "Only a job that failed is tried again: nothing was begun anew.",
}

impl Notice {
    /// What the browser remembers was done, where it asks for a whole page: a part of one leaves it to the next.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let whole = *request.method() == Method::GET && !request.headers().contains_key("hx-request");
        let told = request.cookie(NOTICE).filter(|_| whole)?;
        Self::ALL.iter().copied().find(|notice| notice.name() == told.value())
    }

    /// How it looks: a warning where what was asked for was not done.
    pub(crate) fn tone(self) -> &'static str {
        match self {
            Self::SessionEnded
            | Self::CredentialRevokedBefore
            | Self::NothingToForget
            | Self::PersonErasedBefore
            | Self::JobOver
            | Self::JobNotFailed => "warn",
            _ => "good",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::{cookie::Cookie, test::TestRequest};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    struct Search {
        name: Option<String>,
        limit: Option<u32>,
    }

    fn query(text: &str) -> Result<Search, Fault> {
        read_query(&TestRequest::with_uri(&format!("/dashboard/tenants?{text}")).to_http_request())
    }

    #[test]
    fn a_field_left_empty_is_as_one_that_did_not_come() {
        let expected = Search { name: Some("a b".to_owned()), limit: None };
        assert_eq!(query("name=a+b&limit="), Ok(expected));
        assert_eq!(query(""), Ok(Search { name: None, limit: None }));
        for wrong in ["nmae=x", "done=unlocked", "limit=many", "name=%00", "name=a&name=b"] {
            assert!(matches!(query(wrong), Err(Fault::Query(_))), "{wrong}");
        }
    }

    #[test]
    fn an_address_has_only_what_was_asked_for() {
        let asked = Search { name: Some("a&b".to_owned()), limit: None };
        assert_eq!(with_query("/dashboard/tenants", &asked), "/dashboard/tenants?name=a%26b");
        assert_eq!(
            with_query("/dashboard/tenants", &Search { name: None, limit: None }),
            "/dashboard/tenants"
        );
    }

    #[test]
    fn a_form_of_another_site_is_refused_however_the_browser_says_so() {
        let sent = |headers: &[(&'static str, &'static str)]| {
            let request = headers.iter().fold(TestRequest::post(), |r, header| r.insert_header(*header));
            from_our_pages(&request.to_http_request()).is_ok()
        };
        let host = ("host", "timbre.example:8080");
        assert!(sent(&[host]), "a browser that says nothing: the token decides");
        assert!(sent(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(sent(&[host, ("origin", "http://timbre.example:8080")]));
        assert!(sent(&[host, ("origin", "https://Timbre.example:8080")]));
        for site in ["cross-site", "same-site", "none", ""] {
            let origin = ("origin", "http://timbre.example:8080");
            assert!(!sent(&[host, origin, ("sec-fetch-site", site)]), "{site}");
        }
        for origin in ["null", "http://evil.example", "http://timbre.example", "http://x.timbre.example:8080"]
        {
            assert!(!sent(&[host, ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn a_form_stands_on_a_page_of_ours_or_on_none() {
        let on = |referer: &'static str| {
            let host = ("host", "timbre.example:8080");
            let request = TestRequest::post().insert_header(host).insert_header((header::REFERER, referer));
            stands_on(&request.to_http_request())
        };
        let page = on("https://Timbre.example:8080/dashboard/tenants?name=a%26b");
        assert_eq!(page.as_deref(), Some("/dashboard/tenants?name=a%26b"));
        for other in [
            "http://evil.example/dashboard",
            "http://timbre.example/dashboard",
            "http://timbre.example:8080@evil.example/dashboard",
            "/dashboard",
            "about:blank",
            "",
        ] {
            assert_eq!(on(other), None, "{other}");
        }
    }

    #[test]
    fn a_notice_is_known_by_its_name_and_nothing_else_is_shown() {
        let asked =
            |value: &str| TestRequest::with_uri("/dashboard").cookie(Cookie::new(NOTICE, value.to_owned()));
        let of = |request: TestRequest| Notice::of(&request.to_http_request());
        for notice in Notice::ALL {
            let to = done("/dashboard/x?after=1", *notice);
            assert_eq!(to.headers().get(header::LOCATION).unwrap(), "/dashboard/x?after=1");
            assert_eq!(to.extensions().get::<Notice>(), Some(notice));
            assert_eq!(of(asked(notice.name())), Some(*notice));
        }
        assert_eq!(of(asked("<b>hello")), None);
        assert_eq!(of(TestRequest::with_uri("/dashboard?done=unlocked")), None);
        assert_eq!(of(asked("unlocked").insert_header(("hx-request", "true"))), None, "a part of a page");
        for method in [Method::HEAD, Method::POST] {
            assert_eq!(of(asked("unlocked").method(method)), None, "nothing is seen of it");
        }
    }
}
