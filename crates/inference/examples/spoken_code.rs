//! Measures the spoken-code check on single digits joined to codes.
//!
//! `spoken_code FOLDER LANGUAGE_FILE [CODES] [WRONG] [--raw]`: FOLDER holds `{person}/{digit}_{take}.flac` (a letter behind
//! the digit, as in `6m_0.flac`, marks another word for it). For each person CODES seeded codes of four digits are
//! joined, half of them without pauses and half with 0 to 150 ms; claimed are the right code and WRONG codes with one
//! digit changed (0: all 36). Prints one JSON object; with `--raw` first one line per claim, from which the
//! thresholds in `config/languages` were chosen.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use timbre_audio::{Limits, Played, Source, play};
use timbre_inference::{Language, Models};
use timbre_models::ModelStore;

/// One person's takes of each digit, at the rate at which they were recorded: a seam made after resampling would
/// click above the band of an 8 kHz recording, which no telephone does.
struct Digits {
    takes: [Vec<Vec<f32>>; 10],
    source: Source,
}

const LENGTH: usize = 4;
const LONGEST_PAUSE_MS: u64 = 150;

/// SplitMix64: the same codes on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[derive(Default, Clone, Copy)]
struct Counts {
    right: usize,
    right_accepted: usize,
    wrong: usize,
    wrong_accepted: usize,
}

fn percent(part: usize, whole: usize) -> f64 {
    (100_000.0 * part as f64 / whole.max(1) as f64).round() / 1000.0
}

impl Counts {
    fn json(self) -> serde_json::Value {
        serde_json::json!({
            "right": self.right, "right_accepted_percent": percent(self.right_accepted, self.right),
            "wrong": self.wrong, "wrong_accepted_percent": percent(self.wrong_accepted, self.wrong),
        })
    }
}

fn load(folder: &Path) -> Result<BTreeMap<String, Digits>, Box<dyn Error>> {
    let mut people = BTreeMap::new();
    for person in std::fs::read_dir(folder)? {
        let person = person?;
        if !person.file_type()?.is_dir() {
            continue;
        }
        let mut files: Vec<_> = std::fs::read_dir(person.path())?.collect::<Result<_, _>>()?;
        files.sort_by_key(std::fs::DirEntry::file_name);
        let (mut takes, mut source): ([Vec<Vec<f32>>; 10], _) = Default::default();
        for file in files {
            let name = file.file_name().to_string_lossy().into_owned();
            let Some(digit) = name.chars().next().and_then(|first| first.to_digit(10)) else { continue };
            let clip = play(&std::fs::read(file.path())?, &Limits::default())?;
            takes[digit as usize].push(clip.samples);
            source = Some(clip.source);
        }
        let Some(source) = source else { continue };
        people.insert(person.file_name().to_string_lossy().into_owned(), Digits { takes, source });
    }
    Ok(people)
}

/// A code and a recording of it.
fn speak(digits: &Digits, paused: bool, dice: &mut Dice) -> Option<(Vec<u8>, Vec<f32>)> {
    let code: Vec<u8> = (0..LENGTH).map(|_| dice.below(10) as u8).collect();
    let mut recording = Vec::new();
    for digit in &code {
        if paused && !recording.is_empty() {
            let pause = dice.below(LONGEST_PAUSE_MS) * u64::from(digits.source.sample_rate) / 1_000;
            recording.resize(recording.len() + pause as usize, 0.0);
        }
        let takes = &digits.takes[usize::from(*digit)];
        recording.extend_from_slice(takes.get(dice.below(takes.len().max(1) as u64) as usize)?);
    }
    let recording = Played { samples: recording, source: digits.source }.into_recording().ok()?;
    Some((code, recording.samples))
}

fn one_changed(code: &[u8], wanted: usize, dice: &mut Dice) -> Vec<Vec<u8>> {
    let changes = (0..code.len()).flat_map(|place| (1..10u8).map(move |by| (place, by)));
    let mut claims: Vec<Vec<u8>> = changes
        .map(|(place, by)| {
            let mut claim = code.to_vec();
            claim[place] = (claim[place] + by) % 10;
            claim
        })
        .collect();
    if wanted > 0 {
        while claims.len() > wanted {
            claims.swap_remove(dice.below(claims.len() as u64) as usize);
        }
    }
    claims
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--raw").collect();
    let raw = std::env::args().any(|argument| argument == "--raw");
    let [folder, language, rest @ ..] = arguments.as_slice() else {
        return Err("usage: spoken_code FOLDER LANGUAGE_FILE [CODES] [WRONG] [--raw]".into());
    };
    let number = |place: usize, default: usize| rest.get(place).map_or(Ok(default), |text| text.parse());
    let (codes, wrong) = (number(0, 40)?, number(1, 15)?);
    let language = Language::parse(&std::fs::read_to_string(language)?)?;
    let mut models = Models::load(&Arc::new(ModelStore::open_default()?))?;

    let mut per_person = serde_json::Map::new();
    let (mut all, mut spent, mut clips) = (Counts::default(), Duration::ZERO, 0u32);
    for (index, (person, digits)) in load(Path::new(folder))?.into_iter().enumerate() {
        let mut dice = Dice(index as u64);
        let mut counts = Counts::default();
        for clip in 0..codes {
            let Some((code, recording)) = speak(&digits, clip % 2 == 1, &mut dice) else { continue };
            let start = Instant::now();
            let right = models.code(&recording, &code, &language)?;
            if clips > 0 {
                spent += start.elapsed();
            }
            clips += 1;
            let wrong_claims = one_changed(&code, wrong, &mut dice);
            let claims: Vec<&[u8]> = wrong_claims.iter().map(Vec::as_slice).collect();
            let verdicts = models.codes(&recording, &claims, &language)?;
            counts.right += 1;
            counts.right_accepted += usize::from(right.spoken);
            counts.wrong += verdicts.len();
            counts.wrong_accepted += verdicts.iter().filter(|verdict| verdict.spoken).count();
            if raw {
                let claims = std::iter::once((&code[..], right)).chain(claims.into_iter().zip(verdicts));
                for (claim, verdict) in claims {
                    println!(
                        "{person} {code:?} {claim:?} {} {} {}",
                        verdict.same_length_margin, verdict.other_length_margin, verdict.log_prob
                    );
                }
            }
        }
        all.right += counts.right;
        all.right_accepted += counts.right_accepted;
        all.wrong += counts.wrong;
        all.wrong_accepted += counts.wrong_accepted;
        per_person.insert(person, counts.json());
    }
    // The first check loads the recogniser and is not counted.
    let milliseconds = spent.as_secs_f64() * 1000.0 / f64::from(clips.saturating_sub(1).max(1));
    let peak = peak_megabytes();
    println!(
        "{}",
        serde_json::json!({
            "language": language.code, "all": all.json(), "people": per_person,
            "milliseconds_per_clip": milliseconds.round(), "peak_megabytes": peak,
        })
    );
    Ok(())
}

/// The most memory that this process ever held, where the system tells.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
