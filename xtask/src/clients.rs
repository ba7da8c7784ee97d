//! `cargo xtask clients`: the clients under `openapi/clients/`, whose generated parts are made of the committed documents.
//!
//! Promises that what is committed is what the pinned generators make of them, that each client builds, and that its quick-starts enrol and
//! verify voices at a real server. Everything it needs is fetched below target/clients, in versions and with hashes that are committed.

mod documents;
mod drift;
mod languages;
mod quick_starts;

use std::path::PathBuf;

pub(crate) use languages::npm_packages;
pub(crate) use quick_starts::{Cast, Ran};

use crate::cargo;
use crate::failure::{Failure, note};
use crate::models;
use crate::server::Server;
use crate::test::{Counts, Pass};
use crate::words::Words;
use languages::LANGUAGES;

const USAGE: &str = "\
cargo xtask clients [check | test]

Writes the generated parts of the clients in openapi/clients as the committed documents are. With `check` nothing is written: it fails where
a committed file is another, and names it. That is known without a generator where nothing changed since it ran; with TIMBRE_REQUIRE_ALL=1 it
runs all the same. `test` does that, builds and tests the clients, and runs their quick-starts at a server of its own.";

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    // As `--check`, which is what others call it.
    let words = words.map(|word| if word == "--check" { "check".to_owned() } else { word });
    let words = Words::read(words, &[], USAGE)?;
    let check = match words.names.as_slice() {
        [] => false,
        [word] if word == "check" => true,
        [word] if word == "test" => {
            models::run(std::iter::empty()).map_err(Failure::new)?;
            let Pass { passed, counts, .. } = test()?;
            note(format_args!("clients: {counts}"));
            return if passed { Ok(()) } else { Err(Failure::new("clients FAILED")) };
        }
        _ => return Err(Failure::new(USAGE)),
    };
    for language in LANGUAGES {
        note(format_args!("{} …", language.name));
        if check {
            language.check()?;
        } else {
            language.generate()?;
        }
    }
    note(if check { "the clients are those of the documents" } else { "written: openapi/clients" });
    Ok(())
}

/// Brings what all clients are generated, built and tested with.
pub(crate) fn bring() -> Result<String, Failure> {
    for language in LANGUAGES {
        language.bring()?;
    }
    Ok("of npm and pip, by hashes".to_owned())
}

/// Checks, builds and tests every client, and runs its quick-starts at a server. What each step did is one count.
pub(crate) fn test() -> Result<Pass, Failure> {
    note("\nclients:");
    let mut counts = Counts::default();
    let mut step = |what: &str, done: Result<(), Failure>| match done {
        Ok(()) => {
            counts.passed += 1;
            note(format_args!("  {what}: passed"));
        }
        Err(why) => {
            counts.failed += 1;
            note(format_args!("  {what}: FAILED. {why}"));
        }
    };
    for language in LANGUAGES {
        let name = language.name;
        step(&format!("{name}, as its documents"), language.check());
        step(&format!("{name}, built and tested"), language.test());
    }
    let data = tempfile::tempdir()?;
    let server = Server::start(&cargo::debug_binary()?, data.path())?;
    let cast = Cast::gather(data.path())?;
    for language in LANGUAGES {
        for contract in quick_starts::OF {
            let ran = quick_starts::run(language, contract, &server, &cast);
            let right =
                ran.and_then(|ran| if ran.is_right() { Ok(()) } else { Err(Failure::new(ran.to_string())) });
            step(&format!("{}, quick-start of {contract}", language.name), right);
        }
    }
    let on = "the clients: each as its documents, built, tested, and its quick-starts at a server".to_owned();
    Ok(Pass { on, passed: counts.failed == 0, counts })
}

/// Runs every quick-start of every client at this server.
pub(crate) fn run_quick_starts(server: &Server, cast: &Cast) -> Result<Vec<Ran>, Failure> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        language.build()?;
        for contract in quick_starts::OF {
            all.push(quick_starts::run(language, contract, server, cast)?);
        }
    }
    Ok(all)
}

/// Where a client is committed.
fn committed(folder: &str) -> PathBuf {
    cargo::root().join("openapi/clients").join(folder)
}

/// Where a client is built, with what it needs.
fn workshop(folder: &str) -> PathBuf {
    cargo::root().join("target/clients").join(folder)
}
