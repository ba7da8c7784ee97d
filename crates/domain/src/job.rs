//! Jobs: work that outlives the request that asked for it, and the message that tells of its end.
//!
//! Promises that an accepted job ends exactly once, completed, failed or cancelled, and that tries are bounded.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    decision::{UnknownName, named},
    ids::{DeliveryId, JobId, TenantId},
};
use std::{fmt, str::FromStr};

named! {
    /// What is to be found out about a recording.
    JobKind {
        /// Who speaks when, and who of the known it is.
        Identify,
        /// Who speaks when.
        Diarize,
        /// When somebody speaks.
        DetectSpeech,
    }
}

named! {
    /// Where a job stands.
    JobState {
        /// It waits for its turn, or for another try.
        Queued,
        /// A worker is at it.
        Running,
        Completed,
        /// It cannot be done, or was tried often enough. It is kept, and can be retried.
        Failed,
        Cancelled,
    }
}

named! {
    /// Where a message stands.
    DeliveryState {
        /// It was not taken yet, and will be tried again.
        Pending,
        Delivered,
        /// It was tried often enough. It is kept, and can be replayed.
        Dropped,
    }
}

/// Tries of a job that fails for reasons of ours or of the recording's host, before it is given up.
pub const JOB_TRIES: u32 = 4;

/// Tries of a message, as DeepAffects has it.
pub const DELIVERY_TRIES: u32 = 5;

/// Each wait between tries is so many times the one before.
const BACKOFF: i32 = 4;

/// How long to wait after so many tries; `first` is the wait after the first.
pub fn wait_after(tries: u32, first: TimeDelta) -> TimeDelta {
    (1..tries.min(DELIVERY_TRIES)).fold(first, |wait, _| wait * BACKOFF)
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub tenant: TenantId,
    pub kind: JobKind,
    /// What the caller knows it by: its own word for it, or ours.
    pub request_id: String,
    pub state: JobState,
    /// Times that a worker began.
    pub tries: u32,
    /// How much of the recording has been heard, and how long it is, in seconds, where that is known before its end.
    pub heard_seconds: f64,
    pub total_seconds: Option<f64>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A message about the end of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub tenant: TenantId,
    pub job: JobId,
    pub state: DeliveryState,
    pub tries: u32,
    /// More than these are not made; a replay grants some more.
    pub most_tries: u32,
    /// When it is tried next, if it is.
    pub next_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// One try of a message, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryTry {
    pub number: u32,
    pub at: DateTime<Utc>,
    /// The receiver's HTTP status, if it answered.
    pub status: Option<u16>,
    /// Why it did not, in words that hold nothing of the address but its host.
    pub error: Option<String>,
    pub milliseconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_fourfold_and_not_without_end() {
        let first = TimeDelta::seconds(10);
        let waits: Vec<i64> = (1..=6).map(|tries| wait_after(tries, first).num_seconds()).collect();
        assert_eq!(waits, [10, 40, 160, 640, 2_560, 2_560]);
    }
}
