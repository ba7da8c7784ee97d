//! [reembed] Everybody's voiceprints are made anew for other models, the making is killed and gone on with, the change is cut over, taken
//! back, cut over again and finished, and all the while a caller verifies: nobody enrols again, and no verification is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use timbre_voices::Voice;

use super::tenancy::{count, timbre};
use super::{Finding, Given, argument, number, rounded};
use crate::failure::{Failure, note, say};
use crate::people;
use crate::server::{Server, by_default};

const TENANT: &str = "demo";
const TO: &str = "campplus+resnet34";
const PROFILES: &str = "/speaker/verification/v2.0/text-independent/profiles";
const PEOPLE: usize = 5_000;
/// Of these, so many have two recordings, by which the report can compare a person with themselves.
const WITH_TWO: usize = 500;
/// Recordings of each voice that people share: some three seconds of speech each.
const TAKES: usize = 20;
const DIGITS: &str = "065319";
const PROBE: &str = "4710836529";
/// The share of voiceprints after which the run is killed.
const KILLED_AT: f64 = 0.4;
/// Between two verifications of the caller.
const PAUSE: Duration = Duration::from_millis(150);

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, work) = (given.binary()?, tempfile::tempdir()?);
    let data = work.path().join("data");
    // Makes the tenant.
    Server::start(binary, &data)?.kill()?;
    let voices = people::english()?;
    let begun = Instant::now();
    let enrolled = enrol(binary, &data, work.path(), &voices)?;
    note(format_args!("  {} people enrolled in {:.0} s", enrolled.len(), begun.elapsed().as_secs_f64()));
    let mut finding = Finding::default();
    finding.require(enrolled.len() == PEOPLE, format!("{} people are enrolled", enrolled.len()));

    let server = Server::start(binary, &data)?;
    let caller = Caller::new(&server, &voices, enrolled)?;
    let before = caller.everybody()?;
    let over = AtomicBool::new(false);
    let done = thread::scope(|scope| {
        let calling = scope.spawn(|| caller.call_until(&over));
        let done = changed(binary, &data, &caller, &before, &mut finding);
        over.store(true, Ordering::Relaxed);
        let calls = calling.join().map_err(|_| Failure::new("the caller panicked"))?;
        let (right, wrong) = (calls.right, calls.wrong.len());
        finding.require(right > 100, format!("the caller verified {right} times only"));
        finding.require(wrong == 0, format!("wrong: {:?}", calls.wrong));
        finding.figure("verifications_meanwhile", right);
        finding.figure("wrong_verifications", wrong);
        finding.figure("slowest_verification_ms", calls.slowest.as_millis() as u64);
        done
    });
    let Done { made, agreement } = done?;
    say(format_args!("  report: {agreement}"))?;
    let rate = number(&made, "voiceprints_per_second")?;
    let per_core = number(&made, "recordings_heard")? / number(&made, "model_seconds")?;
    say(format_args!(
        "  {rate:.1} voiceprints a second by {} workers, verifications served beside them; the models alone hear {per_core:.1} recordings a second on one core",
        made["workers"]
    ))?;
    finding.figure("people", PEOPLE);
    finding.figure("voiceprints_per_second", rounded(rate, 1));
    finding.figure("recordings_per_model_second", rounded(per_core, 1));
    finding.figure("genuine", agreement["genuine"].clone());
    finding.figure("impostor", agreement["impostor"].clone());
    Ok(finding)
}

/// What the way from one set of models to the other said.
struct Done {
    made: Value,
    agreement: Value,
}

/// All steps of a change: made, reported, cut over, taken back, cut over again, finished.
fn changed(
    binary: &Path,
    data: &Path,
    caller: &Caller,
    before: &[f64],
    finding: &mut Finding,
) -> Result<Done, Failure> {
    let made = change(binary, data, finding)?;
    let step = |name: &str| run(binary, data, &["reembed", name, TENANT]);
    let agreement = step("report")?.pop().ok_or_else(|| Failure::new("the report is empty"))?;
    step("cut-over")?;
    let after = caller.everybody()?;
    step("back")?;
    let back = caller.everybody()?;
    step("cut-over")?;
    let finished = step("finish")?;
    let again = caller.everybody()?;
    finding.require(after != before, "no score changed with the models");
    finding.require(back == before, "after the way back scores are not what they were");
    finding.require(again == after, "after the second cut-over scores are not what they were");
    let decides = finished.last().map(|state| state["decides"].clone()).unwrap_or_default();
    finding.require(decides == TO, format!("{decides} decides in the end"));
    Ok(Done { made, agreement })
}

/// Begins the change, kills it, goes on with it to its end; what the second run says.
fn change(binary: &Path, data: &Path, finding: &mut Finding) -> Result<Value, Failure> {
    let made = || count(data, "SELECT count(*) FROM voiceprints WHERE model LIKE 'wespeaker%'");
    let mut command = Command::new(binary);
    by_default(&mut command);
    let mut child = command
        .args(["reembed", "run", TENANT, "--to", TO])
        .env("TIMBRE_DATA_DIR", data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Failure::at(binary, error))?;
    while (made()? as f64) < KILLED_AT * PEOPLE as f64 && child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(100));
    }
    // As a power failure would (SIGKILL).
    child.kill()?;
    child.wait()?;
    let killed_at = made()?;
    note(format_args!("  killed with {killed_at} voiceprints made"));
    finding.require(
        killed_at > 0 && killed_at < PEOPLE as u64,
        format!("killed with {killed_at} voiceprints made"),
    );
    finding.figure("killed_at", killed_at);
    let early = timbre(binary, data, &["reembed", "cut-over", TENANT])?;
    finding.require(!early.0, "it was cut over with voiceprints lacking");
    // Without --to: what is under way is known.
    let resumed = run(binary, data, &["reembed", "run", TENANT])?;
    let said = resumed.last().cloned().ok_or_else(|| Failure::new("the second run says nothing"))?;
    let whole = made()?;
    finding.require(whole == PEOPLE as u64, format!("{whole} voiceprints are made in the end"));
    let second = said["made"].as_u64().unwrap_or_default();
    finding.require(
        second == PEOPLE as u64 - killed_at,
        format!("the second run made {second} voiceprints after {killed_at}"),
    );
    finding.require(said["impossible"] == 0, format!("of {} there is no voiceprint", said["impossible"]));
    finding.figure("resumed", second);
    Ok(said)
}

/// Runs a command that must succeed; the lines of JSON that it prints.
fn run(binary: &Path, data: &Path, words: &[&str]) -> Result<Vec<Value>, Failure> {
    match timbre(binary, data, words)? {
        (true, said) => Ok(said),
        (false, _) => Err(Failure::new(format!("timbre {} fails", words.join(" ")))),
    }
}

/// Enrols everybody by `timbre import`; each person's profile.
fn enrol(
    binary: &Path,
    data: &Path,
    work: &Path,
    voices: &[Voice],
) -> Result<BTreeMap<usize, String>, Failure> {
    let file = |voice: usize, take: usize| work.join(format!("{voice}-{take}.wav"));
    for (number, voice) in voices.iter().enumerate() {
        for take in 0..TAKES {
            fs::write(file(number, take), people::recording(voice, DIGITS, take as u64 + 1))?;
        }
    }
    let mut rows = vec!["person,file".to_owned()];
    for person in 0..PEOPLE {
        let (voice, take) = (person % voices.len(), person / voices.len());
        rows.push(format!("{person},{}", file(voice, take % TAKES).display()));
        if person < WITH_TWO {
            rows.push(format!("{person},{}", file(voice, (take + 1) % TAKES).display()));
        }
    }
    let (list, report) = (work.join("people.csv"), work.join("report.csv"));
    fs::write(&list, rows.join("\n"))?;
    let kind = "text-independent-verification";
    let (list, written) = (argument(&list)?, argument(&report)?);
    let words =
        ["import", "--tenant", TENANT, "--kind", kind, "--ignore-min-length", "--report", written, list];
    run(binary, data, &words)?;
    let text = fs::read_to_string(&report).map_err(|error| Failure::at(&report, error))?;
    let mut profiles = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(Ok(person)), Some(profile)) = (cells.next().map(str::parse), cells.next()) {
            profiles.insert(person, profile.to_owned());
        }
    }
    Ok(profiles)
}

/// Verifies people, each by the own voice and by the one that is least alike.
struct Caller {
    http: reqwest::blocking::Client,
    base: String,
    key: String,
    profiles: BTreeMap<usize, String>,
    probes: Vec<Vec<u8>>,
    /// Of each voice the one that it is told apart from best.
    others: Vec<usize>,
}

/// What came of the caller's verifications.
#[derive(Default)]
struct Calls {
    right: usize,
    wrong: Vec<String>,
    slowest: Duration,
}

impl Caller {
    fn new(server: &Server, voices: &[Voice], profiles: BTreeMap<usize, String>) -> Result<Self, Failure> {
        let probes: Vec<Vec<u8>> =
            voices.iter().map(|voice| people::recording(voice, PROBE, 1_000)).collect();
        let mut caller = Self {
            http: reqwest::blocking::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?,
            base: format!("{}{PROFILES}", server.base_url()),
            key: server.subscription_key()?,
            profiles,
            others: Vec::new(),
            probes,
        };
        for voice in 0..voices.len() {
            let mut scores = Vec::new();
            for other in (0..voices.len()).filter(|other| *other != voice) {
                scores.push((caller.verify(voice, other)?.1, other));
            }
            let least = scores.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
            caller.others.push(least.map(|(_, other)| other).ok_or_else(|| Failure::new("one voice only"))?);
        }
        Ok(caller)
    }

    /// Whether a person is accepted by a voice, and the score.
    fn verify(&self, person: usize, voice: usize) -> Result<(bool, f64), Failure> {
        let profile = self.profiles.get(&person).ok_or_else(|| Failure::new("somebody is not enrolled"))?;
        let request = self
            .http
            .post(format!("{}/{profile}/verify?ignoreMinLength=true", self.base))
            .header("Ocp-Apim-Subscription-Key", &self.key)
            .header("Content-Type", "audio/wav; codecs=audio/pcm")
            .body(self.probes[voice].clone());
        let said: Value = request.send()?.error_for_status()?.json()?;
        Ok((said["recognitionResult"] == "Accept", number(&said, "score")?))
    }

    /// One person of each voice, by the own voice and the other: all right, and with which scores.
    fn everybody(&self) -> Result<Vec<f64>, Failure> {
        let mut scores = Vec::new();
        for person in 0..self.probes.len() {
            for (voice, right) in [(person, true), (self.others[person], false)] {
                let (accepted, score) = self.verify(person, voice)?;
                if accepted != right {
                    return Err(Failure::new(format!("voice {voice} scores {score} for voice {person}")));
                }
                scores.push(score);
            }
        }
        Ok(scores)
    }

    /// Verifies one after the other, all over the list, until it is over.
    fn call_until(&self, over: &AtomicBool) -> Calls {
        let (mut calls, mut turn) = (Calls::default(), 0);
        while !over.load(Ordering::Relaxed) {
            // A step that shares no factor with their number comes to everybody.
            let person = turn * 1_237 % PEOPLE;
            let own = person % self.probes.len();
            let right = turn % 2 == 0;
            let begun = Instant::now();
            let answered = self.verify(person, if right { own } else { self.others[own] });
            calls.slowest = calls.slowest.max(begun.elapsed());
            match answered {
                Ok((accepted, _)) if accepted == right => calls.right += 1,
                Ok((_, score)) => calls.wrong.push(format!("person {person} scores {score}")),
                Err(failure) => calls.wrong.push(failure.to_string()),
            }
            turn += 1;
            thread::sleep(PAUSE);
        }
        calls
    }
}
