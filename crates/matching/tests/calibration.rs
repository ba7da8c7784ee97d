//! What a calibration promises, whatever its numbers are.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use timbre_matching::MatchingError;
use timbre_matching::calibration::{Calibration, Ensemble, TargetRate};
use timbre_matching::conditions::{Channel, Comparator, Conditions, Scheme};
use timbre_matching::fit::{Trial, fit};
use timbre_matching::prior::prior;

const ENSEMBLE: Ensemble = Ensemble { campplus_weight: 0.5 };

fn digits(net_speech_seconds: f64) -> Conditions {
    Conditions { scheme: Scheme::PromptedDigits, channel: Channel::Telephone, net_speech_seconds }
}

fn trial(enrolled: usize, speaking: usize, cosine: f64, net_speech_seconds: f64) -> Trial {
    Trial {
        comparator: Comparator::CampPlus,
        enrolled: format!("person {enrolled}"),
        speaking: format!("person {speaking}"),
        cosine,
        conditions: digits(net_speech_seconds),
    }
}

/// Sixty people whose impostor cosines are spread evenly around `mean`.
fn many_trials(mean: f64) -> Vec<Trial> {
    let mut trials = Vec::new();
    for enrolled in 0..60 {
        for speaking in 0..60 {
            let wobble = ((enrolled * 31 + speaking * 17) % 41) as f64 / 40.0 - 0.5;
            let seconds = [1.5, 3.0, 6.0][(enrolled + speaking) % 3];
            let centre = if enrolled == speaking { mean + 0.4 } else { mean };
            trials.push(trial(enrolled, speaking, centre + 0.3 * wobble, seconds));
        }
    }
    trials
}

proptest! {
    #[test]
    fn the_score_rises_with_the_cosine_and_the_false_match_rate_falls(
        cosine in -1.0..0.99_f64, step in 0.001..0.01_f64, seconds in 0.3..60.0_f64, rate in 1e-4..0.1_f64,
        comparator in prop::sample::select(Comparator::ALL.to_vec()),
        scheme in prop::sample::select(Scheme::ALL.to_vec()),
        channel in prop::sample::select(Channel::ALL.to_vec()),
    ) {
        let calibration = fit(&[], ENSEMBLE).unwrap();
        let conditions = Conditions { scheme, channel, net_speech_seconds: seconds };
        let target = TargetRate::new(rate).unwrap();
        let lower = calibration.calibrate(comparator, cosine, conditions, target).unwrap();
        let upper = calibration.calibrate(comparator, cosine + step, conditions, target).unwrap();
        prop_assert!((0.0..=1.0).contains(&lower.score) && (0.0..=1.0).contains(&lower.false_match_rate));
        prop_assert!(upper.score >= lower.score && upper.llr > lower.llr);
        prop_assert!(upper.false_match_rate <= lower.false_match_rate);
        prop_assert_eq!(lower.score >= 0.5, lower.false_match_rate <= rate);
    }

    #[test]
    fn a_score_of_one_half_is_the_false_match_rate_asked_for(
        seconds in 0.3..60.0_f64, rate in 1e-5..0.1_f64, comparator in prop::sample::select(Comparator::ALL.to_vec()),
    ) {
        let calibration = fit(&[], ENSEMBLE).unwrap();
        let target = TargetRate::new(rate).unwrap();
        let cosine = calibration.accept_cosine(comparator, digits(seconds), target).unwrap();
        let there = calibration.calibrate(comparator, cosine, digits(seconds), target).unwrap();
        prop_assert!((there.score - 0.5).abs() < 1e-9);
        prop_assert!((there.false_match_rate / rate - 1.0).abs() < 1e-6);
    }
}

#[test]
fn without_trials_the_prior_comes_back() {
    let calibration = fit(&[], ENSEMBLE).unwrap();
    assert_eq!(calibration.curves().len(), 27);
    for curve in calibration.curves() {
        let prior = prior(curve.comparator, curve.scheme, curve.channel);
        assert!((curve.impostors.mean - prior.impostor_mean).abs() < 1e-4);
        assert!((curve.impostors.per_log_second - prior.per_log_second).abs() < 1e-4);
        assert!((curve.impostors.spread - prior.spread).abs() < 1e-3);
        let slope = (prior.genuine_mean - prior.impostor_mean) / prior.spread.powi(2);
        assert!((curve.llr.cosine / slope - 1.0).abs() < 0.02);
        assert_eq!(curve.fitted_on.impostor_trials, 0);
    }
}

#[test]
fn many_people_outweigh_the_prior_and_three_do_not() {
    let mean_after = |trials: &[Trial]| {
        let calibration = fit(trials, ENSEMBLE).unwrap();
        let curve = calibration.curves().iter().find(|curve| curve.fitted_on.impostor_trials > 0).unwrap();
        (curve.impostors.mean, curve.fitted_on)
    };
    let believed = prior(Comparator::CampPlus, Scheme::PromptedDigits, Channel::Telephone).impostor_mean;
    let (mean, counts) = mean_after(&many_trials(0.1));
    assert!((mean - 0.1).abs() < 0.01, "{mean}");
    assert_eq!((counts.genuine_trials, counts.impostor_trials), (60, 3_540));
    assert_eq!((counts.speakers, counts.impostor_pairs), (60, 1_770));

    let three: Vec<Trial> = (0..600).map(|n| trial(n % 3, (n + 1) % 3, 0.1, 3.0)).collect();
    let (mean, counts) = mean_after(&three);
    assert!((mean - believed).abs() < 0.03, "{mean}");
    assert_eq!((counts.speakers, counts.impostor_pairs), (3, 3));
}

#[test]
fn the_false_match_rate_is_not_flattered_by_a_heavy_tail() {
    let mut trials = many_trials(0.1);
    // Three impostor trials in a hundred come much closer than a normal distribution would let them.
    for (n, trial) in trials.iter_mut().filter(|trial| !trial.is_genuine()).enumerate() {
        if n % 33 == 0 {
            trial.cosine = 0.7;
        }
    }
    let calibration = fit(&trials, ENSEMBLE).unwrap();
    let target = TargetRate::new(0.01).unwrap();
    let accept = calibration.accept_cosine(Comparator::CampPlus, digits(3.0), target).unwrap();
    let matched = trials.iter().filter(|trial| !trial.is_genuine() && trial.cosine >= accept).count();
    assert!(matched as f64 / 3_540.0 <= 0.031, "{accept}: {matched}");
    assert!(accept > 0.65, "{accept}");
}

#[test]
fn a_calibration_survives_its_file() {
    let calibration = fit(&many_trials(0.2), ENSEMBLE).unwrap();
    let text = calibration.to_toml("made by: timbre calibrate trials/\non 60 people").unwrap();
    assert!(text.starts_with("# made by: timbre calibrate trials/\n# on 60 people\n"));
    assert_eq!(Calibration::from_toml(&text).unwrap(), calibration);
}

#[test]
fn a_calibration_file_with_unknown_keys_or_impossible_values_is_refused() {
    let text = fit(&[], ENSEMBLE).unwrap().to_toml("test").unwrap();
    let read = |text: String| Calibration::from_toml(&text);
    assert!(matches!(read(format!("threshold = 0.5\n{text}")), Err(MatchingError::Unreadable(_))));
    assert!(matches!(read(text.replacen("spread", "sigma", 1)), Err(MatchingError::Unreadable(_))));
    assert!(matches!(
        read(text.replacen("version = 1", "version = 2", 1)),
        Err(MatchingError::Version { found: 2, .. })
    ));
    assert!(matches!(
        read(text.replacen("spread = 0", "spread = -0", 1)),
        Err(MatchingError::OutOfRange("impostors.spread"))
    ));
    assert!(matches!(
        read(text.replacen("channel = \"wide\"", "channel = \"mixed\"", 1)),
        Err(MatchingError::CalibratedTwice { channel: Channel::Mixed, .. })
    ));
}

#[test]
fn nothing_is_calibrated_that_makes_no_sense() {
    let calibration = fit(&[], ENSEMBLE).unwrap();
    let target = TargetRate::new(0.01).unwrap();
    let calibrate =
        |cosine, conditions| calibration.calibrate(Comparator::CampPlus, cosine, conditions, target);
    assert!(matches!(calibrate(1.5, digits(3.0)), Err(MatchingError::NotACosine)));
    assert!(matches!(calibrate(f64::NAN, digits(3.0)), Err(MatchingError::NotACosine)));
    assert!(matches!(calibrate(0.5, digits(0.0)), Err(MatchingError::NoSpeech)));
    assert!(
        TargetRate::new(0.0).is_err() && TargetRate::new(0.2).is_err() && TargetRate::new(f64::NAN).is_err()
    );
}
