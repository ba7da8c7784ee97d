//! The ordinary package clients, run as commands.
//!
//! They bring their user's own settings with them (mirrors, proxies, certificates); this crate speaks to no
//! registry itself.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Error;
use crate::manifest::{Package, Registry};

/// A client that takes longer than this for one package is stopped.
const TIME_LIMIT: Duration = Duration::from_secs(30 * 60);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How much of what a failing client said goes into the error.
const LAST_WORDS_BYTES: u64 = 1_500;
/// pip and npm keep what arrives at most this deep below the folder they are given.
const DEEPEST_FOLDER: u8 = 6;

/// The commands that stand for pip and npm, each a program with its first arguments.
#[derive(Debug, Clone)]
pub struct Clients {
    pub pip: Vec<String>,
    pub npm: Vec<String>,
}

impl Default for Clients {
    fn default() -> Self {
        Self { pip: ["python3", "-m", "pip"].map(str::to_owned).into(), npm: vec!["npm".to_owned()] }
    }
}

impl Clients {
    /// Has the client put the package into `folder`; tells `tick` how many bytes lie there meanwhile.
    pub(super) fn download(
        &self,
        package: &Package,
        folder: &Path,
        tick: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (words, install) = match package.registry {
            Registry::Pypi => (&self.pip, "Python 3 with pip"),
            Registry::Npm => (&self.npm, "Node.js with npm"),
        };
        let (program, first) =
            words.split_first().ok_or(Error::NoClient { program: String::new(), install })?;
        let log_path = folder.join("client.log");
        let log = File::create_new(&log_path).map_err(Error::io(&log_path))?;
        let log_too = log.try_clone().map_err(Error::io(&log_path))?;

        let mut command = Command::new(program);
        command.args(first).args(arguments(package));
        match package.registry {
            Registry::Pypi => command.arg("--no-cache-dir").arg("--dest").arg(folder),
            Registry::Npm => {
                command.arg("--pack-destination").arg(folder).arg("--cache").arg(folder.join("cache"))
            }
        };
        // What arrives is counted, and cleaned up, where it belongs.
        command.env("TMPDIR", folder).stdin(Stdio::null()).stdout(log).stderr(log_too);
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::NoClient { program: program.clone(), install },
            _ => Error::io(program)(error),
        })?;

        let failed = |reason| Error::Client { command: Self::command_to_show(package), reason };
        match wait(child, folder, tick).map_err(Error::io(program))? {
            None => Err(failed(format!("stopped after {} minutes", TIME_LIMIT.as_secs() / 60))),
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(failed(format!("{status}: {}", last_words(&log_path)))),
        }
    }

    /// The command that fetches a package, for people to copy.
    pub(super) fn command_to_show(package: &Package) -> String {
        let client = match package.registry {
            Registry::Pypi => "python3 -m pip",
            Registry::Npm => "npm",
        };
        format!("{client} {}", arguments(package).join(" "))
    }
}

fn arguments(package: &Package) -> Vec<String> {
    let Package { name, version, client_args, .. } = package;
    let (before, wanted): (&[&str], _) = match package.registry {
        Registry::Pypi => (&["download", "--no-deps", "--only-binary=:all:"], format!("{name}=={version}")),
        Registry::Npm => (&["pack"], format!("{name}@{version}")),
    };
    before.iter().map(|&word| word.to_owned()).chain(client_args.iter().cloned()).chain([wanted]).collect()
}

/// `None` when the child had to be stopped.
fn wait(mut child: Child, folder: &Path, tick: &mut dyn FnMut(u64)) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + TIME_LIMIT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        tick(bytes_in(folder, DEEPEST_FOLDER));
        thread::sleep(LOOK_EVERY);
    }
}

/// A guess for the progress bar: files may vanish while they are counted.
fn bytes_in(folder: &Path, depth: u8) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() && depth > 0 => bytes_in(&entry.path(), depth - 1),
            Ok(metadata) if metadata.is_file() => metadata.len(),
            _ => 0,
        })
        .sum()
}

fn last_words(log: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let skip = file.metadata()?.len().saturating_sub(LAST_WORDS_BYTES);
        file.seek(SeekFrom::Start(skip))?;
        let mut bytes = Vec::new();
        file.take(LAST_WORDS_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    read().unwrap_or_default()
}
