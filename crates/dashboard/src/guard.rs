//! What every reply of the pages goes through.
//!
//! Promises that a page asks this server and nobody else, runs no script and no style but our files, is shown in no frame and kept by no cache;
//! and that what a request is turned down with becomes a page in the frame of whoever asked, or leads to the login and back.

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
};
use timbre_api::shared::request_id;

use crate::{
    caller::known,
    fault::Fault,
    forms::see,
    frame::{Frame, Section},
    login,
};

/// Everything from here and nothing inline. Recordings are played from here too, or from what the page itself made of a microphone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a page may use of the device.
const NOTHING: &str = "microphone=(), camera=(), geolocation=()";
const MICROPHONE: &str = "microphone=(self), camera=(), geolocation=()";

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
    let mut response = match response.response().error().map(as_fault) {
        None => response.map_into_left_body(),
        Some(fault) => {
            let told = tell(&fault, response.request());
            response.into_response(told).map_into_right_body()
        }
    };
    headers(response.headers_mut(), permissions);
    Ok(response)
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
    fault.page(frame, id)
}

/// A page leads to the login, and from there back; a part of one has the page asked for again, which does.
fn to_the_login(request: &HttpRequest) -> HttpResponse {
    if request.headers().contains_key("hx-request") {
        return HttpResponse::build(StatusCode::UNAUTHORIZED).insert_header(("hx-refresh", "true")).finish();
    }
    let asked = request.uri().path_and_query().map(|asked| asked.as_str());
    see(&login::address(asked.filter(|_| matches!(*request.method(), Method::GET | Method::HEAD))))
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
        let form = TestRequest::post().uri("/dashboard/logout").to_http_request();
        let reply = tell(&Fault::NotLoggedIn, &form);
        assert_eq!(reply.headers().get(LOCATION).unwrap(), "/dashboard/login");
        let part = TestRequest::get().insert_header(("hx-request", "true")).to_http_request();
        let reply = tell(&Fault::NotLoggedIn, &part);
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(reply.headers().get("hx-refresh").unwrap(), "true");
    }

    #[test]
    fn no_policy_allows_anything_inline_or_from_elsewhere() {
        for word in ["unsafe", "http", "*", "data:", "nonce", "sha256"] {
            assert!(!POLICY.contains(word), "{word}");
        }
    }
}
