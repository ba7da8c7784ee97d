#![allow(clippy::unwrap_used)]
use serde_json::{Map, Value};

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

/// A policy with every number at this end of what its schema allows.
fn at(end: &str, sections: &Map<String, Value>) -> Value {
    let mut policy = serde_json::to_value(Policy::default()).unwrap();
    for (section, field, shape) in numbers(sections) {
        if let Some(bound) = shape.get(end) {
            policy[section][field] = bound.clone();
        }
    }
    policy
}

/// Every number that stands in a section, and its shape.
fn numbers(sections: &Map<String, Value>) -> impl Iterator<Item = (&String, &String, &Value)> {
    sections.iter().flat_map(|(section, shape)| {
        let fields = shape["properties"].as_object().into_iter().flatten();
        fields
            .filter(|(_, shape)| shape.get("minimum").is_some())
            .map(move |(field, shape)| (section, field, shape))
    })
}

#[test]
fn the_limits_are_the_sections_that_are_named_so() {
    let default = serde_json::to_value(Policy::default()).unwrap();
    let mut other = at("maximum", schema().get("properties").and_then(Value::as_object).unwrap());
    other["access"]["contracts"] = serde_json::json!(["azure"]);
    other["retention"]["dialogue_days"] = 1.into();
    other["consent"]["required"] = true.into();
    for section in default.as_object().unwrap().keys() {
        let mut policy = default.clone();
        policy[section] = other[section].clone();
        if section == "quotas" {
            policy[section]["requests"]["hard"] = true.into();
        }
        if section == "rates" {
            policy[section]["read"]["burst"] = 1.into();
        }
        let policy: Policy = serde_json::from_value(policy).unwrap();
        assert_ne!(policy, Policy::default(), "{section}");
        assert_eq!(
            !policy.has_limits_of(&Policy::default()),
            LIMITS.contains(&section.as_str()),
            "{section}"
        );
    }
}

/// As documents have it.
fn schema() -> schemars::Schema {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|all| all.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Policy>()
}

#[test]
fn the_bounds_that_are_documented_are_those_that_are_checked() {
    let schema = schema();
    let sections = schema.get("properties").and_then(Value::as_object).unwrap();
    let read = |policy: &Value| serde_json::from_value::<Policy>(policy.clone());
    let mut seen = 0;
    for (end, beyond) in [("minimum", -0.1), ("maximum", 0.1)] {
        let base = at(end, sections);
        assert_eq!(read(&base).unwrap().check(), Ok(()), "{end}");
        for (section, field, shape) in numbers(sections) {
            let Some(bound) = shape.get(end) else { continue };
            let mut policy = base.clone();
            policy[section][field] = match bound.as_u64().filter(|_| shape["type"] != "number") {
                Some(whole) if end == "minimum" => Value::from(whole - 1),
                Some(whole) => Value::from(whole + 1),
                None => Value::from(bound.as_f64().unwrap() + beyond),
            };
            // What does not even read is refused as well: 256 for a byte.
            let refused = read(&policy).map_or(true, |policy| policy.check().is_err());
            assert!(refused, "{section}.{field} of {}", policy[section][field]);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} bounds");
}
