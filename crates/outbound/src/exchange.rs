//! One request and its answer, under a limit of time, of bytes, and of requests at once.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT,
};
use hyper::{Method, Request, StatusCode, Uri};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use crate::address::{AddressPolicy, without_dot};
use crate::config::OutboundConfig;
use crate::connection::{Connector, tls};
use crate::error::OutboundError;
use crate::resolver::{Resolver, SystemResolver};
use crate::signature::{WebhookSecret, sign};
use crate::target::Target;

/// Of the body of a webhook's answer, only its end is of interest, and only so much is waited for: a receiver whose last
/// words nobody reads takes the closed connection for a failure.
const ANSWER_BYTES: u64 = 4_096;
const ANSWER_TIME: Duration = Duration::from_secs(1);

/// A recording that comes slower than so many bytes a second, after so long, is given up: whoever sends it so keeps others' from coming.
const SLOWEST: u64 = 4_096;
const PATIENCE: Duration = Duration::from_secs(20);

/// Makes requests to elsewhere. One for the whole process: its limit of requests at once is its own.
pub struct Outbound {
    connector: Connector,
    /// Apart, so that recordings that drip in do not keep webhooks waiting.
    fetches: Semaphore,
    webhooks: Semaphore,
    fetch_seconds: u64,
    fetch_bytes: u64,
    webhook_seconds: u64,
}

/// A message to a receiver.
pub struct Webhook<'a> {
    /// The same at each attempt, so that a receiver knows what it has had: visible ASCII.
    pub id: &'a str,
    /// Of this attempt, in seconds since 1970, UTC.
    pub timestamp: i64,
    /// Those that the receiver may know. Without any the message is not signed.
    pub secrets: &'a [WebhookSecret],
    /// JSON.
    pub body: Vec<u8>,
}

/// What a receiver said to a webhook, whatever it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// 200 to 999.
    pub status: u16,
}

impl Outbound {
    /// Refuses settings under which no request could be made, and an unreadable file of certificates.
    pub fn new(config: &OutboundConfig) -> Result<Self, OutboundError> {
        Self::with_resolver(config, SystemResolver::new(config.concurrent))
    }

    /// For tests and proofs, whose names no name server knows.
    pub fn with_resolver(
        config: &OutboundConfig,
        resolver: impl Resolver + 'static,
    ) -> Result<Self, OutboundError> {
        config.check()?;
        let connector = Connector {
            policy: AddressPolicy::read(&config.allow)?,
            resolver: Box::new(resolver),
            tls: tls(&config.authorities)?,
            within: Duration::from_secs(config.connect_seconds),
        };
        Ok(Self {
            connector,
            fetches: Semaphore::new(config.concurrent),
            webhooks: Semaphore::new(config.concurrent),
            fetch_seconds: config.fetch_seconds,
            fetch_bytes: config.fetch_bytes,
            webhook_seconds: config.webhook_seconds,
        })
    }

    /// What can be said of a URL before anything is asked of it: for the moment in which a request that names it is
    /// accepted. A name that passes may still turn out to have no public address.
    pub fn check(&self, url: &str) -> Result<Target, OutboundError> {
        let target = Target::read(url)?;
        let policy = &self.connector.policy;
        let admitted = match target.address() {
            Some(address) => policy.admits(address),
            // RFC 6761, 6.3: these names never mean another machine.
            None if is_localhost(target.name()) => {
                policy.trusts(target.name())
                    || policy.admits(IpAddr::V4(Ipv4Addr::LOCALHOST))
                    || policy.admits(IpAddr::V6(Ipv6Addr::LOCALHOST))
            }
            None => true,
        };
        match admitted {
            true => Ok(target),
            false => Err(OutboundError::Refused(target.place())),
        }
    }

    /// Writes what a GET of `url` answers with 200 into `into`, as it comes and never decompressed, and says how many
    /// bytes that were: at most `outbound.fetch_bytes`, within `outbound.fetch_seconds`, the wait for a free place included, and not slower than 4 KiB a second.
    /// After an error, `into` holds a part of it. Any other status is an error, redirects among them.
    pub async fn fetch(&self, url: &str, into: &mut (impl AsyncWrite + Unpin)) -> Result<u64, OutboundError> {
        self.fetch_at_most(u64::MAX, url, into).await
    }

    /// As [`Outbound::fetch`], of at most so many bytes where that is less.
    pub async fn fetch_at_most(
        &self,
        bytes: u64,
        url: &str,
        into: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, OutboundError> {
        let most = bytes.min(self.fetch_bytes);
        let target = self.check(url)?;
        let request = request(&target, Method::GET, Vec::new())?;
        within(&self.fetches, &target, self.fetch_seconds, async {
            let mut connection = self.connector.connect(&target).await?;
            let answer = connection.send(&target, request).await?;
            if answer.status() != StatusCode::OK {
                let status = answer.status().as_u16();
                return Err(OutboundError::Status { place: target.place(), status });
            }
            self.receive(&target, answer.into_body(), most, into).await
        })
        .await
    }

    async fn receive(
        &self,
        target: &Target,
        mut body: Incoming,
        most: u64,
        into: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, OutboundError> {
        let too_large = || OutboundError::TooLarge { place: target.place(), limit: most };
        // What it announces, if it does; what it sends may be another thing.
        if body.size_hint().lower() > most {
            return Err(too_large());
        }
        let (mut received, began) = (0, Instant::now());
        let too_slow = || OutboundError::TooSlow { place: target.place(), seconds: PATIENCE.as_secs() };
        while let Some(frame) = timeout(PATIENCE, body.frame()).await.map_err(|_| too_slow())? {
            let frame = frame.map_err(|source| OutboundError::Exchange { place: target.place(), source })?;
            let Ok(bytes) = frame.into_data() else { continue };
            received += bytes.len() as u64;
            if received > most {
                return Err(too_large());
            }
            let spent = began.elapsed();
            if spent > PATIENCE && received < SLOWEST * spent.as_secs() {
                return Err(too_slow());
            }
            into.write_all(&bytes).await.map_err(OutboundError::Write)?;
        }
        into.flush().await.map_err(OutboundError::Write)?;
        Ok(received)
    }

    /// How long a webhook may take: `outbound.webhook_seconds`.
    pub fn webhook_patience(&self) -> Duration {
        Duration::from_secs(self.webhook_seconds)
    }

    /// Posts a message, signed, and says with which status the receiver answered within `outbound.webhook_seconds`. Which statuses
    /// mean that it has it is the caller's to say; a redirect is an answer like others.
    pub async fn deliver(&self, url: &str, webhook: Webhook<'_>) -> Result<Answer, OutboundError> {
        let target = self.check(url)?;
        let signature = sign(webhook.secrets, webhook.id, webhook.timestamp, &webhook.body);
        let mut request = request(&target, Method::POST, webhook.body)?;
        let headers = request.headers_mut();
        let value = |text: &str| HeaderValue::from_str(text).map_err(|_| OutboundError::Header);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(HeaderName::from_static("webhook-id"), value(webhook.id)?);
        headers.insert(HeaderName::from_static("webhook-timestamp"), webhook.timestamp.into());
        if !webhook.secrets.is_empty() {
            headers.insert(HeaderName::from_static("webhook-signature"), value(&signature)?);
        }
        let asked = within(&self.webhooks, &target, self.webhook_seconds, async {
            let mut connection = self.connector.connect(&target).await?;
            let answer = connection.send(&target, request).await?;
            Ok((connection, answer))
        });
        let (_connection, answer) = asked.await?;
        let status = answer.status().as_u16();
        // It is decided by now, however the rest of it comes.
        let _ = timeout(ANSWER_TIME, read_out(answer.into_body())).await;
        Ok(Answer { status })
    }
}

/// Does `work` once one of the places is free. Both must be over in `seconds`.
async fn within<T>(
    places: &Semaphore,
    target: &Target,
    seconds: u64,
    work: impl Future<Output = Result<T, OutboundError>>,
) -> Result<T, OutboundError> {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let Ok(Ok(_place)) = timeout_at(deadline, places.acquire()).await else {
        return Err(OutboundError::Busy(target.place()));
    };
    match timeout_at(deadline, work).await {
        Ok(done) => done,
        Err(_) => Err(OutboundError::TooSlow { place: target.place(), seconds }),
    }
}

/// A request as this client makes it: nothing in it but what is asked for, and who asks.
fn request(target: &Target, method: Method, body: Vec<u8>) -> Result<Request<Full<Bytes>>, OutboundError> {
    let path: Uri = target.path().parse().map_err(|_| OutboundError::BadUrl("its path cannot be sent"))?;
    let host = HeaderValue::from_str(target.authority());
    let mut request = Request::new(Full::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = path;
    let headers = request.headers_mut();
    headers.insert(HOST, host.map_err(|_| OutboundError::BadUrl("its host cannot be sent"))?);
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("timbre/", env!("CARGO_PKG_VERSION"))));
    Ok(request)
}

fn is_localhost(name: &str) -> bool {
    let name = without_dot(name);
    name == "localhost" || name.ends_with(".localhost")
}

async fn read_out(mut body: Incoming) {
    let mut left = ANSWER_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
        left = match left.checked_sub(bytes) {
            Some(left) => left,
            None => return,
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn whoever_finds_no_place_in_its_time_is_told_so_and_has_asked_nothing() {
        let target = Target::read("http://a.test/").unwrap();
        let (places, mut asked) = (Semaphore::new(1), false);
        let held = places.acquire().await.unwrap();
        let ask = async {
            asked = true;
            Ok(())
        };
        let error = within(&places, &target, 1, ask).await.unwrap_err();
        assert!(matches!(error, OutboundError::Busy(_)) && !error.is_lasting() && !asked, "{error:?}");
        drop(held);
        assert!(within(&places, &target, 1, async { Ok(()) }).await.is_ok());
    }
}
