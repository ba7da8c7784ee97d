//! `cargo xtask openapi`: the contracts' documents under `openapi/`, made of the routes that are registered.

mod compatibility;
mod corrections;
mod history;
mod schema;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cargo::{self, cargo};
use crate::failure::{Failure, note};
use crate::models;
use crate::test::must_be_whole;
use crate::words::Words;
use corrections::Corrections;
use history::{Promise, Version};

const USAGE: &str = "\
cargo xtask openapi [exchanges | check | promises]

Writes openapi/*.json as the registered routes are. With `exchanges` the exchanges that are their examples are recorded first, with a server
of its own. With `check` nothing is written: it fails where a committed document is another, and names the operation and the field; and where
a document breaks what one of the same major version promised, as git holds it. Without git's history that is NOT RUN; with
TIMBRE_REQUIRE_ALL=1 that fails. `promises` looks at these alone: the tests do the rest.";

/// The contracts, by the names of their documents.
pub(crate) const CONTRACTS: [&str; 4] = ["admin", "azure", "biometrid", "deepaffects"];

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    // As `--check`, which is what others call it.
    let words = words.map(|word| if word == "--check" { "check".to_owned() } else { word });
    let words = Words::read(words, &[], USAGE)?;
    match words.names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write()?,
        ["exchanges"] => {
            record()?;
            write()?;
        }
        ["check"] => {
            if !cargo_test("openapi", &[], None)? {
                return Err(Failure::new("the documents are not those of the routes"));
            }
            note("the documents are those of the routes");
            return keep_their_promises();
        }
        ["promises"] => return keep_their_promises(),
        _ => return Err(Failure::new(USAGE)),
    }
    // What is written may break a promise; it is not committed yet.
    keep_their_promises().unwrap_or_else(note);
    Ok(())
}

fn write() -> Result<(), Failure> {
    std::fs::create_dir_all(cargo::root().join("openapi"))?;
    if !cargo_test("openapi", &[], Some(("TIMBRE_OPENAPI", "write")))? {
        return Err(Failure::new("the documents cannot be made"));
    }
    note("written: openapi/*.json");
    Ok(())
}

fn record() -> Result<(), Failure> {
    models::run(std::iter::empty()).map_err(Failure::new)?;
    let recorder = "contracts::exchanges::every_operation_is_called_and_its_exchange_is_the_recorded_one";
    if !cargo_test("product", &[recorder, "--exact"], Some(("TIMBRE_EXCHANGES", "write")))? {
        return Err(Failure::new("the exchanges cannot be recorded"));
    }
    note("recorded: openapi/exchanges/*.json");
    Ok(())
}

/// Runs a test program of the workspace, in which case it says whether all went well.
fn cargo_test(program: &str, arguments: &[&str], variable: Option<(&str, &str)>) -> Result<bool, Failure> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--quiet", "--test", program, "--"]).args(arguments).envs(variable);
    Ok(command.status()?.success())
}

/// Fails where a document breaks what an earlier one of its major version promised, or is of an earlier version than one that was promised.
fn keep_their_promises() -> Result<(), Failure> {
    let corrections = Corrections::read()?;
    let mut broken = Vec::new();
    let mut needed = BTreeSet::new();
    for name in CONTRACTS {
        let path = cargo::root().join(format!("openapi/{name}.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
        let served: Value = serde_json::from_str(&text).map_err(|error| Failure::at(&path, error))?;
        let mut promises = match history::promises(name) {
            Ok(promises) => promises,
            Err(why) => return not_run(&why),
        };
        let highest = promises.iter().map(|promise| promise.version).max();
        let Some(version) = Version::of(&served).filter(|version| Some(*version) >= highest) else {
            let was = highest.map_or_else(|| "none yet".to_owned(), |version| version.to_string());
            broken.push(format!(
                "{name}.json › its version is {}, and not major.minor.patch from the last one up: {was}",
                served["info"]["version"]
            ));
            continue;
        };
        promises.retain(|promise| promise.version.major == version.major && promise.document != served);
        if promises.is_empty() {
            note(format_args!("  {name}.json: under this major version nothing else was committed"));
        }
        for Promise { version, commit, mut document } in promises {
            needed.extend(corrections.correct(name, &mut document, &served));
            let found = compatibility::compare(&document, &served);
            note(format_args!("  {name}.json and {version} of {commit}: {} breaks", found.len()));
            broken.extend(found.into_iter().map(|text| format!("{name}.json › {text}")));
        }
    }
    broken.extend(corrections.others(&needed));
    // Each commit since made the same promise.
    broken.sort();
    broken.dedup();
    match broken.is_empty() {
        true => {
            note("the documents keep what was promised");
            Ok(())
        }
        false => Err(Failure::new(format!(
            "these break what was promised; who means it raises the major version:\n{}",
            broken.join("\n")
        ))),
    }
}

fn not_run(why: &Failure) -> Result<(), Failure> {
    let text = format!("whether the documents keep what was promised: NOT RUN — {why}");
    match must_be_whole() {
        true => Err(Failure::new(text)),
        false => {
            note(text);
            Ok(())
        }
    }
}
