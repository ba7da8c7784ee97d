//! How well a comparator tells people apart, in the terms of ISO/IEC 19795-1: false-match rate (FMR, impostors accepted)
//! and false non-match rate (FNMR, genuine people refused), with the counts that say how far the figures can be trusted.
//!
//! A trial is accepted when its score is at or above the threshold. The equal-error rate is read on the convex hull of the
//! ROC (Brümmer & de Villiers 2011, "The BOSARIS toolkit"): it needs no interpolation rule and no tie-breaking. The hull's
//! segments are the blocks of the pool-adjacent-violators algorithm (Fawcett & Niculescu-Mizil 2007), so minCllr comes from it too.
//!
//! Confidence intervals resample speakers, not trials: the trials of one person stand and fall together, and
//! resampling them one by one would claim a precision that is not there (Bolle, Ratha & Pankanti 2004).

mod bootstrap;
mod curve;
mod summary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use curve::OperatingPoint;
pub use summary::{BINS, DetPoint, Measured, Summary, SummaryModel};

use crate::error::MatchingError;
use curve::{Curve, Weighted};

/// One judged comparison. Genuine when both names are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredTrial {
    pub enrolled: String,
    pub speaking: String,
    /// Anything that rises with likeness; only its order counts.
    pub score: f64,
    /// The natural log-likelihood ratio, for Cllr.
    pub llr: f64,
}

impl ScoredTrial {
    pub fn is_genuine(&self) -> bool {
        self.enrolled == self.speaking
    }
}

/// How to resample for the confidence intervals. The seed makes a report repeatable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resampling {
    pub seed: u64,
    pub rounds: u32,
}

impl Default for Resampling {
    fn default() -> Self {
        Self { seed: 19_795, rounds: 1_000 }
    }
}

/// An estimate and the 95 % interval around it. Without resampling the interval is the estimate itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// The false non-match rate where at most `fmr` of the impostors match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MissRate {
    pub fmr: f64,
    pub fnmr: Estimate,
    pub threshold: f64,
    /// Whether there are enough impostor trials for the rate to mean at least one of them.
    pub resolved: bool,
}

/// The parameters of the detection cost: NIST SRE's, one target in a hundred and both errors costing the same.
const TARGET_PRIOR: f64 = 0.01;

/// More points than a plot can show are not kept.
const MAX_DET_POINTS: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    pub genuine: usize,
    pub impostor: usize,
    pub speakers: usize,
    pub eer: Estimate,
    pub miss_at_1_percent: MissRate,
    pub miss_at_1_permille: MissRate,
    /// Normalised: 1 is the cost of always refusing.
    pub min_dcf: f64,
    /// In bits; 1 is knowing nothing.
    pub cllr: f64,
    /// What Cllr would be if only the calibration were perfect.
    pub min_cllr: f64,
    /// The detection error trade-off, from all accepted to all refused.
    pub det: Vec<OperatingPoint>,
}

/// A trial with its people as numbers, in ascending order of score.
struct Ranked {
    score: f64,
    llr: f64,
    genuine: bool,
    enrolled: usize,
    speaking: usize,
}

pub fn evaluate(trials: &[ScoredTrial], resampling: Resampling) -> Result<Evaluation, MatchingError> {
    let counted = Counted::of(trials)?;
    let Counted { genuine, impostor, speakers, ref ranked, ref curve } = counted;
    let measures = |drawn: &Curve| [drawn.eer(), drawn.at_fmr(0.01).fnmr, drawn.at_fmr(0.001).fnmr];
    let [eer, at_1_percent, at_1_permille] = counted.estimates(resampling, measures);
    let miss = |fmr: f64, fnmr: Estimate| MissRate {
        fmr,
        fnmr,
        threshold: curve.at_fmr(fmr).threshold,
        resolved: impostor as f64 * fmr >= 1.0,
    };
    Ok(Evaluation {
        genuine,
        impostor,
        speakers,
        eer,
        miss_at_1_percent: miss(0.01, at_1_percent),
        miss_at_1_permille: miss(0.001, at_1_permille),
        min_dcf: curve.min_dcf(TARGET_PRIOR),
        cllr: cllr(ranked, genuine, impostor),
        min_cllr: curve.min_cllr(),
        det: curve.thinned(MAX_DET_POINTS),
    })
}

/// Trials of both kinds, and what they make.
struct Counted {
    genuine: usize,
    impostor: usize,
    speakers: usize,
    ranked: Vec<Ranked>,
    curve: Curve,
}

impl Counted {
    fn of(trials: &[ScoredTrial]) -> Result<Self, MatchingError> {
        let genuine = trials.iter().filter(|trial| trial.is_genuine()).count();
        let impostor = trials.len() - genuine;
        let (ranked, speakers) = rank(trials);
        let plain: Vec<f64> = vec![1.0; ranked.len()];
        let curve = curve_of(&ranked, &plain).ok_or(MatchingError::TooFewTrials { genuine, impostor })?;
        Ok(Self { genuine, impostor, speakers, ranked, curve })
    }

    /// What is measured on the curve, each with the interval that other people would have had it in.
    fn estimates<const N: usize>(
        &self,
        resampling: Resampling,
        measures: impl Fn(&Curve) -> [f64; N],
    ) -> [Estimate; N] {
        let values = measures(&self.curve);
        let intervals = bootstrap::intervals(&self.ranked, self.speakers, resampling, measures)
            .unwrap_or(values.map(|value| (value, value)));
        std::array::from_fn(|measure| {
            let (value, (low, high)) = (values[measure], intervals[measure]);
            Estimate { value, low: low.min(value), high: high.max(value) }
        })
    }
}

fn rank(trials: &[ScoredTrial]) -> (Vec<Ranked>, usize) {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut number = |name| {
        let next = numbers.len();
        *numbers.entry(name).or_insert(next)
    };
    let mut ranked: Vec<Ranked> = trials
        .iter()
        .map(|trial| Ranked {
            score: trial.score,
            llr: trial.llr,
            genuine: trial.is_genuine(),
            enrolled: number(&trial.enrolled),
            speaking: number(&trial.speaking),
        })
        .collect();
    ranked.sort_by(|a, b| a.score.total_cmp(&b.score));
    (ranked, numbers.len())
}

fn curve_of(ranked: &[Ranked], weights: &[f64]) -> Option<Curve> {
    Curve::new(ranked.iter().zip(weights).map(|(trial, &weight)| Weighted {
        score: trial.score,
        genuine: trial.genuine,
        weight,
    }))
}

/// Brümmer & du Preez (2006): the mean cost of the log-likelihood ratios over all priors, in bits.
fn cllr(ranked: &[Ranked], genuine: usize, impostor: usize) -> f64 {
    let bits = |x: f64| (x.max(0.0) + (-x.abs()).exp().ln_1p()) / std::f64::consts::LN_2;
    let (mut missed, mut matched) = (0.0, 0.0);
    for trial in ranked {
        if trial.genuine {
            missed += bits(-trial.llr);
        } else {
            matched += bits(trial.llr);
        }
    }
    0.5 * (missed / genuine as f64 + matched / impostor as f64)
}
