//! [set-up] A stranger's first hour: a fresh clone, no models, and then it serves and passes its tests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Finding, Given, rounded};
use crate::cargo;
use crate::failure::{Failure, note, say};

pub(super) fn measure(_: &Given) -> Result<Finding, Failure> {
    let home = tempfile::tempdir()?;
    let clone = home.path().join("timbre");
    note("cloning what is committed …");
    let cloned = Command::new("git").args(["clone", "--quiet"]).arg(cargo::root()).arg(&clone).status()?;
    if !cloned.success() {
        return Err(Failure::new("the repository cannot be cloned"));
    }

    let start = Instant::now();
    let mut server = Running(xtask(&clone, home.path(), "run").stderr(Stdio::piped()).spawn()?);
    let stderr = server.0.stderr.take().ok_or_else(|| Failure::new("the task has no standard error"))?;
    // Kept to the end: what the server says must always have somewhere to go.
    let mut lines = BufReader::new(stderr).lines();
    let mut serves_after: Option<Duration> = None;
    for line in lines.by_ref() {
        let line = line?;
        note(format_args!("  | {line}"));
        if let Some(url) = line.strip_prefix("serving on ") {
            // It serves when it answers; only then does it also listen for being told to stop.
            answers(url.trim())?;
            serves_after = Some(start.elapsed());
            break;
        }
    }
    let serves_after =
        serves_after.ok_or_else(|| Failure::new("`cargo xtask run` ended before it served"))?;
    // `run` becomes the server, so that the signal meant for one reaches the other.
    let asked = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status()?;
    let stopped = asked.success() && server.0.wait()?.success();
    drop(lines);

    let start = Instant::now();
    let tested = xtask(&clone, home.path(), "test").env("TIMBRE_REQUIRE_ALL", "1").status()?.success();
    let tested_after = start.elapsed();

    say(format_args!(
        "  `cargo xtask run` serves after   {:>6.0} s, models and release build included",
        serves_after.as_secs_f64()
    ))?;
    say(format_args!(
        "  `cargo xtask test` is through after {:>3.0} s more, test build included",
        tested_after.as_secs_f64()
    ))?;
    let mut finding = Finding::default();
    finding.figure("serves_after_s", rounded(serves_after.as_secs_f64(), 0));
    finding.figure("tests_took_s", rounded(tested_after.as_secs_f64(), 0));
    finding.require(stopped, "told to stop, the server did not end well");
    finding.require(tested, "`cargo xtask test` failed");
    Ok(finding)
}

/// Asks the server how it is, and reads its whole answer.
fn answers(url: &str) -> Result<(), Failure> {
    let address = url.strip_prefix("http://").unwrap_or(url);
    let mut connection = TcpStream::connect(address)?;
    write!(connection, "GET /healthz HTTP/1.1\r\nHost: timbre\r\nConnection: close\r\n\r\n")?;
    let mut reply = String::new();
    connection.read_to_string(&mut reply)?;
    if reply.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(Failure::new("the server is not well")) }
}

/// A task in the clone, with nothing built and no model fetched.
fn xtask(clone: &Path, home: &Path, task: &str) -> Command {
    let mut command = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("TIMBRE_") || name == "CARGO_TARGET_DIR" || name == "CARGO_BUILD_TARGET_DIR" {
            command.env_remove(name);
        }
    }
    command.args(["xtask", task]).current_dir(clone).env("TIMBRE_MODELS_DIR", home.join("models"));
    if task == "run" {
        command.env("TIMBRE_DATA_DIR", home.join("data")).env("TIMBRE_LISTEN", "127.0.0.1:0");
    }
    command
}

/// A started task. Dropping it kills it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
