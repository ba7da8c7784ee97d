//! Why a command did not do what it was asked, for the person at the terminal.

use std::{fmt::Display, io::Write, path::Path};

use serde::Serialize;

/// A sentence for the terminal. Commands end at the first one.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A failure about a file.
    pub fn at(path: &Path, error: impl Display) -> Self {
        Self(format!("{}: {error}", path.display()))
    }

    pub fn print(&self) {
        // Nowhere is left to report that standard error cannot be written to.
        let _ = writeln!(std::io::stderr(), "timbre: {}", self.0);
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Writes a line to standard output: what a command was asked for.
pub fn say(line: impl Display) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Writes a line of JSON to standard output.
pub fn tell(what: &impl Serialize) -> Result<(), Failure> {
    say(serde_json::to_string(what)?)
}

/// Writes a line to standard error: how a command is getting on.
pub fn note(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
