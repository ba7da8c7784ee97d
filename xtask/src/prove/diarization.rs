//! [diarization] Who speaks when on meetings that people marked, beside sherpa-onnx with the same networks, scored alike.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use timbre_models::ModelStore;

use super::{Finding, Given, argument, number, rounded};
use crate::cargo;
use crate::failure::{Failure, note, say};
use crate::test::install;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let meetings = given.speech()?.join("meetings");
    let reference = meetings.join("reference.rttm");
    let theirs = cargo::root().join("target/sherpa.rttm");
    fs::write(&theirs, sherpa(&meetings)?)?;
    let (reference, folder) = (argument(&reference)?, argument(&meetings)?);
    let rows = [
        ("timbre", given.timbre(&["evaluate-diarization", reference, folder])?),
        (
            "timbre, number of people told",
            given.timbre(&["evaluate-diarization", reference, folder, "--known-count"])?,
        ),
        (
            "sherpa-onnx",
            given.timbre(&["evaluate-diarization", reference, folder, "--heard", argument(&theirs)?])?,
        ),
    ];
    say("                                   DER %    miss   false alarm  confusion")?;
    let mut finding = Finding::default();
    let mut ders = Vec::new();
    for (who, row) in &rows {
        let percent = |name: &str| number(row, name).map(|share| 100.0 * share);
        say(format_args!(
            "  {who:<30} {:>8.2} {:>7.2} {:>13.2} {:>10.2}",
            percent("der")?,
            percent("miss")?,
            percent("false_alarm")?,
            percent("confusion")?
        ))?;
        ders.push(number(row, "der")?);
        finding.figure(&format!("der: {who}"), rounded(number(row, "der")?, 4));
    }
    for name in ["real_time_factor", "model_share"] {
        finding.figure(name, rounded(number(&rows[0].1, name)?, 3));
    }
    let files = rows[0].1["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    finding.require(!files.is_empty(), "the reference has no files");
    finding.figure("files", Value::from(files.len()));
    finding.at_most("our DER", ders[0], ders[2]);
    Ok(finding)
}

/// What sherpa-onnx hears, as RTTM.
fn sherpa(meetings: &Path) -> Result<Vec<u8>, Failure> {
    let (here, packages) = (cargo::root().join("xtask/sherpa"), cargo::root().join("target/sherpa"));
    install(&here.join("requirements.txt"), &packages)?;
    let entries = fs::read_dir(meetings).map_err(|error| Failure::at(meetings, error))?;
    let mut recordings = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>, Failure>>()?;
    recordings.retain(|file| file.extension().is_some_and(|ending| ending != "rttm"));
    recordings.sort();
    let store = ModelStore::open_default()?;
    note("sherpa-onnx hears the same recordings …");
    let mut python = Command::new("python3");
    python.arg(here.join("turns.py")).arg(store.folder()).args(&recordings).env("PYTHONPATH", &packages);
    let ran = python.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    match ran.status.success() {
        true => Ok(ran.stdout),
        false => Err(Failure::new(format!("sherpa-onnx ends with {}", ran.status))),
    }
}
