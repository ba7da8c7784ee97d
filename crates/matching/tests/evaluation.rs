//! The whole evaluation on trials whose measures are known.
#![allow(clippy::unwrap_used)]

use timbre_matching::MatchingError;
use timbre_matching::{
    conditions::{Comparator, Scheme},
    evaluation::{BINS, DetPoint, Measured, Resampling, ScoredTrial, Summary, SummaryModel, evaluate},
};

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

/// The same trials by scores in [0, 1]: two impostors and one genuine are on the wrong side of 0.5.
fn decided() -> Vec<ScoredTrial> {
    let mut trials = four_people();
    for trial in &mut trials {
        trial.score = if trial.score > 0.0 { 0.75 } else { 0.01 };
    }
    trials[1].score = 0.5;
    trials
}

fn measured() -> Measured {
    let of = (Scheme::PromptedDigits, Comparator::CampPlus);
    Measured::of("four".to_owned(), of, 1, &decided(), Resampling { seed: 1, rounds: 100 }).unwrap()
}

#[test]
fn what_decisions_come_to_is_counted_at_the_accept_point() {
    let found = measured();
    assert_eq!((found.genuine, found.impostor, found.speakers, found.without_speech), (8, 12, 4, 1));
    assert!((found.accept_fmr.value - 2.0 / 12.0).abs() < 1e-9, "{:?}", found.accept_fmr);
    assert!((found.accept_fnmr.value - 1.0 / 8.0).abs() < 1e-9, "{:?}", found.accept_fnmr);
    assert!(
        found.accept_fmr.low <= found.accept_fmr.value && found.accept_fmr.high >= found.accept_fmr.value
    );
    // 0.5 begins the second half, and 0.75 is in the 38th of 50 bins.
    let bins = |scores: &[u64]| {
        scores.iter().enumerate().filter(|(_, n)| **n > 0).map(|(at, n)| (at, *n)).collect::<Vec<_>>()
    };
    assert_eq!(found.genuine_scores.len(), BINS);
    assert_eq!(bins(&found.genuine_scores), [(0, 1), (37, 7)]);
    assert_eq!(bins(&found.impostor_scores), [(0, 10), (25, 1), (37, 1)]);
    let ends = (found.det[0], found.det[found.det.len() - 1]);
    assert_eq!(ends, (DetPoint { fmr: 1.0, fnmr: 0.0 }, DetPoint { fmr: 0.0, fnmr: 1.0 }));
    assert_eq!(found.at_fmr(0.1), Some(DetPoint { fmr: 0.083_333_333, fnmr: 0.125 }));
    assert!(found.resolves(0.1) && !found.resolves(0.01));
}

fn summary() -> Summary {
    Summary {
        version: Summary::VERSION,
        command: "timbre evaluate four.json".to_owned(),
        timbre: "1.2.3".to_owned(),
        day: "2026-11-22".to_owned(),
        false_match_rate: 0.01,
        calibration: "ab".repeat(32),
        models: vec![SummaryModel { name: "campplus".to_owned(), sha256: "cd".repeat(32) }],
        measured: vec![measured(), measured()],
    }
}

#[test]
fn a_summary_reads_back_as_it_was_a_line_for_each_measurement() {
    let text = summary().to_json().unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert_eq!(Summary::from_json(&text).unwrap(), summary());
}

#[test]
fn a_summary_of_another_version_or_form_is_refused() {
    let text = summary().to_json().unwrap();
    let read = |from: &str, to: &str| Summary::from_json(&text.replacen(from, to, 1));
    let other = MatchingError::Version { found: 2, expected: 1 }.to_string();
    assert_eq!(read("\"version\":1", "\"version\":2").unwrap_err().to_string(), other);
    assert!(matches!(read("\"genuine\":8", "\"heroes\":8"), Err(MatchingError::Summary(_))));
    assert!(matches!(
        read("\"genuine_scores\":[1,", "\"genuine_scores\":["),
        Err(MatchingError::OutOfRange(_))
    ));
}

#[test]
fn the_summary_that_is_shipped_reads() {
    Summary::from_json(include_str!("../../../models/evaluation.json")).unwrap();
}
