//! What callers see: which call, when, and whether it was answered 503.

use std::time::{Duration, Instant};

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Ready,
    User,
    /// A step of a dialogue that enrols.
    Enrol,
    /// A step of a dialogue that verifies.
    Verify,
    /// A profile made, or a recording enrolled into it.
    Profile,
    /// A job given.
    Job,
}

impl Call {
    pub(super) const ALL: [Self; 6] =
        [Self::Ready, Self::User, Self::Enrol, Self::Verify, Self::Profile, Self::Job];
}

/// A reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) call: Call,
    pub(super) begun: Instant,
    pub(super) at: Instant,
    pub(super) took: Duration,
    /// It was 503.
    pub(super) unavailable: bool,
}
