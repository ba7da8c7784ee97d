#![allow(clippy::unwrap_used)]
use super::*;

/// What a form would send of a policy.
fn typed(policy: &Policy) -> Typed {
    let values = values(policy);
    let typed = all().map(|setting| (setting.name.clone(), setting.typed(&values)));
    typed.filter(|(_, texts)| texts.iter().any(|text| !text.is_empty())).collect()
}

fn sent(name: &str, text: &str) -> Result<Policy, Wrong> {
    let mut typed = typed(&Policy::default());
    typed.insert(name.to_owned(), vec![text.to_owned()]);
    read(&typed, &Policy::default(), |_| true)
}

#[test]
fn a_policy_comes_back_from_its_form() {
    let mut policy = Policy::default();
    assert_eq!(read(&typed(&policy), &Policy::default(), |_| true).as_ref(), Ok(&policy));
    policy.quality.min_speech_seconds = 1.3;
    policy.dialogue.resume_without_cookie = true;
    policy.quotas.requests.per_month = Some(0);
    policy.retention.dialogue_days = Some(30);
    policy.access.formats.remove("mp3");
    let phrase = "every morning the baker opens early".to_owned();
    policy.profiles.phrases.insert("en-GB".parse().unwrap(), vec![phrase]);
    assert_eq!(read(&typed(&policy), &Policy::default(), |_| true).as_ref(), Ok(&policy));
}

#[test]
fn every_setting_says_what_it_is() {
    let settings: Vec<_> = all().collect();
    assert!(settings.len() > 40, "{}", settings.len());
    for setting in settings {
        assert!(!setting.says.is_empty() && !setting.says.contains('`'), "{}", setting.name);
        match &setting.kind {
            Kind::Number { least, most, .. } => {
                assert!(*least > -100.0 && *most < 100.0, "{}", setting.name)
            }
            Kind::Choices(names) => assert!(names.len() > 2, "{names:?}"),
            Kind::Phrases => assert_eq!(setting.name, "profiles.phrases"),
            Kind::Whole { .. } | Kind::Switch => {}
        }
    }
}

#[test]
fn what_is_no_value_is_refused_by_its_setting() {
    for (name, text) in [
        ("dialogue.code_length", "11"),
        ("dialogue.code_length", "four"),
        ("dialogue.code_length", ""),
        ("quality.min_speech_seconds", "NaN"),
        ("matching.sure_reject", "0.5"),
        ("rates.read.burst", "0"),
        ("retention.dialogue_days", "0"),
        ("access.contracts", "biometrid,azure"),
        ("profiles.phrases", "en-GB too short"),
        ("profiles.phrases", "english every morning the baker opens early"),
        // Rules between settings.
        ("dialogue.dialogue_seconds", "60"),
        ("lockout.disable_after", "4"),
    ] {
        let wrong = sent(name, text).unwrap_err();
        assert_eq!(wrong.keys().collect::<Vec<_>>(), [name], "{text}: {wrong:?}");
    }
    assert_eq!(sent("retention.dialogue_days", " 7 ").unwrap().retention.dialogue_days, Some(7));
}

/// A new setting is looked at here: whether its label is words.
#[test]
fn every_label_is_words() {
    let expected = [
        ("access.contracts", "Contracts"),
        ("access.formats", "Formats"),
        ("consent.required", "Required"),
        ("dialogue.code_length", "Code length"),
        ("dialogue.code_seconds", "Code (seconds)"),
        ("dialogue.dialogue_seconds", "Dialogue (seconds)"),
        ("dialogue.enrol_codes", "Enrolment codes"),
        ("dialogue.max_sqm_failures", "Most SQM failures"),
        ("dialogue.resume_without_cookie", "Resume without cookie"),
        ("dialogue.verify_codes", "Verification codes"),
        ("lockout.delay_after", "Delay after"),
        ("lockout.disable_after", "Disable after"),
        ("lockout.first_delay_seconds", "First delay (seconds)"),
        ("lockout.longest_delay_seconds", "Longest delay (seconds)"),
        ("matching.false_match_rate", "False match rate"),
        ("matching.sure_accept", "Sure accept"),
        ("matching.sure_reject", "Sure reject"),
        ("profiles.any_format", "Any format"),
        ("profiles.max_profiles", "Most profiles"),
        ("profiles.phrases", "Phrases"),
        ("quality.max_clipped_fraction", "Most clipped fraction"),
        ("quality.min_free_speech_seconds", "Least free speech (seconds)"),
        ("quality.min_level_dbfs", "Least level (dBFS)"),
        ("quality.min_snr_db", "Least SNR (dB)"),
        ("quality.min_speech_seconds", "Least speech (seconds)"),
        ("quotas.audio_seconds.hard", "Audio (seconds): hard limit"),
        ("quotas.audio_seconds.per_month", "Audio (seconds): per month"),
        ("quotas.enrolments.hard", "Enrolments: hard limit"),
        ("quotas.enrolments.per_month", "Enrolments: per month"),
        ("quotas.identifications.hard", "Identifications: hard limit"),
        ("quotas.identifications.per_month", "Identifications: per month"),
        ("quotas.requests.hard", "Requests: hard limit"),
        ("quotas.requests.per_month", "Requests: per month"),
        ("rates.inference.burst", "Recordings: most at once"),
        ("rates.inference.per_minute", "Recordings: per minute"),
        ("rates.management.burst", "Changes: most at once"),
        ("rates.management.per_minute", "Changes: per minute"),
        ("rates.read.burst", "Look-ups: most at once"),
        ("rates.read.per_minute", "Look-ups: per minute"),
        ("retention.dialogue_days", "Dialogue (days)"),
        ("retention.unused_person_days", "Unused person (days)"),
    ];
    let titles: BTreeMap<_, _> = all().map(|setting| (setting.name.as_str(), setting.title())).collect();
    assert_eq!(titles, BTreeMap::from(expected.map(|(name, title)| (name, title.to_owned()))));
}

#[test]
fn bounds_name_another_setting_as_its_field_is_called() {
    for (name, text, bounds) in [
        ("dialogue.dialogue_seconds", "60", "“Code (seconds)” to 86400"),
        ("quality.min_free_speech_seconds", "0.5", "“Least speech (seconds)” to 60"),
        ("lockout.disable_after", "4", "“Delay after” to 100"),
    ] {
        assert_eq!(sent(name, text).unwrap_err()[name], format!("It must be {bounds}."));
    }
    assert_eq!(titled("phrases of 3 to 20 words", "profiles.phrases"), "phrases of 3 to 20 words");
}

#[test]
fn a_keypad_without_a_minus_is_offered_only_where_none_is_needed() {
    let below: Vec<_> = all().filter(|setting| setting.below_zero()).map(|setting| &setting.name).collect();
    assert_eq!(below, ["quality.min_level_dbfs", "quality.min_snr_db"]);
}

#[test]
fn a_section_that_is_closed_stays_unless_something_is_sent_for_it() {
    let mut current = Policy::default();
    current.access.formats.remove("mp3");
    let mut typed = typed(&current);
    typed.retain(|name, _| !name.starts_with("access."));
    let closed = |section: &str| section != "access";
    assert_eq!(read(&typed, &current, closed).as_ref(), Ok(&current));
    typed.insert("access.contracts".to_owned(), vec!["azure".to_owned()]);
    let wrong = read(&typed, &current, closed).unwrap_err();
    assert_eq!(wrong.keys().collect::<Vec<_>>(), ["access.formats"]);
}

#[test]
fn what_differs_is_named_with_both_values() {
    let old = Policy::default();
    let mut new = old.clone();
    new.matching.false_match_rate = 0.001;
    new.quotas.requests.per_month = Some(5);
    let expected = [
        ("matching.false_match_rate", "0.01".to_owned(), "0.001".to_owned()),
        ("quotas.requests.per_month", NOTHING.to_owned(), "5".to_owned()),
    ];
    let named = differences(&old, &new).into_iter();
    let named: Vec<_> =
        named.map(|(setting, before, after)| (setting.name.as_str(), before, after)).collect();
    assert_eq!(named, expected);
}
