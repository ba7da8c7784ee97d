//! `cargo xtask prove`: what we claim, each claim a measurement on the release build.
//!
//! A proof prints what it found and ends with one line of JSON; it holds when nothing that it found
//! falls short of what the claim says. The README's figures come from here.

mod accuracy;
mod aftermath;
mod audit;
mod azure;
mod backends;
mod biometrid;
mod claims;
mod clients;
mod crash;
mod deepaffects;
mod diarization;
mod erasure;
mod faults;
mod flac;
mod gallery;
mod hostile_audio;
mod import;
mod isolation;
mod jobs;
mod long_recording;
mod names;
mod pages;
mod parity;
mod product;
mod quota;
mod rate_limit;
mod real_parts;
mod reembed;
mod replicas;
mod scale;
mod schemathesis;
mod set_up;
mod sounds;
mod speakers;
mod speed;
mod spoken_code;
mod ssrf;
mod tenancy;
mod times;
mod usage;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Map, Value};

use claims::{CLAIMS, Claim};

use crate::cargo;
use crate::failure::{Failure, note, say};
use crate::models;
use crate::server::by_default;
use crate::words::Words;

const USAGE: &str = "\
cargo xtask prove [NAME ... | all] [--speech DIR] [--reference FILE]

  --speech DIR      real speech, which is not in the registries (folders digits-en, trials, noise, …)
  --reference FILE  embeddings that `parity` compares with (default: DIR/../models/parity.json)

`all` proves everything but backends, set-up and long-recording, which take long. Alone, the claims are listed.";

/// What a proof is given.
pub(crate) struct Given {
    speech: Option<PathBuf>,
    reference: Option<PathBuf>,
    binary: OnceCell<PathBuf>,
}

impl Given {
    /// The release build of `timbre`, built once: all proofs of one run are of the same program.
    fn binary(&self) -> Result<&Path, Failure> {
        if let Some(built) = self.binary.get() {
            return Ok(built);
        }
        let built = cargo::release_binary()?;
        Ok(self.binary.get_or_init(|| built))
    }

    /// Runs it and reads the JSON that it prints; what it says meanwhile passes through.
    fn timbre(&self, words: &[&str]) -> Result<Value, Failure> {
        json(self.binary()?, words)
    }

    fn speech(&self) -> Result<&Path, Failure> {
        self.speech.as_deref().ok_or_else(|| Failure::new("needs --speech"))
    }
}

/// What a proof found: the figures, and where they fall short.
#[derive(Default)]
struct Finding {
    figures: Map<String, Value>,
    short: Vec<String>,
}

impl Finding {
    fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// Notes a shortfall, in words, unless the requirement holds.
    fn require(&mut self, holds: bool, otherwise: impl Into<String>) {
        if !holds {
            self.short.push(otherwise.into());
        }
    }

    fn at_most(&mut self, what: &str, value: f64, limit: f64) {
        // Written so that a value that is not a number falls short.
        self.require(value <= limit, format!("{what} is {value}, at most {limit} is claimed"));
    }

    fn at_least(&mut self, what: &str, value: f64, limit: f64) {
        self.require(value >= limit, format!("{what} is {value}, at least {limit} is claimed"));
    }

    /// The one line at the end of a proof: name and verdict first, then the figures.
    fn verdict(self, name: &str) -> (bool, String) {
        let ok = self.short.is_empty();
        let mut line = format!(r#"{{"proof":{},"ok":{ok}"#, Value::from(name));
        let short = (!ok).then(|| ("short".to_owned(), Value::from(self.short)));
        for (name, value) in self.figures.into_iter().chain(short) {
            line.push_str(&format!(",{}:{value}", Value::from(name)));
        }
        line.push('}');
        (ok, line)
    }
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &["speech", "reference"], USAGE)?;
    if words.names.is_empty() {
        return list();
    }
    let claims = chosen(&words.names)?;
    let folder = |name| words.option(name).map(std::path::absolute).transpose();
    let given = Given { speech: folder("speech")?, reference: folder("reference")?, binary: OnceCell::new() };
    // A fresh clone brings its own models.
    if claims.iter().any(|claim| claim.name != "set-up") {
        models::run(std::iter::empty()).map_err(Failure::new)?;
    }
    let mut fell_short = Vec::new();
    for claim in claims {
        say(format_args!("\n{}: {}", claim.name, claim.claims))?;
        let measured = match claim.needs_speech {
            true => given.speech().and_then(|_| (claim.measure)(&given)),
            false => (claim.measure)(&given),
        };
        let finding = measured
            .unwrap_or_else(|failure| Finding { short: vec![failure.to_string()], ..Finding::default() });
        let (ok, line) = finding.verdict(claim.name);
        say(line)?;
        if !ok {
            fell_short.push(claim.name);
        }
    }
    match fell_short.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!("not proved: {}", fell_short.join(", ")))),
    }
}

fn list() -> Result<(), Failure> {
    say("What we claim, each measured by `cargo xtask prove NAME` on the release build:\n")?;
    for claim in CLAIMS {
        let needs = if claim.needs_speech { " (needs --speech DIR)" } else { "" };
        say(format_args!("  {:<20} {}{needs}", claim.name, claim.claims))?;
    }
    say(format_args!("\n{USAGE}"))
}

fn chosen(names: &[String]) -> Result<Vec<&'static Claim>, Failure> {
    if names == ["all"] {
        return Ok(CLAIMS.iter().filter(|claim| claim.in_all).collect());
    }
    let find = |name: &String| {
        let found = CLAIMS.iter().find(|claim| claim.name == name);
        found.ok_or_else(|| {
            Failure::new(format!(
                "nothing is claimed under the name {name:?}; `cargo xtask prove` lists the claims"
            ))
        })
    };
    names.iter().map(find).collect()
}

/// Runs a program and reads the last line that it prints as JSON.
fn json(program: &Path, words: &[&str]) -> Result<Value, Failure> {
    note(format_args!("$ {} {}", program.file_name().unwrap_or_default().display(), words.join(" ")));
    let mut command = Command::new(program);
    by_default(&mut command);
    let ran = command
        .current_dir(cargo::root())
        .args(words)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::at(program, error))?;
    if !ran.status.success() {
        return Err(Failure::at(program, ran.status));
    }
    let text = String::from_utf8_lossy(&ran.stdout);
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("");
    serde_json::from_str(last).map_err(|error| Failure::at(program, format!("no JSON: {error}")))
}

/// A number of a JSON object.
fn number(object: &Value, name: &str) -> Result<f64, Failure> {
    object[name].as_f64().ok_or_else(|| Failure::new(format!("there is no number {name:?} in {object}")))
}

/// A path as an argument.
fn argument(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| Failure::at(path, "this name is not UTF-8"))
}

/// Rounded to what is worth reading.
fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_last_line_says_whether_it_holds_and_why_not() {
        let mut finding = Finding::default();
        finding.figure("ratio", 1.5);
        finding.at_most("ratio", 1.0, 1.25);
        let (ok, _) = finding.verdict("speed");
        assert!(ok);

        let mut finding = Finding::default();
        finding.at_most("ratio", f64::NAN, 1.25);
        finding.at_least("share", 0.5, 0.85);
        finding.figure("clients", 16);
        let (ok, line) = finding.verdict("speed");
        assert!(!ok);
        assert!(line.starts_with(r#"{"proof":"speed","ok":false,"clients":16,"short":["#), "{line}");
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["short"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn all_is_everything_but_what_takes_long() {
        let all = chosen(&["all".to_owned()]).unwrap();
        assert_eq!(all.len(), CLAIMS.len() - 3);
        assert!(chosen(&["crash".to_owned(), "set-up".to_owned()]).is_ok_and(|two| two.len() == 2));
        assert!(chosen(&["bogus".to_owned()]).is_err());
    }
}
