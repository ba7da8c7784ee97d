//! [faults] A fault proxy in front of PostgreSQL, S3 and Redis (cut, delay 5 s, reset): answers 503 within 2 s, recovers by itself,
//! nothing lost or billed twice.
//!
//! One server, and callers who never stop: users are made, voices enrolled and verified in dialogues, profiles enrolled, jobs given and
//! waited for. Each part has each fault while they call; and of PostgreSQL there is one more, under which everything is committed and nobody
//! hears of it. A reply is right, or it is 503 and came within two seconds; what does not stand on the part is served as ever. Whoever
//! was answered 503 asks the same again until it is done, and what was then made must be of use. In the end the database must hold what was
//! acknowledged, and for each effect that is in it its one bill.
//!
//! A long recording is heard before it is stored, so what goes away meanwhile is noticed only then: its 503 may take the two seconds
//! and what hearing it takes.

mod jobs;
mod long;
mod seen;
mod traffic;

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::real_parts::RealParts;
use super::tenancy::{Caller, timbre_with};
use super::{Finding, Given, rounded};
use crate::biometrid::{Api, Dialogue, Purpose};
use crate::failure::{Failure, note, say};
use crate::parts::{Fault, FaultProxy};
use crate::people;
use jobs::Jobs;
use long::Long;
use seen::{Call, Seen};
use traffic::Traffic;

/// How long each fault lasts.
const LASTS: Duration = Duration::from_secs(8);
/// From when the others have noticed.
const BEFORE_A_LONG_ONE: Duration = Duration::from_secs(2);
/// No 503 may have come later than this.
const CLAIMED: f64 = 2.0;
/// It is over when no call was answered 503 for so long, and each kind of call was answered well.
const CALM: Duration = Duration::from_secs(3);
/// And that must be so after at most so long.
const RECOVERY_LIMIT: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Enrolled people who are verified again in the end, and people of whom it was not told at once that they were made.
const LOOKED_AT: usize = 10;

const FAULTS: [(&str, Fault); 3] =
    [("cut", Fault::Cut), ("5 s late", Fault::Delay(Duration::from_secs(5))), ("reset", Fault::Reset)];
const UNHEARD: [(&str, Fault); 1] = [("commits unheard", Fault::LoseCommits)];

/// Effects by which they are billed: the operation, and what there is of it.
const EFFECTS: [(&str, &str); 6] = [
    (
        "person.created",
        "SELECT count(*) FROM subjects WHERE id NOT IN (SELECT e.subject_id FROM enrolments e JOIN profiles p ON p.enrolment_id = e.id)",
    ),
    ("dialogue.started", "SELECT count(*) FROM dialogues"),
    ("profile.created", "SELECT count(*) FROM profiles"),
    (
        "enrolment.decided",
        "SELECT (SELECT count(*) FROM samples s JOIN profiles p ON p.enrolment_id = s.enrolment_id) + (SELECT count(*) FROM turns t JOIN dialogues d ON d.id = t.dialogue_id WHERE d.purpose = 'Enrol' AND t.decision = 'OK')",
    ),
    ("job.accepted", "SELECT count(*) FROM jobs"),
    ("conversation.decided", "SELECT count(*) FROM jobs WHERE state = 'Completed'"),
];

/// A part, and the calls that do not stand on it.
struct Part<'a> {
    name: &'static str,
    proxy: &'a FaultProxy,
    faults: &'a [(&'static str, Fault)],
    unmoved: &'static [Call],
    /// Calls that cannot be served without it.
    moved: &'static [Call],
}

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, mut finding) = (given.binary()?, Finding::default());
    let parts = RealParts::start()?;
    let server = parts.server(binary, &[])?;
    let api = server.api()?;
    let caller = Caller::of(parts.data.path(), &[&server])?;
    let traffic = Traffic::new(api.clone(), caller.clone(), Jobs::of(&server)?)?;
    let of = [
        Part {
            name: "PostgreSQL",
            proxy: &parts.to_postgres,
            faults: &FAULTS,
            unmoved: &[],
            moved: &[Call::Ready, Call::User, Call::Enrol, Call::Verify, Call::Profile, Call::Job],
        },
        Part {
            name: "PostgreSQL",
            proxy: &parts.to_postgres,
            faults: &UNHEARD,
            unmoved: &[Call::Ready],
            moved: &[Call::User, Call::Enrol, Call::Profile, Call::Job],
        },
        Part {
            name: "S3",
            proxy: &parts.to_s3,
            faults: &FAULTS,
            unmoved: &[Call::User, Call::Verify],
            moved: &[Call::Enrol, Call::Profile, Call::Job],
        },
        // Sessions are in there; rates are counted by the server alone meanwhile.
        Part {
            name: "Redis",
            proxy: &parts.to_redis,
            faults: &FAULTS,
            unmoved: &[Call::User, Call::Profile, Call::Job],
            moved: &[Call::Ready, Call::Enrol],
        },
    ];
    let voices = people::english()?;
    let voice = voices.first().ok_or_else(|| Failure::new("there are no voices"))?;
    let mut long = Long::new(&caller, voice, of.iter().map(|part| part.faults.len()).sum())?;
    let worst = thread::scope(|scope| {
        traffic.begin(scope);
        let worst = each(&traffic, &of, &mut long, &mut finding);
        traffic.end();
        worst
    })?;
    let wrong = traffic.wrong();
    for wrong in wrong.iter().take(20) {
        say(format_args!("  WRONG: {wrong}"))?;
    }
    finding.require(wrong.is_empty(), format!("{} replies were wrong", wrong.len()));
    finding.figure("slowest_503_s", rounded(worst.slowest_503, 2));
    finding.figure("recovered_after_s", rounded(worst.recovered_after, 1));
    accounts(given, &parts, &traffic, &api, &mut finding)?;
    Ok(finding)
}

/// Whether each kind of call was answered well.
fn all_well(seen: &[Seen]) -> bool {
    Call::ALL.iter().all(|call| seen.iter().any(|seen| seen.call == *call && !seen.unavailable))
}

/// In seconds.
#[derive(Default)]
struct Found {
    slowest_503: f64,
    recovered_after: f64,
}

/// Each fault of each part in turn, and the worst of them.
fn each(
    traffic: &Traffic,
    parts: &[Part<'_>],
    long: &mut Long<'_>,
    finding: &mut Finding,
) -> Result<Found, Failure> {
    traffic.wait_until(RECOVERY_LIMIT, all_well)?;
    long.learn()?;
    say(format_args!("  a long recording is heard and stored within {:.2} s", long.takes.as_secs_f64()))?;
    finding.figure("long_takes_s", rounded(long.takes.as_secs_f64(), 2));
    let mut worst = Found::default();
    for part in parts {
        for (name, fault) in part.faults {
            let found = one(traffic, part, name, *fault, long, finding)?;
            worst.slowest_503 = worst.slowest_503.max(found.slowest_503);
            worst.recovered_after = worst.recovered_after.max(found.recovered_after);
        }
    }
    Ok(worst)
}

/// One fault of one part, and the time until all is well again.
fn one(
    traffic: &Traffic,
    part: &Part<'_>,
    name: &str,
    fault: Fault,
    long: &mut Long<'_>,
    finding: &mut Finding,
) -> Result<Found, Failure> {
    let (from, begun) = (traffic.count(), Instant::now());
    part.proxy.set(fault);
    thread::sleep(BEFORE_A_LONG_ONE);
    let (long_status, long_took) = long.send()?;
    thread::sleep(LASTS.saturating_sub(begun.elapsed()));
    part.proxy.set(Fault::None);
    let (over, what) = (Instant::now(), format!("{} {name}", part.name));
    let recovered = loop {
        thread::sleep(LOOK_EVERY);
        let seen = traffic.since(from);
        let last_503 = seen.iter().filter(|seen| seen.unavailable).map(|seen| seen.at).max();
        let calm_since = last_503.map_or(over, |last| last.max(over));
        let after: Vec<Seen> = seen.into_iter().filter(|seen| seen.begun > calm_since).collect();
        if calm_since.elapsed() >= CALM && all_well(&after) {
            break calm_since - over;
        }
        if over.elapsed() > RECOVERY_LIMIT {
            finding.require(false, format!("{what}: it does not recover"));
            break over.elapsed();
        }
    };
    let seen = traffic.since(from);
    let (unavailable, served): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(|seen| seen.unavailable);
    let slowest = |of: &[&Seen]| of.iter().map(|seen| seen.took.as_secs_f64()).fold(0.0, f64::max);
    let slowest_503 = slowest(&unavailable);
    say(format_args!(
        "  {what:<20} {:>4} replies, {:>4} of them 503, the slowest after {slowest_503:.2} s (of the others {:.2} s); recovered after {:.1} s",
        seen.len(),
        unavailable.len(),
        slowest(&served),
        recovered.as_secs_f64()
    ))?;
    say(format_args!("  {:<20} a long recording: {long_status} after {:.2} s", "", long_took.as_secs_f64()))?;
    finding.require([201, 503].contains(&long_status), format!("{what}: a long recording: {long_status}"));
    if long_status == 503 {
        let most = CLAIMED + long.takes.as_secs_f64();
        finding.at_most(
            &format!("{what}: a long recording's 503, in seconds,"),
            long_took.as_secs_f64(),
            most,
        );
    }
    for call in Call::ALL {
        let of_call: Vec<&&Seen> = unavailable.iter().filter(|seen| seen.call == call).collect();
        let worst = of_call.iter().map(|seen| seen.took.as_secs_f64()).fold(0.0, f64::max);
        if worst > CLAIMED {
            note(format_args!("    {call:?}: {} × 503, the slowest after {worst:.2} s", of_call.len()));
        }
        if part.unmoved.contains(&call) {
            finding.require(of_call.is_empty(), format!("{what}: {call:?} was answered 503"));
        }
        if part.moved.contains(&call) {
            finding.require(!of_call.is_empty(), format!("{what}: {call:?} did not notice"));
        }
    }
    finding.at_most(&format!("{what}: the slowest 503, in seconds,"), slowest_503, CLAIMED);
    let figure = json!({
        "replies": seen.len(), "unavailable": unavailable.len(), "slowest_503_s": rounded(slowest_503, 2),
        "recovered_after_s": rounded(recovered.as_secs_f64(), 1),
        "long_status": long_status, "long_took_s": rounded(long_took.as_secs_f64(), 2),
    });
    finding.figure(&what, figure);
    Ok(Found { slowest_503, recovered_after: recovered.as_secs_f64() })
}

/// What is in the database and the bucket, what is billed, and what the callers know of.
fn accounts(
    given: &Given,
    parts: &RealParts,
    traffic: &Traffic,
    api: &Api,
    finding: &mut Finding,
) -> Result<(), Failure> {
    let jobs = traffic.wait_for_jobs()?;
    say(format_args!("  {jobs} jobs accepted, and done"))?;
    let settings = parts.settings();
    let timbre = |words: &[&str]| timbre_with(given.binary()?, parts.data.path(), &settings, words);
    let (_, said) = timbre(&["usage", "demo"])?;
    let billed = |meter: &str| {
        let month = said.first().and_then(|usage| usage["this_month"][meter].as_u64());
        month.ok_or_else(|| Failure::new(format!("no {meter} are billed")))
    };
    let (requests, enrolments) = (billed("requests")?, billed("enrolments")?);
    let (done, perhaps) = traffic.effects();
    say(format_args!(
        "  {done} effects acknowledged, {perhaps} calls answered 503 that may have had one; {requests} billed"
    ))?;
    finding.require(requests >= done, format!("{requests} requests billed for at least {done} effects"));
    let enrolled = parts
        .count("SELECT count(*) FROM enrolments WHERE id NOT IN (SELECT enrolment_id FROM profiles)")?
        + parts.count("SELECT count(*) FROM profiles WHERE status = 'Enrolled'")?;
    say(format_args!("  {enrolled} voices enrolled, {enrolments} billed"))?;
    finding.require(enrolled == enrolments, format!("{enrolments} enrolments billed for {enrolled}"));

    let registered = parts.list("SELECT replace(id::text, '-', '') FROM objects")?;
    // Of an enrolment that is not over, recordings are kept with its turns.
    let (recordings, accepted) = (registered.len() as u64, traffic.samples());
    finding
        .require(recordings >= accepted, format!("{recordings} recordings of {accepted} that were accepted"));
    let held = parts.objects()?;
    let missing = registered.iter().filter(|id| !held.contains(id)).count();
    finding.require(missing == 0, format!("{missing} of {recordings} recordings are not there"));
    let people = traffic.enrolled();
    let every = people.len().div_ceil(LOOKED_AT).max(1);
    for user in people.iter().step_by(every) {
        // Whoever is not enrolled could not begin.
        Dialogue::start(api, user, Purpose::Verify)?;
    }
    finding.require(!people.is_empty(), "nobody was enrolled");
    let doubtful = traffic.doubtful();
    let every = doubtful.len().div_ceil(LOOKED_AT).max(1);
    for user in doubtful.iter().step_by(every) {
        let (begun, _) = Dialogue::ask(api, user, Purpose::Enrol)?;
        let said = begun.err().map(|other| other.in_a_word());
        finding.require(
            said.is_none(),
            format!("{user}, made unheard, is of no use: {}", said.unwrap_or_default()),
        );
    }
    say(format_args!(
        "  {} people were made unheard, and are of use when they are asked for again",
        doubtful.len()
    ))?;
    finding.require(!doubtful.is_empty(), "nobody was made unheard");
    for (operation, effects) in EFFECTS {
        let effects = parts.count(effects)?;
        let bills =
            parts.count(&format!("SELECT count(*) FROM usage_events WHERE operation = '{operation}'"))?;
        finding.require(effects > 0, format!("there is no {operation}"));
        finding.require(effects == bills, format!("{operation}: {effects} in the database, {bills} billed"));
        finding.figure(operation, effects);
    }
    finding.figure("made_unheard", doubtful.len());

    let (recounted, _) = timbre(&["usage", "demo", "--recount"])?;
    finding.require(recounted, "the counters are not what the events say");
    let (whole, _) = timbre(&["audit", "verify"])?;
    finding.require(whole, "the audit trail is not whole");
    for (name, value) in [
        ("acknowledged", done),
        ("perhaps", perhaps),
        ("billed", requests),
        ("enrolled", enrolled),
        ("enrolments_billed", enrolments),
        ("samples_accepted", accepted),
        ("recordings", recordings),
        ("recordings_missing", missing as u64),
    ] {
        finding.figure(name, value);
    }
    Ok(())
}
