//! Figures: what an operator wants to know of a running installation, counted where it happens.
//!
//! This crate promises that every figure stands in one table ([`INSTRUMENTS`]) with its name, labels and meaning, of which the
//! documentation is made; that recording never fails and never waits for anything; and that the number of series is bounded. A label is one
//! of a few names, a route's pattern or a tenant's name, and only so many tenants have series of their own. No label and no figure says
//! anything of a person: no id, code, path, query, address or secret.
//!
//! Figures are of the process, as its log is: whoever records needs nothing handed in. It uses nothing of ours.

mod figures;
mod history;
mod instruments;
mod record;
mod tenants;
mod words;

pub use figures::{check, text};
pub use history::{
    Called, Decided, HISTORY_EVERY, HISTORY_SAMPLES, Reason, Sample, Times, history, remember,
};
pub use instruments::{INSTRUMENTS, Instrument, Kind};
pub use record::{
    Ages, Decision, address_rate_limited, busy_workers, decided, galleries, gallery_gave_way,
    gallery_read_in, gallery_refused, heard, housekept, inference_refused, inference_workers, job_ended,
    job_retried, manager_rate_limited, queue_depth, quota_refused, quota_used, read_from_database, request,
    scored, spans, store, tenant_rate_limited, unavailable, vault, webhook,
};
pub use tenants::name_at_most;
