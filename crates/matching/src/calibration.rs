//! From a cosine and its conditions to what a decision can use: a log-likelihood ratio, the false-match rate the
//! cosine stands for, and a score in [0, 1] whose 0.5 is the accept point of the policy.
//!
//! Per comparator, scheme and channel, a [`Curve`] holds two small models:
//! - the cosines of impostors as a normal distribution whose mean moves with the logarithm of the probe's net speech.
//!   Its upper tail is the false-match rate (FMR, ISO/IEC 19795-1). The spread is fitted to the tail, not to the
//!   middle, so that the rate is not flattered (see `fit`);
//! - a log-likelihood ratio affine in the cosine and in the log-duration (Brümmer & du Preez 2006, "Application-independent
//!   evaluation of speaker detection").
//!
//! The score is the logistic of how far the log-likelihood ratio lies above the one at the accept point. It therefore rises
//! strictly with the cosine, and is 0.5 exactly where the false-match rate is the one the policy asks for.

use serde::{Deserialize, Serialize};

use crate::conditions::{Channel, Comparator, Conditions, Scheme};
use crate::error::MatchingError;
use crate::normal::{upper_quantile, upper_tail};

/// Raised when the meaning of a field changes.
pub const VERSION: u32 = 1;

/// The false-match rate at which the policy accepts.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct TargetRate(f64);

impl TargetRate {
    /// One impostor in ten: whoever accepts more than that does not verify.
    pub const LIMIT: f64 = 0.1;

    pub fn new(rate: f64) -> Result<Self, MatchingError> {
        if rate > 0.0 && rate <= Self::LIMIT {
            Ok(Self(rate))
        } else {
            Err(MatchingError::TargetRate { limit: Self::LIMIT })
        }
    }

    pub const fn get(self) -> f64 {
        self.0
    }
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibrated {
    /// Natural logarithm of how much likelier the cosine is from the same person than from another one.
    pub llr: f64,
    /// In [0, 1], and 0.5 at the accept point.
    pub score: f64,
    /// The share of impostors who would reach this cosine.
    pub false_match_rate: f64,
}

/// The cosines of impostors: normal, with a mean that moves with the log-duration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impostors {
    /// The mean at 3 s of net speech.
    pub mean: f64,
    /// What the mean gains when the net speech grows e-fold.
    pub per_log_second: f64,
    /// The standard deviation that covers the upper tail.
    pub spread: f64,
}

/// The log-likelihood ratio: `offset + cosine * c + log_duration * ln(seconds / 3)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLikelihoodRatio {
    pub offset: f64,
    pub cosine: f64,
    pub log_duration: f64,
}

/// What a curve was fitted on, so that nobody mistakes a prior for a measurement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedOn {
    pub genuine_trials: usize,
    pub impostor_trials: usize,
    /// People who appear on either side.
    pub speakers: usize,
    /// Different (enrolled, other) pairs of people among the impostor trials: what the weight against the prior counts.
    pub impostor_pairs: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    pub comparator: Comparator,
    pub scheme: Scheme,
    pub channel: Channel,
    pub impostors: Impostors,
    pub llr: LogLikelihoodRatio,
    pub fitted_on: FittedOn,
}

impl Curve {
    /// The cosine that a share `rate` of impostors reaches.
    fn cosine_at(&self, rate: f64, log_duration: f64) -> f64 {
        self.impostors.mean
            + self.impostors.per_log_second * log_duration
            + self.impostors.spread * upper_quantile(rate)
    }

    fn false_match_rate(&self, cosine: f64, log_duration: f64) -> f64 {
        upper_tail(
            (cosine - self.impostors.mean - self.impostors.per_log_second * log_duration)
                / self.impostors.spread,
        )
    }

    fn llr(&self, cosine: f64, log_duration: f64) -> f64 {
        self.llr.offset + self.llr.cosine * cosine + self.llr.log_duration * log_duration
    }

    fn check(&self) -> Result<(), MatchingError> {
        let Impostors { mean, per_log_second, spread } = self.impostors;
        let LogLikelihoodRatio { offset, cosine, log_duration } = self.llr;
        for (fine, what) in [
            ((-1.0..=1.0).contains(&mean), "impostors.mean"),
            ((-1.0..=1.0).contains(&per_log_second), "impostors.per_log_second"),
            ((1e-3..=1.0).contains(&spread), "impostors.spread"),
            (offset.is_finite(), "llr.offset"),
            // A slope that is not positive would reward the wrong voice.
            ((1e-3..=1e3).contains(&cosine), "llr.cosine"),
            (log_duration.is_finite(), "llr.log_duration"),
        ] {
            if !fine {
                return Err(MatchingError::OutOfRange(what));
            }
        }
        Ok(())
    }
}

/// How the two models' cosines become the ensemble's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ensemble {
    pub campplus_weight: f64,
}

impl Ensemble {
    pub fn cosine(&self, campplus: f64, resnet34: f64) -> f64 {
        self.campplus_weight * campplus + (1.0 - self.campplus_weight) * resnet34
    }
}

/// All curves of an installation; `models/calibration.toml` is one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    version: u32,
    /// The names of the lists that the curves were fitted on: what is measured on these flatters. Empty where that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lists: Vec<String>,
    ensemble: Ensemble,
    #[serde(rename = "curve")]
    curves: Vec<Curve>,
}

impl Calibration {
    pub fn new(ensemble: Ensemble, curves: Vec<Curve>) -> Result<Self, MatchingError> {
        let calibration = Self { version: VERSION, lists: Vec::new(), ensemble, curves };
        calibration.check()?;
        Ok(calibration)
    }

    /// Reads a calibration file; unknown keys, other versions and impossible values are refused.
    pub fn from_toml(text: &str) -> Result<Self, MatchingError> {
        let calibration: Self = toml::from_str(text)?;
        calibration.check()?;
        Ok(calibration)
    }

    /// Writes a calibration file whose first lines say what made it.
    pub fn to_toml(&self, made_by: &str) -> Result<String, MatchingError> {
        let header: String = made_by.lines().map(|line| format!("# {line}\n")).collect();
        Ok(format!("{header}\n{}", toml::to_string(self)?))
    }

    /// The same, and on which lists of trials it was fitted.
    pub fn fitted_on(self, lists: Vec<String>) -> Self {
        Self { lists, ..self }
    }

    /// The lists that it was fitted on, by their names.
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    pub fn ensemble(&self) -> Ensemble {
        self.ensemble
    }

    pub fn curves(&self) -> &[Curve] {
        &self.curves
    }

    /// Reads a cosine under its conditions, for a policy that accepts at `target`.
    pub fn calibrate(
        &self,
        comparator: Comparator,
        cosine: f64,
        conditions: Conditions,
        target: TargetRate,
    ) -> Result<Calibrated, MatchingError> {
        if !(-1.0..=1.0).contains(&cosine) {
            return Err(MatchingError::NotACosine);
        }
        let log_duration = conditions.log_duration()?;
        let curve = self.curve(comparator, conditions.scheme, conditions.channel)?;
        // Only the cosine differs between the two log-likelihood ratios, so their difference is the slope times that of the cosines.
        let above = curve.llr.cosine * (cosine - curve.cosine_at(target.get(), log_duration));
        Ok(Calibrated {
            llr: curve.llr(cosine, log_duration),
            score: 1.0 / (1.0 + (-above).exp()),
            false_match_rate: curve.false_match_rate(cosine, log_duration),
        })
    }

    /// The cosine at which the score is 0.5: for reports, and for searching many voiceprints with one threshold.
    pub fn accept_cosine(
        &self,
        comparator: Comparator,
        conditions: Conditions,
        target: TargetRate,
    ) -> Result<f64, MatchingError> {
        let curve = self.curve(comparator, conditions.scheme, conditions.channel)?;
        Ok(curve.cosine_at(target.get(), conditions.log_duration()?))
    }

    fn curve(
        &self,
        comparator: Comparator,
        scheme: Scheme,
        channel: Channel,
    ) -> Result<&Curve, MatchingError> {
        self.curves
            .iter()
            .find(|curve| (curve.comparator, curve.scheme, curve.channel) == (comparator, scheme, channel))
            .ok_or(MatchingError::NotCalibrated { comparator, scheme, channel })
    }

    fn check(&self) -> Result<(), MatchingError> {
        if self.version != VERSION {
            return Err(MatchingError::Version { found: self.version, expected: VERSION });
        }
        if !(0.0..=1.0).contains(&self.ensemble.campplus_weight) {
            return Err(MatchingError::OutOfRange("ensemble.campplus_weight"));
        }
        for (position, curve) in self.curves.iter().enumerate() {
            curve.check()?;
            let (comparator, scheme, channel) = (curve.comparator, curve.scheme, curve.channel);
            let twice = |other: &Curve| {
                (other.comparator, other.scheme, other.channel) == (comparator, scheme, channel)
            };
            if self.curves[..position].iter().any(twice) {
                return Err(MatchingError::CalibratedTwice { comparator, scheme, channel });
            }
        }
        Ok(())
    }
}
