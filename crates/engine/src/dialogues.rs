//! Dialogues: asking for a code, and what happens when it is spoken.
//!
//! Some ask for no code but for free speech (BiometrID 1.1): nothing then proves that the recording was
//! made now, only that it is not one that was heard before. The rest is the same.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use timbre_audio::Container;
use timbre_domain::{
    code::Code,
    contract::Contract,
    decision::{Failure, Refusal, SampleDecision, TurnDecision},
    dialogue::{Asks, Dialogue, Finding, Purpose, Reply, State},
    ids::{DialogueId, TurnId},
    policy::{DialoguePolicy, Policy, QualityPolicy},
    usage::{Meter, Usage},
};
use timbre_inference::{Timing, code::Language};
use timbre_matching::fingerprint::Fingerprint;
use timbre_store::{DialogueRecord, LockoutChange, Outcome, Step};
use timbre_vault::{Purpose as Sealing, SealContext};

use crate::{
    Engine, EngineError, Subject, Tenant,
    error::random,
    figures::{committed, kind_of, read, refused},
    listening::{Question, listen},
    turn::Turn,
};

/// How many of a subject's latest recordings a new one is held against: of those that were accepted, and of those
/// that were not. Apart, so that nobody can push an accepted one out by sending what will be refused. A comparison takes
/// a tenth of a millisecond.
const KNOWN_ACCEPTED: u64 = 200;
const KNOWN_REFUSED: u64 = 20;

/// How often a code is drawn anew to differ from the dialogue's last one.
const DRAWS: usize = 8;

/// An open dialogue, and what it asks for now.
pub struct Asked {
    pub dialogue: DialogueId,
    pub purpose: Purpose,
    pub language: String,
    /// None where free speech is asked for.
    pub code: Option<AskedCode>,
    /// Samples accepted so far.
    pub accepted: u32,
}

/// A code that the person is asked to speak.
pub struct AskedCode {
    /// As digits: "0653".
    pub digits: String,
    /// In words: "zero six five three".
    pub words: String,
}

/// What became of a sample.
pub enum Answer {
    /// The sample was taken or refused, and another one is wanted.
    Next(SampleDecision, Asked),
    Succeeded,
    Failed(Failure),
}

/// A submitted sample's answer, and where its time went.
pub struct Spoken {
    pub answer: Answer,
    /// Samples that the dialogue has accepted, this one included.
    pub accepted: u32,
    pub timing: Timing,
}

impl Engine {
    /// Opens a dialogue. Whatever dialogue the subject had open is put aside.
    pub async fn start_dialogue(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        purpose: Purpose,
        asks: Asks,
        language: &str,
    ) -> Result<Asked, EngineError> {
        self.check_dialogue(tenant, subject, purpose, language).await?;
        self.admit(tenant, meters_of(purpose)).await?;
        if purpose != Purpose::Enrol {
            self.check_lockout(tenant, subject.id, language).await?;
        }
        let language = self.parts.languages.get(language)?;
        let now = self.parts.clock.now();
        let code = match asks {
            Asks::Codes => Some(draw_code(tenant, None)?),
            Asks::FreeSpeech => None,
        };
        let id = DialogueId::from_random(random()?);
        let dialogue =
            Dialogue::open(id, subject.id, purpose, language.code.clone(), code, &tenant.policy, now);
        let detail = json!({"purpose": purpose.name(), "language": language.code});
        let entry = tenant.entry("dialogue.started", Some(subject.id), Usage::request(0.0), detail);
        committed("start_dialogue", self.parts.store.start_dialogue(tenant.id, &dialogue, entry, now))
            .await?;
        tracing::info!(dialogue = %dialogue.id, %purpose, language = language.code, "dialogue started");
        asked(&dialogue, language, now).ok_or(EngineError::DialogueOver)
    }

    /// Whether such a dialogue can be held at all, in the order in which callers are told.
    pub async fn check_dialogue(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        purpose: Purpose,
        language: &str,
    ) -> Result<(), EngineError> {
        self.parts.languages.get(language)?;
        let enrolled = self.dialogue_enrolment(tenant, subject.id, language).await?.is_some();
        match purpose {
            Purpose::Enrol if enrolled => Err(EngineError::AlreadyEnrolled),
            Purpose::Verify | Purpose::Adapt if !enrolled => Err(EngineError::NotEnrolled),
            Purpose::Enrol | Purpose::Adapt => subject.check_enrolment(tenant),
            Purpose::Verify => subject.check_use(),
        }
    }

    /// Whether the subject can be verified now, in the order in which callers are told.
    pub async fn check_verification(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        language: &str,
    ) -> Result<(), EngineError> {
        self.check_dialogue(tenant, subject, Purpose::Verify, language).await?;
        self.check_lockout(tenant, subject.id, language).await
    }

    /// The subject's dialogue that still goes on. A code whose time is over is replaced: what is shown can
    /// be spoken.
    pub async fn pending_dialogue(
        &self,
        tenant: &Tenant,
        subject: &Subject,
    ) -> Result<Option<Asked>, EngineError> {
        let store = &self.parts.store;
        let _turn = self.in_turn.enter(subject.id).await;
        let Some(DialogueRecord { mut dialogue, version }) =
            store.open_dialogue(tenant.id, subject.id).await?
        else {
            return Ok(None);
        };
        let now = self.parts.clock.now();
        if dialogue.code_expired(now) {
            let last = dialogue.prompt(now).and_then(|prompt| prompt.code.clone());
            dialogue.renew(Some(draw_code(tenant, last.as_ref())?), &tenant.policy, now);
            store.renew_dialogue(tenant.id, &dialogue, version, now).await?;
        }
        Ok(asked(&dialogue, self.parts.languages.get(&dialogue.language)?, now))
    }

    /// The language of the dialogue, if it is this subject's, for this purpose, and still goes on.
    pub async fn dialogue_goes_on(
        &self,
        tenant: &Tenant,
        dialogue: DialogueId,
        subject: &Subject,
        purpose: Purpose,
    ) -> Result<Option<String>, EngineError> {
        let now = self.parts.clock.now();
        let found = self.parts.store.dialogue(tenant.id, dialogue).await?.map(|found| found.dialogue);
        let goes_on = found.filter(|dialogue| {
            dialogue.subject == subject.id && dialogue.purpose == purpose && dialogue.prompt(now).is_some()
        });
        Ok(goes_on.map(|dialogue| dialogue.language))
    }

    /// Puts aside whatever dialogue the subject has open.
    pub async fn restart_dialogues(&self, tenant: &Tenant, subject: &Subject) -> Result<(), EngineError> {
        let entry = tenant.told("dialogue.put_aside", Some(subject.id), Value::Null);
        Ok(self.parts.store.abort_dialogue(tenant.id, subject.id, entry, self.parts.clock.now()).await?)
    }

    /// Takes a recording in which what the dialogue asks for should be spoken.
    pub async fn submit(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        id: DialogueId,
        bytes: Vec<u8>,
    ) -> Result<Spoken, EngineError> {
        let _turn = self.in_turn.enter(subject.id).await;
        let found = read("dialogue", self.parts.store.dialogue(tenant.id, id)).await?;
        let DialogueRecord { dialogue, version } =
            found.filter(|found| found.dialogue.subject == subject.id).ok_or(EngineError::DialogueOver)?;
        match dialogue.purpose {
            Purpose::Enrol | Purpose::Adapt => subject.check_enrolment(tenant)?,
            Purpose::Verify => subject.check_use()?,
        }
        self.step(tenant, subject, &tenant.policy, dialogue, Some(version), bytes).await
    }

    /// Verifies a subject by one recording of free speech: a dialogue that begins and ends with it, and
    /// leaves the subject's open one alone. A refused recording says why, and judges nobody.
    pub async fn verify_once(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        bytes: Vec<u8>,
    ) -> Result<Spoken, EngineError> {
        let language = tenant.default_language.as_str();
        // In turn: of one recording that is sent many times at once, the second is one that was heard before.
        let _turn = self.in_turn.enter(subject.id).await;
        self.check_verification(tenant, subject, language).await?;
        let policy = Policy {
            dialogue: DialoguePolicy {
                verify_codes: 1,
                // A refused recording ends it as it is: its reason is the answer.
                max_sqm_failures: u32::MAX,
                ..tenant.policy.dialogue.clone()
            },
            ..tenant.policy.clone()
        };
        let (id, now) = (DialogueId::from_random(random()?), self.parts.clock.now());
        let dialogue =
            Dialogue::open(id, subject.id, Purpose::Verify, language.to_owned(), None, &policy, now);
        self.step(tenant, subject, &policy, dialogue, None, bytes).await
    }

    /// One step of a dialogue: hears the recording, judges it, and commits all that follows.
    async fn step(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        policy: &Policy,
        mut dialogue: Dialogue,
        version: Option<i32>,
        bytes: Vec<u8>,
    ) -> Result<Spoken, EngineError> {
        let now = self.parts.clock.now();
        let asked_code = dialogue.prompt(now).ok_or(EngineError::DialogueOver)?.code.clone();
        let language = Arc::clone(self.parts.languages.get(&dialogue.language)?);
        self.admit(tenant, meters_of(dialogue.purpose)).await?;

        let mut turn = Turn::new(TurnId::from_random(random()?));
        let mut timing = Timing::default();
        let finding = if dialogue.code_expired(now) {
            Finding::Refused(Refusal::CodeExpired)
        } else {
            if dialogue.purpose == Purpose::Enrol {
                self.check_vault()?;
            }
            let question =
                self.question(tenant, subject, &dialogue, asked_code.clone(), &language, bytes).await?;
            let done =
                self.infer(tenant, Contract::Biometrid, move |models| listen(models, question)).await?;
            timing = done.timing;
            let heard = done.value;
            let heard =
                heard.inspect_err(|error| refused(Contract::Biometrid, kind_of(dialogue.purpose), error))?;
            turn.heard(self, tenant, subject, &dialogue, heard).await?
        };

        let next = asked_code.map(|last| draw_code(tenant, Some(&last))).transpose()?;
        // The answer holds as of when it is given: a code's time begins when it is shown.
        let now = self.parts.clock.now();
        let reply = dialogue.submit(finding, next, policy, now).map_err(|_| EngineError::DialogueOver)?;
        if version.is_none() {
            // It begins and ends with this sample: nothing is asked for after it.
            dialogue.abort();
        }
        let outcome = match (&reply, dialogue.purpose) {
            (Reply::Succeeded, Purpose::Enrol) => Outcome::Enrolled(turn.enrol(self, tenant, subject)?),
            (Reply::Succeeded, Purpose::Adapt) => turn.adapt(self, tenant, subject)?,
            _ => Outcome::Nothing,
        };
        let lockout = match (&reply, turn.compared_with()) {
            (Reply::Succeeded, Some(enrolment)) => Some((enrolment, LockoutChange::Clear)),
            (Reply::Failed(Failure::VoiceMismatch | Failure::VoiceInconclusive), Some(enrolment)) => {
                let delay = self.delay_from(tenant, enrolment, now).await?;
                delay.map(|until| (enrolment, until))
            }
            _ => None,
        };
        let refused = matches!(finding, Finding::Refused(_));
        let keep_audio =
            dialogue.purpose == Purpose::Enrol && !refused && !matches!(dialogue.state, State::Failed(_));
        let object = if keep_audio { turn.store_audio(self, tenant, subject).await? } else { None };
        let decision = decision(finding, &reply);
        let (heard_seconds, score) = turn.judged();
        let mut entry = tenant.step_entry(&dialogue, decision, heard_seconds, score);
        if let Some((_, LockoutChange::Until(until))) = lockout {
            entry.events.push(tenant.event("lockout.begun", Some(dialogue.subject), json!({"until": until})));
        }
        let new = turn.into_row(tenant, subject, decision, object)?;
        let step = Step { dialogue: &dialogue, version, turn: new, outcome, lockout, entry };
        committed("commit_step", self.parts.store.commit_step(tenant.id, step, now)).await?;
        tenant.decided(dialogue.purpose, finding, &reply, score);
        tracing::info!(dialogue = %dialogue.id, purpose = %dialogue.purpose, %decision, accepted = dialogue.accepted,
            failures = dialogue.failures, queue_ms = timing.queue.as_millis() as u64,
            model_ms = timing.model.as_millis() as u64, "sample judged");
        let answer = match reply {
            Reply::Next(decision) => Answer::Next(decision, whatever_is_asked(&dialogue, &language, now)),
            Reply::Succeeded => Answer::Succeeded,
            Reply::Failed(failure) => Answer::Failed(failure),
        };
        Ok(Spoken { answer, accepted: dialogue.accepted, timing })
    }

    async fn question(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        dialogue: &Dialogue,
        code: Option<Code>,
        language: &Arc<Language>,
        bytes: Vec<u8>,
    ) -> Result<Question, EngineError> {
        let store = &self.parts.store;
        let mut rows = store.fingerprints(tenant.id, dialogue.subject, true, KNOWN_ACCEPTED).await?;
        rows.extend(store.fingerprints(tenant.id, dialogue.subject, false, KNOWN_REFUSED).await?);
        let mut known = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(sealed) = row.sealed_fingerprint else { continue };
            let opened =
                subject.open(tenant, &SealContext::new(Sealing::Fingerprint, row.id.as_bytes()), &sealed)?;
            known.push(Fingerprint::from_bytes(&opened)?);
        }
        let quality = tenant.policy.quality.clone();
        let quality = match code {
            Some(_) => quality,
            None => QualityPolicy { min_speech_seconds: quality.min_free_speech_seconds, ..quality },
        };
        Ok(Question {
            bytes,
            container: Container::Wav,
            limits: self.parts.sample_limits,
            quality,
            code,
            language: Arc::clone(language),
            known,
            models: tenant.heard_by(),
        })
    }
}

/// The quotas that a dialogue needs room in.
fn meters_of(purpose: Purpose) -> &'static [Meter] {
    match purpose {
        Purpose::Enrol => &[Meter::Requests, Meter::AudioSeconds, Meter::Enrolments],
        Purpose::Verify | Purpose::Adapt => &[Meter::Requests, Meter::AudioSeconds],
    }
}

/// A new code, other than the one just used.
fn draw_code(tenant: &Tenant, last: Option<&Code>) -> Result<Code, EngineError> {
    for _ in 0..DRAWS {
        let drawn = Code::draw(tenant.policy.dialogue.code_length, &random::<64>()?);
        if let Some(code) = drawn.filter(|code| Some(code) != last) {
            return Ok(code);
        }
    }
    // Eight draws that all repeat or run out of bytes do not happen to a working generator.
    Err(EngineError::Randomness(getrandom::Error::UNEXPECTED))
}

/// What an open dialogue asks for; nothing once it is over.
fn asked(dialogue: &Dialogue, language: &Language, now: DateTime<Utc>) -> Option<Asked> {
    dialogue.prompt(now)?;
    Some(whatever_is_asked(dialogue, language, now))
}

/// The same where a dialogue of one sample has just put itself aside.
fn whatever_is_asked(dialogue: &Dialogue, language: &Language, now: DateTime<Utc>) -> Asked {
    let code = dialogue.prompt(now).and_then(|prompt| prompt.code.as_ref());
    Asked {
        dialogue: dialogue.id,
        purpose: dialogue.purpose,
        language: dialogue.language.clone(),
        code: code.map(|code| AskedCode { digits: code.shown(), words: language.prompt_text(code.digits()) }),
        accepted: dialogue.accepted,
    }
}

/// What is written of the sample: its own decision, or what it brought the dialogue to.
fn decision(finding: Finding, reply: &Reply) -> TurnDecision {
    match (finding, reply) {
        (Finding::Refused(refusal), _) => TurnDecision::Sample(SampleDecision::Refused(refusal)),
        (_, Reply::Failed(failure)) => TurnDecision::Ended(*failure),
        _ => TurnDecision::Sample(SampleDecision::Ok),
    }
}
