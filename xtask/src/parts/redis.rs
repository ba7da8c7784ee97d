//! A Redis server of our own, which keeps nothing on disk.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

use super::daemon::{Daemon, free_port, in_path, password, version};
use super::debian::found_or_installed;
use crate::failure::Failure;

/// A running server. Dropping it ends it.
pub(crate) struct Redis {
    version: String,
    port: u16,
    password: String,
    _daemon: Daemon,
}

impl Redis {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Result<Self, Failure> {
        let program = found_or_installed("redis-server", || in_path("redis-server"))?;
        let (mut daemon, port, password) = (Daemon::new("redis", "TERM")?, free_port()?, password()?);
        let mut command = daemon.command(&program)?;
        // By its standard input: everybody may read a command line.
        let child = daemon.start(command.arg("-").stdin(Stdio::piped()))?;
        if let Some(mut stdin) = child.stdin.take() {
            let settings =
                format!("bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave \"\"\nappendonly no\n");
            // One that has ended already says why.
            let _ = stdin.write_all(settings.as_bytes());
        }
        daemon.wait_until(|| answers(port, &password).unwrap_or(false))?;
        Ok(Self { version: short(&program)?, port, password, _daemon: daemon })
    }

    /// The server, with its password.
    pub(crate) fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}/", self.password, self.port)
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

fn answers(port: u16, password: &str) -> std::io::Result<bool> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    write!(connection, "AUTH {password}\r\n")?;
    let mut said = String::new();
    BufReader::new(connection).read_line(&mut said)?;
    Ok(said.starts_with("+OK"))
}

/// "Redis server v=7.0.15", without what follows.
fn short(program: &Path) -> Result<String, Failure> {
    let long = version(program)?;
    Ok(long.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}
