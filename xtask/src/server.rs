//! A server of our own: the release binary on a port and in a data folder that nobody else has.

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
const READY: &str = "serving on ";
/// How many of the server's last lines go into a failure.
const LAST_LINES: usize = 20;

/// Has `timbre` run with the default settings, and silent while all is well: of the environment's
/// TIMBRE_… variables only the model folder counts.
pub(crate) fn by_default(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR" {
            command.env_remove(name);
        }
    }
    command.env("TIMBRE__LOG__FILTER", "warn");
}

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    base_url: String,
    data: PathBuf,
}

impl Server {
    /// Starts the server on this data folder and waits until it serves.
    pub(crate) fn start(binary: &Path, data: &Path) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        by_default(&mut command);
        let child = command
            .args(["serve", "--demo"])
            .env("TIMBRE_DATA_DIR", data)
            .env("TIMBRE_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::null())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::at(binary, error))?;
        let mut server = Self { child, base_url: String::new(), data: data.to_owned() };
        server.base_url = server.wait_until_it_serves()?;
        Ok(server)
    }

    /// The API, called with the demo tenant's credentials.
    pub(crate) fn api(&self) -> Result<Api, Failure> {
        Api::from_demo_json(&self.data.join("demo.json"), Some(&self.base_url))
    }

    /// The demo tenant's subscription key.
    pub(crate) fn subscription_key(&self) -> Result<String, Failure> {
        let path = self.data.join("demo.json");
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
        let demo: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| Failure::at(&path, error))?;
        let key = demo["azure"]["subscription_key"].as_str();
        key.map(str::to_owned).ok_or_else(|| Failure::at(&path, "there is no azure.subscription_key"))
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the server as a power failure would, without a word (SIGKILL).
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Reads what the server says until it says where it serves. What it says later is read too, so
    /// that it never waits for a reader.
    fn wait_until_it_serves(&mut self) -> Result<String, Failure> {
        let stderr =
            self.child.stderr.take().ok_or_else(|| Failure::new("the server has no standard error"))?;
        let last_lines = Arc::new(Mutex::new(VecDeque::new()));
        let (found, wait) = mpsc::channel();
        let kept = Arc::clone(&last_lines);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix(READY) {
                    // Nobody waits any more once the limit is over.
                    let _ = found.send(url.to_owned());
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
                RecvTimeoutError::Timeout => "the server does not get to serving",
                RecvTimeoutError::Disconnected => "the server ended before it served",
            };
            let lines = last_lines.lock().unwrap_or_else(PoisonError::into_inner);
            Failure::new(format!("{why}; it said:\n{}", Vec::from_iter(lines.iter().cloned()).join("\n")))
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
