//! Playing what is kept of voices, to whoever may.
//!
//! Promises that each play stands in the tenant's audit trail before a byte of it is handed out: where it cannot be told, nothing is played. Who
//! plays a part is told of with the part, and who asks for one that there is not hears nothing and is not told of.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use timbre_audio::{Container, sniff};
use timbre_domain::ids::{EnrolmentId, JobId, ObjectId, SampleId, SubjectId};
use timbre_store::{Entry, RecordingDetails};
use timbre_vault::{Opened, Purpose as Sealing, SealContext, VaultError};

use crate::{Engine, EngineError, Tenant};

/// Most recordings that are listed of a person, the latest ones.
pub(crate) const MOST: u64 = 200;

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
    /// How far the speech stands out of the noise, of a dialogue's recording; a profile keeps the mean of all of its own.
    pub snr_db: Option<f64>,
}

/// Which bytes of a recording are asked for, by whoever need not know how many there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PartAsked {
    /// From the first to the last, counted from 0, or as far as there are any.
    FromTo(u64, u64),
    /// So many at the end, or all where there are fewer.
    Last(u64),
}

impl PartAsked {
    /// What it is of a recording of this length; none where there is no such byte.
    fn within(self, length: u64) -> Option<Part> {
        let end = length.checked_sub(1)?;
        let (first, last) = match self {
            Self::FromTo(first, last) => (first, last.min(end)),
            Self::Last(many) => (length.saturating_sub(many), end),
        };
        (first <= last).then_some(Part { first, last, of: length })
    }
}

/// A part of a recording: its first and its last byte, counted from 0, of so many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    pub first: u64,
    pub last: u64,
    pub of: u64,
}

/// A recording as it came. It holds a voice, so it has no `Debug`, and is wiped on drop.
pub struct Played {
    /// All of it, whatever part is played.
    pub bytes: Opened,
    /// What of it is played, and told as that; none where it is the whole.
    pub part: Option<Part>,
    /// None of bare samples.
    pub container: Option<Container>,
}

impl Played {
    fn of(bytes: Opened, asked: Option<PartAsked>) -> Result<Self, EngineError> {
        let length = bytes.len() as u64;
        let within = |asked: PartAsked| asked.within(length).ok_or(EngineError::NoSuchPart { length });
        Ok(Self { part: asked.map(within).transpose()?, container: sniff(&bytes), bytes })
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

    /// The sound of one of these, or a part of it.
    pub async fn play_recording(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        id: SampleId,
        part: Option<PartAsked>,
    ) -> Result<Played, EngineError> {
        let person = self.subject(tenant, subject).await?;
        let object = self.parts.store.recording(tenant.id, subject, id).await?;
        let object = object.ok_or(EngineError::UnknownRecording)?;
        let sealed = self.sealed_recording(tenant, object).await?;
        let bytes = person.open(tenant, &SealContext::new(Sealing::Audio, object.as_bytes()), &sealed)?;
        let played = Played::of(bytes, part)?;
        self.tell_of_playing(tenant, Some(subject), tenant.recording_pseudonym(id), played.part).await?;
        Ok(played)
    }

    /// The sound of a job's recording, or a part of it, as long as it is kept: until the job ends, and of one that failed as long as the job is.
    pub async fn play_job_recording(
        &self,
        tenant: &Tenant,
        id: JobId,
        part: Option<PartAsked>,
    ) -> Result<Played, EngineError> {
        let record = self.parts.store.job_record(tenant.id, id).await?.ok_or(EngineError::UnknownJob)?;
        let object = record.object.ok_or(EngineError::UnknownRecording)?;
        let sealed = self.sealed_recording(tenant, object).await?;
        let bytes = tenant.key.open(&SealContext::new(Sealing::Audio, object.as_bytes()), &sealed)?;
        let played = Played::of(bytes, part)?;
        self.tell_of_playing(tenant, None, id.to_string(), played.part).await?;
        Ok(played)
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
        part: Option<Part>,
    ) -> Result<(), EngineError> {
        let detail = part
            .map_or(Value::Null, |Part { first, last, of }| json!({"first": first, "last": last, "of": of}));
        let mut event = tenant.event("recording.played", person, detail);
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
        snr_db: measured["snr_db"].as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_there_is_of_what_was_asked_for() {
        let all = Some(Part { first: 0, last: 9, of: 10 });
        for (asked, expected) in [
            (PartAsked::FromTo(0, 1), Some(Part { first: 0, last: 1, of: 10 })),
            (PartAsked::FromTo(9, 9), Some(Part { first: 9, last: 9, of: 10 })),
            (PartAsked::FromTo(0, 9), all),
            (PartAsked::FromTo(8, u64::MAX), Some(Part { first: 8, last: 9, of: 10 })),
            (PartAsked::FromTo(10, u64::MAX), None),
            (PartAsked::FromTo(3, 2), None),
            (PartAsked::Last(4), Some(Part { first: 6, last: 9, of: 10 })),
            (PartAsked::Last(10), all),
            (PartAsked::Last(u64::MAX), all),
            (PartAsked::Last(0), None),
        ] {
            assert_eq!(asked.within(10), expected, "{asked:?}");
        }
        for asked in [PartAsked::FromTo(0, u64::MAX), PartAsked::Last(1)] {
            assert_eq!(asked.within(0), None, "of nothing there is no part: {asked:?}");
        }
    }
}
