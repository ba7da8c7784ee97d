//! A server, and a worker, of our own: the release binary on a port and in a data folder that nobody else has.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::biometrid::Api;
use crate::failure::Failure;

/// Models load within seconds; a machine that takes longer than this has other troubles.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How many of a program's last lines go into a failure.
const LAST_LINES: usize = 20;

/// Has `timbre` run with the default settings, and silent while all is well: of the environment's
/// TIMBRE_… variables only the model folder counts. New tenants may call as often as they like: proofs call more often than anybody may.
pub(crate) fn by_default(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR" {
            command.env_remove(name);
        }
    }
    command.env("TIMBRE__LOG__FILTER", "warn");
    for class in ["INFERENCE", "MANAGEMENT", "READ"] {
        for value in ["PER_MINUTE", "BURST"] {
            command.env(format!("TIMBRE__POLICY__RATES__{class}__{value}"), "1000000");
        }
    }
}

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    program: Program,
    base_url: String,
    data: PathBuf,
}

impl Server {
    /// Starts the server on this data folder and waits until it serves.
    pub(crate) fn start(binary: &Path, data: &Path) -> Result<Self, Failure> {
        Self::start_with(binary, data, &[])
    }

    /// As [`Server::start`], with settings of one's own, by their names in the environment.
    pub(crate) fn start_with(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        by_default(&mut command);
        command.args(["serve", "--demo"]).env("TIMBRE_LISTEN", "127.0.0.1:0").envs(settings.iter().copied());
        let (program, base_url) = Program::start(command, data, "serving on ")?;
        Ok(Self { program, base_url, data: data.to_owned() })
    }

    /// The API, called with the demo tenant's credentials.
    pub(crate) fn api(&self) -> Result<Api, Failure> {
        Api::from_demo_json(&self.data.join("demo.json"), Some(&self.base_url))
    }

    /// The demo tenant's subscription key.
    pub(crate) fn subscription_key(&self) -> Result<String, Failure> {
        self.credential("azure", "subscription_key")
    }

    /// The demo tenant's api key.
    pub(crate) fn apikey(&self) -> Result<String, Failure> {
        self.credential("deepaffects", "apikey")
    }

    /// One of the demo tenant's credentials.
    pub(crate) fn credential(&self, contract: &str, name: &str) -> Result<String, Failure> {
        let path = self.data.join("demo.json");
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
        let demo: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| Failure::at(&path, error))?;
        let key = demo[contract][name].as_str();
        key.map(str::to_owned).ok_or_else(|| Failure::at(&path, format!("there is no {contract}.{name}")))
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn pid(&self) -> u32 {
        self.program.child.id()
    }

    /// Ends the server as a power failure would, without a word (SIGKILL).
    pub(crate) fn kill(self) -> Result<(), Failure> {
        self.program.kill()
    }
}

/// A running `timbre work`. Dropping it kills it.
pub(crate) struct Worker(Program);

impl Worker {
    /// Starts a worker on this data folder and waits until it works.
    pub(crate) fn start_with(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        by_default(&mut command);
        command.arg("work").envs(settings.iter().copied());
        Ok(Self(Program::start(command, data, "working")?.0))
    }

    /// As [`Server::kill`].
    pub(crate) fn kill(self) -> Result<(), Failure> {
        self.0.kill()
    }
}

/// A program of ours that runs until it is killed.
struct Program {
    child: Child,
}

impl Program {
    /// Starts it and waits for the line that begins with `ready`, whose rest it gives.
    fn start(mut command: Command, data: &Path, ready: &'static str) -> Result<(Self, String), Failure> {
        let child = command
            .env("TIMBRE_DATA_DIR", data)
            .stdout(Stdio::null())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::at(Path::new(command.get_program()), error))?;
        let mut program = Self { child };
        let rest = program.wait_for(ready)?;
        Ok((program, rest))
    }

    fn kill(mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Reads what it says until it says that it is ready. What it says later is read too, so that it never waits for a reader.
    fn wait_for(&mut self, ready: &'static str) -> Result<String, Failure> {
        let stderr = self.child.stderr.take().ok_or_else(|| Failure::new("timbre has no standard error"))?;
        let last_lines = Arc::new(Mutex::new(VecDeque::new()));
        let (found, wait) = mpsc::channel();
        let kept = Arc::clone(&last_lines);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some(rest) = line.strip_prefix(ready) {
                    // Nobody waits any more once the limit is over.
                    let _ = found.send(rest.to_owned());
                }
                let mut lines = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if lines.len() == LAST_LINES {
                    lines.pop_front();
                }
                lines.push_back(line);
            }
        });
        wait.recv_timeout(START_LIMIT).map_err(|error| {
            let why = match error {
                RecvTimeoutError::Timeout => format!("timbre does not get to say {ready:?}"),
                RecvTimeoutError::Disconnected => format!("timbre ended before it said {ready:?}"),
            };
            let lines = last_lines.lock().unwrap_or_else(PoisonError::into_inner);
            Failure::new(format!("{why}; it said:\n{}", Vec::from_iter(lines.iter().cloned()).join("\n")))
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
