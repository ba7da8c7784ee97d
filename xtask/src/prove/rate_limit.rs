//! [rate-limit] Each class of routes takes as many calls as the policy says; and a tenant that calls far more often than it may costs another,
//! which calls now and then, next to nothing.

mod noise;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::{Finding, Given, rounded};
use crate::failure::{Failure, say};
use crate::server::{Server, by_default};

/// How long each class is hammered.
const MEASURED: Duration = Duration::from_secs(60);

/// Connections that hammer one class.
const HAMMERS: usize = 2;

/// How far, in percent, the calls taken may be from those that the policy says.
const MOST_PERCENT_OFF: f64 = 2.0;

/// Nobody's id: what is asked of it is counted, and costs next to nothing else.
const NOBODY: &str = "000000000000000000000000";

/// A class, its rate, and a call of it.
struct Hammered {
    class: &'static str,
    per_minute: u32,
    burst: u32,
    method: Method,
    path: String,
}

fn hammered() -> [Hammered; 3] {
    let user = format!("/api/1.0/users/{NOBODY}");
    [
        Hammered {
            class: "inference",
            per_minute: 600,
            burst: 60,
            method: Method::POST,
            path: format!("{user}/dialogue/verify/voice"),
        },
        Hammered {
            class: "management",
            per_minute: 900,
            burst: 90,
            method: Method::POST,
            path: format!("{user}/voice/unlock"),
        },
        Hammered {
            class: "read",
            per_minute: 1_200,
            burst: 120,
            method: Method::GET,
            path: format!("{user}/enroll/status"),
        },
    ]
}

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    rates(given.binary()?, &mut finding)?;
    noise::measure(given.binary()?, &mut finding)?;
    Ok(finding)
}

/// All classes at once, each hammered for a minute with far more calls than it takes.
fn rates(binary: &Path, finding: &mut Finding) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    let made = tenant(binary, data.path(), "hammering")?;
    for Hammered { class, per_minute, burst, .. } in hammered() {
        limit(binary, data.path(), "hammering", class, per_minute, burst)?;
    }
    let server = Server::start(binary, data.path())?;
    let classes = hammered();
    let counts: Vec<Result<Counted, Failure>> = thread::scope(|scope| {
        let hammers: Vec<_> = classes
            .iter()
            .map(|hammered| (scope.spawn(|| hammer(&server, &made, hammered)), hammered))
            .collect();
        hammers
            .into_iter()
            .map(|(hammer, _)| hammer.join().unwrap_or_else(|_| Err(Failure::new("a hammer broke"))))
            .collect()
    });
    for (Hammered { class, per_minute, burst, .. }, counted) in classes.iter().zip(counts) {
        let Counted { taken, refused } = counted?;
        let expected = f64::from(*burst) + f64::from(*per_minute) * MEASURED.as_secs_f64() / 60.0;
        let off = 100.0 * (taken as f64 / expected - 1.0);
        say(format_args!(
            "  {class:<11} {per_minute} a minute and {burst} at once, for {} s: {taken} taken of {expected} ({off:+.2} %), {refused} refused",
            MEASURED.as_secs()
        ))?;
        finding.at_most(&format!("percent off the {class} rate"), off.abs(), MOST_PERCENT_OFF);
        finding.require(refused > taken, format!("{class} was not hammered"));
        let figures =
            json!({"taken": taken, "expected": expected, "refused": refused, "percent_off": rounded(off, 3)});
        finding.figure(class, figures);
    }
    Ok(())
}

struct Counted {
    taken: u64,
    refused: u64,
}

/// Calls as fast as the connections can, until the time is over.
fn hammer(server: &Server, tenant: &Value, hammered: &Hammered) -> Result<Counted, Failure> {
    let (taken, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    let end = Instant::now() + MEASURED;
    let work = || -> Result<(), Failure> {
        let http = client()?;
        while Instant::now() < end {
            let request =
                http.request(hammered.method.clone(), format!("{}{}", server.base_url(), hammered.path));
            let reply = biometrid(request, tenant).send()?;
            match reply.status().as_u16() {
                // Nobody's id is not known: the call was taken, and answered.
                404 => taken.fetch_add(1, Ordering::Relaxed),
                429 if reply.headers().contains_key("retry-after") => refused.fetch_add(1, Ordering::Relaxed),
                other => return Err(Failure::new(format!("{}: status {other}", hammered.path))),
            };
        }
        Ok(())
    };
    thread::scope(|scope| {
        let hammers: Vec<_> = (0..HAMMERS).map(|_| scope.spawn(work)).collect();
        hammers
            .into_iter()
            .try_for_each(|hammer| hammer.join().unwrap_or_else(|_| Err(Failure::new("a hammer broke"))))
    })?;
    Ok(Counted { taken: taken.into_inner(), refused: refused.into_inner() })
}

fn client() -> Result<Client, Failure> {
    // The server is on this machine: the environment's proxies are not asked.
    Ok(Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?)
}

fn biometrid(request: RequestBuilder, tenant: &Value) -> RequestBuilder {
    let text = |name: &str| tenant[name].as_str().unwrap_or_default().to_owned();
    request.header("x-biometrid-key", text("key")).header("x-biometrid-secret", text("secret"))
}

/// Makes a tenant on the command line, and gives what it prints.
fn tenant(binary: &Path, data: &Path, name: &str) -> Result<Value, Failure> {
    let said = timbre(binary, data, &["tenant", "create", name])?;
    serde_json::from_str(&said).map_err(|error| Failure::new(format!("tenant create: {error}")))
}

/// Sets a tenant's rate of a class.
fn limit(
    binary: &Path,
    data: &Path,
    tenant: &str,
    class: &str,
    per_minute: u32,
    burst: u32,
) -> Result<(), Failure> {
    let change = format!("rates.{class}={{ per_minute = {per_minute}, burst = {burst} }}");
    timbre(binary, data, &["tenant", "policy", tenant, "--set", &change]).map(|_| ())
}

fn timbre(binary: &Path, data: &Path, words: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new(binary);
    by_default(&mut command);
    let ran = command.args(words).env("TIMBRE_DATA_DIR", data).stdin(Stdio::null()).output()?;
    match ran.status.success() {
        true => Ok(String::from_utf8_lossy(&ran.stdout).into_owned()),
        false => Err(Failure::new(String::from_utf8_lossy(&ran.stderr).into_owned())),
    }
}
