//! `timbre evaluate --summary`, as a measurer runs it, and the installation that shows what was measured.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::json;
use timbre_matching::evaluation::{BINS, Summary};

fn timbre(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timbre"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR" {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("TIMBRE_DATA_DIR", folder).current_dir(folder).stdin(Stdio::null());
    command
}

fn well(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Two people, enrolled with one recording each and speaking two others.
fn list(folder: &Path) -> PathBuf {
    let files = |who: &str, take: u8| json!([format!("{who}/free_{take}.ogg")]);
    let people = ["af_heart", "am_michael"];
    let enrolled = |who: &&str| (who.to_string(), json!({"speaker": who, "utterances": [files(who, 0)]}));
    let enrolled: serde_json::Map<_, _> = people.iter().map(enrolled).collect();
    let spoken = |who: &&str| [1, 2].map(|take| json!({"speaker": who, "files": files(who, take)}));
    let tests: Vec<_> = people.iter().flat_map(spoken).collect();
    let path = folder.join("two-people.json");
    fs::write(&path, json!({"enroll": enrolled, "tests": tests}).to_string()).unwrap();
    path
}

#[test]
fn a_summary_says_what_was_measured_by_what_and_names_no_place_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/phrases");
    let (list, file) = (list(folder.path()), folder.path().join("summary.json"));
    let mut evaluate = timbre(folder.path(), &["evaluate"]);
    evaluate.arg(&list).arg("--root").arg(&root).arg("--summary").arg(&file).arg("--json");
    well(&mut evaluate);
    let text = fs::read_to_string(&file).unwrap();
    for place in [folder.path(), root.as_path()] {
        assert!(!text.contains(&*place.to_string_lossy()), "{text}");
    }
    let summary = Summary::from_json(&text).unwrap();
    assert_eq!(summary.command, "timbre evaluate two-people.json --root DIR --seed 1 --summary FILE");
    assert_eq!((summary.timbre.as_str(), summary.false_match_rate), (env!("CARGO_PKG_VERSION"), 0.01));
    assert_eq!((summary.calibration.len(), summary.models.len(), summary.day.len()), (64, 1, 10));
    assert_eq!(summary.models[0].sha256.len(), 64);
    let [measured] = summary.measured.as_slice() else { panic!("{text}") };
    assert_eq!((measured.list.as_str(), measured.without_speech), ("two-people", 0));
    assert_eq!((measured.genuine, measured.impostor, measured.speakers), (4, 4, 2));
    assert_eq!(measured.genuine_scores.len(), BINS);
    let sums = [&measured.genuine_scores, &measured.impostor_scores].map(|scores| scores.iter().sum::<u64>());
    assert_eq!(sums, [4, 4]);
    // A woman's synthetic voice and a man's.
    assert_eq!((measured.eer.value, measured.accept_fmr.value, measured.accept_fnmr.value), (0.0, 0.0, 0.0));
}

#[test]
fn a_file_that_is_no_summary_is_found_by_the_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let doctor = |file: &Path| {
        let mut doctor = timbre(folder.path(), &["doctor"]);
        doctor.env("TIMBRE__SPEAKER__EVALUATION", file);
        String::from_utf8(doctor.output().unwrap().stdout).unwrap()
    };
    let file = folder.path().join("summary.json");
    fs::write(&file, "{}").unwrap();
    assert!(doctor(&file).contains("FAIL evaluation"), "{}", doctor(&file));
    assert!(!doctor(Path::new("")).contains("evaluation"));
}
