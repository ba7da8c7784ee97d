//! Trial lists: who enrols with what, who speaks in what, and every test against every enrolment.
//!
//! A list is JSON: `enroll` maps an id to `{speaker, utterances: [[files to join], …]}`, `tests` is a
//! list of `{speaker, files}`. Paths are relative to a root that is handed in.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Deserialize;
use timbre_audio::{Band, Played, Recording};
use timbre_domain::embedding::ModelId;
use timbre_engine::{Speakers, Voice};
use timbre_inference::Models;
use timbre_matching::conditions::Scheme;
use timbre_models::ModelStore;

use crate::{
    commands::{compare::scheme, embed::play},
    failure::Failure,
};

/// A list as read from its file.
pub struct TrialList {
    pub name: String,
    pub scheme: Scheme,
    pub enrolled: Vec<Enrolled>,
    pub tests: Vec<Test>,
}

#[derive(Deserialize)]
struct File {
    scheme: Option<Scheme>,
    enroll: BTreeMap<String, Enrolled>,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
pub struct Enrolled {
    pub speaker: String,
    pub utterances: Vec<Vec<PathBuf>>,
}

#[derive(Deserialize)]
pub struct Test {
    pub speaker: String,
    pub files: Vec<PathBuf>,
    /// What is said, where the list tells.
    #[serde(default)]
    text: Option<String>,
}

impl TrialList {
    /// Reads `FILE` or `FILE:SCHEME`. Where neither the argument nor the list names a scheme, a list
    /// whose tests are texts of digits is of prompted digits, and any other of free speech.
    pub fn load(argument: &str) -> Result<Self, Failure> {
        let (path, named) = match argument.rsplit_once(':') {
            Some((path, name)) => (Path::new(path), Some(scheme(name).map_err(Failure::new)?)),
            None => (Path::new(argument), None),
        };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
        let file: File = serde_json::from_str(&text).map_err(|error| Failure::at(path, error))?;
        let digits = |test: &Test| {
            let says = |text: &String| text.bytes().all(|b| b.is_ascii_digit() || b == b' ');
            test.text.as_ref().is_some_and(says)
        };
        let told = match file.tests.iter().all(digits) {
            true => Scheme::PromptedDigits,
            false => Scheme::FreeSpeech,
        };
        Ok(Self {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            scheme: named.or(file.scheme).unwrap_or(told),
            enrolled: file.enroll.into_values().collect(),
            tests: file.tests,
        })
    }

    fn utterances(&self) -> impl Iterator<Item = &Vec<PathBuf>> {
        self.enrolled.iter().flat_map(|one| &one.utterances).chain(self.tests.iter().map(|test| &test.files))
    }
}

/// How a recording is taken before it is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Taken {
    AsItIs,
    /// Band-limited as a telephone does (ITU-T G.712: up to 3.4 kHz).
    ByTelephone,
}

/// The voices of all utterances of some lists, each heard once.
pub struct Heard {
    voices: HashMap<(Vec<PathBuf>, Taken), Voice>,
    /// Utterances in which no speech was found; they were embedded whole, to be counted and not hidden.
    pub without_speech: usize,
    /// Mean time to hear one utterance: detection of speech and all embeddings, one thread.
    pub per_utterance: Duration,
}

impl Heard {
    pub fn voice(&self, utterance: &[PathBuf], taken: Taken) -> Result<&Voice, Failure> {
        self.voices
            .get(&(utterance.to_vec(), taken))
            .ok_or_else(|| Failure::new(format!("{utterance:?} was not heard")))
    }

    /// Hears every utterance of the lists, on all cores.
    pub fn listen(
        store: &Arc<ModelStore>,
        lists: &[TrialList],
        root: &Path,
        models: &[ModelId],
        ways: &[Taken],
    ) -> Result<Self, Failure> {
        let mut wanted: Vec<(Vec<PathBuf>, Taken)> = lists
            .iter()
            .flat_map(TrialList::utterances)
            .flat_map(|utterance| ways.iter().map(|taken| (utterance.clone(), *taken)))
            .collect();
        wanted.sort_by(|a, b| (&a.0, a.1 as u8).cmp(&(&b.0, b.1 as u8)));
        wanted.dedup();
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(wanted.len()));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| -> Result<(), Failure> {
                        let mut loaded = Models::load(store)?;
                        while let Some(key) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                            let one = hear(&mut loaded, key, root, models)?;
                            results.lock().unwrap_or_else(PoisonError::into_inner).push((key.clone(), one));
                        }
                        Ok(())
                    })
                })
                .collect();
            for worker in workers {
                worker.join().map_err(|_| Failure::new("a listening thread panicked"))??;
            }
            Ok::<_, Failure>(())
        })?;
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let spent: Duration = results.iter().map(|(_, one)| one.spent).sum();
        Ok(Self {
            without_speech: results.iter().filter(|(_, one)| !one.speech).count(),
            per_utterance: spent / results.len().max(1) as u32,
            voices: results.into_iter().map(|(key, one)| (key, one.voice)).collect(),
        })
    }
}

struct One {
    voice: Voice,
    speech: bool,
    spent: Duration,
}

fn hear(
    models: &mut Models,
    (files, taken): &(Vec<PathBuf>, Taken),
    root: &Path,
    which: &[ModelId],
) -> Result<One, Failure> {
    let recording = join(files, root)?;
    let mut samples = recording.samples;
    if *taken == Taken::ByTelephone {
        samples = by_telephone(&samples);
    }
    let start = Instant::now();
    let telephone = timbre_audio::quality(&samples, recording.source.sample_rate).band == Band::Telephone;
    let regions = models.speech(&samples)?;
    let speech = !regions.is_empty();
    let (part, seconds) = match speech {
        true => (regions.trimmed(&samples), regions.net_speech_seconds()),
        false => (samples.as_slice(), samples.len() as f32 / timbre_audio::SAMPLE_RATE as f32),
    };
    let voice = Speakers::hear(models, which, part, seconds, telephone)
        .map_err(|error| Failure::new(format!("{files:?}: {error}")))?;
    Ok(One { voice, speech, spent: start.elapsed() })
}

/// The files as one recording, joined at the rate that they were recorded at.
fn join(files: &[PathBuf], root: &Path) -> Result<Recording, Failure> {
    let mut joined: Option<Played> = None;
    for file in files {
        let path = root.join(file);
        let next = play(&path)?;
        match &mut joined {
            None => joined = Some(next),
            Some(joined) if joined.source.sample_rate == next.source.sample_rate => {
                joined.samples.extend(next.samples);
            }
            Some(_) => return Err(Failure::at(&path, "is not sampled as the files that it is joined to")),
        }
    }
    let joined = joined.ok_or_else(|| Failure::new("an utterance without files"))?;
    joined.into_recording().map_err(|error| Failure::new(format!("{files:?}: {error}")))
}

/// Taps on either side of the low-pass filter's middle.
const HALF_TAPS: i32 = 64;
/// Its edge: between the telephone's 3.4 kHz and 4 kHz, half its sampling rate (ITU-T G.712).
const EDGE_HZ: f32 = 3_600.0;

/// What a telephone leaves of a recording: a windowed-sinc low-pass filter (Hamming window).
fn by_telephone(samples: &[f32]) -> Vec<f32> {
    use std::f32::consts::PI;
    let edge = 2.0 * EDGE_HZ / timbre_audio::SAMPLE_RATE as f32;
    let taps: Vec<f32> = (-HALF_TAPS..=HALF_TAPS)
        .map(|k| {
            let x = PI * k as f32;
            let sinc = if k == 0 { edge } else { (edge * x).sin() / x };
            sinc * (0.54 + 0.46 * (x / HALF_TAPS as f32).cos())
        })
        .collect();
    let half = HALF_TAPS as usize;
    let mut padded = vec![0.0; samples.len() + 2 * half];
    padded[half..half + samples.len()].copy_from_slice(samples);
    padded.windows(taps.len()).map(|window| window.iter().zip(&taps).map(|(s, t)| s * t).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32) -> Vec<f32> {
        (0..16_000).map(|i| (std::f32::consts::TAU * hz * i as f32 / 16_000.0).sin()).collect()
    }

    fn power(samples: &[f32]) -> f32 {
        samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32
    }

    #[test]
    fn a_telephone_passes_speech_and_stops_what_lies_above() {
        assert!((power(&by_telephone(&tone(1_000.0))) - 0.5).abs() < 0.02);
        assert!(power(&by_telephone(&tone(5_000.0))) < 1e-4);
    }
}
