//! `timbre evaluate-diarization REFERENCE DIR`: how wrong our turns are, by those that people marked.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use timbre_inference::{Models, pool::Worker};
use timbre_matching::{
    diarization_error::{DiarizationError, Spoken, score},
    rttm::{self, Line},
};

use crate::{
    built,
    commands::diarize::{hear, lines, stranger},
    failure::{Failure, note, say},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Who speaks when, as RTTM.
    reference: PathBuf,
    /// The folder of the recordings, named as in the reference.
    folder: PathBuf,
    /// Score these turns, as RTTM, instead of hearing the recordings.
    #[arg(long)]
    heard: Option<PathBuf>,
    /// Tell how many people speak, as the reference has them.
    #[arg(long)]
    known_count: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let reference = by_file(read(&arguments.reference)?);
    let given = arguments.heard.as_deref().map(read).transpose()?.map(by_file);
    let mut models = match given {
        Some(_) => None,
        None => Some(Models::load(&built::model_store()?)?),
    };
    let (mut files, mut all) = (Vec::new(), DiarizationError::default());
    let (mut seconds, mut model) = (0.0, Duration::ZERO);
    let start = Instant::now();
    for (file, reference) in &reference {
        let heard = match (&given, &mut models) {
            (Some(given), _) => given.get(file).cloned().unwrap_or_default(),
            (None, Some(models)) => {
                let path = recording(&arguments.folder, file)?;
                let people = arguments.known_count.then(|| people(reference));
                let heard = hear(models, &path, people)?;
                seconds += heard.seconds;
                model += models.take_model_time();
                let names: Vec<String> = (0..heard.speakers.len()).map(stranger).collect();
                lines(&path, &heard, &names)
            }
            (None, None) => Vec::new(),
        };
        let error = score(&spoken(reference), &spoken(&heard));
        note(format_args!("{file}: {:.1} %", 100.0 * error.rate().unwrap_or(0.0)));
        let mut row = figures(&error);
        row["file"] = Value::from(file.as_str());
        row["speakers"] = Value::from(people(reference));
        row["speakers_heard"] = Value::from(people(&heard));
        files.push(row);
        all += error;
    }
    let mut row = figures(&all);
    row["files"] = Value::from(files);
    if given.is_none() {
        let spent = start.elapsed().as_secs_f64();
        row["seconds"] = json!(seconds);
        row["real_time_factor"] = json!(spent / seconds.max(f64::MIN_POSITIVE));
        row["model_share"] = json!(model.as_secs_f64() / spent.max(f64::MIN_POSITIVE));
    }
    say(row)
}

/// Seconds of each kind of error, and their rates.
fn figures(error: &DiarizationError) -> Value {
    let share = |seconds: f64| (error.spoken > 0.0).then(|| seconds / error.spoken);
    json!({
        "der": error.rate(),
        "miss": share(error.missed),
        "false_alarm": share(error.false_alarm),
        "confusion": share(error.confused),
        "spoken_seconds": error.spoken,
    })
}

fn read(file: &Path) -> Result<Vec<Line>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::at(file, error))?;
    rttm::parse(&text).map_err(|error| Failure::at(file, error))
}

fn by_file(lines: Vec<Line>) -> BTreeMap<String, Vec<Line>> {
    let mut files: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in lines {
        files.entry(line.file.clone()).or_default().push(line);
    }
    files
}

fn spoken(lines: &[Line]) -> Vec<Spoken<'_>> {
    let spoken = |line| {
        let Line { start_seconds, end_seconds, name, .. }: &Line = line;
        Spoken { start_seconds: *start_seconds, end_seconds: *end_seconds, name }
    };
    lines.iter().map(spoken).collect()
}

fn people(lines: &[Line]) -> usize {
    lines.iter().map(|line| &line.name).collect::<std::collections::BTreeSet<_>>().len()
}

/// The recording of this name, whatever its ending.
fn recording(folder: &Path, name: &str) -> Result<PathBuf, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::at(folder, error))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    paths.retain(|path| {
        path.file_stem().is_some_and(|stem| stem == name) && path.extension().is_some_and(|e| e != "rttm")
    });
    paths.sort();
    paths.into_iter().next().ok_or_else(|| Failure::at(folder, format!("there is no recording {name:?}")))
}
