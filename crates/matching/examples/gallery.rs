//! Measures the search among many synthetic voiceprints against the limit that memory sets.
//!
//! `gallery VOICEPRINTS [ensemble] [THREADS]`: fills a gallery with random voiceprints, then by turns reads an array of the same size on the same
//! threads, doing nothing with it but add it up, and identifies one voice. Prints one JSON object; times are in milliseconds.
#![allow(clippy::print_stdout)]

use std::{
    error::Error,
    fs,
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use timbre_domain::embedding::{AnyEmbedding, ModelId};
use timbre_matching::{
    calibration::{Calibration, TargetRate},
    conditions::{Channel, Comparator, Conditions, Scheme},
    gallery::Gallery,
};

const CALIBRATION: &str = include_str!("../../../models/calibration.toml");

/// As many as identification looks up.
const NEAREST: usize = 16;

/// Xorshift: the same voices on every machine.
struct Dice(u64);

impl Dice {
    fn value(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    fn voice(&mut self, models: &[ModelId]) -> Result<Vec<AnyEmbedding>, Box<dyn Error>> {
        let mut one = |model: &ModelId| {
            let values = (0..model.dimensions()).map(|_| self.value()).collect();
            Ok(AnyEmbedding::from_raw(*model, values)?)
        };
        models.iter().map(&mut one).collect()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let voiceprints = *numbers.first().ok_or("gallery VOICEPRINTS [ensemble] [THREADS]")?;
    let threads = numbers.get(1).copied().unwrap_or_default();
    let (models, comparator): (&'static [ModelId], _) = match words.iter().any(|word| word == "ensemble") {
        true => (&[ModelId::CampPlus, ModelId::ResNet34], Comparator::Ensemble),
        false => (&[ModelId::CampPlus], Comparator::CampPlus),
    };
    let threads = if threads == 0 { thread::available_parallelism()?.get() } else { threads };
    let calibration = Calibration::from_toml(CALIBRATION)?;
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);

    let before = resident()?;
    let mut gallery = Gallery::new(models, calibration.ensemble());
    for number in 0..voiceprints {
        let voice = dice.voice(models)?;
        gallery.put(number as i64, &voice.iter().collect::<Vec<_>>())?;
    }
    let grown = resident()?.saturating_sub(before);
    let values: usize = voiceprints * models.iter().map(|model| model.dimensions()).sum::<usize>();
    let array: Vec<f32> = (0..values).map(|n| n as f32).collect();

    // What is over soon is looked at more often.
    let rounds = (40_000_000 / voiceprints.max(1)).clamp(60, 1_000);
    let (mut reads, mut searches) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let voice = dice.voice(models)?;
        let voice: Vec<&AnyEmbedding> = voice.iter().collect();
        reads.push(timed(|| black_box(sum(&array, threads))));
        searches.push(timed(|| black_box(gallery.nearest(&voice, NEAREST, threads).is_ok())));
    }
    let [read_best, read] = [0.0, 0.5].map(|at| quantile(&mut reads, at));
    let [best, p50, p99] = [0.0, 0.5, 0.99].map(|at| quantile(&mut searches, at));
    let gigabytes = (values * size_of::<f32>()) as f64 / 1e9;
    let conditions =
        Conditions { scheme: Scheme::FreeSpeech, channel: Channel::Wide, net_speech_seconds: 10.0 };
    let accepted = |among: f64| -> Result<f64, Box<dyn Error>> {
        Ok(calibration.accept_cosine(comparator, conditions, TargetRate::new(0.01 / among)?)?)
    };
    let said = serde_json::json!({
        "voiceprints": voiceprints,
        "comparator": comparator.as_str(),
        "threads": threads,
        "rounds": rounds,
        "bytes_per_voiceprint": round(gallery.bytes() as f64 / voiceprints as f64),
        "resident_bytes_per_voiceprint": round(grown as f64 / voiceprints as f64),
        "read_p50_ms": round(read),
        "read_best_ms": round(read_best),
        "read_gb_per_s": round(gigabytes / read * 1e3),
        "identification_p50_ms": round(p50),
        "identification_p99_ms": round(p99),
        "identification_best_ms": round(best),
        "identification_gb_per_s": round(gigabytes / p50 * 1e3),
        "of_the_limit": round(read / p50),
        "accept_cosine_of_10_s_among": {
            "1": round(accepted(1.0)?),
            "50": round(accepted(50.0)?),
            "10000": round(accepted(1e4)?),
            "100000": round(accepted(1e5)?),
            "1000000": round(accepted(1e6)?),
        },
    });
    println!("{said}");
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Reads everything once, each thread its share.
fn sum(array: &[f32], threads: usize) -> f32 {
    let share = |values: &[f32]| {
        let mut sums = [0.0_f32; 16];
        for values in values.as_chunks::<16>().0 {
            for lane in 0..16 {
                sums[lane] += values[lane];
            }
        }
        sums.iter().sum::<f32>()
    };
    thread::scope(|scope| {
        let shares = array.chunks(array.len().div_ceil(threads).max(1));
        let threads: Vec<_> = shares.map(|values| scope.spawn(move || share(values))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
    })
}

fn quantile(times: &mut [Duration], at: f64) -> f64 {
    times.sort();
    let place = ((times.len() - 1) as f64 * at).round() as usize;
    times[place].as_secs_f64() * 1e3
}

fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// Bytes of memory that the process has.
fn resident() -> Result<usize, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<usize>()? * 1024)
}
