//! One span for each request, with an id that the reply carries too. What a request holds (its
//! query, headers, body) stays out: there are secrets, codes and voices in there.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};

pub(crate) struct RequestLog;

/// When a request came, kept with it.
struct Began(Instant);

impl RootSpanBuilder for RequestLog {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request_id(request);
        request.extensions_mut().insert(Began(Instant::now()));
        // The route's pattern, not the path: paths hold ids of people.
        let route = request.match_pattern().unwrap_or_else(|| "unknown".to_owned());
        tracing::info_span!("request", method = %request.method(), route, id, status = Empty, milliseconds = Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        if let Ok(response) = outcome
            && let Some(Began(at)) = response.request().extensions().get()
        {
            span.record("milliseconds", at.elapsed().as_millis() as u64);
        }
        span.in_scope(|| match status.is_server_error() {
            true => tracing::warn!("request failed"),
            false => tracing::info!("request answered"),
        });
    }
}

/// Puts the request's id on its reply, so that a caller can name it to an operator.
pub(crate) async fn show_request_id(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = HeaderValue::from_str(&request_id(&request));
    let mut response = next.call(request).await?;
    if let Ok(id) = id {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    Ok(response)
}

/// The request's id, as it stands in the log and in the reply's `x-request-id`.
pub fn request_id(request: &impl HttpMessage) -> String {
    request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default()
}
