//! `timbre import`, as an operator runs it: the real program, over a folder of its own.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use timbre_backends::{DataFolder, Databases};
use timbre_voices::as_wav;

const KIND: &str = "text-independent-verification";

fn timbre(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timbre"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR" {
            command.env_remove(name);
        }
    }
    let Databases { url, keyring_url } = Databases::of(data);
    if !url.is_empty() {
        command.env("TIMBRE__DATABASE__URL", url).env("TIMBRE__DATABASE__KEYRING_URL", keyring_url);
    }
    command.args(arguments).env("TIMBRE_DATA_DIR", data).current_dir(data).stdin(Stdio::null());
    command
}

fn ran(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn import(data: &Path, recordings: &Path) -> Command {
    let mut command = timbre(data, &["import", "--tenant", "acme", "--kind", KIND, "--report", "report.csv"]);
    command.arg(recordings);
    command
}

fn sums(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder of two people, one of whom has a recording of silence too.
fn recordings(folder: &Path) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/phrases");
    let people = folder.join("people");
    for who in ["af_heart", "am_michael"] {
        fs::create_dir_all(people.join(who)).unwrap();
        for take in 0..3 {
            let wav = as_wav(&fixtures.join(who).join(format!("free_{take}.ogg"))).unwrap();
            fs::write(people.join(who).join(format!("{take}.wav")), wav).unwrap();
        }
    }
    let mut silence = fs::read(people.join("af_heart/0.wav")).unwrap();
    silence[44..].fill(0);
    fs::write(people.join("af_heart/silence.wav"), silence).unwrap();
    people
}

#[test]
fn an_import_that_is_killed_goes_on_where_it_was_and_reports_what_one_in_one_go_does() {
    let folder = DataFolder::new();
    let people = recordings(folder.path());
    let (whole, broken) = (folder.path().join("whole"), folder.path().join("broken"));
    for data in [&whole, &broken] {
        fs::create_dir(data).unwrap();
        ran(&mut timbre(data, &["tenant", "create", "acme"]));
    }
    let in_one_go = sums(&ran(&mut import(&whole, &people)));
    assert_eq!((&in_one_go["enrolled"], &in_one_go["refused"]), (&6.into(), &1.into()));
    assert_eq!((&in_one_go["people"], &in_one_go["profiles_enrolled"]), (&2.into(), &2.into()));

    let mut child = import(&broken, &people).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(120);
    while stored(&broken.join("objects")) < 2 {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "nothing is imported");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = sums(&ran(&mut import(&broken, &people)));
    assert_eq!(resumed, in_one_go);
    let report = |data: &Path| {
        let text = fs::read_to_string(data.join("report.csv")).unwrap();
        // But for the profiles' ids, which are the tenant's.
        text.lines()
            .map(|line| {
                let cells: Vec<_> = line.split(',').collect();
                [cells[0], cells[2], cells[3], cells[4]].join(",")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(report(&whole), report(&broken));
    let refused = report(&whole).into_iter().find(|row| row.contains("silence.wav")).unwrap();
    assert!(refused.ends_with("refused,nobody speaks in the recording"), "{refused}");
    // Once more changes nothing.
    assert_eq!(sums(&ran(&mut import(&whole, &people))), in_one_go);
    assert_eq!(stored(&whole.join("objects")), 6);
}

#[test]
fn people_keep_the_ids_that_a_csv_file_gives_them() {
    let folder = DataFolder::new();
    let (people, id) = (recordings(folder.path()), "49a36324-fc4b-4387-aa06-090cfbf0064f");
    let list = folder.path().join("people.csv");
    let file = people.join("af_heart/0.wav");
    fs::write(&list, format!("person,file,profile_id\nheart,{},{id}\nnobody,missing.wav,\n", file.display()))
        .unwrap();
    ran(&mut timbre(folder.path(), &["tenant", "create", "acme"]));
    let found = sums(&ran(&mut import(folder.path(), &list)));
    assert_eq!((&found["enrolled"], &found["refused"]), (&1.into(), &1.into()));
    let report = fs::read_to_string(folder.path().join("report.csv")).unwrap();
    assert!(report.contains(&format!("heart,{id},")), "{report}");
    assert!(report.contains("missing.wav,refused,No such file"), "{report}");
}

#[test]
fn an_import_that_cannot_be_meant_says_why_before_it_does_anything() {
    let folder = DataFolder::new();
    for (recordings, complaint) in [("nowhere.csv", "No such file"), (".", "there are no recordings in it")] {
        let output = import(folder.path(), Path::new(recordings)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(complaint), "{said}");
    }
    assert!(!folder.path().join("timbre.db").exists());
}

/// Objects in the vault's folder.
fn stored(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let count = |path: PathBuf| if path.is_dir() { stored(&path) } else { 1 };
    entries.flatten().map(|entry| count(entry.path())).sum()
}
