#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn code(n: u32) -> Option<Code> {
    Some(Code::parse(&format!("{:04}", n % 10_000)).unwrap())
}

fn dialogue(purpose: Purpose) -> Dialogue {
    Dialogue::open(
        DialogueId::from_random([1; 16]),
        SubjectId::from_random([2; 12]),
        purpose,
        "en".into(),
        code(0),
        &Policy::default(),
        now(),
    )
}

fn shown(dialogue: &Dialogue) -> Option<String> {
    dialogue.prompt(now()).and_then(|prompt| prompt.code.as_ref()).map(Code::shown)
}

fn finding(purpose: Purpose) -> impl Strategy<Value = Finding> {
    prop_oneof![
        proptest::sample::select(Refusal::ALL).prop_map(Finding::Refused),
        (0.0..=1.0f64).prop_map(move |score| match purpose {
            Purpose::Enrol => Finding::Accepted,
            Purpose::Verify | Purpose::Adapt => Finding::Scored(score),
        }),
    ]
}

fn purpose() -> impl Strategy<Value = Purpose> {
    proptest::sample::select(Purpose::ALL)
}

fn run() -> impl Strategy<Value = (Purpose, Vec<Finding>)> {
    purpose().prop_flat_map(|p| (Just(p), proptest::collection::vec(finding(p), 0..40)))
}

proptest! {
    #[test]
    fn a_dialogue_ends_and_then_never_changes((purpose, findings) in run()) {
        let policy = Policy::default();
        let mut d = dialogue(purpose);
        let mut over = false;
        for (i, finding) in findings.into_iter().enumerate() {
            let before = (d.accepted, d.failures);
            match d.submit(finding, code(i as u32 + 1), &policy, now()) {
                Ok(reply) => {
                    prop_assert!(!over);
                    over = !matches!(reply, Reply::Next(_));
                    prop_assert_eq!(over, !d.state.is_open());
                }
                Err(DialogueOver) => {
                    prop_assert!(over);
                    prop_assert_eq!(before, (d.accepted, d.failures));
                }
            }
        }
        let most = policy.dialogue.enrol_codes.max(policy.dialogue.verify_codes);
        prop_assert!(d.accepted <= most);
        prop_assert!(d.failures <= policy.dialogue.max_sqm_failures);
    }

    #[test]
    fn a_code_is_asked_for_once((purpose, findings) in run()) {
        let mut d = dialogue(purpose);
        for (i, finding) in findings.into_iter().enumerate() {
            let asked = shown(&d);
            if d.submit(finding, code(i as u32 + 1), &Policy::default(), now()).is_ok() {
                prop_assert_ne!(asked, shown(&d));
            }
        }
    }

    #[test]
    fn refusals_alone_never_succeed_and_never_tell_another_voice(
        purpose in purpose(), refusals in proptest::collection::vec(proptest::sample::select(Refusal::ALL), 1..20)
    ) {
        let mut d = dialogue(purpose);
        for (i, refusal) in refusals.into_iter().enumerate() {
            let _ = d.submit(Finding::Refused(refusal), code(i as u32 + 1), &Policy::default(), now());
        }
        let open_or_exceeded = matches!(
            d.state, State::Open(_) | State::Failed(Failure::MaxTotalSqmFailuresExceeded)
        );
        prop_assert!(open_or_exceeded);
    }

    #[test]
    fn a_verification_succeeds_only_at_or_above_the_accept_point(scores in proptest::collection::vec(0.0..=1.0f64, 3)) {
        let mut d = dialogue(Purpose::Verify);
        for (i, score) in scores.into_iter().enumerate() {
            if d.submit(Finding::Scored(score), code(i as u32 + 1), &Policy::default(), now()) == Ok(Reply::Succeeded) {
                prop_assert!(score >= 0.5);
            }
        }
        prop_assert!(!d.state.is_open());
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply")
    }
}

#[test]
fn three_accepted_codes_enrol() {
    let mut d = dialogue(Purpose::Enrol);
    let mut say = |n| d.submit(Finding::Accepted, code(n), &Policy::default(), now()).unwrap();
    assert!(say(1) == Reply::Next(SampleDecision::Ok));
    assert!(say(2) == Reply::Next(SampleDecision::Ok));
    assert!(say(3) == Reply::Succeeded);
}

#[test]
fn a_sure_score_decides_at_the_first_code() {
    let policy = Policy::default();
    let mut sure = dialogue(Purpose::Verify);
    assert!(sure.submit(Finding::Scored(0.99), code(1), &policy, now()).unwrap() == Reply::Succeeded);
    let mut other = dialogue(Purpose::Verify);
    let reply = other.submit(Finding::Scored(0.0), code(1), &policy, now()).unwrap();
    assert!(reply == Reply::Failed(Failure::VoiceMismatch));
}

#[test]
fn what_stays_unsure_is_inconclusive_and_not_another_voice() {
    let mut d = dialogue(Purpose::Verify);
    for n in 1..3 {
        assert!(
            d.submit(Finding::Scored(0.3), code(n), &Policy::default(), now()).unwrap()
                == Reply::Next(SampleDecision::Ok)
        );
    }
    let reply = d.submit(Finding::Scored(0.3), code(3), &Policy::default(), now()).unwrap();
    assert!(reply == Reply::Failed(Failure::VoiceInconclusive));
}

#[test]
fn an_adaptation_takes_only_what_is_sure() {
    let (mut d, policy) = (dialogue(Purpose::Adapt), Policy::default());
    for n in 1..3 {
        assert!(
            d.submit(Finding::Scored(0.79), code(n), &policy, now()).unwrap()
                == Reply::Next(SampleDecision::Ok)
        );
    }
    let reply = d.submit(Finding::Scored(0.79), code(3), &policy, now()).unwrap();
    assert!(reply == Reply::Failed(Failure::VoiceInconclusive));
    let mut sure = dialogue(Purpose::Adapt);
    assert!(sure.submit(Finding::Scored(0.8), code(1), &policy, now()).unwrap() == Reply::Succeeded);
}

#[test]
fn an_expired_code_is_renewed_and_another_stays() {
    let (mut d, policy) = (dialogue(Purpose::Enrol), Policy::default());
    d.renew(code(1), &policy, now());
    assert_eq!(shown(&d).as_deref(), Some("0000"));
    d.renew(code(1), &policy, now() + TimeDelta::seconds(120));
    assert_eq!(shown(&d).as_deref(), Some("0001"));
}

#[test]
fn what_a_dialogue_asks_for_is_known_after_its_end() {
    for (code, asks) in [(code(0), Asks::Codes), (None, Asks::FreeSpeech)] {
        let Dialogue { id, subject, purpose, language, .. } = dialogue(Purpose::Verify);
        let mut d = Dialogue::open(id, subject, purpose, language, code, &Policy::default(), now());
        d.abort();
        assert_eq!(d.asks, Some(asks));
    }
}

#[test]
fn free_speech_may_come_as_long_as_the_dialogue_lives() {
    let (mut d, policy) = (dialogue(Purpose::Enrol), Policy::default());
    d.state = State::Open(Prompt { code: None, expires_at: d.expires_at });
    let late = now() + TimeDelta::seconds(899);
    assert!(!d.code_expired(late));
    d.submit(Finding::Accepted, None, &policy, late).unwrap();
    assert!(d.prompt(late).is_some_and(|prompt| prompt.code.is_none()));
}

#[test]
fn a_score_that_is_not_a_number_never_accepts() {
    let mut d = dialogue(Purpose::Verify);
    for n in 1..=3 {
        let reply = d.submit(Finding::Scored(f64::NAN), code(n), &Policy::default(), now()).unwrap();
        assert!(reply != Reply::Succeeded);
    }
}

#[test]
fn an_expired_code_is_replaced_and_costs_nothing() {
    let mut d = dialogue(Purpose::Enrol);
    let later = now() + TimeDelta::seconds(120);
    assert!(d.code_expired(later));
    for n in 1..9 {
        d.submit(Finding::Refused(Refusal::CodeExpired), code(n), &Policy::default(), later).unwrap();
    }
    assert_eq!(d.failures, 0);
    assert!(!d.code_expired(later));
}

#[test]
fn a_dialogue_past_its_time_takes_nothing_more() {
    let mut d = dialogue(Purpose::Enrol);
    let later = now() + TimeDelta::seconds(900);
    assert_eq!(d.submit(Finding::Accepted, code(1), &Policy::default(), later).err(), Some(DialogueOver));
}
