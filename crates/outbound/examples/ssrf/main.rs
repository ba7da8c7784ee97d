//! Tries to have the outbound client reach a canary on this machine, in every way of `addresses.txt`, for a fetch and
//! for a webhook. Prints what got through, and one JSON object; `cargo xtask prove ssrf` judges it.
#![allow(clippy::print_stdout)]

mod attempts;
mod canary;
mod names;

use std::error::Error;

use serde_json::json;
use timbre_outbound::{Outbound, OutboundConfig, OutboundError, Webhook};

use crate::attempts::{Attempt, Kind};
use crate::canary::Canary;
use crate::names::Names;

/// Stands for a machine of the public internet at which nobody listens: it is allowed, and is where nobody is. (A block
/// for documentation: no packet comes back.)
const REACHABLE: &str = "203.0.113.77";
/// Stands for one that answers each request with a redirect.
const REDIRECTOR: &str = "redirector.test";

/// How the two ways to ask ended.
struct Ended {
    fetched: Result<u64, OutboundError>,
    delivered: Result<u16, OutboundError>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let canary = Canary::start(|_| None)?;
    let attempts = attempts::read(include_str!("addresses.txt"), canary.port)?;
    let redirects: Vec<String> = attempts
        .iter()
        .filter(|attempt| attempt.kind == Kind::Redirect)
        .map(|attempt| attempt.location.clone())
        .collect();
    // The number in the path says which redirect is wanted.
    let redirector =
        Canary::start(move |path| redirects.get(path.trim_matches('/').parse::<usize>().ok()?).cloned())?;

    let (mut unexpected, mut reached, mut redirected) = (Vec::new(), 0, 0);
    let strict = OutboundConfig {
        allow: vec![REACHABLE.to_owned(), REDIRECTOR.to_owned()],
        connect_seconds: 1,
        fetch_seconds: 5,
        webhook_seconds: 5,
        ..OutboundConfig::default()
    };
    for attempt in &attempts {
        let (before, asked_before) = (canary.visits()?, redirector.visits()?);
        let url = match attempt.kind {
            Kind::Redirect => format!("http://{REDIRECTOR}:{}/{redirected}", redirector.port),
            _ => attempt.url.clone(),
        };
        let ended = ask(&strict, attempt, &url).await?;
        if canary.visits()? > before {
            reached += 1;
            unexpected.push(format!("{}: it reached the canary", attempt.shown));
        }
        let as_it_should = match attempt.kind {
            Kind::Redirect => {
                redirected += 1;
                let offered = redirector.visits()? - asked_before == 2;
                let refused = matches!(ended.fetched, Err(OutboundError::Status { status: 302, .. }));
                offered && refused && matches!(ended.delivered, Ok(302))
            }
            // The reachable address may be tried, and nothing else.
            Kind::Mixed => ended.fetched.is_err() && ended.delivered.is_err(),
            Kind::Loopback4 | Kind::Loopback6 | Kind::Elsewhere => {
                is_refusal(ended.fetched.as_ref().err()) && is_refusal(ended.delivered.as_ref().err())
            }
        };
        if !as_it_should {
            let Ended { fetched, delivered } = ended;
            unexpected.push(format!("{}: fetch {fetched:?}, webhook {delivered:?}", attempt.shown));
        }
    }

    let (controls, arrived) = control(&attempts, &canary, &mut unexpected).await?;
    for line in &unexpected {
        println!("  {line}");
    }
    let found = json!({
        "addresses": attempts.len(), "requests": 2 * attempts.len(), "reached_canary": reached,
        "redirects_offered": redirected, "controls": controls, "controls_arrived": arrived,
        "canary_has_ipv6": canary.has_ipv6, "unexpected": unexpected.len(),
    });
    println!("{found}");
    Ok(())
}

/// Whether nothing at all was sent, because of what the URL is or where it leads.
fn is_refusal(error: Option<&OutboundError>) -> bool {
    matches!(error, Some(OutboundError::Refused(_) | OutboundError::Scheme | OutboundError::BadUrl(_)))
}

/// Asks in both ways, each with a client of its own, whose names begin with their first answer. What is asked twice is
/// asked twice of the same: the second question is the one that a changed answer is for.
async fn ask(config: &OutboundConfig, attempt: &Attempt, url: &str) -> Result<Ended, OutboundError> {
    let client = || Outbound::with_resolver(config, Names::new(attempt.answers.clone()));
    let (fetching, delivering) = (client()?, client()?);
    let mut fetched = Ok(0);
    let mut delivered = Ok(0);
    for _ in 0..attempt.answers.len().max(1) {
        fetched = fetching.fetch(url, &mut Vec::new()).await;
        let webhook = Webhook { id: "1", timestamp: 0, secrets: &[], body: b"{}".to_vec() };
        delivered = delivering.deliver(url, webhook).await.map(|answer| answer.status);
    }
    Ok(Ended { fetched, delivered })
}

/// The same with everything allowed: how many of those that can reach the canary there were, and how many did.
async fn control(
    attempts: &[Attempt],
    canary: &Canary,
    unexpected: &mut Vec<String>,
) -> Result<(usize, usize), Box<dyn Error>> {
    let open = OutboundConfig {
        allow: vec!["0.0.0.0/0".to_owned(), "::/0".to_owned()],
        connect_seconds: 1,
        fetch_seconds: 5,
        webhook_seconds: 5,
        ..OutboundConfig::default()
    };
    let (mut controls, mut arrived) = (0, 0);
    let able = |attempt: &&Attempt| match attempt.kind {
        Kind::Loopback4 => true,
        Kind::Loopback6 => canary.has_ipv6,
        Kind::Elsewhere | Kind::Redirect | Kind::Mixed => false,
    };
    for attempt in attempts.iter().filter(able) {
        controls += 1;
        let before = canary.visits()?;
        ask(&open, attempt, &attempt.url).await?;
        // Both ways have to: a fetch that arrives twice proves nothing of webhooks, and no name is asked but once here.
        match canary.visits()? - before {
            2 => arrived += 1,
            visits => unexpected.push(format!("{}: allowed, it arrived {visits} times of 2", attempt.shown)),
        }
    }
    Ok((controls, arrived))
}
