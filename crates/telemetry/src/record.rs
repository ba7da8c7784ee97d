//! Recording: one function for each thing that happens. None of them fails, and none waits for more than a lock that is held for as long as it
//! takes to look up a series.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{figures::figures, tenants};

/// The methods that routes have; any other word that a caller sends is one of them all.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A request was answered. `route` is its pattern.
pub fn request(contract: &str, method: &str, route: &str, status: u16, took: Duration) {
    let Some(figures) = figures() else { return };
    let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("other");
    figures.requests.add([contract, method, route, &status.to_string()], 1);
    figures.request_seconds.observe([contract, route], took.as_secs_f64());
    let hundred = match status {
        ..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    };
    figures.answer_seconds.observe([contract, hundred], took.as_secs_f64());
}

/// A request was refused because a tenant, of this name, makes calls of this class too often.
pub fn tenant_rate_limited(tenant: &str, class: &str) {
    let Some(figures) = figures() else { return };
    figures.rate_limited.add(["tenant"], 1);
    tenants::label(tenant, |tenant| figures.tenant_rate_limited.add([tenant, class], 1));
}

/// The same of an operator, or of a program with a token.
pub fn manager_rate_limited() {
    if let Some(figures) = figures() {
        figures.rate_limited.add(["manager"], 1);
    }
}

/// The same of an address that has shown no key.
pub fn address_rate_limited() {
    if let Some(figures) = figures() {
        figures.rate_limited.add(["address"], 1);
    }
}

/// A part that was needed did not answer or had no room.
pub fn unavailable(part: &str) {
    if let Some(figures) = figures() {
        figures.unavailable.add([part], 1);
    }
}

/// So many recordings wait for an inference worker now.
pub fn queue_depth(waiting: usize) {
    if let Some(figures) = figures() {
        figures.queue_depth.set([], waiting as f64);
    }
}

/// This process has so many inference workers.
pub fn inference_workers(workers: usize) {
    if let Some(figures) = figures() {
        figures.workers.set([], workers as f64);
    }
}

/// So many more (or, negative, fewer) inference workers are at work.
pub fn busy_workers(more: f64) {
    if let Some(figures) = figures() {
        figures.busy_workers.add([], more);
    }
}

/// A recording found no place to wait at; `share` says that others would have found one.
pub fn inference_refused(share: bool) {
    if let Some(figures) = figures() {
        figures.inference_refused.add([if share { "tenant share" } else { "queue" }], 1);
    }
}

/// A recording, or a slice of a long one, was heard.
pub fn heard(contract: &str, waited: Duration, in_models: Duration, whole: Duration) {
    let Some(figures) = figures() else { return };
    figures.wait_seconds.observe([contract], waited.as_secs_f64());
    figures.model_seconds.observe([contract], in_models.as_secs_f64());
    figures.inference_seconds.observe([contract], whole.as_secs_f64());
}

/// What became of a recording that was to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was taken, or the voice is the one.
    Accepted,
    /// The voice is another one, or nobody's, or the evidence decides nothing.
    Rejected(&'static str),
    /// The recording does not serve, and says nothing of whose voice it is.
    Refused(&'static str),
    /// It was taken, and another one is wanted.
    GoesOn,
}

/// A recording was judged. `kind`: "enrol", "verify", "adapt", "identify", "conversation".
pub fn decided(contract: &str, kind: &str, decision: Decision) {
    let Some(figures) = figures() else { return };
    let (outcome, reason) = match decision {
        Decision::Accepted => ("accepted", ""),
        Decision::Rejected(reason) => ("rejected", reason),
        Decision::Refused(reason) => ("refused", reason),
        Decision::GoesOn => ("goes on", ""),
    };
    figures.decisions.add([contract, kind, outcome], 1);
    if !reason.is_empty() {
        figures.decision_reasons.add([contract, kind, outcome, reason], 1);
    }
}

/// A voice was compared, or looked for among several.
pub fn scored(tenant: &str, contract: &str, kind: &str, score: f64) {
    let Some(figures) = figures() else { return };
    tenants::label(tenant, |tenant| figures.score.observe([tenant, contract, kind], score));
}

/// Galleries take so many bytes of memory for so many voiceprints, and so many of them are being read in.
pub fn galleries(bytes: usize, voiceprints: usize, loading: usize) {
    let Some(figures) = figures() else { return };
    figures.gallery_bytes.set([], bytes as f64);
    figures.gallery_voiceprints.set([], voiceprints as f64);
    figures.galleries_loading.set([], loading as f64);
}

/// A gallery was read in.
pub fn gallery_read_in(took: Duration) {
    if let Some(figures) = figures() {
        figures.gallery_load_seconds.observe([], took.as_secs_f64());
    }
}

/// A gallery was given up for another.
pub fn gallery_gave_way() {
    if let Some(figures) = figures() {
        figures.gallery_gave_way.add([], 1);
    }
}

/// An identification among all was turned away. `reason`: "loading", "no room".
pub fn gallery_refused(reason: &str) {
    if let Some(figures) = figures() {
        figures.gallery_refused.add([reason], 1);
    }
}

/// A hard quota had no room.
pub fn quota_refused(meter: &str) {
    if let Some(figures) = figures() {
        figures.quota_refused.add([meter], 1);
    }
}

/// What tenants have used in this month, in place of all that was said before: tenant, meter, how much, and what share of a quota that is.
pub fn quota_used<'a>(all: impl IntoIterator<Item = (&'a str, &'static str, f64, Option<f64>)>) {
    let Some(figures) = figures() else { return };
    figures.used.clear();
    figures.quota_used.clear();
    for (tenant, meter, used, share) in all {
        tenants::label(tenant, |tenant| {
            // The others are one series: what they used is a sum, and shares of different quotas have none.
            figures.used.add([tenant, meter], used);
            if let Some(share) = share.filter(|_| tenant != tenants::OTHERS) {
                figures.quota_used.set([tenant, meter], share);
            }
        });
    }
}

/// What the database says of work that is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ages {
    pub oldest_job_seconds: f64,
    pub messages: u64,
    pub oldest_message_seconds: f64,
}

/// The database was read: jobs by state, and what is to be done.
pub fn read_from_database<'a>(jobs: impl IntoIterator<Item = (&'a str, u64)>, ages: Ages) {
    let Some(figures) = figures() else { return };
    for (state, number) in jobs {
        figures.jobs.set([state], number as f64);
    }
    figures.job_age.set([], ages.oldest_job_seconds);
    figures.webhooks_pending.set([], ages.messages as f64);
    figures.webhook_age.set([], ages.oldest_message_seconds);
    figures.database_read_at.set([], unix_time());
}

/// A job ended, so long after it was accepted.
pub fn job_ended(kind: &str, outcome: &str, seconds: f64) {
    if let Some(figures) = figures() {
        figures.job_seconds.observe([kind, outcome], seconds.max(0.0));
    }
}

/// A job failed for a passing reason.
pub fn job_retried(kind: &str) {
    if let Some(figures) = figures() {
        figures.job_retries.add([kind], 1);
    }
}

/// A message was tried. `outcome`: "delivered", "retried", "dropped"; `failure`: why it was not taken.
pub fn webhook(outcome: &str, failure: Option<&str>, took: Duration) {
    let Some(figures) = figures() else { return };
    figures.webhooks.add([outcome], 1);
    figures.webhook_seconds.observe([], took.as_secs_f64());
    if let Some(reason) = failure {
        figures.webhook_failures.add([reason], 1);
    }
}

/// A database operation ended; `failure` says why not well.
pub fn store(operation: &str, failure: Option<&str>, took: Duration) {
    let Some(figures) = figures() else { return };
    figures.store_seconds.observe([operation], took.as_secs_f64());
    if let Some(reason) = failure {
        figures.store_failures.add([operation, reason], 1);
    }
}

/// An operation of the object store ended.
pub fn vault(operation: &str, failed: bool, took: Duration) {
    let Some(figures) = figures() else { return };
    figures.vault_seconds.observe([operation], took.as_secs_f64());
    if failed {
        figures.vault_failures.add([operation], 1);
    }
}

/// A round of putting in order ended.
pub fn housekept(well: bool) {
    let Some(figures) = figures() else { return };
    figures.housekeeping.add([if well { "well" } else { "failed" }], 1);
    if well {
        figures.housekeeping_at.set([], unix_time());
    }
}

/// So many spans were sent to the collector, or lost.
pub fn spans(number: usize, sent: bool) {
    if let Some(figures) = figures() {
        figures.spans.add([if sent { "sent" } else { "lost" }], number as u64);
    }
}

fn unix_time() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_recorded_is_read_and_a_made_up_method_makes_no_series() {
        request("azure", "BREW", "/speaker", 404, Duration::from_millis(30));
        decided("azure", "verify", Decision::Refused("TooNoisy"));
        scored("acme", "azure", "verify", 0.97);
        read_from_database([("waiting", 2)], Ages { oldest_job_seconds: 61.0, ..Ages::default() });
        let (text, _) = crate::text("0").unwrap();
        for line in [
            "timbre_requests_total{contract=\"azure\",method=\"other\",route=\"/speaker\",status=\"404\"} 1",
            "timbre_request_seconds_bucket{contract=\"azure\",route=\"/speaker\",le=\"0.05\"} 1",
            "timbre_answer_seconds_count{contract=\"azure\",status=\"4xx\"} 1",
            "timbre_decisions_total{contract=\"azure\",kind=\"verify\",outcome=\"refused\"} 1",
            "timbre_decision_reasons_total{contract=\"azure\",kind=\"verify\",outcome=\"refused\",reason=\"TooNoisy\"} 1",
            "timbre_score_bucket{contract=\"azure\",kind=\"verify\",tenant=\"acme\",le=\"0.95\"} 0",
            "timbre_score_bucket{contract=\"azure\",kind=\"verify\",tenant=\"acme\",le=\"1\"} 1",
            "timbre_jobs{state=\"waiting\"} 2",
            "timbre_job_age_seconds 61",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("BREW"));
    }

    #[test]
    fn a_tenant_that_has_a_quota_no_more_has_no_series_of_it() {
        quota_used([("acme", "requests", 50.0, Some(0.5))]);
        assert!(
            crate::text("0")
                .unwrap()
                .0
                .contains("timbre_quota_used_ratio{meter=\"requests\",tenant=\"acme\"} 0.5")
        );
        quota_used([("acme", "requests", 51.0, None)]);
        let (text, _) = crate::text("0").unwrap();
        assert!(!text.contains("timbre_quota_used_ratio{"), "{text}");
        assert!(text.contains("timbre_used_this_month{meter=\"requests\",tenant=\"acme\"} 51"), "{text}");
    }
}
