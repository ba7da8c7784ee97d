//! [gallery] Identification among 100,000: how long the search takes against what memory allows, and, with a server over a database with so many sealed
//! voiceprints, how long they take to be read in, the memory they take, and that what changed is seen by the next identification.
//!
//! Memory is claimed as the gallery counts its own, which is arithmetic: it must fit `gallery.max_bytes`. By how much the process grows is said beside it:
//! what it takes to read pages stays with the allocator, for each thread that ever did, however many voiceprints there are.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;
use timbre_voices::Voice;

use super::{Finding, Given};
use crate::cargo;
use crate::failure::{Failure, note, say};
use crate::parts::Postgres;
use crate::people;
use crate::server::{Server, by_default};

const VOICEPRINTS: usize = 100_000;
const MANY: usize = 1_000_000;
/// What a million takes twice, and what the machine should keep.
const ROOM_FOR_MANY_KB: u64 = 4_000_000;
/// Identifications that are timed.
const TIMED: u64 = 20;
/// What everybody says, for some twenty seconds.
const SAID: &str = "0123456789012345678901234567890123456789";
/// Bytes of a voiceprint's values by CAM++, and the most that a gallery takes beside them.
const VALUES: f64 = 4.0 * 192.0;
const BESIDE: f64 = 64.0;
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

const DATABASE: &str = "TIMBRE__DATABASE__URL";
const METRICS: &str = "TIMBRE__TELEMETRY__METRICS_LISTEN";
const SETTINGS: [(&str, &str); 2] =
    [("TIMBRE__POLICY__PROFILES__MAX_PROFILES", "200000"), ("TIMBRE__GALLERY__WAIT_SECONDS", "200")];

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    searched(&mut finding)?;
    let voices = people::english()?;
    let people = least_alike(given.binary()?, &voices)?;
    followed(given, "SQLite", None, people, &mut finding)?;
    match Postgres::start() {
        Ok(server) => followed(given, "PostgreSQL", Some(server.url().as_str()), people, &mut finding)?,
        Err(why) => say(format_args!("  without PostgreSQL, which is not here: {why}"))?,
    }
    Ok(finding)
}

/// The search alone, beside a plain reading of as much memory.
fn searched(finding: &mut Finding) -> Result<(), Failure> {
    let example = cargo::release_example("gallery")?;
    let mut runs = vec![("campplus", VOICEPRINTS), ("ensemble", VOICEPRINTS)];
    match free_kilobytes()? > ROOM_FOR_MANY_KB {
        true => runs.push(("campplus", MANY)),
        false => say(format_args!(
            "  no room for {MANY} voiceprints here: ten times {VOICEPRINTS}, by the arithmetic"
        ))?,
    }
    for (models, voiceprints) in runs {
        let found = printed(Command::new(&example).arg(voiceprints.to_string()).arg(models))?;
        let figure = |name: &str| found[name].as_f64().unwrap_or(f64::NAN);
        say(format_args!(
            "  {voiceprints} by {models}, {} threads: p50 {:.1} ms, p99 {:.1} ms; reading as much memory {:.1} ms ({:.1} GB/s): {:.0} % of the limit; {:.0} bytes each",
            found["threads"],
            figure("identification_p50_ms"),
            figure("identification_p99_ms"),
            figure("read_p50_ms"),
            figure("read_gb_per_s"),
            100.0 * figure("of_the_limit"),
            figure("bytes_per_voiceprint"),
        ))?;
        finding.at_least(
            &format!("the share of memory's bandwidth at {voiceprints}"),
            figure("of_the_limit"),
            0.5,
        );
        let values = if models == "ensemble" { 448.0 } else { 192.0 };
        finding.at_most(
            "the bytes beside a voiceprint's values",
            figure("bytes_per_voiceprint") - 4.0 * values,
            BESIDE,
        );
        finding.figure(&format!("{models}_{voiceprints}"), found);
    }
    Ok(())
}

/// The two voices that the speaker model finds least alike. One synthesiser speaks for all, and some of its voices are nearer to each other
/// than two people may be among 100,000: to whom one of those is a stranger, the other is not.
fn least_alike<'a>(binary: &Path, voices: &'a [Voice]) -> Result<[&'a Voice; 2], Failure> {
    let folder = tempfile::tempdir()?;
    let mut embed = Command::new(binary);
    by_default(&mut embed);
    embed.arg("embed").env("TIMBRE_DATA_DIR", folder.path());
    for voice in voices {
        let file = folder.path().join(format!("{}.wav", voice.name));
        std::fs::write(&file, people::recording(voice, SAID, 1))
            .map_err(|error| Failure::at(&file, error))?;
        embed.arg(file);
    }
    // A row for each file, in their order.
    let rows = printed(&mut embed)?;
    let embedding = |row: &Value| -> Vec<f64> {
        row["embedding"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let heard: Vec<(&Voice, Vec<f64>)> =
        voices.iter().enumerate().map(|(n, voice)| (voice, embedding(&rows[n]))).collect();
    let pairs =
        heard.iter().enumerate().flat_map(|(n, one)| heard[n + 1..].iter().map(move |other| (one, other)));
    let measured = pairs.map(|(one, other)| (cosine(&one.1, &other.1), [one.0, other.0]));
    let (least, people) =
        measured.min_by(|a, b| a.0.total_cmp(&b.0)).ok_or_else(|| Failure::new("two voices are needed"))?;
    let [one, other] = people.map(|voice| voice.name.as_str());
    say(format_args!(
        "  the least alike of {} voices: {one} and {other}, with a cosine of {least:.2}",
        voices.len()
    ))?;
    Ok(people)
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

/// The way through the product.
fn followed(
    given: &Given,
    on: &str,
    url: Option<&str>,
    [first, second]: [&Voice; 2],
    finding: &mut Finding,
) -> Result<(), Failure> {
    say(format_args!("  on {on}:"))?;
    let data = tempfile::tempdir()?;
    let database = url.map(|url| (DATABASE, url));
    let figures = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let settings: Vec<_> =
        SETTINGS.into_iter().chain(database).chain([(METRICS, figures.as_str())]).collect();
    let server = Server::start_with(given.binary()?, data.path(), &settings)?;
    let caller = Caller::of(&server)?;
    let known = caller.enrol(first)?;
    // Whatever is made at the first call is made before memory is looked at.
    caller.identify("*", second)?;
    let alone = median((0..TIMED).map(|_| caller.timed(&known, first)))?;
    let before = resident(server.pid())?;

    note(format_args!("  seeding {VOICEPRINTS} people …"));
    let example = cargo::release_example("seed_gallery")?;
    let mut seed = Command::new(example);
    seed.arg(data.path()).args(["demo", &VOICEPRINTS.to_string()]).env_remove(DATABASE).envs(database);
    let seeded = printed(&mut seed)?;
    let start = Instant::now();
    caller.identify("*", second)?;
    let first_one = start.elapsed();
    let load = first_one.saturating_sub(alone);
    let grown = resident(server.pid())?.saturating_sub(before) * 1024;
    let next = median((0..TIMED).map(|_| caller.timed("*", second)))?;
    let resident = grown as f64 / VOICEPRINTS as f64;
    let shown = caller.http.get(format!("http://{figures}/metrics")).send()?.text()?;
    let [bytes, voiceprints] = ["timbre_gallery_bytes ", "timbre_gallery_voiceprints "]
        .map(|name| figure(&shown, name).unwrap_or(f64::NAN));
    let each = bytes / voiceprints;
    say(format_args!(
        "  {VOICEPRINTS} people seeded in {} s; read in and first identification {:.1} s; the gallery takes {:.0} MB ({each:.0} bytes each), the process {:.0} MB more than before ({resident:.0} bytes each)",
        seeded["seconds"],
        first_one.as_secs_f64(),
        bytes / 1e6,
        grown as f64 / 1e6,
    ))?;
    say(format_args!(
        "  an identification over HTTP, hearing included: {} ms among all, {} ms by the id of one",
        next.as_millis(),
        alone.as_millis()
    ))?;

    let stranger = caller.identify("*", second)?;
    let enrolled = caller.enrol(second)?;
    let seen = caller.identify("*", second)?;
    let still = caller.identify("*", first)?;
    caller.erase(&enrolled)?;
    let unseen = caller.identify("*", second)?;
    say(format_args!(
        "  one enrolled: seen by the next identification: {}; erased: known no more to the next: {}",
        seen == enrolled,
        unseen == NOBODY
    ))?;
    finding.require(stranger == NOBODY, format!("a stranger was named: {stranger}"));
    finding.require(seen == enrolled, format!("whoever was enrolled is {seen}"));
    finding.require(still == known, format!("whoever was known before is {still}"));
    finding.require(unseen == NOBODY, format!("whoever was erased is {unseen}"));
    finding.at_most("the seconds to read 100,000 in", load.as_secs_f64(), 60.0);
    finding.require(
        voiceprints == VOICEPRINTS as f64 + 1.0,
        format!("{voiceprints} voiceprints are in memory, by the figures"),
    );
    finding.at_most("the bytes of the gallery for each", each, VALUES + BESIDE);
    finding.figure(&format!("{on}_load_seconds"), load.as_secs_f64());
    finding.figure(&format!("{on}_gallery_bytes_each"), each);
    finding.figure(&format!("{on}_resident_bytes_each"), resident);
    finding.figure(&format!("{on}_identification_ms"), next.as_secs_f64() * 1e3);
    finding.figure(&format!("{on}_identification_of_one_ms"), alone.as_secs_f64() * 1e3);
    Ok(())
}

/// Calls the server as the demo tenant's application of Azure.
struct Caller {
    http: Client,
    profiles: String,
    key: String,
}

impl Caller {
    fn of(server: &Server) -> Result<Self, Failure> {
        Ok(Self {
            http: Client::builder().no_proxy().timeout(Duration::from_secs(240)).build()?,
            profiles: format!("{}/speaker/identification/v2.0/text-independent/profiles", server.base_url()),
            key: server.subscription_key()?,
        })
    }

    fn json(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let reply = request.header("ocp-apim-subscription-key", &self.key).send()?;
        let (status, text) = (reply.status(), reply.text()?);
        match status.is_success() {
            true => Ok(serde_json::from_str(&text)?),
            false => Err(Failure::new(format!("{status}: {text}"))),
        }
    }

    fn hear(&self, path: &str, voice: &Voice, seed: u64) -> Result<Value, Failure> {
        let wav = people::recording(voice, SAID, seed);
        let request = self.http.post(format!("{}/{path}", self.profiles));
        self.json(request.header("content-type", "audio/wav; codecs=audio/pcm").body(wav))
    }

    /// Makes and enrols a profile, and gives its id.
    fn enrol(&self, voice: &Voice) -> Result<String, Failure> {
        let request = self.http.post(&self.profiles).header("content-type", "application/json");
        let made = self.json(request.body(r#"{"locale":"en-us"}"#))?;
        let id = made["profileId"].as_str().ok_or_else(|| Failure::new("no profile was made"))?.to_owned();
        let enrolled = self.hear(&format!("{id}/enrollments?ignoreMinLength=true"), voice, 1)?;
        match enrolled["enrollmentStatus"] == "Enrolled" {
            true => Ok(id),
            false => Err(Failure::new(format!("the profile is not enrolled: {enrolled}"))),
        }
    }

    /// Who it is of these, or of all.
    fn identify(&self, candidates: &str, voice: &Voice) -> Result<String, Failure> {
        let found = self.hear(&format!("identifySingleSpeaker?profileIds={candidates}"), voice, 2)?;
        let id = found["identifiedProfile"]["profileId"].as_str();
        id.map(str::to_owned).ok_or_else(|| Failure::new(format!("nobody and not nobody: {found}")))
    }

    fn timed(&self, candidates: &str, voice: &Voice) -> Result<Duration, Failure> {
        let start = Instant::now();
        self.identify(candidates, voice)?;
        Ok(start.elapsed())
    }

    fn erase(&self, id: &str) -> Result<(), Failure> {
        let request = self.http.delete(format!("{}/{id}", self.profiles));
        request.header("ocp-apim-subscription-key", &self.key).send()?.error_for_status()?;
        Ok(())
    }
}

fn median(times: impl Iterator<Item = Result<Duration, Failure>>) -> Result<Duration, Failure> {
    let mut times: Vec<Duration> = times.collect::<Result<_, _>>()?;
    times.sort();
    times.get(times.len() / 2).copied().ok_or_else(|| Failure::new("nothing was timed"))
}

/// The JSON that a program prints.
fn printed(command: &mut Command) -> Result<Value, Failure> {
    let ran = command.stderr(Stdio::inherit()).output()?;
    match ran.status.success() {
        true => Ok(serde_json::from_slice(&ran.stdout)?),
        false => Err(Failure::new(format!("{} failed", command.get_program().to_string_lossy()))),
    }
}

/// Kilobytes of memory that a process has.
fn resident(pid: u32) -> Result<u64, Failure> {
    line_of(Path::new(&format!("/proc/{pid}/status")), "VmRSS:")
}

/// A figure of a page of Prometheus', by its name.
fn figure(page: &str, name: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

fn free_kilobytes() -> Result<u64, Failure> {
    line_of(Path::new("/proc/meminfo"), "MemAvailable:")
}

fn line_of(path: &Path, name: &str) -> Result<u64, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name));
    let number = rest.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| Failure::new(format!("{} has no {name}", path.display())))
}
