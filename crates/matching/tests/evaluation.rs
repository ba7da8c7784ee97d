//! The whole evaluation on trials whose measures are known.
#![allow(clippy::unwrap_used)]

use timbre_matching::MatchingError;
use timbre_matching::evaluation::{Resampling, ScoredTrial, evaluate};

fn trial(enrolled: &str, speaking: &str, score: f64) -> ScoredTrial {
    ScoredTrial { enrolled: enrolled.into(), speaking: speaking.into(), score, llr: score }
}

/// Four people, two genuine trials each; every impostor pair once. One impostor lies above one genuine.
fn four_people() -> Vec<ScoredTrial> {
    let people = ["a", "b", "c", "d"];
    let mut trials = Vec::new();
    for (row, enrolled) in people.iter().enumerate() {
        for (column, speaking) in people.iter().enumerate() {
            if row != column {
                trials.push(trial(enrolled, speaking, -5.0 - (row + column) as f64));
            }
        }
        trials.push(trial(enrolled, enrolled, 5.0));
        trials.push(trial(enrolled, enrolled, if row == 0 { -5.5 } else { 6.0 }));
    }
    trials[0].score = 4.0;
    trials
}

#[test]
fn the_counts_and_measures_of_four_people() {
    let evaluation = evaluate(&four_people(), Resampling::default()).unwrap();
    assert_eq!((evaluation.genuine, evaluation.impostor, evaluation.speakers), (8, 12, 4));
    // Hull from (1/12, 0) to (0, 1/8): FMR = FNMR at 1/20.
    assert!((evaluation.eer.value - 0.05).abs() < 1e-12, "{}", evaluation.eer.value);
    assert!((evaluation.miss_at_1_percent.fnmr.value - 0.125).abs() < 1e-12);
    assert!(!evaluation.miss_at_1_percent.resolved);
    assert!(
        evaluation.eer.low <= 0.05 && evaluation.eer.high >= 0.05 && evaluation.eer.high > evaluation.eer.low
    );
    assert!(evaluation.cllr >= evaluation.min_cllr);
    assert_eq!((evaluation.det[0].fmr, evaluation.det[evaluation.det.len() - 1].fnmr), (1.0, 1.0));
}

#[test]
fn the_same_seed_gives_the_same_interval() {
    let resampling = Resampling { seed: 1, rounds: 200 };
    assert_eq!(evaluate(&four_people(), resampling).unwrap(), evaluate(&four_people(), resampling).unwrap());
    let none = evaluate(&four_people(), Resampling { seed: 1, rounds: 0 }).unwrap();
    assert_eq!((none.eer.low, none.eer.high), (none.eer.value, none.eer.value));
}

#[test]
fn log_likelihood_ratios_of_zero_cost_one_bit() {
    let trials = [trial("a", "a", 0.0), trial("a", "b", 0.0)];
    let evaluation = evaluate(&trials, Resampling { seed: 1, rounds: 0 }).unwrap();
    assert!((evaluation.cllr - 1.0).abs() < 1e-12 && (evaluation.min_cllr - 1.0).abs() < 1e-12);
    assert!((evaluation.min_dcf - 1.0).abs() < 1e-12);
}

#[test]
fn one_kind_of_trial_alone_says_nothing() {
    let alone = evaluate(&[trial("a", "a", 1.0)], Resampling::default());
    assert!(matches!(alone, Err(MatchingError::TooFewTrials { genuine: 1, impostor: 0 })));
}
