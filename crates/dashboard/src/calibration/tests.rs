#![allow(clippy::unwrap_used)]
use timbre_matching::{conditions::Scheme, evaluation::DetPoint};

use super::*;

fn measured(impostor: u64) -> Measured {
    let estimate = |value, low, high| Estimate { value, low, high };
    Measured {
        list: "words".to_owned(),
        scheme: Scheme::FreeSpeech,
        comparator: Comparator::CampPlus,
        genuine: 100,
        impostor,
        speakers: 12,
        without_speech: 0,
        genuine_scores: vec![2, 98],
        impostor_scores: vec![impostor - 9, 9],
        det: vec![
            DetPoint { fmr: 1.0, fnmr: 0.0 },
            DetPoint { fmr: 0.01, fnmr: 0.02 },
            DetPoint { fmr: 0.0, fnmr: 1.0 },
        ],
        eer: estimate(0.01, 0.005, 0.02),
        accept_fmr: estimate(0.009, 0.005, 0.012),
        accept_fnmr: estimate(0.02, 0.0, 0.05),
    }
}

#[test]
fn a_claim_is_carried_by_as_many_errors_as_it_expects() {
    assert_eq!([reach(30.0).look, reach(29.9).look, reach(2.9).look], ["good", "warn", "bad"]);
    let looks = |impostor| {
        list(0, &measured(impostor), Known::Apart, 0.01, 100)
            .claims
            .iter()
            .map(|claim| claim.verdict.look)
            .collect::<Vec<_>>()
    };
    // One in 10, 100, 1 000, 10 000 of a thousand strangers: 100, 10, 1 and none.
    assert_eq!(looks(1_000), ["good", "warn", "bad", "bad"]);
    assert_eq!(looks(100_000), ["good", "good", "good", "warn"]);
}

#[test]
fn what_the_trials_cannot_resolve_is_a_dash() {
    let claims = list(0, &measured(1_000), Known::Apart, 0.01, 250).claims;
    let told: Vec<&str> = claims.iter().map(|claim| claim.fnmr.as_str()).collect();
    assert_eq!(told, ["2.00 %", "2.00 %", "100.0 %", "100.0 %", words::NOTHING]);
    assert_eq!(claims[2].one_in, "1 in 250");
}

#[test]
fn the_accept_point_holds_or_does_not() {
    let of = Estimate { value: 0.009, low: 0.005, high: 0.012 };
    let at = |claimed, known| held(of, 10_000, known, claimed);
    assert_eq!([0.001, 0.01, 0.1].map(|claimed| at(claimed, Known::Apart).look), ["bad", "good", "good"]);
    assert_eq!(at(0.1, Known::Apart).words, "Fewer strangers match than claimed");
    assert_eq!([0.001, 0.01].map(|claimed| at(claimed, Known::Fitted).look), ["bad", "warn"]);
    // Measured above the claim, and the claim within the interval.
    assert_eq!(at(0.008, Known::Apart).look, "warn");
    assert_eq!(held(of, 2_999, Known::Apart, 0.01).words, "Too few trials to say");
    assert_eq!(list(0, &measured(1_000), Known::Apart, 0.01, 100).matched, 9);
}

#[test]
fn no_error_says_as_much_as_there_were_trials() {
    let none = Estimate { value: 0.0, low: 0.0, high: 0.0 };
    assert_eq!(interval(none, 360), "up to 0.83 %, by the rule of 3");
    assert_eq!(interval(none, 35), "up to 8.57 %, by the rule of 3");
    assert_eq!(interval(none, 0), "up to 100.0 %, by the rule of 3");
    assert_eq!(interval(Estimate { value: 0.01, low: 0.0, high: 0.02 }, 100), "0.0 % to 2.00 %");
    assert_eq!(held(none, 360, Known::Apart, 0.01).look, "warn");
    assert_eq!(held(none, 3_000, Known::Apart, 0.01).look, "good");
}

#[test]
fn what_is_shipped_was_measured_with_its_calibration_and_on_what_that_was_fitted_on() {
    let calibration = Calibration::from_toml(include_str!("../../../../models/calibration.toml")).unwrap();
    let summary = Summary::from_json(include_str!("../../../../models/evaluation.json")).unwrap();
    assert_eq!(calibration_sha256(&calibration).unwrap(), summary.calibration);
    assert!(
        made_by(&summary, &calibration) && !made_by(&summary, &calibration.clone().fitted_on(Vec::new()))
    );
    assert!(summary.measured.iter().all(|of| Known::of(&of.list, calibration.lists()).is_fitted()));
    assert_eq!(Known::of("ours", calibration.lists()), Known::Apart);
    assert_eq!(Known::of("ours", &[]), Known::Untold);
}

#[test]
fn one_in_a_hundred_is_usual() {
    assert!(ONE_IN.contains(&usual()));
    assert_eq!(usual(), 100);
}
