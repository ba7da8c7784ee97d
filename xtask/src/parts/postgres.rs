//! A PostgreSQL cluster of our own. It is quick rather than durable: what is in it is worth nothing once we end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::daemon::{Daemon, free_port, in_path, password, version};
use super::debian::found_or_installed;
use crate::failure::Failure;

const USER: &str = "timbre";
/// Where Debian keeps each version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The first of these that the version knows. A language's order of text is none that SQLite has: a query that relies on
/// either fails on the other.
const LOCALES: [&[&str]; 3] = [
    &["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"],
    &["--locale=C.UTF-8"],
    &["--no-locale"],
];
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "max_connections=400",
    "shared_buffers=64MB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=4GB",
    // It would look into databases that tests are about to copy or drop.
    "autovacuum=off",
    "logging_collector=off",
];

/// A running server. Dropping it ends it and removes what it held.
pub(crate) struct Postgres {
    version: String,
    port: u16,
    password: String,
    daemon: Daemon,
}

impl Postgres {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Result<Self, Failure> {
        let programs = found_or_installed("postgresql", programs)?;
        let (mut daemon, password) = (Daemon::new("postgres", "QUIT")?, password()?);
        let data = daemon.folder().join("data");
        make_cluster(&daemon, &programs, &data, &password)?;
        let port = free_port()?;
        let mut command = daemon.command(&programs.join("postgres"))?;
        command.arg("-D").arg(&data).arg("-k").arg(daemon.folder()).args(["-p", &port.to_string()]);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        daemon.start(&mut command)?;
        daemon.wait_until(|| answers(&programs.join("pg_isready"), port))?;
        Ok(Self { version: version(&programs.join("postgres"))?, port, password, daemon })
    }

    /// The server, by somebody who may do anything there, and its first database, which is empty.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Makes a database, empty, and says where it is.
    pub(crate) fn new_database(&self, name: &str) -> Result<String, Failure> {
        self.ask(&format!("CREATE DATABASE {name}"))?;
        let url = self.url();
        Ok(url.strip_suffix("postgres").map_or_else(|| url.clone(), |server| format!("{server}{name}")))
    }

    /// The one column that a query of the first database gives.
    pub(crate) fn ask(&self, query: &str) -> Result<Vec<String>, Failure> {
        let asked = Command::new("psql").args(["-XAtqc", query, &self.url()]).output()?;
        if !asked.status.success() {
            return Err(Failure::new(format!("{query}: {}", String::from_utf8_lossy(&asked.stderr))));
        }
        Ok(String::from_utf8_lossy(&asked.stdout).lines().map(str::to_owned).collect())
    }

    /// What it says of itself.
    pub(crate) fn log(&self) -> PathBuf {
        self.daemon.log()
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

/// Where the programs are that belong together: as the shell finds them, else Debian's newest.
fn programs() -> Option<PathBuf> {
    let has_all = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"].iter().all(|program| folder.join(program).is_file())
    };
    let in_path = in_path("postgres").and_then(|file| file.parent().map(Path::to_owned)).filter(has_all);
    in_path.or_else(|| {
        let folders = fs::read_dir(VERSIONS).ok()?.flatten().map(|version| version.path());
        let number = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
        let newest = folders.filter(|folder| has_all(&folder.join("bin"))).max_by_key(number)?;
        Some(newest.join("bin"))
    })
}

fn answers(pg_isready: &Path, port: u16) -> bool {
    let mut asked = Command::new(pg_isready);
    asked.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string(), "-d", "postgres", "-U", USER]);
    asked.status().is_ok_and(|status| status.success())
}

fn make_cluster(daemon: &Daemon, programs: &Path, data: &Path, password: &str) -> Result<(), Failure> {
    let mut said = String::new();
    let file = daemon.write("password", password)?;
    for locale in LOCALES {
        let mut initdb = daemon.command(&programs.join("initdb"))?;
        initdb.arg("-D").arg(data).args(["-U", USER, "-E", "UTF8", "--auth=scram-sha-256", "--no-sync"]);
        let ended = initdb.arg("--pwfile").arg(&file).args(locale).output()?;
        if ended.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&ended.stderr).into_owned();
    }
    Err(Failure::new(format!("initdb fails: {}", said.trim())))
}
