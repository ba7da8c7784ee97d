//! The words that labels may be, where there are but a few.
//!
//! A figure whose every label has its words here is there from the process's start on, at 0 for each combination: Prometheus sees no growth
//! in a series that begins at 1, so the first message that is dropped would be told to nobody. Alerts count such figures only; tests hold
//! them to it, and to the words.

/// Whose words a request speaks.
pub(crate) const CONTRACTS: &[&str] = &["biometrid", "azure", "deepaffects"];

/// The same of whatever comes over HTTP: operators' requests are nobody's contract, and health checks and unknown paths have none.
pub(crate) const CALLED: &[&str] = &["biometrid", "azure", "deepaffects", "admin", "none"];

/// Statuses by their hundred.
pub(crate) const HUNDREDS: &[&str] = &["2xx", "3xx", "4xx", "5xx"];

/// Who is told to call less often.
pub(crate) const CALLERS: &[&str] = &["tenant", "manager", "address"];

/// What can be away, or full.
pub(crate) const PARTS: &[&str] =
    &["database", "object store", "sessions", "shared rates", "inference", "uploads"];

/// Why a recording found no place.
pub(crate) const NO_PLACE: &[&str] = &["queue", "tenant share"];

/// What a recording was judged for.
pub(crate) const PURPOSES: &[&str] = &["enrol", "verify", "adapt", "identify", "conversation"];

/// What became of a recording.
pub(crate) const DECISIONS: &[&str] = &["accepted", "rejected", "refused", "goes on"];

/// What tenants are billed by.
pub(crate) const METERS: &[&str] = &["requests", "audio_seconds", "enrolments", "identifications"];

/// What is to be found out by a job.
pub(crate) const JOBS: &[&str] = &["Identify", "Diarize", "DetectSpeech"];

/// How a job that was begun ends.
pub(crate) const ENDS: &[&str] = &["Completed", "Failed"];

/// What became of a try of a message.
pub(crate) const TRIES: &[&str] = &["delivered", "retried", "dropped"];

/// Why a message was not taken.
pub(crate) const NOT_TAKEN: &[&str] = &["status", "unreachable", "internal"];

/// How a round of putting in order ends.
pub(crate) const ROUNDS: &[&str] = &["well", "failed"];

/// What became of spans.
pub(crate) const SPANS: &[&str] = &["sent", "lost"];
