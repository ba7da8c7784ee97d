//! Jobs as those who ask for them see them: accepted once for each request id, asked after, cancelled, retried.
//!
//! How they are done is in `job_runner`, who is told of their end in `webhooks`.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use timbre_domain::{
    ids::{DeliveryId, JobId, ObjectId},
    inquiry::{Cause, Failing, Inquiry, Outcome},
    job::{Job, JobState},
    usage::Usage,
};
use timbre_store::{Entry, JobAdded, JobEnd, JobRecord, NewJob, StoreError};
use timbre_vault::{Purpose as Sealing, SealContext};
use uuid::Uuid;

use crate::{
    Engine, EngineError, Tenant, ahead::Ahead, error::random, figures::committed, hearing::meters_of,
};

/// `[jobs]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsConfig {
    /// Whether `timbre serve` does jobs and sends messages itself; else `timbre work` does.
    pub embedded: bool,
    /// Conversations heard at a time in one process.
    pub at_once: usize,
    /// Jobs begun at a time in one process: those that are heard, and those whose recording is being fetched or waits to be heard.
    /// Half of them at most are one tenant's.
    pub begun_at_once: usize,
    /// Messages sent at a time in one process.
    pub messages_at_once: usize,
    /// Jobs of one tenant that may wait or run at a time; one more is refused.
    pub max_open: u32,
    /// Seconds after which what a dead worker had is taken over by another.
    pub lease_seconds: u32,
    /// Seconds before the second try of a job or a message; each further wait is four times the one before.
    pub retry_seconds: u32,
    /// Days that a job is kept after its end, with its outcome and the log of its messages.
    pub keep_days: u32,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            embedded: true,
            at_once: 1,
            begun_at_once: 8,
            messages_at_once: 4,
            max_open: 200,
            lease_seconds: 30,
            retry_seconds: 10,
            keep_days: 7,
        }
    }
}

impl JobsConfig {
    /// Seconds as time.
    pub(crate) fn lease(&self) -> TimeDelta {
        TimeDelta::seconds(self.lease_seconds.into())
    }

    pub(crate) fn first_wait(&self) -> TimeDelta {
        TimeDelta::seconds(self.retry_seconds.into())
    }
}

/// A conversation's recording.
pub enum Conversation {
    Here(Vec<u8>),
    /// It is fetched when its job's turn comes.
    At(String),
}

/// What is asked for, to be told of later.
pub struct Order {
    pub inquiry: Inquiry,
    pub conversation: Conversation,
    /// Where the end is told.
    pub webhook: String,
    /// The caller's word for the request. Given again, with the same request, it is the same job.
    pub request_id: Option<String>,
}

/// An order as it is kept, sealed, with its job.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) inquiry: Inquiry,
    pub(crate) url: Option<String>,
    pub(crate) webhook: String,
}

impl Engine {
    /// Accepts an order, and says by which request id it is known. Once this returns, the job will end, whatever happens.
    pub async fn accept(&self, tenant: &Tenant, order: Order) -> Result<String, EngineError> {
        let Order { inquiry, conversation, webhook, request_id } = order;
        let (url, bytes) = match conversation {
            Conversation::At(url) => (Some(url), None),
            Conversation::Here(bytes) => (None, Some(bytes)),
        };
        let (id, kind) = (JobId::from_random(random()?), inquiry.about.kind());
        let known_id = request_id.is_some();
        let request_id = request_id.unwrap_or_else(|| id.to_string());
        let order = Kept { inquiry, url, webhook };
        let kept = serde_json::to_vec(&order).map_err(|_| EngineError::Job)?;
        // The same request once more is the same job: by what it asks and by the recording.
        let recording = tenant.key.keyed_digest("conversation", bytes.as_deref().unwrap_or_default());
        let request_digest = tenant.key.keyed_digest("order", &[&kept, &recording[..]].concat());
        // Before all else: what was accepted stays accepted, whatever has changed since.
        if known_id {
            match self.parts.store.earlier_request(tenant.id, &request_id, &request_digest).await? {
                Some(JobAdded::Known(object)) => {
                    self.keep_again(tenant, object, bytes.as_deref()).await?;
                    return Ok(request_id);
                }
                Some(_) => return Err(EngineError::RequestIdTaken),
                None => {}
            }
        }
        self.admit(tenant, meters_of(order.inquiry.about)).await?;
        self.parts.outbound.check(&order.webhook).map_err(EngineError::Webhook)?;
        if let Some(url) = &order.url {
            self.parts.outbound.check(url).map_err(EngineError::Url)?;
        }
        // Refused now rather than in a message: an unknown speaker is most likely a mistake.
        self.speakers_to_recognise(tenant, &order.inquiry.speakers).await?;
        let object = match &bytes {
            Some(bytes) => {
                let object = ObjectId::from_random(random()?);
                self.store_conversation(tenant, object, bytes).await?;
                Some(object)
            }
            None => None,
        };
        let sealed_request = tenant.key.seal(&SealContext::new(Sealing::Inquiry, id.as_bytes()), &kept)?;
        let new = NewJob { id, kind, request_id: request_id.clone(), request_digest, sealed_request, object };
        let (most, now) = (self.parts.jobs.max_open, self.parts.clock.now());
        let detail = json!({"job": id, "kind": kind.name()});
        let entry = tenant.entry("job.accepted", None, Usage::request(0.0), detail);
        let added = committed("add_job", self.parts.store.add_job(tenant.id, new, most, entry, now)).await;
        let (ahead, is_new) =
            (Ahead { object, ..Ahead::default() }, |added: &JobAdded| matches!(added, JobAdded::New));
        match self.unless_made(tenant, ahead, added.map_err(EngineError::from), is_new).await? {
            JobAdded::New => {
                tracing::info!(job = %id, %kind, "job accepted");
                self.waiting.jobs.notify_one();
                Ok(request_id)
            }
            JobAdded::Known(object) => {
                self.keep_again(tenant, object, bytes.as_deref()).await?;
                Ok(request_id)
            }
            JobAdded::OtherRequest => Err(EngineError::RequestIdTaken),
            JobAdded::TooMany => Err(EngineError::TooManyJobs),
        }
    }

    /// Puts the recording of a job that was accepted before where the job looks for it, if it is not there: whoever sends it again has it.
    /// Should the job end meanwhile, it belongs to nothing and is swept.
    async fn keep_again(
        &self,
        tenant: &Tenant,
        object: Option<ObjectId>,
        bytes: Option<&[u8]>,
    ) -> Result<(), EngineError> {
        let (Some(object), Some(bytes)) = (object, bytes) else { return Ok(()) };
        if self.parts.objects.size(tenant.id, object).await?.is_some() {
            return Ok(());
        }
        tracing::warn!(%object, "the recording of a job is lost, and was sent again: it is kept again");
        self.store_conversation(tenant, object, bytes).await
    }

    /// The tenant's job of this request id, and how it ended, if it has.
    pub async fn job(
        &self,
        tenant: &Tenant,
        request_id: &str,
    ) -> Result<(Job, Option<Outcome>), EngineError> {
        let record = self.record(tenant, request_id).await?;
        let outcome = record.sealed_outcome.as_deref();
        let outcome = outcome.map(|sealed| tenant.open_outcome(record.job.id, sealed)).transpose()?;
        Ok((record.job, outcome))
    }

    /// The tenant's latest jobs, the newest first.
    pub async fn latest_jobs(&self, tenant: &Tenant, limit: u64) -> Result<Vec<Job>, EngineError> {
        Ok(self.parts.store.latest_jobs(tenant.id, limit).await?)
    }

    /// Ends a job that is not over; whoever asked for it is told.
    pub async fn cancel_job(&self, tenant: &Tenant, request_id: &str) -> Result<(), EngineError> {
        let id = self.record(tenant, request_id).await?.job.id;
        let entry = tenant.told("job.cancelled", None, json!({"job": id}));
        let end = self.end(tenant, id, &Outcome::Cancelled, false, entry)?;
        match self.parts.store.cancel_job(tenant.id, id, end, self.parts.clock.now()).await {
            Err(StoreError::Conflict) => Err(EngineError::JobOver),
            cancelled => {
                self.delete_objects(tenant, cancelled?.into_iter().collect()).await;
                tracing::info!(job = %id, "job cancelled");
                self.waiting.messages.notify_one();
                Ok(())
            }
        }
    }

    /// Lets a failed job begin anew; whoever asked for it is told of its new end.
    pub async fn retry_job(&self, tenant: &Tenant, request_id: &str) -> Result<(), EngineError> {
        let id = self.record(tenant, request_id).await?.job.id;
        let entry = tenant.told("job.retried", None, json!({"job": id}));
        match self.parts.store.retry_job(tenant.id, id, entry, self.parts.clock.now()).await {
            Err(StoreError::Conflict) => Err(EngineError::JobNotFailed),
            retried => {
                tracing::info!(job = %id, "job retried");
                self.waiting.jobs.notify_one();
                Ok(retried?)
            }
        }
    }

    pub(crate) async fn record(&self, tenant: &Tenant, request_id: &str) -> Result<JobRecord, EngineError> {
        self.parts.store.job_of_request(tenant.id, request_id).await?.ok_or(EngineError::UnknownJob)
    }

    /// How a job ends, with the message that tells of it. What failed for no fault of the request's keeps its recording for another try.
    fn end(
        &self,
        tenant: &Tenant,
        id: JobId,
        outcome: &Outcome,
        keep_object: bool,
        entry: Entry,
    ) -> Result<JobEnd, EngineError> {
        let state = match outcome {
            Outcome::Found(_) => JobState::Completed,
            Outcome::Failed(_) => JobState::Failed,
            Outcome::Cancelled => JobState::Cancelled,
        };
        let outcome = serde_json::to_vec(outcome).map_err(|_| EngineError::Job)?;
        let sealed_outcome = tenant.key.seal(&SealContext::new(Sealing::Outcome, id.as_bytes()), &outcome)?;
        Ok(JobEnd { state, sealed_outcome, delivery: DeliveryId::from_random(random()?), keep_object, entry })
    }

    /// Ends a job that this worker holds. Nothing happens if it holds it no longer. Where the month's quota has no room for what was
    /// heard, the job has failed of that.
    pub(crate) async fn end_held(
        &self,
        tenant: &Tenant,
        id: JobId,
        holder: Uuid,
        outcome: &Outcome,
        entry: Entry,
    ) -> Result<(), EngineError> {
        let failed = matches!(outcome, Outcome::Failed(_));
        let end = self.end(tenant, id, outcome, failed, entry)?;
        let now = self.parts.clock.now();
        let gone: Option<ObjectId> =
            match committed("end_job", self.parts.store.end_job(tenant.id, id, holder, end, now)).await {
                Err(StoreError::Conflict) => return Ok(()),
                Err(StoreError::QuotaReached(meter)) => {
                    let detail = EngineError::QuotaReached(meter).to_string();
                    let outcome = Outcome::Failed(Failing { cause: Cause::Quota, detail });
                    return Box::pin(self.end_held(tenant, id, holder, &outcome, Entry::default())).await;
                }
                ended => ended?,
            };
        self.delete_objects(tenant, gone.into_iter().collect()).await;
        self.waiting.messages.notify_one();
        Ok(())
    }
}

impl Tenant {
    pub(crate) fn open_kept(&self, record: &JobRecord) -> Result<Kept, EngineError> {
        let context = SealContext::new(Sealing::Inquiry, record.job.id.as_bytes());
        let kept = self.key.open(&context, &record.sealed_request)?;
        serde_json::from_slice(&kept).map_err(|_| EngineError::Job)
    }

    pub(crate) fn open_outcome(&self, id: JobId, sealed: &[u8]) -> Result<Outcome, EngineError> {
        let outcome = self.key.open(&SealContext::new(Sealing::Outcome, id.as_bytes()), sealed)?;
        serde_json::from_slice(&outcome).map_err(|_| EngineError::Job)
    }
}
