#![allow(clippy::unwrap_used)]
use super::*;

/// What a form would send of a policy.
fn typed(policy: &Policy) -> Typed {
    let values = values(policy);
    let settings = SECTIONS.iter().flat_map(|section| &section.settings);
    let typed = settings.map(|setting| (setting.name.clone(), setting.typed(&values)));
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
    let settings: Vec<_> = SECTIONS.iter().flat_map(|section| &section.settings).collect();
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
    assert_eq!(differences(&old, &new), expected);
}
