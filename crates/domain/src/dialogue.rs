//! A dialogue: a conversation with a subject, in which codes are asked for and spoken.
//!
//! The machine is pure. It is given what was found of a sample and the next code, and answers what
//! the dialogue became and what to say. It promises that a code counts once, that a finished
//! dialogue never changes, and that every dialogue ends: by success, by judgement, by its budget
//! of refusals or by its time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    code::Code,
    decision::UnknownName,
    decision::{Failure, Refusal, SampleDecision, named},
    ids::{DialogueId, SubjectId},
    policy::{MatchingPolicy, Policy},
};
use std::{fmt, str::FromStr};

named! {
    /// What a dialogue is for.
    Purpose {
        Enrol,
        Verify,
    }
}

/// A code that was shown, and until when it may be spoken.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    pub code: Code,
    pub expires_at: DateTime<Utc>,
}

/// Where a dialogue stands.
#[derive(Clone, PartialEq, Eq)]
pub enum State {
    /// Waiting for its code to be spoken.
    Open(Prompt),
    /// Enrolled, or verified.
    Succeeded,
    /// Over without success.
    Failed(Failure),
    /// Put aside before its end: another dialogue of the subject began.
    Aborted,
}

impl State {
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }
}

/// A dialogue and its counters.
#[derive(Clone)]
pub struct Dialogue {
    pub id: DialogueId,
    pub subject: SubjectId,
    pub purpose: Purpose,
    /// The language of its codes; an enrolment is per language.
    pub language: String,
    pub state: State,
    /// Samples accepted so far.
    pub accepted: u32,
    /// Refused samples that count (speech-quality failures).
    pub failures: u32,
    /// From then on an unfinished dialogue is over.
    pub expires_at: DateTime<Utc>,
}

/// What was found of a submitted sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// It cannot be judged.
    Refused(Refusal),
    /// It says the code, well enough; for an enrolment that is all there is to know.
    Accepted,
    /// It says the code, and this is the calibrated score (0 to 1, accept at 0.5) of all samples
    /// that the dialogue accepted, this one among them.
    Scored(f64),
}

/// What to say after a sample.
#[derive(Clone, PartialEq)]
pub enum Reply {
    /// Another code is wanted.
    Next(SampleDecision),
    /// The dialogue succeeded.
    Succeeded,
    /// The dialogue failed. `decision` is `None` where no biometric decision was made.
    Failed(Failure),
}

/// A sample was handed to a dialogue that is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the dialogue is over")]
pub struct DialogueOver;

impl Dialogue {
    /// Opens a dialogue with its first code.
    pub fn open(
        id: DialogueId,
        subject: SubjectId,
        purpose: Purpose,
        language: String,
        code: Code,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Self {
        let lifetime = TimeDelta::seconds(policy.dialogue.dialogue_seconds.into());
        Self {
            id,
            subject,
            purpose,
            language,
            state: State::Open(prompt(code, policy, now)),
            accepted: 0,
            failures: 0,
            expires_at: now + lifetime,
        }
    }

    /// The code that is waited for, unless the dialogue is over.
    pub fn prompt(&self, now: DateTime<Utc>) -> Option<&Prompt> {
        match &self.state {
            State::Open(prompt) if now < self.expires_at => Some(prompt),
            _ => None,
        }
    }

    /// Whether the current code's time is over. Asked before anything is spent on the audio.
    pub fn code_expired(&self, now: DateTime<Utc>) -> bool {
        self.prompt(now).is_some_and(|prompt| now >= prompt.expires_at)
    }

    /// Takes one sample's finding. The code that it answered is used up, whatever was found;
    /// `next` is the code asked for if the dialogue goes on.
    pub fn submit(
        &mut self,
        finding: Finding,
        next: Code,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Result<Reply, DialogueOver> {
        if self.prompt(now).is_none() {
            return Err(DialogueOver);
        }
        let reply = match finding {
            Finding::Refused(refusal) => self.refuse(refusal, policy),
            Finding::Accepted => self.accept(None, policy),
            Finding::Scored(score) => self.accept(Some(score), policy),
        };
        self.state = match reply {
            Reply::Next(_) => State::Open(prompt(next, policy, now)),
            Reply::Succeeded => State::Succeeded,
            Reply::Failed(failure) => State::Failed(failure),
        };
        Ok(reply)
    }

    fn refuse(&mut self, refusal: Refusal, policy: &Policy) -> Reply {
        self.failures += u32::from(refusal.counts_as_failure());
        if self.failures >= policy.dialogue.max_sqm_failures {
            return Reply::Failed(Failure::MaxTotalSqmFailuresExceeded);
        }
        Reply::Next(SampleDecision::Refused(refusal))
    }

    fn accept(&mut self, score: Option<f64>, policy: &Policy) -> Reply {
        self.accepted += 1;
        match (self.purpose, score) {
            (Purpose::Enrol, _) if self.accepted >= policy.dialogue.enrol_codes => Reply::Succeeded,
            (Purpose::Enrol, _) => Reply::Next(SampleDecision::Ok),
            // A verification without a score has judged nothing, so it cannot succeed.
            (Purpose::Verify, None) => Reply::Failed(Failure::VoiceInconclusive),
            (Purpose::Verify, Some(score)) => {
                let last = self.accepted >= policy.dialogue.verify_codes;
                match verdict(score, last, &policy.matching) {
                    Verdict::Accept => Reply::Succeeded,
                    Verdict::Reject => Reply::Failed(Failure::VoiceMismatch),
                    Verdict::Undecided if last => Reply::Failed(Failure::VoiceInconclusive),
                    Verdict::Undecided => Reply::Next(SampleDecision::Ok),
                }
            }
        }
    }

    /// Puts the dialogue aside. A finished one stays as it is.
    pub fn abort(&mut self) {
        if self.state.is_open() {
            self.state = State::Aborted;
        }
    }
}

fn prompt(code: Code, policy: &Policy, now: DateTime<Utc>) -> Prompt {
    Prompt { code, expires_at: now + TimeDelta::seconds(policy.dialogue.code_seconds.into()) }
}

enum Verdict {
    Accept,
    Reject,
    Undecided,
}

/// Sure scores decide at once. At the last code the accept point decides, and what is neither
/// accepted nor surely another voice stays undecided: "not sure" is never "not the same voice".
/// A score that is not a number decides nothing.
fn verdict(score: f64, last: bool, policy: &MatchingPolicy) -> Verdict {
    if score >= policy.sure_accept || (last && score >= 0.5) {
        Verdict::Accept
    } else if score <= policy.sure_reject {
        Verdict::Reject
    } else {
        Verdict::Undecided
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn code(n: u32) -> Code {
        Code::parse(&format!("{:04}", n % 10_000)).unwrap()
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

    fn finding(purpose: Purpose) -> impl Strategy<Value = Finding> {
        prop_oneof![
            proptest::sample::select(Refusal::ALL).prop_map(Finding::Refused),
            (0.0..=1.0f64).prop_map(move |score| match purpose {
                Purpose::Enrol => Finding::Accepted,
                Purpose::Verify => Finding::Scored(score),
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
                let asked = d.prompt(now()).map(|p| p.code.shown());
                if d.submit(finding, code(i as u32 + 1), &Policy::default(), now()).is_ok() {
                    prop_assert_ne!(asked, d.prompt(now()).map(|p| p.code.shown()));
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
}
