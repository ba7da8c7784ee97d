//! Why a task did not do what it was asked, for the person at the terminal; and what it says there.

use std::fmt::{self, Display};
use std::io::Write as _;
use std::path::Path;

/// A sentence for the terminal. Tasks end at the first one.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A failure about a file.
    pub(crate) fn at(path: &Path, error: impl Display) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        // The whole chain: reqwest hides what went wrong in the sources of its errors.
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self(text)
    }
}

/// Writes a line to standard output: what the task was asked for.
pub(crate) fn say(line: impl Display) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Writes a line to standard error: how the task is getting on.
pub(crate) fn note(line: impl Display) {
    // Nowhere is left to report that standard error cannot be written to.
    let _ = writeln!(std::io::stderr(), "{line}");
}
