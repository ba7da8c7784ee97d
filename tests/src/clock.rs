//! A clock that stands still until a test moves it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::DateTime;
use timbre_engine::Clock;

/// Some second of the year 2026.
const BEGINNING: i64 = 1_790_000_000;

/// The product's time.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(BEGINNING)))
    }
}

impl TestClock {
    /// Lets this many seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// What it shows, in seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// The clock as the engine reads it.
    pub fn engine(&self) -> Clock {
        let Self(seconds) = self.clone();
        Clock::reading(move || {
            DateTime::from_timestamp(seconds.load(Ordering::SeqCst), 0).unwrap_or_default()
        })
    }
}
