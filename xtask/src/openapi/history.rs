//! The documents that were promised: what git holds of them.

use std::fmt::{self, Display};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::cargo;
use crate::failure::Failure;

/// Letters of a commit's name by which it is found.
const SHORT: usize = 10;

/// A document as it was committed.
pub(super) struct Promise {
    pub(super) version: Version,
    /// The commit, for whoever must look.
    pub(super) commit: String,
    pub(super) document: Value,
}

/// `major.minor.patch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
}

impl Version {
    /// The version of a document. Those before 1.0.0 had another form, and promised nothing.
    pub(super) fn of(document: &Value) -> Option<Self> {
        let parts: Option<Vec<u64>> =
            document["info"]["version"].as_str()?.split('.').map(|part| part.parse().ok()).collect();
        match parts?[..] {
            [major, minor, patch] => Some(Self { major, minor, patch }),
            _ => None,
        }
    }
}

impl Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, patch } = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// What was promised by this document, the oldest first: all of it that was ever committed to this branch, so that what came later under a
/// version is a promise as well. What was tried on other branches is none: a merge is one commit.
pub(super) fn promises(name: &str) -> Result<Vec<Promise>, Failure> {
    if git(&["rev-parse", "--is-shallow-repository"])?.trim() != "false" {
        return Err(Failure::new("this clone has no whole history"));
    }
    let path = format!("openapi/{name}.json");
    let commits = git(&["log", "--first-parent", "--reverse", "--format=%H", "--", &path])?;
    let mut promises: Vec<Promise> = Vec::new();
    for commit in commits.lines() {
        // A commit that took it away has none.
        let Ok(text) = git(&["show", &format!("{commit}:{path}")]) else { continue };
        let Ok(document) = serde_json::from_str::<Value>(&text) else { continue };
        if let Some(version) = Version::of(&document) {
            promises.push(Promise { version, commit: commit.chars().take(SHORT).collect(), document });
        }
    }
    Ok(promises)
}

fn git(words: &[&str]) -> Result<String, Failure> {
    let asked = Command::new("git")
        .current_dir(cargo::root())
        .args(words)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::new(format!("git: {error}")))?;
    match asked.status.success() {
        true => Ok(String::from_utf8_lossy(&asked.stdout).into_owned()),
        false => Err(Failure::new(format!(
            "`git {}`: {}",
            words.first().unwrap_or(&""),
            String::from_utf8_lossy(&asked.stderr).trim()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_version_of_three_numbers_promises_something() {
        let of = |version: &str| Version::of(&json!({"info": {"version": version}}));
        assert_eq!(of("1.2.3"), Some(Version { major: 1, minor: 2, patch: 3 }));
        assert_eq!([of("1"), of("1.1"), of("2021-09-05"), of("1.2.x")], [None; 4]);
        assert!(of("0.9.0") < of("1.0.0") && of("1.9.0") < of("1.10.0") && of("x") < of("0.0.1"));
    }
}
