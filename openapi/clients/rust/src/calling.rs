//! How a call is sent: how long it may take, and when it is sent again.
//!
//! Promises that nothing is done twice. Sent again is what was turned down before anything was done (429), what found nobody there, and what
//! may be repeated: GET, PUT, DELETE, and any call with an `Idempotency-Key`. For these a lost answer and 502, 503 and 504 are reasons too.
//! For others they are none, whatever `Retry-After` says: the call may have been done all the same. And no error names the URL that was
//! called: a query may hold a credential.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::Extensions;
use http_body_util::BodyExt as _;
use reqwest::{
    Body, Method, Request, Response, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use reqwest_middleware::{Error, Middleware, Next, Result};

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// A server that asks for more than this is not waited for: the caller is told.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How long a caller waits.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long one try may take.
    pub timeout: Duration,
    /// How often a call may be sent again.
    pub retries: u32,
}

impl Default for Patience {
    /// A minute, and three more tries.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), retries: 3 }
    }
}

/// Sends calls again.
pub(crate) struct Retries {
    pub(crate) most: u32,
    pub(crate) first_wait: Duration,
}

impl Retries {
    pub(crate) fn new(most: u32) -> Self {
        Self { most, first_wait: FIRST_WAIT }
    }

    /// Any time up to the longest of this try.
    fn jitter(&self, tries: u32) -> Duration {
        let longest = self.first_wait.saturating_mul(2_u32.saturating_pow(tries)).min(LONGEST_WAIT);
        // Without chance all callers wait as long as they may.
        let chance = getrandom::u32().unwrap_or(u32::MAX);
        longest.mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }
}

#[async_trait::async_trait]
impl Middleware for Retries {
    async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        let repeatable = is_repeatable(&request);
        let request = kept(request).await?;
        let mut tries = 0;
        loop {
            let sent = request.try_clone().ok_or_else(|| Error::middleware(NotKept))?;
            let outcome = match next.clone().run(sent, extensions).await {
                Ok(response) => whole(response).await.map_err(Error::Reqwest),
                Err(error) => Err(error),
            };
            let wait = match &outcome {
                Ok(response) => wait_asked(response.status(), retry_after(response.headers()), repeatable),
                Err(Error::Reqwest(error)) => (repeatable || error.is_connect()).then_some(Duration::ZERO),
                Err(Error::Middleware(_)) => None,
            };
            match wait.filter(|_| tries < self.most) {
                Some(wait) => tokio::time::sleep(wait + self.jitter(tries)).await,
                None => return outcome.map_err(without_url),
            }
            tries += 1;
        }
    }
}

/// A body that cannot be sent again: there is none, because all are kept.
#[derive(Debug, thiserror::Error)]
#[error("the call's body cannot be sent")]
struct NotKept;

fn is_repeatable(request: &Request) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE].contains(request.method())
        || request.headers().contains_key("idempotency-key")
}

/// The same with a body that can be sent again: a form is a stream, which is read once.
async fn kept(mut request: Request) -> Result<Request> {
    if let Some(body) = request.body_mut().take() {
        let body = body.collect().await.map_err(Error::Reqwest)?;
        *request.body_mut() = Some(Body::from(body.to_bytes()));
    }
    Ok(request)
}

/// The same with all of its body, so that what is lost on the way is lost here.
async fn whole(response: Response) -> reqwest::Result<Response> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = response.headers().clone();
    let content = response.bytes().await?;
    Ok(head.map(|()| content).into())
}

fn without_url(error: Error) -> Error {
    match error {
        Error::Reqwest(error) => Error::Reqwest(error.without_url()),
        other => other,
    }
}

/// How long to wait before a call is sent again that was answered like this; none where it must not be.
fn wait_asked(status: StatusCode, asked: Option<Duration>, repeatable: bool) -> Option<Duration> {
    if asked.is_some_and(|asked| asked > LONGEST_RETRY_AFTER) {
        return None;
    }
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(asked.unwrap_or_default()),
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT if repeatable => {
            Some(asked.unwrap_or_default())
        }
        _ => None,
    }
}

/// How long a reply asks to be waited for.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = said.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let when = DateTime::parse_from_rfc2822(said).ok()?;
    Some((when.with_timezone(&Utc) - Utc::now()).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_turned_down_before_anything_was_done_is_sent_again() {
        let second = Some(Duration::from_secs(1));
        for repeatable in [false, true] {
            assert_eq!(wait_asked(StatusCode::TOO_MANY_REQUESTS, second, repeatable), second);
            assert_eq!(wait_asked(StatusCode::TOO_MANY_REQUESTS, None, repeatable), Some(Duration::ZERO));
            assert_eq!(wait_asked(StatusCode::BAD_REQUEST, second, repeatable), None);
            assert_eq!(wait_asked(StatusCode::INTERNAL_SERVER_ERROR, None, repeatable), None);
            assert_eq!(wait_asked(StatusCode::FORBIDDEN, second, repeatable), None);
        }
    }

    #[test]
    fn what_may_have_been_done_is_sent_again_only_where_it_may_be_repeated_whatever_the_server_says() {
        let second = Some(Duration::from_secs(1));
        for status in [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT] {
            for asked in [None, second] {
                assert_eq!(wait_asked(status, asked, false), None);
                assert_eq!(wait_asked(status, asked, true), Some(asked.unwrap_or_default()));
            }
        }
    }

    #[test]
    fn what_makes_something_may_be_repeated_only_under_a_key() {
        let url = || reqwest::Url::parse("http://timbre.example/").unwrap();
        for (method, repeatable) in [("GET", true), ("PUT", true), ("DELETE", true), ("POST", false), ("PATCH", false)]
        {
            let mut request = Request::new(method.parse().unwrap(), url());
            assert_eq!(is_repeatable(&request), repeatable, "{method}");
            request.headers_mut().insert("idempotency-key", "one".parse().unwrap());
            assert!(is_repeatable(&request), "{method}");
        }
    }

    #[test]
    fn nobody_waits_longer_than_a_minute_for_a_server_that_asks_for_it() {
        assert_eq!(wait_asked(StatusCode::TOO_MANY_REQUESTS, Some(Duration::from_secs(61)), true), None);
    }

    #[test]
    fn waits_grow_and_are_bounded() {
        let retries = Retries::new(3);
        for tries in 0..40 {
            assert!(retries.jitter(tries) <= LONGEST_WAIT.min(FIRST_WAIT * 2_u32.pow(tries.min(10))));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let said = |value: &str| {
            let value = value.parse().ok()?;
            retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
        };
        assert_eq!(said("7"), Some(Duration::from_secs(7)));
        assert_eq!(said("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(said("soon"), None);
    }
}
