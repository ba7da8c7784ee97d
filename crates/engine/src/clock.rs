//! The time, handed in so that tests can set it.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};

/// Where the engine reads the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::reading(Utc::now)
    }

    /// A clock that reads what the function says.
    pub fn reading(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now, to the microsecond: PostgreSQL keeps no more, and a time must read back as written.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}
