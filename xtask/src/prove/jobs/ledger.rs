//! What the database says of jobs. It is only read, by Python's own SQLite: the product's tables are looked at from outside.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::failure::Failure;
use crate::prove::number;

/// Prints the jobs, their messages, and how many objects are registered that are nobody's sample.
const LOOK: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
jobs = [{"request_id": r, "state": s, "tries": t, "heard": h, "claimed": c or 0} for r, s, t, h, c in db.execute(
    "SELECT request_id, state, tries, heard_seconds, (julianday(busy_until) - julianday('now')) * 86400 FROM jobs")]
messages = [{"request_id": r, "state": s, "tries": t} for r, s, t in db.execute(
    "SELECT j.request_id, d.state, d.tries FROM deliveries d LEFT JOIN jobs j ON j.id = d.job_id")]
objects = db.execute("SELECT count(*) FROM objects WHERE id NOT IN "
    "(SELECT object_id FROM samples WHERE object_id IS NOT NULL)").fetchone()[0]
print(json.dumps({"jobs": jobs, "messages": messages, "objects": objects}))
"#;

/// While a server starts on what a killed one left, the database may not be readable for a moment.
const LOOKS: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Workers that may die of one job: one fewer than its tries, which are four.
const MOST_LOST: u64 = 3;
/// From a look to the kill that follows it.
const MOMENT_SECONDS: f64 = 0.5;

/// A job's row.
pub(super) struct Row {
    pub(super) state: String,
    pub(super) tries: u64,
    pub(super) heard_seconds: f64,
    /// For how much longer nobody else takes it.
    claimed_seconds: f64,
    /// Of each message about its end: its state, and the tries that are logged.
    pub(super) messages: Vec<(String, u64)>,
}

impl Row {
    pub(super) fn is_over(&self) -> bool {
        !matches!(self.state.as_str(), "Queued" | "Running")
    }
}

/// All jobs, by their request ids.
pub(super) struct Ledger {
    pub(super) jobs: BTreeMap<String, Row>,
    /// Rows of jobs, and of messages.
    pub(super) rows: [usize; 2],
    /// Registered objects of jobs.
    pub(super) objects: u64,
}

impl Ledger {
    pub(super) fn read(data: &Path) -> Result<Self, Failure> {
        let mut left = LOOKS;
        loop {
            let asked = Command::new("python3").args(["-c", LOOK]).arg(data.join("timbre.db")).output()?;
            if asked.status.success() {
                return Self::of(&serde_json::from_slice(&asked.stdout)?);
            }
            left -= 1;
            if left == 0 {
                let why = String::from_utf8_lossy(&asked.stderr).into_owned();
                return Err(Failure::new(format!("the database cannot be read: {why}")));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Whether a worker that is killed now may be the last that one of the jobs can lose: one that tries it for the last time, or one
    /// that may begin to in this moment.
    pub(super) fn is_dangerous(&self) -> bool {
        self.jobs.values().filter(|job| !job.is_over()).any(|job| match job.tries.cmp(&MOST_LOST) {
            Ordering::Less => false,
            Ordering::Equal => job.claimed_seconds < MOMENT_SECONDS,
            Ordering::Greater => true,
        })
    }

    fn of(seen: &Value) -> Result<Self, Failure> {
        let list = |name: &str| seen[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut jobs = BTreeMap::new();
        for job in list("jobs") {
            let row = Row {
                state: text(&job["state"]),
                tries: number(job, "tries")? as u64,
                heard_seconds: number(job, "heard")?,
                claimed_seconds: number(job, "claimed")?,
                messages: Vec::new(),
            };
            jobs.insert(text(&job["request_id"]), row);
        }
        for message in list("messages") {
            if let Some(job) = jobs.get_mut(message["request_id"].as_str().unwrap_or_default()) {
                job.messages.push((text(&message["state"]), number(message, "tries")? as u64));
            }
        }
        let rows = [list("jobs").len(), list("messages").len()];
        Ok(Self { jobs, rows, objects: number(seen, "objects")? as u64 })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn no_worker_is_killed_that_may_be_the_last_of_a_job() {
        let dangerous = |state: &str, tries: u64, claimed: f64| {
            let job =
                json!({"request_id": "a", "state": state, "tries": tries, "heard": 0, "claimed": claimed});
            Ledger::of(&json!({"jobs": [job], "messages": [], "objects": 1})).unwrap().is_dangerous()
        };
        assert!(!dangerous("Queued", 2, 0.0));
        assert!(!dangerous("Running", 3, 2.0));
        assert!(dangerous("Running", 3, 0.1));
        assert!(dangerous("Running", 4, 2.0));
        assert!(!dangerous("Completed", 4, 0.0));
    }
}
