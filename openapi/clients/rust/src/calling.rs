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
        let request = kept(request).await?;
        let mut tries = 0;
        loop {
            let sent = request.try_clone().ok_or_else(|| Error::middleware(NotKept))?;
            let outcome = match next.clone().run(sent, extensions).await {
                Ok(response) => whole(response).await.map_err(Error::Reqwest),
                Err(error) => Err(error),
            };
            let after = sent_again_after(&request, &outcome);
            match after.filter(|_| tries < self.most) {
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

/// Whether a call that ended like this is sent again, and how long after: as soon as may be, or as the server asks. Nothing else decides it.
fn sent_again_after(request: &Request, outcome: &Result<Response>) -> Option<Duration> {
    let repeatable = is_repeatable(request);
    let response = match outcome {
        Ok(response) => response,
        Err(Error::Reqwest(error)) => return (repeatable || !was_sent(error)).then_some(Duration::ZERO),
        Err(Error::Middleware(_)) => return None,
    };
    let asked = retry_after(response.headers()).unwrap_or_default();
    let passes = match response.status() {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => repeatable,
        _ => false,
    };
    (passes && asked <= LONGEST_RETRY_AFTER).then_some(asked)
}

/// Whether doing it twice is doing it once.
fn is_repeatable(request: &Request) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE].contains(request.method())
        || request.headers().contains_key("idempotency-key")
}

/// Whether somebody was there to send it to.
pub(crate) fn was_sent(error: &reqwest::Error) -> bool {
    !error.is_connect()
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

    fn request(method: &str) -> Request {
        let url = reqwest::Url::parse("http://timbre.example/").unwrap();
        Request::new(method.parse().unwrap(), url)
    }

    fn answered(status: u16, retry_after: Option<&str>) -> Result<Response> {
        let response = http::Response::builder().status(status);
        let response = match retry_after {
            Some(said) => response.header(RETRY_AFTER, said),
            None => response,
        };
        Ok(response.body("").unwrap().into())
    }

    #[test]
    fn what_was_turned_down_before_anything_was_done_is_sent_again() {
        for request in [request("POST"), request("GET")] {
            let after = |status, said| sent_again_after(&request, &answered(status, said));
            assert_eq!(after(429, Some("1")), Some(Duration::from_secs(1)));
            assert_eq!(after(429, None), Some(Duration::ZERO));
            assert_eq!(after(400, Some("1")), None);
            assert_eq!(after(500, None), None);
            assert_eq!(after(403, None), None);
        }
    }

    #[test]
    fn what_may_have_been_done_is_sent_again_only_where_it_may_be_repeated_whatever_the_server_says() {
        for status in [502, 503, 504] {
            for (said, asked) in [(None, Duration::ZERO), (Some("1"), Duration::from_secs(1))] {
                let after = |method| sent_again_after(&request(method), &answered(status, said));
                assert_eq!(["POST", "PATCH"].map(after), [None; 2]);
                assert_eq!(["GET", "PUT", "DELETE"].map(after), [Some(asked); 3]);
            }
        }
    }

    #[test]
    fn what_makes_something_may_be_repeated_under_a_key() {
        for method in ["POST", "PATCH"] {
            let mut request = request(method);
            request.headers_mut().insert("idempotency-key", "one".parse().unwrap());
            assert_eq!(sent_again_after(&request, &answered(503, None)), Some(Duration::ZERO));
        }
    }

    #[test]
    fn what_cannot_be_sent_is_not_sent_again() {
        assert_eq!(sent_again_after(&request("GET"), &Err(Error::middleware(NotKept))), None);
    }

    #[test]
    fn nobody_waits_longer_than_a_minute_for_a_server_that_asks_for_it() {
        assert_eq!(sent_again_after(&request("GET"), &answered(429, Some("61"))), None);
        assert_eq!(sent_again_after(&request("GET"), &answered(429, Some("60"))), Some(LONGEST_RETRY_AFTER));
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
