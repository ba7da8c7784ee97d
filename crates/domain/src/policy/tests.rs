#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn the_default_policy_holds() {
    Policy::default().check().unwrap();
}

#[test]
fn a_policy_stored_before_a_value_existed_takes_its_default() {
    let stored = serde_json::json!({"dialogue": {"enrol_codes": 4}, "matching": {"sure_accept": 0.9}});
    let policy: Policy = serde_json::from_value(stored).unwrap();
    assert_eq!((policy.dialogue.enrol_codes, policy.matching.sure_accept), (4, 0.9));
    assert_eq!(policy.lockout, LockoutPolicy::default());
    assert!(serde_json::from_value::<Policy>(serde_json::json!({"dialog": {}})).is_err());
}

#[test]
fn a_policy_that_accepts_below_one_half_is_refused() {
    let mut policy = Policy::default();
    policy.matching.sure_accept = 0.4;
    assert_eq!(policy.check().unwrap_err().bounds, "below 0.5 and at least 0.5");
}

#[test]
fn a_policy_with_a_not_a_number_is_refused() {
    let mut policy = Policy::default();
    policy.matching.false_match_rate = f64::NAN;
    assert!(policy.check().is_err());
}

#[test]
fn a_policy_that_nobody_could_call_under_is_refused() {
    let refused = |change: fn(&mut Policy)| {
        let mut policy = Policy::default();
        change(&mut policy);
        policy.check().unwrap_err().setting
    };
    assert_eq!(refused(|policy| policy.access.contracts.clear()), "access.contracts");
    assert_eq!(refused(|policy| policy.rates.read.burst = 0), "rates");
    assert_eq!(refused(|policy| _ = policy.access.formats.insert("doc".into())), "access.formats");
    assert_eq!(refused(|policy| policy.retention.dialogue_days = Some(0)), "retention.dialogue_days");
}

#[test]
fn each_quality_rule_names_itself() {
    let policy = Policy::default().quality;
    let good = Measured { speech_seconds: 2.0, level_dbfs: -20.0, clipped_fraction: 0.0, snr_db: Some(30.0) };
    assert_eq!(policy.refuse(&good), None);
    let cases = [
        (Measured { speech_seconds: 0.0, ..good }, Refusal::NoSpeech),
        (Measured { speech_seconds: 0.5, ..good }, Refusal::TooShort),
        (Measured { level_dbfs: -60.0, ..good }, Refusal::TooQuiet),
        (Measured { clipped_fraction: 0.2, ..good }, Refusal::Clipped),
        (Measured { snr_db: Some(1.0), ..good }, Refusal::TooNoisy),
    ];
    for (sample, refusal) in cases {
        assert_eq!(policy.refuse(&sample), Some(refusal));
    }
}
