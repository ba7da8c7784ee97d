//! Measures the phrase check.
//!
//! `phrases FOLDER [OTHER_SPEECH_FOLDER] [--phrases FILE] [--raw]`: FOLDER holds `{voice}/{phrase}_{take}` (the phrase by
//! its number, right if it is named), `{voice}/other_*` and `free_*` (other speech, wrong if taken for a phrase),
//! `near_*` (nearly a phrase) and `activation_*` (begins with the activation phrase, as nothing else does); every file
//! of OTHER_SPEECH_FOLDER is other speech too. FILE holds a locale and then phrases, one a line, instead of the
//! documented ones. Each phrase is also joined with the clip that follows it in the list, and with one some way off, of another voice mostly,
//! before it or behind it: that is no phrase any more. Prints one JSON object; with `--raw` first one line per clip with each phrase's regret.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use timbre_audio::{Limits, decode};
use timbre_domain::passphrase::DOCUMENTED;
use timbre_inference::{Models, PhraseLanguage};
use timbre_models::ModelStore;

const ACTIVATION: &str = "i'll talk for a few seconds so you can recognize my voice in the future";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Phrase(usize),
    Near,
    Activation,
    Free,
    /// A phrase and something else.
    Joined,
}

#[derive(Default)]
struct Count {
    clips: usize,
    counted: usize,
}

impl Count {
    fn add(&mut self, counts: bool) {
        self.clips += 1;
        self.counted += usize::from(counts);
    }

    fn percent(&self) -> f64 {
        (10_000.0 * self.counted as f64 / self.clips.max(1) as f64).round() / 100.0
    }
}

fn kind(file: &Path) -> Option<Kind> {
    let name = file.file_stem()?.to_str()?;
    match name.split('_').next()? {
        "near" => Some(Kind::Near),
        "activation" => Some(Kind::Activation),
        "other" | "free" => Some(Kind::Free),
        number => number.parse().ok().map(Kind::Phrase),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let audio = path
            .extension()
            .is_some_and(|ending| ["ogg", "flac", "wav"].iter().any(|known| ending == *known));
        if path.is_dir() {
            files(&path, found)?;
        } else if audio {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// Each phrase with another clip before it or behind it.
fn joined(clips: &[(Kind, String, Vec<f32>)]) -> Vec<(Kind, String, Vec<f32>)> {
    let phrases = clips.iter().enumerate().filter(|(_, (kind, ..))| matches!(kind, Kind::Phrase(_)));
    let with = |(place, (_, name, samples)): (usize, &(Kind, String, Vec<f32>)), away: usize| {
        let (_, other, more) = &clips[(place + away) % clips.len()];
        match place % 2 {
            0 => (Kind::Joined, format!("{name} + {other}"), [samples.as_slice(), more].concat()),
            _ => (Kind::Joined, format!("{other} + {name}"), [more.as_slice(), samples].concat()),
        }
    };
    phrases.flat_map(|clip| [with(clip, 1), with(clip, 67)]).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut folders, mut list, mut raw) = (Vec::new(), None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--raw" => raw = true,
            "--phrases" => list = arguments.next(),
            _ => folders.push(argument),
        }
    }
    let (folder, others) = match folders.as_slice() {
        [folder] => (folder, None),
        [folder, others] => (folder, Some(others)),
        _ => return Err("usage: phrases FOLDER [OTHER_SPEECH_FOLDER] [--phrases FILE] [--raw]".into()),
    };
    let list = match list {
        Some(file) => std::fs::read_to_string(file)?,
        None => format!("en-US\n{}", DOCUMENTED.join("\n")),
    };
    let mut lines = list.lines();
    let locale = lines.next().unwrap_or_default();
    let language = PhraseLanguage::of_locale(locale).ok_or_else(|| format!("no recogniser for {locale}"))?;
    let phrases: Vec<&str> = lines.collect();

    let (mut clips, mut found) = (Vec::new(), Vec::new());
    files(Path::new(folder), &mut found)?;
    clips.extend(found.drain(..).filter_map(|file| Some((kind(&file)?, file))));
    if let Some(others) = others {
        files(Path::new(others), &mut found)?;
        clips.extend(found.drain(..).map(|file| (Kind::Free, file)));
    }

    let mut clips = clips
        .into_iter()
        .map(|(kind, file)| {
            let samples = decode(&std::fs::read(&file)?, &Limits::default())?.samples;
            Ok((kind, file.display().to_string(), samples))
        })
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    clips.extend(joined(&clips));

    let mut models = Models::load(&Arc::new(ModelStore::open_default()?))?;
    let mut named: BTreeMap<&str, Count> = BTreeMap::new();
    let (mut spent, mut timed) = (Duration::ZERO, 0u32);
    for (kind, name, samples) in &clips {
        let speech = models.speech(samples)?;
        let start = Instant::now();
        let verdict = models.phrase(samples, &speech, &phrases, &language)?;
        // The first check loads the recogniser and is not counted.
        if !named.is_empty() {
            spent += start.elapsed();
            timed += 1;
        }
        let (what, counts) = match kind {
            Kind::Phrase(number) => ("right", verdict.said == Some(*number)),
            Kind::Joined => ("joined", verdict.said.is_some()),
            Kind::Near => ("near", verdict.said.is_some()),
            Kind::Activation | Kind::Free => ("free", verdict.said.is_some()),
        };
        named.entry(what).or_default().add(counts);
        let begins = models.begins_with(samples, &speech, ACTIVATION, &language)?;
        match kind {
            // It may well begin with the phrase.
            Kind::Joined => {}
            Kind::Activation => named.entry("activation").or_default().add(begins),
            _ => named.entry("no activation").or_default().add(begins),
        }
        if raw {
            println!("{name} {:?} {begins} {:.2?}", verdict.said, verdict.regrets);
        }
    }
    let clips = |name: &str| named.get(name).map_or(0, |count| count.clips);
    let percent = |name: &str| named.get(name).map_or(0.0, Count::percent);
    println!(
        "{}",
        serde_json::json!({
            "right": clips("right"), "right_named_percent": percent("right"),
            "free": clips("free"), "free_taken_percent": percent("free"),
            "near_misses": clips("near"), "near_misses_taken_percent": percent("near"),
            "joined": clips("joined"), "joined_taken_percent": percent("joined"),
            "activations": clips("activation"), "activations_heard_percent": percent("activation"),
            "no_activations": clips("no activation"), "no_activations_heard_percent": percent("no activation"),
            "milliseconds_per_clip": (spent.as_secs_f64() * 1000.0 / f64::from(timed.max(1))).round(),
        })
    );
    Ok(())
}
