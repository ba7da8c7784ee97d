//! One submitted sample of a dialogue, from what was heard to what is kept of it.

use timbre_domain::{
    decision::{Refusal, TurnDecision},
    dialogue::{Dialogue, Finding, Purpose},
    ids::{DialogueId, EnrolmentId, ObjectId, TurnId},
};
use timbre_matching::{
    calibration::{Calibrated, TargetRate},
    conditions::Scheme,
    fingerprint::Fingerprint,
};
use timbre_store::{FinishedEnrolment, NewTurn, Outcome, TurnRecord};
use timbre_vault::{Purpose as Sealing, SealContext, VaultError};

use crate::{
    Engine, EngineError, Sketch, Subject, Tenant,
    error::random,
    listening::{Heard, Report},
    speakers::{Counting, Voice},
    template::{pack, unpack},
    voiceprints::EnrolledVoice,
};

/// What one submitted sample leaves behind, while it is being made.
pub(crate) struct Turn {
    id: TurnId,
    bytes: Vec<u8>,
    report: Option<Report>,
    sketch: Option<Sketch>,
    fingerprint: Option<Fingerprint>,
    voice: Option<Voice>,
    /// All voices that the dialogue accepted, this one last.
    accepted: Vec<Voice>,
    scheme: Scheme,
    /// What the voice was compared with.
    enrolled: Option<EnrolledVoice>,
}

impl Turn {
    pub(crate) fn new(id: TurnId) -> Self {
        Self {
            id,
            bytes: Vec::new(),
            report: None,
            sketch: None,
            fingerprint: None,
            voice: None,
            accepted: Vec::new(),
            scheme: Scheme::PromptedDigits,
            enrolled: None,
        }
    }

    /// Takes what was heard, and compares the voice if there is one to compare.
    pub(crate) async fn heard(
        &mut self,
        engine: &Engine,
        tenant: &Tenant,
        subject: &Subject,
        dialogue: &Dialogue,
        heard: Heard,
    ) -> Result<Finding, EngineError> {
        let Heard { bytes, mut report, sketch, fingerprint, voice } = heard;
        self.bytes = bytes;
        self.sketch = Some(sketch);
        self.fingerprint = fingerprint;
        let voice = match voice {
            Ok(voice) => voice,
            Err(refusal) => {
                self.report = Some(report);
                return Ok(Finding::Refused(refusal));
            }
        };
        self.scheme = if report.code_margin.is_some() { Scheme::PromptedDigits } else { Scheme::FreeSpeech };
        self.accepted = engine.accepted_voices(tenant, subject, dialogue.id).await?;
        let finding = match dialogue.purpose {
            Purpose::Enrol => self.agree(engine, tenant, &voice)?,
            Purpose::Verify | Purpose::Adapt => {
                let enrolled = engine.enrolled_voice(tenant, subject, &dialogue.language).await?;
                // Counted before it is scored, once a dialogue: a dialogue that is left before it has said
                // no has been tried all the same.
                if dialogue.accepted == 0 {
                    engine.charge_attempt(tenant, enrolled.id).await?;
                }
                let Calibrated { score, false_match_rate, .. } =
                    self.compare(engine, tenant, dialogue.purpose, &enrolled, &voice)?;
                self.enrolled = Some(enrolled);
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

    /// Whether a further enrolment sample is of the person who spoke the earlier ones. Only a sure
    /// "no" refuses: an enrolment must not mix two people, and must not be a test either.
    fn agree(&self, engine: &Engine, tenant: &Tenant, voice: &Voice) -> Result<Finding, EngineError> {
        if self.accepted.is_empty() {
            return Ok(Finding::Accepted);
        }
        let speakers = engine.speakers(tenant);
        let so_far = speakers.enrol(&self.accepted, Counting::Equally)?;
        let same =
            speakers.compare(&so_far, std::slice::from_ref(voice), self.scheme, target(tenant)?)?.score;
        if same <= tenant.policy.matching.sure_reject {
            return Ok(Finding::Refused(Refusal::OtherVoice));
        }
        Ok(Finding::Accepted)
    }

    /// All accepted samples and this one, against the enrolled voiceprint. What is to teach the voiceprint must
    /// also be the person who was enrolled: the less sure of both counts.
    fn compare(
        &self,
        engine: &Engine,
        tenant: &Tenant,
        purpose: Purpose,
        enrolled: &EnrolledVoice,
        voice: &Voice,
    ) -> Result<Calibrated, EngineError> {
        let probes = [self.accepted.as_slice(), std::slice::from_ref(voice)].concat();
        let scheme = match enrolled.scheme {
            Scheme::PromptedDigits => self.scheme,
            other => other,
        };
        let (speakers, target) = (engine.speakers(tenant), target(tenant)?);
        let mut compared = speakers.compare(&enrolled.current, &probes, scheme, target)?;
        if let (Purpose::Adapt, Some(anchor)) = (purpose, &enrolled.anchor) {
            let with_anchor = speakers.compare(anchor, &probes, scheme, target)?;
            if with_anchor.score < compared.score {
                compared = with_anchor;
            }
        }
        Ok(compared)
    }

    /// How long the recording is, in seconds, and the score of its voice: of one that was taken.
    pub(crate) fn judged(&self) -> (Option<f32>, Option<f64>) {
        let report = self.voice.as_ref().and(self.report.as_ref());
        (report.map(|report| report.seconds), report.and_then(|report| report.score))
    }

    /// The enrolment that the voice was compared with, if it was.
    pub(crate) fn compared_with(&self) -> Option<EnrolmentId> {
        self.enrolled.as_ref().map(|enrolled| enrolled.id)
    }

    /// The enrolment that the accepted samples make.
    pub(crate) fn enrol(
        &self,
        engine: &Engine,
        tenant: &Tenant,
        subject: &Subject,
    ) -> Result<FinishedEnrolment, EngineError> {
        let id = EnrolmentId::from_random(random()?);
        let in_use = tenant.heard_by();
        let voice = engine.speakers(tenant).enrol_for_all(in_use, &self.accepted, Counting::Equally)?;
        let voiceprints = subject.seal_voiceprints(tenant, id, &voice, None)?;
        Ok(FinishedEnrolment { id, scheme: self.scheme.as_str(), voiceprints })
    }

    /// The voiceprint that the accepted samples have taught, sealed anew beside what was enrolled.
    pub(crate) fn adapt(
        &self,
        engine: &Engine,
        tenant: &Tenant,
        subject: &Subject,
    ) -> Result<Outcome, EngineError> {
        let enrolled = self.enrolled.as_ref().ok_or(EngineError::NotEnrolled)?;
        let anchor = enrolled.anchor.as_ref().unwrap_or(&enrolled.current);
        let adapted = engine.speakers(tenant).adapt(anchor, &enrolled.current, &self.accepted)?;
        let sealed = subject.seal_voiceprints(tenant, enrolled.id, &adapted, Some(anchor))?;
        Ok(Outcome::Adapted(enrolled.id, sealed))
    }

    /// Seals the recording into the vault, before the commit that makes it count. If that commit
    /// does not come, the object belongs to nothing and is swept.
    pub(crate) async fn store_audio(
        &mut self,
        engine: &Engine,
        tenant: &Tenant,
        subject: &Subject,
    ) -> Result<Option<ObjectId>, EngineError> {
        Ok(Some(engine.store_audio(tenant, subject, &std::mem::take(&mut self.bytes)).await?))
    }

    pub(crate) fn into_row(
        self,
        tenant: &Tenant,
        subject: &Subject,
        decision: TurnDecision,
        object: Option<ObjectId>,
    ) -> Result<NewTurn, EngineError> {
        let context = |purpose| SealContext::new(purpose, self.id.as_bytes());
        let sealed_fingerprint = self
            .fingerprint
            .as_ref()
            .map(|fingerprint| subject.seal(tenant, &context(Sealing::Fingerprint), &fingerprint.to_bytes()))
            .transpose()?;
        let sealed_embeddings = self
            .voice
            .as_ref()
            .map(|voice| subject.seal(tenant, &context(Sealing::Embedding), &pack(voice)))
            .transpose()?;
        let sealed_sketch = self
            .sketch
            .as_ref()
            .map(|sketch| subject.seal(tenant, &context(Sealing::Sketch), &sketch.to_bytes()))
            .transpose()?;
        let measured = serde_json::to_string(&self.report).map_err(|_| EngineError::Session)?;
        Ok(NewTurn {
            id: self.id,
            decision,
            measured,
            sealed_embeddings,
            sealed_fingerprint,
            sealed_sketch,
            object,
        })
    }
}

impl Engine {
    /// Refuses a recording that would have to be kept while the vault is known to be away: before it is heard, which takes a while.
    pub(crate) fn check_vault(&self) -> Result<(), EngineError> {
        match self.parts.objects.is_away() {
            // As if it had been asked: told and counted in one place.
            true => Err(VaultError::Unavailable("it did not answer a moment ago".to_owned()).into()),
            false => Ok(()),
        }
    }

    /// Seals a person's recording into the vault, under a name of its own.
    pub(crate) async fn store_audio(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        bytes: &[u8],
    ) -> Result<ObjectId, EngineError> {
        let object = ObjectId::from_random(random()?);
        let sealed = subject.seal(tenant, &SealContext::new(Sealing::Audio, object.as_bytes()), bytes)?;
        self.parts.objects.put(tenant.id, object, sealed).await?;
        Ok(object)
    }

    /// Seals a recording of several people into the vault, under the tenant's key.
    pub(crate) async fn store_conversation(
        &self,
        tenant: &Tenant,
        object: ObjectId,
        bytes: &[u8],
    ) -> Result<(), EngineError> {
        let sealed = tenant.key.seal(&SealContext::new(Sealing::Audio, object.as_bytes()), bytes)?;
        Ok(self.parts.objects.put(tenant.id, object, sealed).await?)
    }

    /// The voices that the dialogue accepted so far.
    async fn accepted_voices(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        dialogue: DialogueId,
    ) -> Result<Vec<Voice>, EngineError> {
        let turns = self.parts.store.turns(tenant.id, dialogue).await?;
        turns.iter().filter_map(|turn| self.open_voice(tenant, subject, turn).transpose()).collect()
    }

    fn open_voice(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        turn: &TurnRecord,
    ) -> Result<Option<Voice>, EngineError> {
        let Some(sealed) = &turn.sealed_embeddings else { return Ok(None) };
        let opened =
            subject.open(tenant, &SealContext::new(Sealing::Embedding, turn.id.as_bytes()), sealed)?;
        Ok(Some(unpack(&opened)?))
    }
}

fn target(tenant: &Tenant) -> Result<TargetRate, EngineError> {
    Ok(TargetRate::new(tenant.policy.matching.false_match_rate)?)
}
