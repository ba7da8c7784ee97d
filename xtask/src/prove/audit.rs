//! [audit] One altered row is found by `timbre audit verify`.

use std::fs;
use std::path::Path;

use super::tenancy::{Two, ask, count, timbre};
use super::{Finding, Given};
use crate::failure::{Failure, say};

const USERS: usize = 20;

/// What somebody might do who has the database and not the key; `{n}` is the event's number, `{chain}` its chain.
const ALTERATIONS: [(&str, &str); 8] = [
    (
        "another action",
        "UPDATE audit_events SET action = 'person.erased' WHERE number = {n} AND hex(chain) = '{chain}'",
    ),
    (
        "another actor",
        "UPDATE audit_events SET actor = 'system' WHERE number = {n} AND hex(chain) = '{chain}'",
    ),
    (
        "another person",
        "UPDATE audit_events SET person = 'nobody' WHERE number = {n} AND hex(chain) = '{chain}'",
    ),
    (
        "another address",
        "UPDATE audit_events SET address = '192.0.2.1' WHERE number = {n} AND hex(chain) = '{chain}'",
    ),
    (
        "another time",
        "UPDATE audit_events SET at = '2020-01-01 00:00:00+00:00' WHERE number = {n} AND hex(chain) = '{chain}'",
    ),
    ("another detail", "UPDATE audit_events SET detail = '{}' WHERE number = {n} AND hex(chain) = '{chain}'"),
    ("removed", "DELETE FROM audit_events WHERE number = {n} AND hex(chain) = '{chain}'"),
    ("moved", "UPDATE audit_events SET number = 1000 WHERE number = {n} AND hex(chain) = '{chain}'"),
];

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, data) = (given.binary()?, tempfile::tempdir()?);
    let mut finding = Finding::default();
    let two = Two::start(binary, data.path(), &[])?;
    for n in 0..USERS {
        two.caller().create_user(n)?.error_for_status()?;
    }
    two.kill()?;
    let chain = ask(data.path(), "SELECT hex(chain) FROM audit_heads ORDER BY number DESC LIMIT 1")?;
    let chain = chain[0].as_str().unwrap_or_default().to_owned();
    let events = count(data.path(), "SELECT max(number) FROM audit_events")?;
    finding.require(events >= USERS as u64, format!("the trail has {events} events"));
    let (whole, _) = timbre(binary, data.path(), &["audit", "verify"])?;
    finding.require(whole, "a trail that nobody touched is not whole");
    let (mut found, mut told) = (0, 0);
    for (what, statement) in ALTERATIONS {
        let copy = copied(data.path())?;
        let number = events / 2;
        let statement = statement.replace("{n}", &number.to_string()).replace("{chain}", &chain);
        let changed = ask(copy.path(), &statement)?;
        finding.require(changed == 1, format!("{what}: {changed} rows were altered"));
        let (whole, said) = timbre(binary, copy.path(), &["audit", "verify"])?;
        let named = said.iter().any(|line| line["first_wrong_event"] == number);
        finding.require(!whole && named, format!("{what}: not found, or not named"));
        found += u64::from(!whole);
        told += u64::from(named);
    }
    say(format_args!(
        "  {} ways to alter one row of {events} events: {found} found, {told} named",
        ALTERATIONS.len()
    ))?;
    cut_off(binary, data.path(), &chain, events, &mut finding)?;
    finding.figure("events", events);
    finding.figure("alterations", ALTERATIONS.len());
    finding.figure("found", found);
    Ok(finding)
}

/// An end that was cut off with an older head put in its place is found by a head that was noted elsewhere.
fn cut_off(
    binary: &Path,
    data: &Path,
    chain: &str,
    events: u64,
    finding: &mut Finding,
) -> Result<(), Failure> {
    let (_, heads) = timbre(binary, data, &["audit", "heads"])?;
    let noted = tempfile::NamedTempFile::new()?;
    fs::write(noted.path(), heads.iter().map(|head| format!("{head}\n")).collect::<String>())?;
    let verify = ["audit", "verify", "--noted", noted.path().to_str().unwrap_or_default()];
    let (whole, _) = timbre(binary, data, &verify)?;
    finding.require(whole, "a trail that still has its noted end is not whole");
    let copy = copied(data)?;
    let last = events - 1;
    for statement in [
        format!("DELETE FROM audit_events WHERE number > {last} AND hex(chain) = '{chain}'"),
        format!(
            "UPDATE audit_heads SET number = {last}, hash = (SELECT hash FROM audit_events WHERE number = {last} AND hex(chain) = '{chain}') WHERE hex(chain) = '{chain}'"
        ),
    ] {
        ask(copy.path(), &statement)?;
    }
    let (whole, _) = timbre(binary, copy.path(), &verify)?;
    finding.require(!whole, "an end that was cut off is not found by what was noted");
    say(format_args!("  the end cut off, and an older head put back: found by a noted head: {}", !whole))
}

/// A copy of what `timbre audit verify` looks at.
fn copied(data: &Path) -> Result<tempfile::TempDir, Failure> {
    let copy = tempfile::tempdir()?;
    for entry in fs::read_dir(data)? {
        let path = entry?.path();
        if path.is_file() {
            fs::copy(&path, copy.path().join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(copy)
}
