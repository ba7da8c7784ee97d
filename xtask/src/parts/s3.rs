//! The S3 server of the tests as a program of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::cargo;
use crate::failure::Failure;

/// A running server with one bucket. Dropping it ends it and removes what it held.
pub(crate) struct S3 {
    url: String,
    child: Child,
    folder: TempDir,
}

impl S3 {
    pub(crate) const BUCKET: &str = "timbre-test";
    pub(crate) const ACCESS_KEY: &str = "test-access-key";
    pub(crate) const SECRET_KEY: &str = "test-secret-key-that-no-log-may-show";

    /// Builds it, starts it and waits until it says where it is.
    pub(crate) fn start() -> Result<Self, Failure> {
        let program = cargo::release_program("s3-server")?;
        let folder = tempfile::tempdir()?;
        let mut child = Command::new(program)
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take();
        // Made before it has said a word, so that it ends whatever comes.
        let mut server = Self { url: String::new(), child, folder };
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut server.url)?;
        }
        server.url.truncate(server.url.trim_end().len());
        match server.url.is_empty() {
            false => Ok(server),
            true => Err(Failure::new("the S3 server does not say where it is")),
        }
    }

    /// Where it listens: `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Where the objects are.
    pub(crate) fn bucket(&self) -> std::path::PathBuf {
        self.folder.path().join(Self::BUCKET)
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
