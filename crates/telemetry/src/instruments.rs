//! The table of all figures.
//!
//! A row is a figure: what kind it is, its field in [`Figures`], its name, its labels and what it tells. Names follow Prometheus: seconds and
//! ratios as such, totals end in `_total`. Adding a row is all it takes to be served and to be asked for in docs/telemetry.md.
//!
//! A label that stands `in` a list is one of its words. What is counted or observed and has no other labels begins at 0 with the process; a
//! gauge is there once it is known.

use prometheus::Registry;

use crate::{
    figures::{Counter, Gauge, Histogram},
    words::*,
};

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from the process's start on.
    Counter,
    /// As it is now.
    Gauge,
    /// How many observations were at most so large.
    Histogram,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Instrument {
    pub name: &'static str,
    pub kind: Kind,
    pub labels: &'static [&'static str],
    /// Of each label the words that it may be; none where they come with use, as a route or a tenant's name does.
    pub words: &'static [&'static [&'static str]],
    /// Upper ends of a histogram's buckets, in the figure's unit.
    pub buckets: &'static [f64],
    /// What it tells, in one sentence.
    pub help: &'static str,
}

impl Instrument {
    /// The labels of each series that is there, at 0, from the process's start on: none unless all that it may ever have are known.
    pub fn from_the_start(&self) -> Vec<Vec<&'static str>> {
        if self.kind == Kind::Gauge {
            return Vec::new();
        }
        self.words.iter().fold(vec![Vec::new()], |begun, words| {
            let each = |labels: &Vec<_>| {
                words.iter().map(|word| [labels.as_slice(), &[*word]].concat()).collect::<Vec<_>>()
            };
            begun.iter().flat_map(each).collect()
        })
    }

    /// Whether a series may have these labels.
    pub(crate) fn may_be(&self, labels: &[&str]) -> bool {
        self.words.iter().zip(labels).all(|(words, label)| words.is_empty() || words.contains(label))
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// For what takes milliseconds to seconds: requests, models, the database.
pub(crate) const SECONDS: &[f64] =
    &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// For what takes seconds to hours.
const LONG_SECONDS: &[f64] = &[1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0];

/// For what is over at once or takes minutes, by how much of it there is.
const LOADS: &[f64] = &[0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0];

/// For scores in [0, 1]; 0.5 is where a policy accepts, 0.02 and 0.8 where the default one is sure.
const SCORES: &[f64] = &[0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];

const NONE: &[f64] = &[];

macro_rules! words {
    () => {
        &[]
    };
    ($words:ident) => {
        $words
    };
}

macro_rules! instruments {
    ($($kind:ident $field:ident = $name:literal [$($label:literal $(in $words:ident)?),*] $buckets:ident $help:literal;)+) => {
        /// All figures, in the order in which they are documented.
        pub const INSTRUMENTS: &[Instrument] = &[$(Instrument {
            name: $name,
            kind: Kind::$kind,
            labels: &[$($label),*],
            words: &[$(words!($($words)?)),*],
            buckets: $buckets,
            help: $help,
        }),+];

        /// What the rows are recorded in.
        pub(crate) struct Figures {
            pub(crate) registry: Registry,
            $(pub(crate) $field: $kind<{ <[&str]>::len(&[$($label),*]) }>,)+
        }

        impl Figures {
            pub(crate) fn build() -> Result<Self, prometheus::Error> {
                let registry = Registry::new();
                let mut rows = INSTRUMENTS.iter();
                $(let $field = $kind::build(&registry, rows.next())?;)+
                Ok(Self { registry, $($field),+ })
            }
        }
    };
}

instruments! {
    Gauge build_info = "timbre_build_info" ["version"] NONE
        "1, with the version that runs.";

    Counter requests = "timbre_requests_total" ["contract", "method", "route", "status"] NONE
        "Requests that were answered, by the route's pattern and the status.";
    Histogram request_seconds = "timbre_request_seconds" ["contract", "route"] SECONDS
        "Whole time of a request, from its head to its answer.";
    Histogram answer_seconds = "timbre_answer_seconds" ["contract" in CALLED, "status" in HUNDREDS] SECONDS
        "The same of all routes together, by the hundred of the status; alerts count these.";
    Counter rate_limited = "timbre_rate_limited_total" ["who" in CALLERS] NONE
        "Requests that were refused because whoever called called too often: a tenant, a manager or an unknown address.";
    Counter tenant_rate_limited = "timbre_tenant_rate_limited_total" ["tenant", "class"] NONE
        "Those of tenants, by what they called.";
    Counter unavailable = "timbre_unavailable_total" ["part" in PARTS] NONE
        "Times that a part which was needed did not answer or had no room.";

    Gauge queue_depth = "timbre_inference_queue_depth" [] NONE
        "Recordings that wait for an inference worker.";
    Gauge workers = "timbre_inference_workers" [] NONE
        "Inference workers of this process.";
    Gauge busy_workers = "timbre_inference_busy_workers" [] NONE
        "Inference workers that are at work.";
    Counter inference_refused = "timbre_inference_refused_total" ["reason" in NO_PLACE] NONE
        "Recordings that found no place: the queue was full, or the tenant's share of it.";
    Histogram wait_seconds = "timbre_inference_wait_seconds" ["contract" in CONTRACTS] SECONDS
        "Time that a recording, or a slice of a long one, waited for a worker.";
    Histogram model_seconds = "timbre_model_seconds" ["contract" in CONTRACTS] SECONDS
        "Time that was spent inside models on it.";
    Histogram inference_seconds = "timbre_inference_seconds" ["contract" in CONTRACTS] SECONDS
        "Time from its admission to what was heard: waiting, models and all between.";

    Counter decisions = "timbre_decisions_total" ["contract" in CONTRACTS, "kind" in PURPOSES, "outcome" in DECISIONS] NONE
        "Recordings that were judged: accepted, rejected (the voice), refused (the recording) or going on.";
    Counter decision_reasons = "timbre_decision_reasons_total" ["contract", "kind", "outcome", "reason"] NONE
        "Those that were rejected or refused, by why.";
    Histogram score = "timbre_score" ["tenant", "contract", "kind"] SCORES
        "Calibrated scores of voices that were compared; of an identification the best.";

    Gauge gallery_bytes = "timbre_gallery_bytes" [] NONE
        "Memory that the voiceprints which are searched all together take in this process, in bytes.";
    Gauge gallery_voiceprints = "timbre_gallery_voiceprints" [] NONE
        "How many those are.";
    Gauge galleries_loading = "timbre_galleries_loading" [] NONE
        "Tenants' galleries that are being read in.";
    Histogram gallery_load_seconds = "timbre_gallery_load_seconds" [] LOADS
        "Time to read a gallery in.";
    Counter gallery_gave_way = "timbre_gallery_gave_way_total" [] NONE
        "Galleries that were given up for others because memory has no room for all.";
    Counter gallery_refused = "timbre_gallery_refused_total" ["reason"] NONE
        "Identifications among all that were turned away: the gallery was being read in (loading), or is too large (no room).";

    Gauge used = "timbre_used_this_month" ["tenant", "meter"] NONE
        "What a tenant has used in this calendar month (UTC); sound in seconds.";
    Gauge quota_used = "timbre_quota_used_ratio" ["tenant", "meter"] NONE
        "The same as a share of the tenant's quota, where it has one: 1 is all of it.";
    Counter quota_refused = "timbre_quota_refused_total" ["meter" in METERS] NONE
        "Calls and jobs that a hard quota had no room for.";

    Gauge jobs = "timbre_jobs" ["state"] NONE
        "Jobs that are not over, by state, of all processes together.";
    Gauge job_age = "timbre_job_age_seconds" [] NONE
        "For how long the job waits that could have begun longest ago; 0 where none waits.";
    Histogram job_seconds = "timbre_job_seconds" ["kind" in JOBS, "outcome" in ENDS] LONG_SECONDS
        "Time from a job's acceptance to its end.";
    Counter job_retries = "timbre_job_retries_total" ["kind" in JOBS] NONE
        "Tries of jobs that failed for a passing reason.";

    Gauge webhooks_pending = "timbre_webhooks_pending" [] NONE
        "Messages that are to be delivered, of all processes together.";
    Gauge webhook_age = "timbre_webhook_age_seconds" [] NONE
        "Age of the oldest of them; 0 where there is none.";
    Counter webhooks = "timbre_webhooks_total" ["outcome" in TRIES] NONE
        "Tries of messages: delivered, to be tried again, or dropped for good.";
    Counter webhook_failures = "timbre_webhook_failures_total" ["reason" in NOT_TAKEN] NONE
        "Tries that failed: another status than 200, no answer, or a message that could not be made.";
    Histogram webhook_seconds = "timbre_webhook_seconds" [] SECONDS
        "Time of a try.";

    Histogram store_seconds = "timbre_store_seconds" ["operation"] SECONDS
        "Time of the database operations that requests and jobs wait for.";
    Counter store_failures = "timbre_store_failures_total" ["operation", "reason"] NONE
        "Those that failed: the database did not answer, another one was faster (conflict), or else.";
    Histogram vault_seconds = "timbre_vault_seconds" ["operation"] SECONDS
        "Time of the object store's operations.";
    Counter vault_failures = "timbre_vault_failures_total" ["operation"] NONE
        "Those that failed. An object that is not there is no failure.";

    Counter housekeeping = "timbre_housekeeping_total" ["outcome" in ROUNDS] NONE
        "Rounds of putting in order.";
    Gauge housekeeping_at = "timbre_housekeeping_success_timestamp_seconds" [] NONE
        "When one last ended well (Unix time).";
    Gauge database_read_at = "timbre_database_read_timestamp_seconds" [] NONE
        "When jobs, messages and quotas were last read for these figures (Unix time).";
    Counter spans = "timbre_spans_total" ["outcome" in SPANS] NONE
        "Spans that were sent to the collector, or lost because it did not take them.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_prometheus() {
        for row in INSTRUMENTS {
            let name = row.name;
            assert!(
                name.starts_with("timbre_") && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{name}"
            );
            assert_eq!(name.ends_with("_total"), row.kind == Kind::Counter, "{name}");
            assert_eq!(row.buckets.is_empty(), row.kind != Kind::Histogram, "{name}");
            assert!(row.buckets.is_sorted(), "{name}");
            assert!(row.help.ends_with('.'), "{name}");
            assert_eq!(row.words.len(), row.labels.len(), "{name}");
            let same = INSTRUMENTS.iter().filter(|other| other.name == name).count();
            assert_eq!(same, 1, "{name}");
        }
    }

    /// What a label may hold is bounded because there is no label that could hold anything else.
    #[test]
    fn no_label_could_hold_a_person() {
        let known = [
            "class",
            "contract",
            "kind",
            "meter",
            "method",
            "operation",
            "outcome",
            "part",
            "reason",
            "route",
            "state",
            "status",
            "tenant",
            "version",
            "who",
        ];
        for row in INSTRUMENTS {
            for label in row.labels {
                assert!(known.contains(label), "{}: {label}", row.name);
            }
        }
    }
}
