//! Playing what is kept of voices, to whoever may.
//!
//! Promises that each play stands in the tenant's audit trail before a byte of it is handed out: where it cannot be told, nothing is played.

use chrono::{DateTime, Utc};
use serde_json::Value;
use timbre_audio::{Container, sniff};
use timbre_domain::ids::{EnrolmentId, JobId, ObjectId, SampleId, SubjectId};
use timbre_store::{Entry, RecordingDetails};
use timbre_vault::{Opened, Purpose as Sealing, SealContext, VaultError};

use crate::{Engine, EngineError, Tenant};

/// Most recordings that are listed of a person, the latest ones.
const MOST: u64 = 200;

/// A recording that an enrolment is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRecording {
    pub id: SampleId,
    pub enrolment: EnrolmentId,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Its length; none where it was not written down.
    pub seconds: Option<f64>,
    pub speech_seconds: Option<f64>,
}

/// A recording as it came. It holds a voice, so it has no `Debug`, and is wiped on drop.
pub struct Played {
    pub bytes: Opened,
    /// None of bare samples.
    pub container: Option<Container>,
}

impl Played {
    fn of(bytes: Opened) -> Self {
        Self { container: sniff(&bytes), bytes }
    }

    pub fn media_type(&self) -> &'static str {
        self.container.map_or("application/octet-stream", Container::media_type)
    }
}

impl Tenant {
    /// What a recording of a person is called in the audit trail, which outlives it.
    pub fn recording_pseudonym(&self, id: SampleId) -> String {
        hex::encode(&self.key.keyed_digest("recording pseudonym", id.as_bytes())[..16])
    }
}

impl Engine {
    /// The recordings that a person's enrolments are made of, the latest first: 200 at most.
    pub async fn recordings_of(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<Vec<KeptRecording>, EngineError> {
        let found = self.parts.store.recordings(tenant.id, subject, MOST).await?;
        Ok(found.into_iter().map(kept).collect())
    }

    /// The sound of one of these.
    pub async fn play_recording(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        id: SampleId,
    ) -> Result<Played, EngineError> {
        let person = self.subject(tenant, subject).await?;
        let object = self.parts.store.recording(tenant.id, subject, id).await?;
        let object = object.ok_or(EngineError::UnknownRecording)?;
        let sealed = self.sealed_recording(tenant, object).await?;
        let bytes = person.open(tenant, &SealContext::new(Sealing::Audio, object.as_bytes()), &sealed)?;
        self.tell_of_playing(tenant, Some(subject), tenant.recording_pseudonym(id)).await?;
        Ok(Played::of(bytes))
    }

    /// The sound of a job's recording, as long as it is kept: until the job ends, and of one that failed as long as the job is.
    pub async fn play_job_recording(&self, tenant: &Tenant, id: JobId) -> Result<Played, EngineError> {
        let record = self.parts.store.job_record(tenant.id, id).await?.ok_or(EngineError::UnknownJob)?;
        let object = record.object.ok_or(EngineError::UnknownRecording)?;
        let sealed = self.sealed_recording(tenant, object).await?;
        let bytes = tenant.key.open(&SealContext::new(Sealing::Audio, object.as_bytes()), &sealed)?;
        self.tell_of_playing(tenant, None, id.to_string()).await?;
        Ok(Played::of(bytes))
    }

    async fn sealed_recording(&self, tenant: &Tenant, object: ObjectId) -> Result<Vec<u8>, EngineError> {
        match self.parts.objects.get(tenant.id, object).await {
            // It was erased meanwhile, or is lost.
            Err(VaultError::ObjectNotFound { .. }) => Err(EngineError::UnknownRecording),
            found => Ok(found?),
        }
    }

    async fn tell_of_playing(
        &self,
        tenant: &Tenant,
        person: Option<SubjectId>,
        target: String,
    ) -> Result<(), EngineError> {
        let mut event = tenant.event("recording.played", person, Value::Null);
        event.target = Some(target);
        self.enter(tenant, Entry::told(event)).await
    }
}

fn kept(found: RecordingDetails) -> KeptRecording {
    // Those of a dialogue were measured with their turn.
    let measured: Value =
        found.measured.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    KeptRecording {
        id: found.id,
        enrolment: found.enrolment,
        at: found.created_at,
        seconds: found.audio_seconds.or(measured["seconds"].as_f64()),
        speech_seconds: found.speech_seconds.or(measured["speech_seconds"].as_f64()),
    }
}
