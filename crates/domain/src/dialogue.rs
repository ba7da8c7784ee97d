//! A dialogue: a conversation with a subject, in which codes are asked for and spoken.
//!
//! Some dialogues ask for no code but for free speech; they run the same way.
//!
//! The machine is pure. It is given what was found of a sample and the next code, and answers what
//! the dialogue became and what to say. It promises that a code counts once, that a finished
//! dialogue never changes, and that every dialogue ends: by success, by judgement, by its budget
//! of refusals or by its time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    code::Code,
    decision::{ACCEPT_SCORE, Failure, Refusal, SampleDecision, UnknownName, named},
    ids::{DialogueId, SubjectId},
    policy::{MatchingPolicy, Policy},
};
use std::{fmt, str::FromStr};

named! {
    /// What a dialogue is for.
    Purpose {
        Enrol,
        Verify,
        /// Teach an enrolled voiceprint how its owner sounds today.
        Adapt,
    }
}

named! {
    /// What a dialogue asks the person to say.
    Asks {
        Codes,
        FreeSpeech,
    }
}

/// What is to be said next, and until when.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The code that was shown; none where free speech is asked for.
    pub code: Option<Code>,
    pub expires_at: DateTime<Utc>,
}

named! {
    /// How a dialogue stands.
    DialogueState {
        Open,
        Succeeded,
        Failed,
        /// Put aside before its end.
        Aborted,
    }
}

/// Where a dialogue stands, with what there is to know of that.
#[derive(Clone, PartialEq, Eq)]
pub enum State {
    /// Waiting for its code, or for free speech.
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

    /// The state in one word.
    pub fn word(&self) -> DialogueState {
        match self {
            Self::Open(_) => DialogueState::Open,
            Self::Succeeded => DialogueState::Succeeded,
            Self::Failed(_) => DialogueState::Failed,
            Self::Aborted => DialogueState::Aborted,
        }
    }
}

/// A dialogue and its counters.
#[derive(Clone)]
pub struct Dialogue {
    pub id: DialogueId,
    pub subject: SubjectId,
    pub purpose: Purpose,
    /// None of one that began before this was kept.
    pub asks: Option<Asks>,
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
    /// Opens a dialogue with its first code, or for free speech.
    pub fn open(
        id: DialogueId,
        subject: SubjectId,
        purpose: Purpose,
        language: String,
        code: Option<Code>,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Self {
        let expires_at = now + TimeDelta::seconds(policy.dialogue.dialogue_seconds.into());
        let asks = Some(if code.is_some() { Asks::Codes } else { Asks::FreeSpeech });
        let state = State::Open(prompt(code, expires_at, policy, now));
        Self { id, subject, purpose, asks, language, state, accepted: 0, failures: 0, expires_at }
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

    /// Asks for another code in place of one whose time is over. A code that may still be spoken stays.
    pub fn renew(&mut self, next: Option<Code>, policy: &Policy, now: DateTime<Utc>) {
        if self.code_expired(now) {
            self.state = State::Open(prompt(next, self.expires_at, policy, now));
        }
    }

    /// Takes one sample's finding. The code that it answered is used up, whatever was found;
    /// `next` is the code asked for if the dialogue goes on.
    pub fn submit(
        &mut self,
        finding: Finding,
        next: Option<Code>,
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
            Reply::Next(_) => State::Open(prompt(next, self.expires_at, policy, now)),
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
            // What has no score was not judged, so it cannot succeed.
            (Purpose::Verify | Purpose::Adapt, None) => Reply::Failed(Failure::VoiceInconclusive),
            (purpose, Some(score)) => {
                let last = self.accepted >= policy.dialogue.verify_codes;
                // A voiceprint learns only from what is sure, however often it was asked.
                let decides = last && purpose == Purpose::Verify;
                match verdict(score, decides, &policy.matching) {
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

/// Free speech may come as long as the dialogue lives; a code has a time of its own.
fn prompt(code: Option<Code>, ends: DateTime<Utc>, policy: &Policy, now: DateTime<Utc>) -> Prompt {
    let expires_at = match code {
        Some(_) => now + TimeDelta::seconds(policy.dialogue.code_seconds.into()),
        None => ends,
    };
    Prompt { code, expires_at }
}

enum Verdict {
    Accept,
    Reject,
    Undecided,
}

/// Sure scores decide at once. Where it `decides`, the accept point accepts too, and what is neither
/// accepted nor surely another voice stays undecided: "not sure" is never "not the same voice".
/// A score that is not a number decides nothing.
fn verdict(score: f64, decides: bool, policy: &MatchingPolicy) -> Verdict {
    if score >= policy.sure_accept || (decides && score >= ACCEPT_SCORE) {
        Verdict::Accept
    } else if score <= policy.sure_reject {
        Verdict::Reject
    } else {
        Verdict::Undecided
    }
}

#[cfg(test)]
mod tests;
