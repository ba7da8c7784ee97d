//! [quota] Quota N with N + 50 parallel requests on two server processes over one database: exactly N effects, N billed.

use std::path::Path;

use super::tenancy::{Two, at_once, count, timbre};
use super::{Finding, Given};
use crate::failure::{Failure, note, say};
use crate::people;

const USERS: usize = 500;
const ENROLMENTS: usize = 10;
const TOO_MANY: usize = 50;
/// Requests under way at a time.
const STORM: usize = 50;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    users(given, &mut finding)?;
    enrolments(given, &mut finding)?;
    Ok(finding)
}

/// Requests whose effect is a row.
fn users(given: &Given, finding: &mut Finding) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    let quota = USERS.to_string();
    let settings = [
        ("TIMBRE__POLICY__QUOTAS__REQUESTS__PER_MONTH", quota.as_str()),
        ("TIMBRE__POLICY__QUOTAS__REQUESTS__HARD", "true"),
    ];
    let two = Two::start(given.binary()?, data.path(), &settings)?;
    let caller = two.caller();
    let statuses =
        at_once(USERS + TOO_MANY, STORM, |n| caller.create_user(n).map_or(0, |it| it.status().as_u16()));
    let effects = count(data.path(), "SELECT count(*) FROM subjects")?;
    let asked = Asked { meter: "requests", quota: USERS, done: 200, refused: 402, statuses, effects };
    asked.judge(given, data.path(), finding)
}

/// Requests for which models listen to half a minute of speech each.
fn enrolments(given: &Given, finding: &mut Finding) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    let quota = ENROLMENTS.to_string();
    let settings = [
        ("TIMBRE__POLICY__QUOTAS__ENROLMENTS__PER_MONTH", quota.as_str()),
        ("TIMBRE__POLICY__QUOTAS__ENROLMENTS__HARD", "true"),
    ];
    let two = Two::start(given.binary()?, data.path(), &settings)?;
    let caller = two.caller();
    let times = ENROLMENTS + TOO_MANY;
    note(format_args!("  making {times} profiles …"));
    let profiles = (0..times).map(|_| caller.create_profile()).collect::<Result<Vec<_>, _>>()?;
    let voices = people::english()?;
    let wav = people::recording(&voices[0], &"0123456789".repeat(4), 1);
    let enrol = |n: usize| {
        let heard = caller.hear(n, &profiles[n], "enrollments", wav.clone());
        heard.map_or(0, |it| it.status().as_u16())
    };
    let statuses = at_once(times, STORM, enrol);
    let effects = count(data.path(), "SELECT count(*) FROM profiles WHERE status = 'Enrolled'")?;
    let samples = count(data.path(), "SELECT count(*) FROM samples")?;
    finding.require(samples == effects, format!("{samples} samples for {effects} enrolled profiles"));
    let asked = Asked { meter: "enrolments", quota: ENROLMENTS, done: 201, refused: 403, statuses, effects };
    asked.judge(given, data.path(), finding)
}

/// What was asked for under a quota, and what came of it.
struct Asked {
    meter: &'static str,
    quota: usize,
    /// The statuses that say so.
    done: u16,
    refused: u16,
    statuses: Vec<u16>,
    /// Rows in the database.
    effects: u64,
}

impl Asked {
    fn judge(self, given: &Given, data: &Path, finding: &mut Finding) -> Result<(), Failure> {
        let Self { meter, quota, done, refused, statuses, effects } = self;
        let of = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
        let (answered, turned_down) = (of(done), of(refused));
        let (right, said) = timbre(given.binary()?, data, &["usage", "demo"])?;
        let billed = said.first().and_then(|usage| usage["this_month"][meter].as_u64()).unwrap_or_default();
        let (recounted, _) = timbre(given.binary()?, data, &["usage", "demo", "--recount"])?;
        say(format_args!(
            "  quota of {quota} {meter}, {} requests at once: {answered} done, {turned_down} refused, {effects} effects, {billed} billed",
            statuses.len()
        ))?;
        finding.require(answered == quota, format!("{answered} requests were answered with {done}"));
        finding
            .require(turned_down == TOO_MANY, format!("{turned_down} requests were answered with {refused}"));
        finding.require(effects == quota as u64, format!("there are {effects} effects"));
        finding.require(right && billed == quota as u64, format!("{billed} {meter} are billed"));
        finding.require(recounted, "the counters are not what the events say");
        let figures = [
            ("done", answered as u64),
            ("refused", turned_down as u64),
            ("effects", effects),
            ("billed", billed),
        ];
        for (name, value) in figures {
            finding.figure(&format!("{meter}_{name}"), value);
        }
        Ok(())
    }
}
