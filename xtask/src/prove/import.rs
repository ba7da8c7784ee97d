//! [import] An import that is killed amid its work and run again ends as one that ran in one go.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Finding, Given};
use crate::failure::{Failure, note, say};
use crate::server::{Server, by_default};

const TENANT: &str = "demo";
/// Recordings stored before the import is killed, each time.
const KILLS: [usize; 3] = [7, 40, 90];
const PROFILES: &str = "/speaker/verification/v2.0/text-independent/profiles";
/// Recordings by which people are verified after the import, to compare voiceprints that nobody can read.
const PROBES: usize = 5;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, speech) = (given.binary()?, given.speech()?.join("librispeech"));
    let work = tempfile::tempdir()?;
    let list = work.path().join("people.csv");
    let recordings = write_list(&speech, &list)?;
    let mut finding = Finding::default();
    let (whole, broken) = (work.path().join("whole"), work.path().join("broken"));
    for data in [&whole, &broken] {
        // Makes the tenant.
        Server::start(binary, data)?.kill()?;
    }
    note("importing in one go …");
    let in_one_go = finish(start(binary, &whole, &list)?)?;
    let mut killed_at = Vec::new();
    for after in KILLS {
        let mut child = start(binary, &broken, &list)?;
        let stored = loop {
            let stored = objects(&broken)?;
            if stored >= after || child.try_wait()?.is_some() {
                break stored;
            }
            thread::sleep(Duration::from_millis(5));
        };
        // As a power failure would (SIGKILL).
        child.kill()?;
        child.wait()?;
        note(format_args!("killed with {stored} recordings stored"));
        killed_at.push(stored);
    }
    let resumed = finish(start(binary, &broken, &list)?)?;
    let (report, resumed_report) = (read(&whole, "report.csv")?, read(&broken, "report.csv")?);
    finding.require(
        killed_at.iter().all(|stored| *stored < recordings),
        "the import was over before it was killed",
    );
    finding.require(without_report(&in_one_go) == without_report(&resumed), "the sums differ");
    finding.require(outcomes(&report) == outcomes(&resumed_report), "the outcomes of recordings differ");

    let (one, other) = (profiles(binary, &whole, &speech)?, profiles(binary, &broken, &speech)?);
    finding.require(!one.is_empty() && one == other, "profiles or their scores differ");
    say(format_args!(
        "  {recordings} recordings; killed with {killed_at:?} stored; in one go {in_one_go}; resumed {resumed}; \
         {} profiles alike in status, counts, lengths and scores",
        one.len()
    ))?;
    finding.figure("killed_at", killed_at);
    finding.figure("in_one_go", in_one_go);
    finding.figure("resumed", resumed);
    finding.figure("profiles_alike", one.len());
    Ok(finding)
}

/// Everybody's recordings: five people with a folder each, and impostors by the number that their files begin with.
fn write_list(speech: &Path, list: &Path) -> Result<usize, Failure> {
    let mut rows = vec!["person,file".to_owned()];
    for folder in sorted(speech)? {
        for file in sorted(&folder)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let person = name.split('-').next().unwrap_or(&name);
            rows.push(format!("{person},{}", file.display()));
        }
    }
    fs::write(list, rows.join("\n"))?;
    Ok(rows.len() - 1)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, error))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    paths.sort();
    Ok(paths)
}

fn start(binary: &Path, data: &Path, list: &Path) -> Result<Child, Failure> {
    let mut command = Command::new(binary);
    by_default(&mut command);
    command
        .args([
            "import",
            "--tenant",
            TENANT,
            "--kind",
            "text-independent-verification",
            "--ignore-min-length",
        ])
        .arg("--report")
        .arg(data.join("report.csv"))
        .arg(list)
        .env("TIMBRE_DATA_DIR", data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Failure::at(binary, error))
}

/// Waits for an import's end and reads its sums.
fn finish(child: Child) -> Result<Value, Failure> {
    let ran = child.wait_with_output()?;
    if !ran.status.success() {
        return Err(Failure::new(format!("the import ends with {}", ran.status)));
    }
    let text = String::from_utf8_lossy(&ran.stdout);
    serde_json::from_str(text.trim())
        .map_err(|error| Failure::new(format!("the import prints no JSON: {error}")))
}

/// Files below the vault's folder.
fn objects(data: &Path) -> Result<usize, Failure> {
    fn count(folder: &Path) -> usize {
        let Ok(entries) = fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    Ok(count(&data.join("objects")))
}

fn read(data: &Path, name: &str) -> Result<String, Failure> {
    let path = data.join(name);
    fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))
}

fn without_report(sums: &Value) -> Value {
    let mut sums = sums.clone();
    sums.as_object_mut().and_then(|sums| sums.remove("report"));
    sums
}

/// A report without the ids of profiles, which differ from tenant to tenant.
fn outcomes(report: &str) -> Vec<String> {
    let without_id = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [&cells[..1], cells.get(2..).unwrap_or_default()].concat().join(",")
    };
    report.lines().map(without_id).collect()
}

/// Of each person: the profile as it is shown, and its scores on a few recordings.
fn profiles(binary: &Path, data: &Path, speech: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let report = read(data, "report.csv")?;
    let server = Server::start(binary, data)?;
    let demo: Value =
        serde_json::from_str(&read(data, "demo.json")?).map_err(|e| Failure::new(e.to_string()))?;
    let key = demo["azure"]["subscription_key"].as_str().unwrap_or_default().to_owned();
    let http = reqwest::blocking::Client::builder().no_proxy().timeout(Duration::from_secs(120)).build()?;
    let probes: Vec<(String, Vec<u8>)> = sorted(speech)?
        .iter()
        .take(PROBES)
        .filter_map(|folder| Some((folder.display().to_string(), sorted(folder).ok()?.pop()?)))
        .map(|(name, file)| Ok((name, timbre_voices::as_wav(&file)?)))
        .collect::<Result<_, Failure>>()?;
    let mut found = BTreeMap::new();
    for line in report.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(person), Some(id)) = (cells.next(), cells.next()) else { continue };
        if found.contains_key(person) {
            continue;
        }
        let path = format!("{}{PROFILES}/{id}", server.base_url());
        let request = http.get(&path).header("Ocp-Apim-Subscription-Key", &key);
        let mut shown: Value = request.send()?.json()?;
        let Some(fields) = shown.as_object_mut() else {
            return Err(Failure::new(format!("{person}: {shown}")));
        };
        for varies in ["profileId", "createdDateTime", "lastUpdatedDateTime"] {
            fields.remove(varies);
        }
        let mut scores = Vec::new();
        // Every profile against every probe would take long; a tenth of the people are enough to see a difference.
        if found.len() % 10 == 0 {
            for (_, wav) in &probes {
                let request = http
                    .post(format!("{path}/verify?ignoreMinLength=true"))
                    .header("Ocp-Apim-Subscription-Key", &key)
                    .header("Content-Type", "audio/wav")
                    .body(wav.clone());
                scores.push(request.send()?.json::<Value>()?["score"].clone());
            }
        }
        shown["scores"] = Value::from(scores);
        found.insert(person.to_owned(), shown);
    }
    Ok(found)
}
