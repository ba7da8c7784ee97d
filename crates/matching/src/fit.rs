//! Fits a [`Calibration`] from labelled trials, and leans on a written-down prior as far as the trials are few.
//!
//! The prior of a condition enters as imaginary trials, so that one mechanism does everything: with no trials the
//! prior comes back unchanged, with many it no longer counts. What weighs against it is not the number of trials but
//! the number of different people behind them (three people's six hundred trials teach little about a fourth).
//!
//! - Impostors: least squares of the cosine on the log-duration; then the smallest spread whose normal tail lies on or
//!   above the observed tail at one in ten, one in a hundred and, where enough trials resolve it, one in a thousand.
//! - Log-likelihood ratio: logistic regression in which genuine and impostor trials weigh the same (an effective prior of
//!   one half: minimising Cllr, Brümmer & du Preez 2006).

use std::collections::BTreeSet;

use crate::calibration::{Calibration, Curve, Ensemble, FittedOn, Impostors, LogLikelihoodRatio};
use crate::conditions::{Channel, Comparator, Conditions, Scheme};
use crate::error::MatchingError;
use crate::normal::upper_quantile;
use crate::prior::{Prior, prior};

/// One comparison of which it is known who was who. Genuine when both names are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    pub comparator: Comparator,
    /// The name of the person enrolled.
    pub enrolled: String,
    /// The name of the person speaking in the probe.
    pub speaking: String,
    pub cosine: f64,
    pub conditions: Conditions,
}

impl Trial {
    pub fn is_genuine(&self) -> bool {
        self.enrolled == self.speaking
    }
}

/// How many different impostor pairs, and how many genuine people, the prior counts as.
const PRIOR_PAIRS: f64 = 30.0;
const PRIOR_PEOPLE: f64 = 10.0;

/// A tail level is looked at when it leaves at least this many real impostor trials above it.
const RESOLVED_BY: f64 = 5.0;
const TAIL_LEVELS: [f64; 3] = [0.1, 0.01, 0.001];

/// One observation with its weight: a real trial, or an imaginary one of the prior.
#[derive(Clone, Copy)]
struct Observation {
    cosine: f64,
    log_duration: f64,
    weight: f64,
}

/// Fits every comparator, scheme and channel; those without trials carry the prior and say so in `fitted_on`.
pub fn fit(trials: &[Trial], ensemble: Ensemble) -> Result<Calibration, MatchingError> {
    let mut curves = Vec::new();
    for comparator in Comparator::ALL {
        for scheme in Scheme::ALL {
            for channel in Channel::ALL {
                let here: Vec<&Trial> = trials
                    .iter()
                    .filter(|trial| {
                        (trial.comparator, trial.conditions.scheme, trial.conditions.channel)
                            == (comparator, scheme, channel)
                    })
                    .collect();
                curves.push(fit_curve(comparator, scheme, channel, &here)?);
            }
        }
    }
    Calibration::new(ensemble, curves)
}

fn fit_curve(
    comparator: Comparator,
    scheme: Scheme,
    channel: Channel,
    trials: &[&Trial],
) -> Result<Curve, MatchingError> {
    let prior = prior(comparator, scheme, channel);
    let (genuine, impostor): (Vec<&Trial>, Vec<&Trial>) = trials.iter().partition(|trial| trial.is_genuine());
    let people: BTreeSet<&str> = genuine.iter().map(|trial| trial.enrolled.as_str()).collect();
    // A pair counts once, whichever of the two was enrolled: the likeness of two voices is mutual.
    let pairs: BTreeSet<(&str, &str)> = impostor
        .iter()
        .map(|trial| (trial.enrolled.as_str(), trial.speaking.as_str()))
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    let speakers: BTreeSet<&str> =
        trials.iter().flat_map(|trial| [trial.enrolled.as_str(), trial.speaking.as_str()]).collect();
    let impostor_observations =
        observations(&impostor, pairs.len(), prior.impostor_mean, &prior, PRIOR_PAIRS)?;
    let genuine_observations =
        observations(&genuine, people.len(), prior.genuine_mean, &prior, PRIOR_PEOPLE)?;
    Ok(Curve {
        comparator,
        scheme,
        channel,
        impostors: fit_impostors(&impostor_observations, impostor.len()),
        llr: fit_llr(&genuine_observations, &impostor_observations, &prior),
        fitted_on: FittedOn {
            genuine_trials: genuine.len(),
            impostor_trials: impostor.len(),
            speakers: speakers.len(),
            impostor_pairs: pairs.len(),
        },
    })
}

/// The real trials sharing the weight `people`, and the imaginary ones sharing `imaginary`; all together weigh one.
fn observations(
    trials: &[&Trial],
    people: usize,
    prior_mean: f64,
    prior: &Prior,
    imaginary: f64,
) -> Result<Vec<Observation>, MatchingError> {
    let total = people as f64 + imaginary;
    let mut all = Vec::with_capacity(trials.len() + IMAGINARY_TRIALS);
    for trial in trials {
        if !(-1.0..=1.0).contains(&trial.cosine) {
            return Err(MatchingError::NotACosine);
        }
        let weight = people as f64 / total / trials.len() as f64;
        all.push(Observation {
            cosine: trial.cosine,
            log_duration: trial.conditions.log_duration()?,
            weight,
        });
    }
    let densities: f64 = imaginary_deviations().map(|z| (-0.5 * z * z).exp()).sum();
    // Half, once and twice 3 s, so that the prior also says how the cosine moves with duration.
    for log_duration in [-std::f64::consts::LN_2, 0.0, std::f64::consts::LN_2] {
        for z in imaginary_deviations() {
            all.push(Observation {
                cosine: prior_mean + prior.per_log_second * log_duration + prior.spread * z,
                log_duration,
                weight: imaginary / total * (-0.5 * z * z).exp() / densities / 3.0,
            });
        }
    }
    Ok(all)
}

/// A normal distribution as evenly spaced points, far enough out that genuine and impostor always overlap:
/// without overlap a logistic regression has no finite answer.
fn imaginary_deviations() -> impl Iterator<Item = f64> {
    (-150..=150).map(|step| f64::from(step) * 0.04)
}
const IMAGINARY_TRIALS: usize = 3 * 301;

fn fit_impostors(observations: &[Observation], real_trials: usize) -> Impostors {
    let mean_of =
        |value: &dyn Fn(&Observation) -> f64| observations.iter().map(|o| o.weight * value(o)).sum::<f64>();
    let (x, y) = (mean_of(&|o| o.log_duration), mean_of(&|o| o.cosine));
    let covariance = mean_of(&|o| (o.log_duration - x) * (o.cosine - y));
    // Never zero: the imaginary trials have three durations.
    let per_log_second = covariance / mean_of(&|o| (o.log_duration - x).powi(2));
    let mean = y - per_log_second * x;
    let residual = |o: &Observation| o.cosine - mean - per_log_second * o.log_duration;
    let mut spread = mean_of(&|o| residual(o).powi(2)).sqrt();
    let mut descending: Vec<(f64, f64)> = observations.iter().map(|o| (residual(o), o.weight)).collect();
    descending.sort_by(|a, b| b.0.total_cmp(&a.0));
    for level in TAIL_LEVELS {
        if level * real_trials as f64 >= RESOLVED_BY {
            spread = spread.max(upper_value(&descending, level) / upper_quantile(level));
        }
    }
    Impostors { mean: rounded(mean), per_log_second: rounded(per_log_second), spread: rounded(spread) }
}

/// The residual that a share `level` of the weight lies above.
fn upper_value(descending: &[(f64, f64)], level: f64) -> f64 {
    let mut above = 0.0;
    for &(residual, weight) in descending {
        above += weight;
        if above > level {
            return residual;
        }
    }
    descending.last().map_or(0.0, |&(residual, _)| residual)
}

/// Damped Newton on the weighted log-loss, which is convex; started at the prior's own answer.
fn fit_llr(genuine: &[Observation], impostor: &[Observation], prior: &Prior) -> LogLikelihoodRatio {
    let mut theta = prior.llr();
    let mut loss = log_loss(genuine, impostor, theta);
    for _ in 0..50 {
        let (gradient, hessian) = derivatives(genuine, impostor, theta);
        let Some(step) = solve(hessian, gradient) else { break };
        let mut length = 1.0;
        let better = loop {
            let next = [0, 1, 2].map(|i| theta[i] - length * step[i]);
            let next_loss = log_loss(genuine, impostor, next);
            if next_loss < loss {
                break Some((next, next_loss));
            }
            length *= 0.5;
            if length < 1e-6 {
                break None;
            }
        };
        let Some((next, next_loss)) = better else { break };
        let gain = loss - next_loss;
        (theta, loss) = (next, next_loss);
        if gain < 1e-12 {
            break;
        }
    }
    LogLikelihoodRatio {
        offset: rounded(theta[0]),
        cosine: rounded(theta[1]),
        log_duration: rounded(theta[2]),
    }
}

fn llr(theta: [f64; 3], o: &Observation) -> f64 {
    theta[0] + theta[1] * o.cosine + theta[2] * o.log_duration
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn log_loss(genuine: &[Observation], impostor: &[Observation], theta: [f64; 3]) -> f64 {
    genuine.iter().map(|o| o.weight * softplus(-llr(theta, o))).sum::<f64>()
        + impostor.iter().map(|o| o.weight * softplus(llr(theta, o))).sum::<f64>()
}

fn derivatives(
    genuine: &[Observation],
    impostor: &[Observation],
    theta: [f64; 3],
) -> ([f64; 3], [[f64; 3]; 3]) {
    let (mut gradient, mut hessian) = ([0.0; 3], [[0.0; 3]; 3]);
    for (class, label) in [(genuine, 1.0), (impostor, 0.0)] {
        for o in class {
            let probability = 1.0 / (1.0 + (-llr(theta, o)).exp());
            let x = [1.0, o.cosine, o.log_duration];
            for i in 0..3 {
                gradient[i] += o.weight * (probability - label) * x[i];
                for j in 0..3 {
                    hessian[i][j] += o.weight * probability * (1.0 - probability) * x[i] * x[j];
                }
            }
        }
    }
    (gradient, hessian)
}

/// Three equations by Cramer's rule; `None` when they are not independent.
fn solve(a: [[f64; 3]; 3], b: [f64; 3]) -> Option<[f64; 3]> {
    let determinant = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = determinant(a);
    if whole.abs() < 1e-300 {
        return None;
    }
    Some([0, 1, 2].map(|column| {
        let mut replaced = a;
        for (row, &value) in replaced.iter_mut().zip(&b) {
            row[column] = value;
        }
        determinant(replaced) / whole
    }))
}

/// Six decimals: far finer than any of this is known, and a file that reads well.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
