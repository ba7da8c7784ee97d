//! Jobs, and the messages about their ends.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    ids::{DeliveryId, JobId},
    job,
};
use timbre_engine::webhook_id;

/// Work that outlives the request that asked for it.
#[derive(Serialize, JsonSchema)]
pub struct Job {
    /// The job's id with the admin API.
    id: JobId,
    /// What the caller knows it by.
    request_id: String,
    /// What it does.
    kind: job::JobKind,
    /// How it stands.
    state: job::JobState,
    /// Times that a worker began.
    tries: u32,
    /// Seconds of the recording that were heard.
    heard_seconds: f64,
    /// Seconds of the whole recording, once they are known.
    total_seconds: Option<f64>,
    /// When it was accepted.
    created_at: DateTime<Utc>,
    /// When it ended; null of one that is not over.
    finished_at: Option<DateTime<Utc>>,
}

/// A job.
pub fn job(job: &job::Job) -> Job {
    Job {
        id: job.id,
        request_id: job.request_id.clone(),
        kind: job.kind,
        state: job.state,
        tries: job.tries,
        heard_seconds: job.heard_seconds,
        total_seconds: job.total_seconds,
        created_at: job.created_at,
        finished_at: job.finished_at,
    }
}

/// A message about a job's end, with every try of it.
#[derive(Serialize, JsonSchema)]
pub struct Message {
    /// The message's id with the admin API.
    id: DeliveryId,
    /// The `webhook-id` that receivers see: the same for each try.
    webhook_id: String,
    /// How it stands.
    state: job::DeliveryState,
    /// When it is tried next, if it is.
    next_at: DateTime<Utc>,
    /// When the job ended.
    created_at: DateTime<Utc>,
    /// Each time that it was sent, the first first.
    tries: Vec<MessageTry>,
}

/// One try of a message.
#[derive(Serialize, JsonSchema)]
struct MessageTry {
    /// From 1.
    number: u32,
    /// When it was sent.
    at: DateTime<Utc>,
    /// The receiver's HTTP status, if it answered.
    status: Option<u16>,
    /// Why it did not.
    error: Option<String>,
    /// How long the receiver took, or was waited for.
    milliseconds: u32,
}

/// A message about a job's end, with every try of it.
pub fn message(message: &job::Delivery, tries: &[job::DeliveryTry]) -> Message {
    let tried = |this: &job::DeliveryTry| MessageTry {
        number: this.number,
        at: this.at,
        status: this.status,
        error: this.error.clone(),
        milliseconds: this.milliseconds,
    };
    Message {
        id: message.id,
        webhook_id: webhook_id(message.id),
        state: message.state,
        next_at: message.next_at,
        created_at: message.created_at,
        tries: tries.iter().map(tried).collect(),
    }
}

/// A job with the messages about its end.
#[derive(Serialize)]
pub struct WholeJob {
    #[serde(flatten)]
    job: Job,
    messages: Vec<Message>,
}

/// A job with the messages about its end.
pub fn whole_job(of: &job::Job, messages: &[(job::Delivery, Vec<job::DeliveryTry>)]) -> WholeJob {
    let messages = messages.iter().map(|(this, tries)| message(this, tries));
    WholeJob { job: job(of), messages: messages.collect() }
}
