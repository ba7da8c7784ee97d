//! All tests on files, and those to which it could matter once more on servers.
//!
//! A test of what only one of them has is skipped on the other, and counted as skipped: its name ends in `_on_sqlite` or `_on_postgres`,
//! by which nextest's profiles (.config/nextest.toml) leave it out, and `cargo test` where it has to do.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::counts::Counts;
use crate::cargo::{self, cargo};
use crate::failure::{Failure, note};
use crate::parts::{Postgres, Redis, on_files, on_parts};

/// The packages whose tests ask what they stand on. Those of all others, and those inside of crates, would do the same again: the vault's
/// have a folder and a bucket of their own in every pass, and those of the API a Redis where they need one, or none.
const ON_BOTH: [&str; 4] = ["crates/store", "crates/engine", "crates/server", "tests"];

/// Without nextest.
const PLAIN: [&str; 3] = ["test", "--workspace", "--no-fail-fast"];

/// What the tests of one pass run on.
pub(crate) enum Backend<'a> {
    Files,
    Parts(&'a Postgres, &'a Redis),
}

/// How one pass went.
pub(crate) struct Pass {
    /// What it ran on, and which tests it was.
    pub(crate) on: String,
    /// Whether every program ended well: one that does not build has no tests to count.
    pub(crate) passed: bool,
    pub(crate) counts: Counts,
}

/// Runs one pass. Arguments go to the runner.
pub(crate) fn pass(backend: Backend<'_>, arguments: &[String]) -> Result<Pass, Failure> {
    let (on, targets, elsewhere) = match backend {
        Backend::Files => ("SQLite and a folder".to_owned(), None, "_on_postgres"),
        Backend::Parts(..) => {
            let of = ON_BOTH.join(", ");
            let on =
                format!("PostgreSQL, S3 and Redis (the tests in {of}: no others ask what they stand on)");
            (on, Some(test_programs(cargo::root())?), "_on_sqlite")
        }
    };
    note(format_args!("\non {on}:"));
    let run = |words: &[&str], stream, counts: &mut Counts| {
        let mut command = cargo();
        match backend {
            Backend::Files => on_files(&mut command),
            Backend::Parts(postgres, redis) => on_parts(&mut command, postgres, redis),
        }
        command.args(words);
        // Not `-p`: the same features are then unified, and nothing is built twice.
        for target in targets.iter().flatten() {
            command.args(["--test", target]);
        }
        command.args(arguments);
        if words == PLAIN {
            let ended = arguments.iter().any(|argument| argument == "--");
            command.args((!ended).then_some("--")).args(["--skip", elsewhere]);
        }
        tee(&mut command, stream, counts)
    };
    let mut counts = Counts::default();
    let passed = match (has_nextest(), &targets) {
        (false, _) => run(&PLAIN, Stream::Stdout, &mut counts)?,
        (true, None) => {
            let tests = run(&["nextest", "run", "--workspace"], Stream::Stderr, &mut counts)?;
            // Doc tests are the one kind that nextest does not run.
            tests & run(&["test", "--doc", "--workspace", "--quiet"], Stream::Stdout, &mut counts)?
        }
        // A name that was asked for may be none of these tests'.
        (true, Some(_)) => {
            run(&["nextest", "run", "--workspace", "--no-tests=pass"], Stream::Stderr, &mut counts)?
        }
    };
    Ok(Pass { on, passed, counts })
}

/// The names of the test programs that run on both backends.
fn test_programs(root: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for package in ON_BOTH {
        let folder = match package {
            // It is nothing but tests, and one program.
            "tests" => {
                names.push("product".to_owned());
                continue;
            }
            package => root.join(package).join("tests"),
        };
        for entry in std::fs::read_dir(&folder).map_err(|error| Failure::at(&folder, error))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
            }
        }
    }
    names.sort();
    Ok(names)
}

fn has_nextest() -> bool {
    let asked = cargo().args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Where a runner says how many tests passed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Stdout,
    Stderr,
}

/// Runs a test runner, passes on what it says, and counts.
fn tee(command: &mut Command, stream: Stream, counts: &mut Counts) -> Result<bool, Failure> {
    // Colour codes would stand between the numbers.
    command.env("CARGO_TERM_COLOR", "never").stdin(Stdio::null());
    let mut child = match stream {
        Stream::Stdout => command.stdout(Stdio::piped()),
        Stream::Stderr => command.stderr(Stdio::piped()),
    }
    .spawn()?;
    if let Some(said) = child.stdout.take() {
        for line in BufReader::new(said).lines() {
            let line = line?;
            writeln!(std::io::stdout(), "{line}")?;
            *counts += Counts::of(&line);
        }
    } else if let Some(said) = child.stderr.take() {
        for line in BufReader::new(said).lines() {
            let line = line?;
            note(&line);
            *counts += Counts::of(&line);
        }
    }
    Ok(child.wait()?.success())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Whoever asks what it stands on does it by one of these.
    #[test]
    fn what_runs_on_both_is_all_that_asks_what_it_stands_on() {
        let crates = std::fs::read_dir(cargo::root().join("crates")).unwrap();
        let crates = crates.map(|entry| format!("crates/{}", entry.unwrap().file_name().to_string_lossy()));
        let mut asking: Vec<String> = crates
            .chain(["tests".to_owned()])
            .filter(|package| {
                let manifest = cargo::root().join(package).join("Cargo.toml");
                let manifest = std::fs::read_to_string(manifest).unwrap();
                ["\ntimbre-backends", "\ntimbre-tests"].iter().any(|name| manifest.contains(name))
            })
            .collect();
        asking.sort();
        let mut both = ON_BOTH;
        both.sort_unstable();
        assert_eq!(asking, both);
    }

    #[test]
    fn what_runs_on_both_is_the_product_and_every_test_of_the_crates_that_it_is_made_of() {
        let names = test_programs(cargo::root()).unwrap();
        assert!(
            ["housekeeping", "import", "product", "store"]
                .iter()
                .all(|name| names.contains(&(*name).to_owned()))
        );
    }
}
