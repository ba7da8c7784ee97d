//! Dialogues: asking for a code, and what happens when it is spoken.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use timbre_audio::Container;
use timbre_domain::{
    code::Code,
    decision::{Refusal, SampleDecision},
    dialogue::{Dialogue, Finding, Purpose, Reply, State},
    ids::{DialogueId, EnrolmentId, ObjectId, SubjectId, TurnId},
};
use timbre_inference::{Timing, code::Language};
use timbre_matching::{
    calibration::{Calibrated, TargetRate},
    conditions::Scheme,
    fingerprint::Fingerprint,
};
use timbre_store::{DialogueRecord, FinishedEnrolment, NewTurn, SealedVoiceprint, Step, TurnRecord};
use timbre_vault::{Purpose as Sealing, SealContext};

use crate::{
    Engine, EngineError, Tenant,
    error::random,
    listening::{Heard, Question, Report, listen},
    speakers::Voice,
    template::{Template, TemplateError},
};

/// The scheme of dialogues: what makes a subject's enrolment one of spoken digit codes.
const SCHEME: Scheme = Scheme::PromptedDigits;
const SCHEME_NAME: &str = "prompted-digits";

/// How many of a subject's latest recordings a new one is held against. A replay of an older one
/// still needs the same code to be drawn again, one chance in 5,040.
const KNOWN_RECORDINGS: u64 = 50;

/// How often a code is drawn anew to differ from the dialogue's last one.
const DRAWS: usize = 8;

/// A code that the person is asked to speak.
pub struct Asked {
    pub dialogue: DialogueId,
    /// As digits: "0653".
    pub code: String,
    /// In words: "zero six five three".
    pub text: String,
}

/// What became of a spoken code.
pub enum Answer {
    /// The sample was taken or refused, and another code is wanted.
    Next(SampleDecision, Asked),
    Succeeded,
    Failed(timbre_domain::decision::Failure),
}

/// A submitted sample's answer, and where its time went.
pub struct Spoken {
    pub answer: Answer,
    pub timing: Timing,
}

impl Engine {
    /// Opens a dialogue. Whatever dialogue the subject had open is put aside.
    pub async fn start_dialogue(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        purpose: Purpose,
        language: Option<&str>,
    ) -> Result<Asked, EngineError> {
        let language = language.unwrap_or(&tenant.default_language);
        self.check_dialogue(tenant, subject, purpose, language).await?;
        let language = self.parts.languages.get(language)?;
        let now = self.parts.clock.now();
        let code = draw_code(tenant, None)?;
        let dialogue = Dialogue::open(
            DialogueId::from_random(random()?),
            subject,
            purpose,
            language.code.clone(),
            code,
            &tenant.policy,
            now,
        );
        self.parts.store.start_dialogue(tenant.id, &dialogue, now).await?;
        tracing::info!(dialogue = %dialogue.id, %purpose, language = language.code, "dialogue started");
        asked(&dialogue, language, now).ok_or(EngineError::DialogueOver)
    }

    /// Whether such a dialogue can be held at all, in the order in which callers are told.
    pub async fn check_dialogue(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        purpose: Purpose,
        language: &str,
    ) -> Result<(), EngineError> {
        self.parts.store.subject(tenant.id, subject).await?.ok_or(EngineError::UnknownSubject)?;
        if !tenant.voice_engine {
            return Err(EngineError::NoVoiceEngine);
        }
        self.parts.languages.get(language)?;
        let enrolled = self.parts.store.enrolment(tenant.id, subject, SCHEME_NAME, language).await?.is_some();
        match purpose {
            Purpose::Enrol if enrolled => Err(EngineError::AlreadyEnrolled),
            Purpose::Verify if !enrolled => Err(EngineError::NotEnrolled),
            _ => Ok(()),
        }
    }

    /// The dialogue, if it is this subject's, for this purpose, and still goes on.
    pub async fn dialogue_goes_on(
        &self,
        tenant: &Tenant,
        dialogue: DialogueId,
        subject: SubjectId,
        purpose: Purpose,
    ) -> Result<bool, EngineError> {
        let now = self.parts.clock.now();
        let found = self.parts.store.dialogue(tenant.id, dialogue).await?;
        Ok(found.is_some_and(|DialogueRecord { dialogue, .. }| {
            dialogue.subject == subject && dialogue.purpose == purpose && dialogue.prompt(now).is_some()
        }))
    }

    /// Takes a recording in which the dialogue's current code should be spoken.
    pub async fn submit(
        &self,
        tenant: &Tenant,
        id: DialogueId,
        bytes: Vec<u8>,
    ) -> Result<Spoken, EngineError> {
        let _turn = self.in_turn.enter(id).await;
        let DialogueRecord { mut dialogue, version } =
            self.parts.store.dialogue(tenant.id, id).await?.ok_or(EngineError::DialogueOver)?;
        let now = self.parts.clock.now();
        let asked_code = dialogue.prompt(now).ok_or(EngineError::DialogueOver)?.code.clone();
        let language = Arc::clone(self.parts.languages.get(&dialogue.language)?);

        let turn_id = TurnId::from_random(random()?);
        let mut turn = Turn::new(turn_id);
        let mut timing = Timing::default();
        let finding = if dialogue.code_expired(now) {
            Finding::Refused(Refusal::CodeExpired)
        } else {
            let question = self.question(tenant, &dialogue, &asked_code, &language, bytes).await?;
            let done = self.parts.pool.run(move |models| listen(models, question)).await?;
            timing = done.timing;
            turn.heard(self, tenant, &dialogue, done.value?).await?
        };

        let next = draw_code(tenant, Some(&asked_code))?;
        // The answer holds as of when it is given: a code's time begins when it is shown.
        let now = self.parts.clock.now();
        let reply =
            dialogue.submit(finding, next, &tenant.policy, now).map_err(|_| EngineError::DialogueOver)?;
        let enrolled = match (&reply, dialogue.purpose) {
            (Reply::Succeeded, Purpose::Enrol) => Some(turn.finish(self, tenant)?),
            _ => None,
        };
        let refused = matches!(finding, Finding::Refused(_));
        let keep_audio =
            dialogue.purpose == Purpose::Enrol && !refused && !matches!(dialogue.state, State::Failed(_));
        let object = if keep_audio { turn.store_audio(self, tenant).await? } else { None };
        let decision = decision_name(finding, &reply);
        let new = turn.into_row(tenant, decision, object)?;
        let step = Step { dialogue: &dialogue, version, turn: new, enrolled };
        self.parts.store.commit_step(tenant.id, step, now).await?;
        tracing::info!(dialogue = %dialogue.id, purpose = %dialogue.purpose, decision, accepted = dialogue.accepted,
            failures = dialogue.failures, queue_ms = timing.queue.as_millis() as u64,
            model_ms = timing.model.as_millis() as u64, "sample judged");
        let answer = match reply {
            Reply::Next(decision) => {
                Answer::Next(decision, asked(&dialogue, &language, now).ok_or(EngineError::DialogueOver)?)
            }
            Reply::Succeeded => Answer::Succeeded,
            Reply::Failed(failure) => Answer::Failed(failure),
        };
        Ok(Spoken { answer, timing })
    }

    async fn question(
        &self,
        tenant: &Tenant,
        dialogue: &Dialogue,
        code: &Code,
        language: &Arc<Language>,
        bytes: Vec<u8>,
    ) -> Result<Question, EngineError> {
        let rows = self.parts.store.fingerprints(tenant.id, dialogue.subject, KNOWN_RECORDINGS).await?;
        let mut known = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(sealed) = row.sealed_fingerprint else { continue };
            let opened =
                tenant.key.open(&SealContext::new(Sealing::Fingerprint, row.id.as_bytes()), &sealed)?;
            known.push(Fingerprint::from_bytes(&opened)?);
        }
        Ok(Question {
            bytes,
            container: Container::Wav,
            limits: self.parts.sample_limits,
            quality: tenant.policy.quality.clone(),
            code: code.clone(),
            language: Arc::clone(language),
            known,
            models: self.parts.speakers.models(),
        })
    }

    /// The voices that the dialogue accepted so far.
    async fn accepted_voices(
        &self,
        tenant: &Tenant,
        dialogue: DialogueId,
    ) -> Result<Vec<Voice>, EngineError> {
        let turns = self.parts.store.turns(tenant.id, dialogue).await?;
        turns.iter().filter_map(|turn| self.open_voice(tenant, turn).transpose()).collect()
    }

    fn open_voice(&self, tenant: &Tenant, turn: &TurnRecord) -> Result<Option<Voice>, EngineError> {
        let Some(sealed) = &turn.sealed_embeddings else { return Ok(None) };
        let opened = tenant.key.open(&SealContext::new(Sealing::Embedding, turn.id.as_bytes()), sealed)?;
        let mut rest: &[u8] = &opened;
        let mut voice = Voice::new();
        for model in self.parts.speakers.models() {
            let (length, after) = rest.split_first_chunk::<4>().ok_or(TemplateError::Damaged)?;
            let (bytes, after) =
                after.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(TemplateError::Damaged)?;
            voice.push(Template::from_bytes(*model, bytes)?);
            rest = after;
        }
        Ok(Some(voice))
    }

    /// The subject's voiceprints, one for each active model.
    async fn voiceprint(&self, tenant: &Tenant, dialogue: &Dialogue) -> Result<Voice, EngineError> {
        let store = &self.parts.store;
        let enrolment = store
            .enrolment(tenant.id, dialogue.subject, SCHEME_NAME, &dialogue.language)
            .await?
            .ok_or(EngineError::NotEnrolled)?;
        let rows = store.voiceprints(tenant.id, enrolment.id).await?;
        self.parts
            .speakers
            .models()
            .iter()
            .map(|model| {
                let row = rows
                    .iter()
                    .find(|row| row.model == model.as_str())
                    .ok_or(TemplateError::ModelMissing(*model))?;
                let context = voiceprint_context(enrolment.id, &row.model);
                let opened =
                    tenant.key.open(&SealContext::new(Sealing::Voiceprint, &context), &row.sealed)?;
                Ok(Template::from_bytes(*model, &opened)?)
            })
            .collect()
    }
}

/// What one submitted sample leaves behind, while it is being made.
struct Turn {
    id: TurnId,
    bytes: Vec<u8>,
    report: Option<Report>,
    fingerprint: Option<Fingerprint>,
    voice: Option<Voice>,
    /// All voices that the dialogue accepted, this one last.
    accepted: Vec<Voice>,
}

impl Turn {
    fn new(id: TurnId) -> Self {
        Self { id, bytes: Vec::new(), report: None, fingerprint: None, voice: None, accepted: Vec::new() }
    }

    /// Takes what was heard, and compares the voice if there is one to compare.
    async fn heard(
        &mut self,
        engine: &Engine,
        tenant: &Tenant,
        dialogue: &Dialogue,
        heard: Heard,
    ) -> Result<Finding, EngineError> {
        let Heard { bytes, mut report, fingerprint, voice } = heard;
        self.bytes = bytes;
        self.fingerprint = fingerprint;
        let voice = match voice {
            Ok(voice) => voice,
            Err(refusal) => {
                self.report = Some(report);
                return Ok(Finding::Refused(refusal));
            }
        };
        self.accepted = engine.accepted_voices(tenant, dialogue.id).await?;
        let finding = match dialogue.purpose {
            Purpose::Enrol => agree(engine, tenant, &self.accepted, &voice)?,
            Purpose::Verify => {
                let probes = [self.accepted.as_slice(), std::slice::from_ref(&voice)].concat();
                let voiceprint = engine.voiceprint(tenant, dialogue).await?;
                let Calibrated { score, false_match_rate, .. } =
                    engine.parts.speakers.compare(&voiceprint, &probes, SCHEME, target(tenant)?)?;
                report.score = Some(score);
                report.false_match_rate = Some(false_match_rate);
                Finding::Scored(score)
            }
        };
        self.report = Some(report);
        if !matches!(finding, Finding::Refused(_)) {
            self.accepted.push(voice.clone());
            self.voice = Some(voice);
        }
        Ok(finding)
    }

    /// The enrolment that the accepted samples make.
    fn finish(&self, engine: &Engine, tenant: &Tenant) -> Result<FinishedEnrolment, EngineError> {
        let id = EnrolmentId::from_random(random()?);
        let voiceprints = engine
            .parts
            .speakers
            .enrol(&self.accepted)?
            .iter()
            .map(|template| {
                let model = template.embedding.model().as_str();
                let context = voiceprint_context(id, model);
                let context = SealContext::new(Sealing::Voiceprint, &context);
                Ok(SealedVoiceprint {
                    model: model.to_owned(),
                    sealed: tenant.key.seal(&context, &template.to_bytes())?,
                })
            })
            .collect::<Result<_, EngineError>>()?;
        Ok(FinishedEnrolment { id, scheme: SCHEME_NAME, voiceprints })
    }

    /// Seals the recording into the vault, before the commit that makes it count. If that commit
    /// does not come, the object belongs to nothing and is swept.
    async fn store_audio(
        &mut self,
        engine: &Engine,
        tenant: &Tenant,
    ) -> Result<Option<ObjectId>, EngineError> {
        let object = ObjectId::from_random(random()?);
        let bytes = std::mem::take(&mut self.bytes);
        let sealed = tenant.key.seal(&SealContext::new(Sealing::Audio, object.as_bytes()), &bytes)?;
        engine.parts.objects.put(tenant.id, object, sealed).await?;
        Ok(Some(object))
    }

    fn into_row(
        self,
        tenant: &Tenant,
        decision: &'static str,
        object: Option<ObjectId>,
    ) -> Result<NewTurn, EngineError> {
        let context = |purpose| SealContext::new(purpose, self.id.as_bytes());
        let sealed_fingerprint = self
            .fingerprint
            .as_ref()
            .map(|fingerprint| tenant.key.seal(&context(Sealing::Fingerprint), &fingerprint.to_bytes()))
            .transpose()?;
        let sealed_embeddings = self
            .voice
            .as_ref()
            .map(|voice| {
                let mut bytes = zeroize::Zeroizing::new(Vec::new());
                for template in voice {
                    let one = template.to_bytes();
                    bytes.extend((one.len() as u32).to_le_bytes());
                    bytes.extend_from_slice(&one);
                }
                tenant.key.seal(&context(Sealing::Embedding), &bytes)
            })
            .transpose()?;
        let measured = serde_json::to_string(&self.report).map_err(|_| EngineError::Session)?;
        Ok(NewTurn { id: self.id, decision, measured, sealed_embeddings, sealed_fingerprint, object })
    }
}

/// Whether a further enrolment sample is of the person who spoke the earlier ones. Only a sure
/// "no" refuses: an enrolment must not mix two people, and must not be a test either.
fn agree(engine: &Engine, tenant: &Tenant, earlier: &[Voice], voice: &Voice) -> Result<Finding, EngineError> {
    if earlier.is_empty() {
        return Ok(Finding::Accepted);
    }
    let speakers = &engine.parts.speakers;
    let so_far = speakers.enrol(earlier)?;
    let score = speakers.compare(&so_far, std::slice::from_ref(voice), SCHEME, target(tenant)?)?.score;
    if score <= tenant.policy.matching.sure_reject {
        return Ok(Finding::Refused(Refusal::SeveralVoices));
    }
    Ok(Finding::Accepted)
}

fn target(tenant: &Tenant) -> Result<TargetRate, EngineError> {
    Ok(TargetRate::new(tenant.policy.matching.false_match_rate)?)
}

fn voiceprint_context(enrolment: EnrolmentId, model: &str) -> Vec<u8> {
    [enrolment.as_bytes().as_slice(), model.as_bytes()].concat()
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

fn asked(dialogue: &Dialogue, language: &Language, now: DateTime<Utc>) -> Option<Asked> {
    let prompt = dialogue.prompt(now)?;
    Some(Asked {
        dialogue: dialogue.id,
        code: prompt.code.shown(),
        text: language.prompt_text(prompt.code.digits()),
    })
}

/// What is written of the sample: its own decision, or what it brought the dialogue to.
fn decision_name(finding: Finding, reply: &Reply) -> &'static str {
    match (finding, reply) {
        (Finding::Refused(refusal), _) => refusal.name(),
        (_, Reply::Failed(failure)) => failure.name(),
        _ => SampleDecision::Ok.name(),
    }
}
