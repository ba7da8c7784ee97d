//! [schemathesis] Every document against a running server: every check, every phase, at least 1,000 cases for each document, by each
//! seed.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Finding, Given, number};
use crate::cargo;
use crate::failure::{Failure, say};
use crate::server::Server;
use crate::test;

const FEWEST_CASES: f64 = 1_000.0;
/// What the cases are drawn by: the same cases for the same server. The first is the tests' as well.
const SEEDS: [&str; 2] = ["8", "4711"];
/// Drawn for each operation, beside those that cover its parameters one by one.
const EXAMPLES: &str = "25";

/// Rates as wide as they can be; and no job is worked on, because it would call addresses that the tool made up.
const SETTINGS: [(&str, &str); 5] = [
    ("TIMBRE__HTTP__MANAGEMENT_PER_MINUTE", "1000000"),
    ("TIMBRE__HTTP__MANAGEMENT_BURST", "1000000"),
    ("TIMBRE__HTTP__UNAUTHENTICATED_PER_MINUTE", "1000000"),
    ("TIMBRE__HTTP__UNAUTHENTICATED_BURST", "1000000"),
    ("TIMBRE__JOBS__EMBEDDED", "false"),
];

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    test::schemathesis()?;
    let mut finding = Finding::default();
    let mut documents = Vec::new();
    for seed in SEEDS {
        documents.extend(by(seed, given, &mut finding)?);
    }
    finding.figure("seeds", SEEDS);
    finding.figure("documents", documents);
    Ok(finding)
}

/// What schemathesis finds by this seed, at a server of its own.
fn by(seed: &str, given: &Given, finding: &mut Finding) -> Result<Vec<Value>, Failure> {
    let (data, reports) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let server = Server::start_with(given.binary()?, data.path(), &SETTINGS)?;
    let ran = Command::new("python3")
        .arg(cargo::root().join("tests/contracts/conformance.py"))
        .arg(server.base_url())
        .args([&data.path().join("demo.json"), reports.path()])
        .args([EXAMPLES, seed])
        .env("PYTHONPATH", cargo::root().join("target/schemathesis"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    finding.require(ran.status.success(), format!("not every check holds by seed {seed}"));
    let mut documents = Vec::new();
    for line in String::from_utf8_lossy(&ran.stdout).lines() {
        let Ok(found) = serde_json::from_str::<Value>(line) else { continue };
        let name = found["document"].as_str().unwrap_or_default();
        let (cases, seconds) = (number(&found, "cases")?, number(&found, "seconds")?);
        say(format_args!(
            "  {name:<12} {cases:>6} cases of {} operations in {seconds} s, seed {seed}: {}",
            found["operations"], found["failures"]
        ))?;
        finding.at_least(&format!("cases of {name} by seed {seed}"), cases, FEWEST_CASES);
        let why = format!(
            "{name}: {} {}, turned down whatever was sent: {}",
            found["failures"], found["errors"], found["unmet"]
        );
        finding.require(found["ok"] == true, why);
        finding
            .require(found["operations"] == found["of"], format!("{name}: not every operation was called"));
        documents.push(found);
    }
    finding.require(documents.len() == 4, format!("{} documents were read by seed {seed}", documents.len()));
    Ok(documents)
}
