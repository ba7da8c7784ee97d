//! A quiet tenant verifies a voice now and then; in every other phase a noisy one calls a hundred times as often as it may. What the quiet one
//! notices of it is the difference between the phases, which alternate so that nothing else that changes with time is taken for noise.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use timbre_voices::as_wav;

use super::{client, limit, tenant};
use crate::cargo;
use crate::failure::{Failure, say};
use crate::prove::times::Times;
use crate::prove::{Finding, rounded};
use crate::server::Server;

const PROFILES: &str = "/speaker/verification/v2.0/text-independent/profiles";

/// Phases without noise, and as many with.
const PHASES: usize = 6;
const PHASE: Duration = Duration::from_secs(25);

/// From one call of the quiet tenant to the next.
const PACE: Duration = Duration::from_millis(300);

/// Verifications before anything is measured.
const WARM_UP: usize = 10;

/// What the noisy tenant may, and what it does: from so many connections, so often each. What it may is little, because what is granted
/// takes a worker's time as everybody's work does; noise is what goes beyond it.
const NOISY_PER_MINUTE: u32 = 12;
const NOISY_BURST: u32 = 2;
const CONNECTIONS: usize = 4;
const NOISY_PACE: Duration = Duration::from_millis(30);

/// How much longer the quiet tenant's slowest calls may take amid noise.
const MOST_TIMES: f64 = 1.2;

/// An application of Azure's contract, with an enrolled profile.
struct Subscriber {
    http: Client,
    key: String,
    verify: String,
    wav: Vec<u8>,
}

pub(super) fn measure(binary: &Path, finding: &mut Finding) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    let quiet = tenant(binary, data.path(), "quiet")?;
    let noisy = tenant(binary, data.path(), "noisy")?;
    let server = Server::start(binary, data.path())?;
    let quiet = Subscriber::enrolled(&server, &quiet, "af_heart", "free_3")?;
    // A short recording: sending it takes time of this machine, which is not what is measured.
    let noisy = Subscriber::enrolled(&server, &noisy, "am_michael", "2_3")?;
    // Only now: to be enrolled, it may call as often as others. The running server takes the change at the next call.
    limit(binary, data.path(), "noisy", "inference", NOISY_PER_MINUTE, NOISY_BURST)?;
    for _ in 0..WARM_UP {
        quiet.verify_own_voice()?;
    }
    let (mut alone, mut amid) = (Vec::new(), Vec::new());
    let (mut taken, mut refused, mut closed, mut noisy_time) = (0, 0, 0, Duration::ZERO);
    for _ in 0..PHASES {
        alone.extend(phase(&quiet)?);
        let noise = Noise::default();
        let begin = Instant::now();
        let times = thread::scope(|scope| {
            let callers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(|| noise.make(&noisy))).collect();
            let times = phase(&quiet);
            noise.over.store(true, Ordering::Relaxed);
            callers
                .into_iter()
                .try_for_each(|caller| caller.join().unwrap_or_else(|_| Err(Failure::new("a caller broke"))))
                .and(times)
        })?;
        noisy_time += begin.elapsed();
        taken += noise.taken.into_inner();
        refused += noise.refused.into_inner();
        closed += noise.closed.into_inner();
        amid.extend(times);
    }
    let (alone, amid) = (Times::of(alone)?, Times::of(amid)?);
    let calls_a_second = (taken + refused + closed) as f64 / noisy_time.as_secs_f64();
    say(format_args!("  a quiet tenant alone   {}", shown(&alone)))?;
    say(format_args!("  beside a noisy one     {}", shown(&amid)))?;
    say(format_args!(
        "  the noisy one called {calls_a_second:.0} times a second: {taken} taken, {refused} refused, {closed} cut off"
    ))?;
    let times = amid.ms(99) / alone.ms(99);
    say(format_args!("  p99 amid noise is {times:.3} × that alone"))?;
    finding.require(times < MOST_TIMES, format!("p99 amid noise is {times:.3} × that alone"));
    finding.at_least("noisy calls a second", calls_a_second, 100.0);
    // What was taken came from the bucket: full once, and filled at its rate since.
    let granted = f64::from(NOISY_BURST) * PHASES as f64
        + f64::from(NOISY_PER_MINUTE) * noisy_time.as_secs_f64() / 60.0;
    finding.require(refused > taken, "the noisy tenant was not refused");
    finding.at_most("noisy calls taken", taken as f64, granted + 1.0);
    finding.figure("quiet_alone", figures(&alone));
    finding.figure("quiet_amid_noise", figures(&amid));
    finding.figure("p99_ratio", rounded(times, 3));
    finding.figure(
        "noisy",
        json!({"taken": taken, "refused": refused, "cut_off": closed, "a_second": calls_a_second.round()}),
    );
    Ok(())
}

/// The quiet tenant's calls of one phase, at its pace: how long each took.
fn phase(quiet: &Subscriber) -> Result<Vec<Duration>, Failure> {
    let begin = Instant::now();
    let mut times = Vec::new();
    while begin.elapsed() < PHASE {
        times.push(quiet.verify_own_voice()?);
        // A call that took longer than the pace is followed by the next at the next beat.
        let beats = begin.elapsed().as_nanos() / PACE.as_nanos() + 1;
        let next = PACE * u32::try_from(beats).unwrap_or(u32::MAX);
        thread::sleep(next.saturating_sub(begin.elapsed()));
    }
    Ok(times)
}

#[derive(Default)]
struct Noise {
    over: AtomicBool,
    taken: AtomicU64,
    refused: AtomicU64,
    /// Refused as well, while the recording was still being sent: the answer was lost with the connection.
    closed: AtomicU64,
}

impl Noise {
    /// Calls at the noisy pace until it is over.
    fn make(&self, noisy: &Subscriber) -> Result<(), Failure> {
        while !self.over.load(Ordering::Relaxed) {
            let begin = Instant::now();
            match noisy.verification().send() {
                Ok(reply) if reply.status().as_u16() == 429 => self.refused.fetch_add(1, Ordering::Relaxed),
                Ok(reply) if reply.status().is_success() => self.taken.fetch_add(1, Ordering::Relaxed),
                Ok(reply) => {
                    return Err(Failure::new(format!("the noisy tenant: status {}", reply.status())));
                }
                Err(error) if !error.is_timeout() => self.closed.fetch_add(1, Ordering::Relaxed),
                Err(error) => return Err(error.into()),
            };
            thread::sleep(NOISY_PACE.saturating_sub(begin.elapsed()));
        }
        Ok(())
    }
}

impl Subscriber {
    /// Makes a profile of this voice, which is verified by this recording of it.
    fn enrolled(server: &Server, tenant: &Value, voice: &str, verified_by: &str) -> Result<Self, Failure> {
        let key = tenant["subscription_keys"][0].as_str().unwrap_or_default().to_owned();
        let http = client()?;
        let profiles = format!("{}{PROFILES}", server.base_url());
        let call = |request: RequestBuilder| request.header("Ocp-Apim-Subscription-Key", &key);
        let made: Value = call(http.post(&profiles).json(&json!({"locale": "en-us"}))).send()?.json()?;
        let profile = format!("{profiles}/{}", made["profileId"].as_str().unwrap_or_default());
        let recording =
            |name: &str| as_wav(&cargo::root().join(format!("tests/fixtures/phrases/{voice}/{name}.ogg")));
        let mut status = Value::Null;
        for take in ["free_0", "free_1", "free_2"] {
            let request = http.post(format!("{profile}/enrollments?ignoreMinLength=true"));
            let reply = call(request).header("Content-Type", "audio/wav").body(recording(take)?).send()?;
            status = reply.json::<Value>()?["enrollmentStatus"].clone();
        }
        if status != "Enrolled" {
            return Err(Failure::new(format!("{voice} is not enrolled: {status}")));
        }
        let verify = format!("{profile}/verify?ignoreMinLength=true");
        Ok(Self { http, key, verify, wav: recording(verified_by)? })
    }

    fn verification(&self) -> RequestBuilder {
        let request = self.http.post(&self.verify).header("Ocp-Apim-Subscription-Key", &self.key);
        request.header("Content-Type", "audio/wav").body(self.wav.clone())
    }

    /// Verifies the voice that is enrolled, and says how long it took.
    fn verify_own_voice(&self) -> Result<Duration, Failure> {
        let begin = Instant::now();
        let reply: Value = self.verification().send()?.json()?;
        let took = begin.elapsed();
        match reply["recognitionResult"] == "Accept" {
            true => Ok(took),
            false => Err(Failure::new(format!("the quiet tenant was answered {reply}"))),
        }
    }
}

fn shown(times: &Times) -> String {
    format!("{} calls   p50 {:.0} ms   p99 {:.0} ms", times.calls(), times.ms(50), times.ms(99))
}

fn figures(times: &Times) -> Value {
    let [p50, p99] = [50, 99].map(|percent| rounded(times.ms(percent), 1));
    json!({"calls": times.calls(), "p50_ms": p50, "p99_ms": p99})
}
