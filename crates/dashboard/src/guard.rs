//! What every reply of the pages goes through.
//!
//! Promises that a page asks this server and nobody else, runs no script and no style but our files, is shown in no frame and kept by no cache;
//! that what a request is turned down with becomes a page in the frame of whoever asked, or leads to the login and back; and that what was done
//! is remembered by the browser until a page has said it, and for a minute at most.

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    cookie::time::Duration,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
            X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    web::Data,
};
use timbre_api::{Http, shared::request_id};

use crate::{
    caller::known,
    fault::Fault,
    forms::{NOTICE, Notice, done, from_our_pages, see, stands_on},
    frame::{Frame, Section},
    login,
};

/// Everything from here and nothing inline. Recordings are played from here too, or from what the page itself made of a microphone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a page may use of the device.
const NOTHING: &str = "microphone=(), camera=(), geolocation=()";
const MICROPHONE: &str = "microphone=(self), camera=(), geolocation=()";

/// How long what was done waits for a page that says it.
const WAITS: Duration = Duration::minutes(1);

/// Around the operators' pages.
pub(crate) async fn pages(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    guarded(request, next, NOTHING).await
}

/// Around `/try`, which listens.
pub(crate) async fn trying(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    guarded(request, next, MICROPHONE).await
}

async fn guarded<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
    permissions: &'static str,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let response = next.call(request).await?;
    let fault = response.response().error().map(as_fault);
    // The page of an error does not say what was done before.
    let says = fault.is_none() && is_page(response.headers()) && Notice::of(response.request()).is_some();
    let mut response = match fault {
        None => response.map_into_left_body(),
        Some(fault) => {
            let told = tell(&fault, response.request());
            response.into_response(told).map_into_right_body()
        }
    };
    remember(&mut response, says)?;
    headers(response.headers_mut(), permissions);
    Ok(response)
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(b"text/html"))
}

/// Has the browser remember what was done, or forget it once a page says it.
fn remember<B>(response: &mut ServiceResponse<B>, said: bool) -> Result<(), Error> {
    let secure = response.request().app_data::<Data<Http>>().is_some_and(|http| http.cookie_secure);
    let done = response.response().extensions().get::<Notice>().copied();
    if let Some(notice) = done {
        let mut cookie = login::cookie(NOTICE, notice.name(), secure);
        cookie.set_max_age(WAITS);
        response.response_mut().add_cookie(&cookie)?;
    } else if said {
        response.response_mut().add_removal_cookie(&login::cookie(NOTICE, "", secure))?;
    }
    Ok(())
}

fn as_fault(error: &Error) -> Fault {
    match error.as_error::<Fault>() {
        Some(fault) => fault.clone(),
        None if error.as_response_error().status_code().is_client_error() => Fault::Query(error.to_string()),
        None => {
            tracing::error!(%error, "a page failed outside its handler");
            Fault::Internal
        }
    }
}

fn tell(fault: &Fault, request: &HttpRequest) -> HttpResponse {
    if *fault == Fault::NotLoggedIn {
        return to_the_login(request);
    }
    let frame = known(request).map_or_else(|| Frame::outside(None), |caller| caller.frame(Section::None));
    let id = Some(request_id(request)).filter(|id| !id.is_empty());
    fault.page(frame, request.path(), id)
}

/// A page leads to the login, and from there back; a part of one has the page asked for again, which does. A form's sender is told that it did
/// nothing, and led back to the page that it stands on.
fn to_the_login(request: &HttpRequest) -> HttpResponse {
    if request.headers().contains_key("hx-request") {
        return HttpResponse::build(StatusCode::UNAUTHORIZED).insert_header(("hx-refresh", "true")).finish();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let asked = request.uri().path_and_query().map(|asked| asked.as_str());
        return see(&login::address(asked));
    }
    // Whoever never had a session here is not told that it ended.
    if from_our_pages(request).is_err() {
        return see(&login::address(None));
    }
    let page = stands_on(request).filter(|page| login::ours(page));
    done(&login::address(Some(page.as_deref().unwrap_or(request.uri().path()))), Notice::SessionEnded)
}

fn headers(headers: &mut HeaderMap, permissions: &'static str) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        // To ourselves: a form says where it comes from by it.
        (REFERRER_POLICY, "same-origin"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("permissions-policy"), permissions),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::{http::header::LOCATION, test::TestRequest};

    use super::*;

    #[test]
    fn a_page_leads_to_the_login_and_back_and_a_part_of_one_has_the_page_asked_for_again() {
        let page = TestRequest::with_uri("/dashboard/tenants?name=a").to_http_request();
        let reply = tell(&Fault::NotLoggedIn, &page);
        assert_eq!(reply.status(), StatusCode::SEE_OTHER);
        let to = reply.headers().get(LOCATION).unwrap();
        assert_eq!(to, "/dashboard/login?to=%2Fdashboard%2Ftenants%3Fname%3Da");
        let part = TestRequest::get().insert_header(("hx-request", "true")).to_http_request();
        let reply = tell(&Fault::NotLoggedIn, &part);
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(reply.headers().get("hx-refresh").unwrap(), "true");
    }

    #[test]
    fn a_form_leads_to_the_login_and_back_to_the_page_that_it_stands_on() {
        let led = |path: &str, referer: Option<&str>, origin: &str| {
            let form = TestRequest::post().uri(path).insert_header(("host", "timbre.example"));
            let form = form.insert_header(("origin", origin.to_owned()));
            let form = referer.into_iter().fold(form, |form, page| form.insert_header(("referer", page)));
            let reply = tell(&Fault::NotLoggedIn, &form.to_http_request());
            let to = reply.headers().get(LOCATION).unwrap().to_str().unwrap().to_owned();
            (to, reply.extensions().get::<Notice>().copied())
        };
        let (ours, said) = ("https://timbre.example", Some(Notice::SessionEnded));
        for (path, referer, to) in [
            ("/tenants/1/name", "/dashboard/tenants/1", "/dashboard/login?to=%2Fdashboard%2Ftenants%2F1"),
            (
                "/tenants",
                "/dashboard/tenants?name=a",
                "/dashboard/login?to=%2Fdashboard%2Ftenants%3Fname%3Da",
            ),
            // The page says again what was wrong with it: there only a form is taken.
            ("/account/password", "/dashboard/account/password", "/dashboard/login"),
            (
                "/tenants/1/policy",
                "/dashboard/logout",
                "/dashboard/login?to=%2Fdashboard%2Ftenants%2F1%2Fpolicy",
            ),
            ("/tenants/1/policy", "/try", "/dashboard/login?to=%2Fdashboard%2Ftenants%2F1%2Fpolicy"),
        ] {
            let referer = format!("{ours}{referer}");
            assert_eq!(
                led(&format!("/dashboard{path}"), Some(referer.as_str()), ours),
                (to.to_owned(), said),
                "{path}"
            );
        }
        let policy = "/dashboard/login?to=%2Fdashboard%2Ftenants%2F1%2Fpolicy".to_owned();
        assert_eq!(led("/dashboard/tenants/1/policy", None, ours), (policy.clone(), said));
        let elsewhere = Some("https://evil.example/dashboard/audit");
        assert_eq!(led("/dashboard/tenants/1/policy", elsewhere, ours), (policy, said));
        let of_another = led("/dashboard/tenants/1/policy", elsewhere, "https://evil.example");
        assert_eq!(of_another, ("/dashboard/login".to_owned(), None), "a form of another site");
    }

    #[test]
    fn no_policy_allows_anything_inline_or_from_elsewhere() {
        for word in ["unsafe", "http", "*", "data:", "nonce", "sha256"] {
            assert!(!POLICY.contains(word), "{word}");
        }
    }
}
