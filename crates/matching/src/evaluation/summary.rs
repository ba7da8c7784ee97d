//! An evaluation to be shown: what was measured on which trials, small enough to be handed about as a file.
//!
//! Promises that nobody is in it: counts, rates, and names of lists. Its error rates are those of the score that decisions are made by, so
//! the accept point lies on the curve; `timbre evaluate`'s table ranks by log-likelihood ratio, which may differ in the last digit where
//! recordings differ in length.

use serde::{Deserialize, Serialize};
use timbre_domain::decision::ACCEPT_SCORE;

use super::{Counted, Estimate, Resampling, ScoredTrial, curve::Curve};
use crate::{
    conditions::{Comparator, Scheme},
    error::MatchingError,
};

/// Bins of a histogram, over the scores from 0 to 1.
pub const BINS: usize = 50;

/// Most points of a curve.
const MOST_POINTS: usize = 100;

/// What a run of `timbre evaluate` measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// [`Summary::VERSION`].
    pub version: u32,
    /// What measured it.
    pub command: String,
    /// The version of Timbre that it was.
    pub timbre: String,
    /// When, in UTC: "2026-11-22".
    pub day: String,
    /// The false-match rate that the scores are for.
    pub false_match_rate: f64,
    /// SHA-256 of the calibration that made the scores.
    pub calibration: String,
    pub models: Vec<SummaryModel>,
    pub measured: Vec<Measured>,
}

/// A model that listened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryModel {
    pub name: String,
    pub sha256: String,
}

/// What was measured on one list with one comparator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub list: String,
    pub scheme: Scheme,
    pub comparator: Comparator,
    /// Trials of one person with themselves, and of one with another.
    pub genuine: u64,
    pub impostor: u64,
    pub speakers: u64,
    /// Recordings in which no speech was found; they were compared all the same.
    pub without_speech: u64,
    /// How many genuine trials have a score in each of [`BINS`] equal parts of 0 to 1.
    pub genuine_scores: Vec<u64>,
    pub impostor_scores: Vec<u64>,
    /// The detection error trade-off, from all accepted to all refused.
    pub det: Vec<DetPoint>,
    pub eer: Estimate,
    /// At the accept point: the share of impostors who match...
    pub accept_fmr: Estimate,
    /// ... and of people who do not match themselves.
    pub accept_fnmr: Estimate,
}

/// The two error rates of some threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetPoint {
    pub fmr: f64,
    pub fnmr: f64,
}

impl Summary {
    /// Raised when the meaning of a field changes.
    pub const VERSION: u32 = 1;

    /// Reads a summary; unknown keys, other versions and histograms of another form are refused.
    pub fn from_json(text: &str) -> Result<Self, MatchingError> {
        let summary: Self = serde_json::from_str(text)?;
        if summary.version != Self::VERSION {
            return Err(MatchingError::Version { found: summary.version, expected: Self::VERSION });
        }
        let binned = |one: &Measured| {
            [&one.genuine_scores, &one.impostor_scores].iter().all(|scores| scores.len() == BINS)
        };
        match summary.measured.iter().all(binned) {
            true => Ok(summary),
            false => Err(MatchingError::OutOfRange("measured.genuine_scores or measured.impostor_scores")),
        }
    }

    /// A line for each list and comparator.
    pub fn to_json(&self) -> Result<String, MatchingError> {
        const LINE: &str = "{\"list\":";
        // No text in it holds these characters: its quotes are escaped.
        let text = serde_json::to_string(self)?.replace(LINE, &format!("\n{LINE}"));
        Ok(text + "\n")
    }
}

impl Measured {
    /// What trials come to whose scores are calibrated ones, in [0, 1].
    pub fn of(
        list: String,
        (scheme, comparator): (Scheme, Comparator),
        without_speech: usize,
        trials: &[ScoredTrial],
        resampling: Resampling,
    ) -> Result<Self, MatchingError> {
        let counted = Counted::of(trials)?;
        let measures = |curve: &Curve| {
            let accepting = curve.at_threshold(ACCEPT_SCORE);
            [curve.eer(), accepting.fmr, accepting.fnmr]
        };
        let [eer, accept_fmr, accept_fnmr] = counted.estimates(resampling, measures).map(|of| Estimate {
            value: rounded(of.value),
            low: rounded(of.low),
            high: rounded(of.high),
        });
        let (mut genuine_scores, mut impostor_scores) = (vec![0; BINS], vec![0; BINS]);
        for trial in trials {
            let bin = ((trial.score * BINS as f64) as usize).min(BINS - 1);
            match trial.is_genuine() {
                true => genuine_scores[bin] += 1,
                false => impostor_scores[bin] += 1,
            }
        }
        let points = counted.curve.drawn(MOST_POINTS, counted.genuine, counted.impostor);
        Ok(Self {
            list,
            scheme,
            comparator,
            genuine: counted.genuine as u64,
            impostor: counted.impostor as u64,
            speakers: counted.speakers as u64,
            without_speech: without_speech as u64,
            genuine_scores,
            impostor_scores,
            det: points
                .iter()
                .map(|point| DetPoint { fmr: rounded(point.fmr), fnmr: rounded(point.fnmr) })
                .collect(),
            eer,
            accept_fmr,
            accept_fnmr,
        })
    }

    /// The curve's first point where at most so many impostors match.
    pub fn at_fmr(&self, fmr: f64) -> Option<DetPoint> {
        self.det.iter().find(|point| point.fmr <= fmr).copied()
    }

    /// Whether there are enough impostor trials for such a rate to mean at least one of them.
    pub fn resolves(&self, fmr: f64) -> bool {
        self.impostor as f64 * fmr >= 1.0
    }
}

/// To nine places: fewer trials than that make a rate, and what is written reads back as it was.
fn rounded(rate: f64) -> f64 {
    (rate * 1e9).round() / 1e9
}
