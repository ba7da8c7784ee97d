//! The quick-starts at a running server: each enrols somebody, and is run once for the same person's claim and once for another's.

use std::fmt::{self, Display};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use timbre_voices::as_wav;

use super::committed;
use super::languages::Language;
use crate::cargo;
use crate::failure::Failure;
use crate::server::Server;

/// The contracts under which there are voices.
pub(super) const OF: [&str; 3] = ["biometrid", "azure", "deepaffects"];

/// Who is enrolled, and who claims to be them.
const OWNER: &str = "af_heart";
const OTHER: &str = "am_michael";
/// Recordings of free speech of each: the last is the claim.
const RECORDINGS: usize = 4;
/// As long as a quick-start may be.
const MOST_LINES: usize = 29;

/// The people whom quick-starts record.
pub(crate) struct Cast {
    owner: Person,
    other: Person,
}

struct Person {
    /// A program that writes a WAV file of whatever code it is asked for.
    recorder: PathBuf,
    recordings: Vec<PathBuf>,
}

impl Cast {
    /// Puts what they say into this folder.
    pub(crate) fn gather(folder: &Path) -> Result<Self, Failure> {
        Ok(Self { owner: Person::of(OWNER, folder)?, other: Person::of(OTHER, folder)? })
    }
}

impl Person {
    fn of(voice: &str, folder: &Path) -> Result<Self, Failure> {
        let recorder = folder.join(format!("{voice}.sh"));
        let task = std::env::current_exe()?;
        std::fs::write(&recorder, format!("#!/bin/sh\nexec '{}' speak {voice} \"$1\"\n", task.display()))?;
        std::fs::set_permissions(&recorder, std::fs::Permissions::from_mode(0o700))?;
        let mut recordings = Vec::new();
        for take in 0..RECORDINGS {
            let path = folder.join(format!("{voice}_{take}.wav"));
            let said = cargo::root().join(format!("tests/fixtures/phrases/{voice}/free_{take}.ogg"));
            std::fs::write(&path, as_wav(&said)?)?;
            recordings.push(path);
        }
        Ok(Self { recorder, recordings })
    }
}

/// What a quick-start did.
pub(crate) struct Ran {
    pub(crate) language: &'static str,
    pub(crate) contract: &'static str,
    /// Lines of its source.
    pub(crate) lines: usize,
    /// What it said of the owner, and of another.
    owner: String,
    other: String,
}

impl Ran {
    /// Whether the owner was verified, and the other was not; by a program that is as short as it should be.
    pub(crate) fn is_right(&self) -> bool {
        let last = |said: &str| said.lines().last().unwrap_or_default().to_owned();
        last(&self.owner) == "verified" && last(&self.other) == "not verified" && self.lines <= MOST_LINES
    }
}

impl Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { language, contract, lines, owner, other } = self;
        let said = |text: &str| text.lines().collect::<Vec<_>>().join("; ");
        write!(
            f,
            "{language}, {contract}, {lines} lines. The owner: {}. Another voice: {}",
            said(owner),
            said(other)
        )
    }
}

/// Runs a quick-start for the owner's claim, and for another's.
pub(super) fn run(
    language: &Language,
    contract: &'static str,
    server: &Server,
    cast: &Cast,
) -> Result<Ran, Failure> {
    let source = committed(language.folder).join(source(language.folder, contract));
    let lines =
        std::fs::read_to_string(&source).map_err(|error| Failure::at(&source, error))?.lines().count();
    let said = |claims: &Person, name: &str| {
        let mut command = (language.quick_start)(contract);
        command.arg(server.base_url());
        let credential = |name: &str| server.credential(contract, name);
        match contract {
            "biometrid" => {
                command.args([credential("key")?, credential("secret")?]);
                command.args([&cast.owner.recorder, &claims.recorder]);
            }
            "azure" => {
                command.arg(credential("subscription_key")?);
            }
            _ => {
                command.args([credential("apikey")?, format!("{name}_{}", language.folder)]);
            }
        }
        if contract != "biometrid" {
            command.args(&cast.owner.recordings[..RECORDINGS - 1]).args(claims.recordings.last());
        }
        let ran = command.stdin(Stdio::null()).output().map_err(|error| Failure::at(&source, error))?;
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        match ran.status.success() {
            true => Ok(text),
            false => Err(Failure::at(&source, format!("{text}{}", String::from_utf8_lossy(&ran.stderr)))),
        }
    };
    let (owner, other) = (said(&cast.owner, "owner")?, said(&cast.other, "other")?);
    Ok(Ran { language: language.name, contract, lines, owner, other })
}

fn source(folder: &str, contract: &str) -> PathBuf {
    match folder {
        "typescript" => PathBuf::from(format!("quickstart/{contract}.ts")),
        "python" => PathBuf::from(format!("quickstart/{contract}.py")),
        _ => PathBuf::from(format!("examples/{contract}.rs")),
    }
}
