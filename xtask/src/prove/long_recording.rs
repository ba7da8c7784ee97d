//! [long-recording] What hours of recording cost: memory above idle, and time beside the models' own.
//!
//! The recordings are the meetings, one after the other, over and over. Their DER is shown as well: the reference repeats with them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Finding, Given, argument, number, rounded};
use crate::failure::{Failure, note, say};
use crate::server::by_default;

/// Lengths that are measured, in minutes.
const MINUTES: [usize; 3] = [15, 60, 240];
const MOST_MIB: f64 = 300.0;
const SAMPLE_RATE: usize = 16_000;
/// Of a WAV that we write, up to the samples.
const HEADER: usize = 44;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let meetings = given.speech()?.join("meetings");
    let work = tempfile::tempdir()?;
    let mut finding = Finding::default();
    // A second of sound loads the models and leaves nothing behind.
    let (idle, _) = heard(given.binary()?, &repeated(&meetings, work.path(), 1)?, work.path())?;
    let mut rows = Vec::new();
    for minutes in MINUTES {
        let reference = repeated(&meetings, work.path(), minutes * 60)?;
        note(format_args!("hearing {minutes} minutes …"));
        let (most, row) = heard(given.binary()?, &reference, work.path())?;
        let (above, factor, share) =
            (most - idle, number(&row, "real_time_factor")?, number(&row, "model_share")?);
        let der = number(&row, "der")?;
        say(format_args!(
            "  {minutes:>4} min: {above:>6.1} MiB above idle, real-time factor {factor:.3}, {:.1} % of it in models, DER {:.1} %",
            100.0 * share,
            100.0 * der
        ))?;
        finding.at_most(&format!("memory above idle at {minutes} minutes, in MiB"), above, MOST_MIB);
        rows.push(json!({
            "minutes": minutes,
            "mib_above_idle": rounded(above, 1),
            "real_time_factor": rounded(factor, 3),
            "model_share": rounded(share, 3),
            "der": rounded(der, 4),
        }));
    }
    finding.figure("idle_mib", rounded(idle, 1));
    finding.figure("recordings", rows);
    Ok(finding)
}

/// Writes so many seconds of meetings to `long.wav` and who speaks in them to a reference.
fn repeated(meetings: &Path, work: &Path, seconds: usize) -> Result<PathBuf, Failure> {
    let reference = fs::read_to_string(meetings.join("reference.rttm"))?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(meetings)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending != "rttm"));
    files.sort();
    let mut wav = BufWriter::new(File::create(work.join("long.wav"))?);
    let data = u32::try_from(2 * SAMPLE_RATE * seconds).map_err(|_| Failure::new("too long for a WAV"))?;
    let mut header = timbre_voices::wav(&[]);
    header.truncate(HEADER);
    header[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    header[40..44].copy_from_slice(&data.to_le_bytes());
    wav.write_all(&header)?;
    let (mut left, mut at, mut turns) = (data as usize, 0.0, String::new());
    for file in files.iter().cycle() {
        let recording = timbre_voices::as_wav(file)?;
        let samples = recording.get(HEADER..).unwrap_or_default();
        let samples = &samples[..samples.len().min(left)];
        wav.write_all(samples)?;
        let length = samples.len() as f64 / (2 * SAMPLE_RATE) as f64;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        for line in reference.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if let ["SPEAKER", of, _, start, duration, _, _, who, ..] = fields[..]
                && of == name
                && let (Ok(start), Ok(duration)) = (start.parse::<f64>(), duration.parse::<f64>())
                && start < length
            {
                let (start, duration) = (at + start, duration.min(length - start));
                writeln!(turns, "SPEAKER long 1 {start:.3} {duration:.3} <NA> <NA> {who} <NA> <NA>")
                    .map_err(|error| Failure::new(error.to_string()))?;
            }
        }
        (left, at) = (left - samples.len(), at + length);
        if left == 0 {
            break;
        }
    }
    wav.flush()?;
    if turns.is_empty() {
        turns.push_str("SPEAKER long 1 0.000 0.001 <NA> <NA> nobody <NA> <NA>\n");
    }
    let path = work.join("long.rttm");
    fs::write(&path, turns)?;
    Ok(path)
}

/// Evaluates the recording and watches the memory meanwhile: the most it took, in MiB, and the figures.
fn heard(binary: &Path, reference: &Path, work: &Path) -> Result<(f64, Value), Failure> {
    let mut command = Command::new(binary);
    by_default(&mut command);
    let mut child = command
        .args(["evaluate-diarization", argument(reference)?, argument(work)?])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Failure::at(binary, error))?;
    let status = format!("/proc/{}/status", child.id());
    let mut most: f64 = 0.0;
    let ended = loop {
        // What has ended has no such line any more.
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        most = most.max(kib.unwrap_or(0.0) / 1024.0);
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        thread::sleep(Duration::from_millis(20));
    };
    let mut said = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut said)?;
    }
    if !ended.success() {
        return Err(Failure::at(binary, ended));
    }
    Ok((most, serde_json::from_str(said.trim()).map_err(|error| Failure::at(binary, error))?))
}
