//! A server of our own: the release binary on a port and in a data folder that nobody else has.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::biometrid::Api;
use crate::failure::Failure;

/// Models load within seconds; a machine that takes longer than this has other troubles.
const START_LIMIT: Duration = Duration::from_secs(120);
const READY: &str = "serving on ";
/// How many of the server's last lines go into a failure.
const LAST_LINES: usize = 20;

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    base_url: String,
    data: PathBuf,
}

impl Server {
    /// Starts the server on this data folder and waits until it serves. It runs with the default
    /// settings: of the environment's TIMBRE_… variables only the model folder counts.
    pub(crate) fn start(binary: &Path, data: &Path) -> Result<Self, Failure> {
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR" {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(["serve", "--demo"])
            .env("TIMBRE_DATA_DIR", data)
            .env("TIMBRE_LISTEN", "127.0.0.1:0")
            .env("TIMBRE__LOG__FILTER", "warn")
            .stdout(Stdio::null())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::at(binary, error))?;
        let started = base_url(&mut child);
        let server = Self { child, base_url: String::new(), data: data.to_owned() };
        Ok(Self { base_url: started?, ..server.forward() })
    }

    /// Itself, to be taken apart by an update.
    fn forward(self) -> ServerParts {
        todo()
    }
}
