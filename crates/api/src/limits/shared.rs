//! Buckets that all replicas draw from: the algorithm of those in memory, as one script in Redis.
//!
//! Promises that a bucket's name tells nobody whose it is, and that nothing of it stays once it is full again.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use redis::Script;
use ring::hmac::{HMAC_SHA256, Key, sign};
use timbre_domain::rate::Rate;

use super::Counted;
use crate::redis_link::{Away, Link};

/// The algorithm.
pub(crate) const COUNTING: &str = include_str!("gcra.lua");

/// What it answers: whether the call is refused, calls that may still come, milliseconds until one may.
pub(crate) type Counting = (u8, u32, u64);

/// Of calls that are not counted together, one line in so long is enough.
const TELL_EVERY: Duration = Duration::from_secs(60);

pub(super) struct Shared {
    link: Link,
    within: Duration,
    script: Script,
    names: Key,
    alone: Alone,
}

/// Calls that this process counted alone because Redis did not answer.
#[derive(Default)]
struct Alone {
    calls: AtomicU64,
    told: Mutex<Option<Instant>>,
}

impl Shared {
    /// `secret` is the same in all replicas; within: how long a call may wait to be counted.
    pub(super) fn new(link: Link, within: Duration, secret: &[u8]) -> Self {
        let names = sign(&Key::new(HMAC_SHA256, secret), b"names of buckets");
        Self {
            link,
            within,
            script: Script::new(COUNTING),
            names: Key::new(HMAC_SHA256, names.as_ref()),
            alone: Alone::default(),
        }
    }

    /// Counts a call. None where Redis does not answer: then this process counts alone.
    pub(super) async fn count(&self, whose: &str, rate: Rate) -> Option<Counted> {
        let name =
            format!("timbre:rate:{}", hex::encode(&sign(&self.names, whose.as_bytes()).as_ref()[..16]));
        // A rate of nothing, which no policy can have, would be one call.
        let (per_minute, burst) = (rate.per_minute.max(1), rate.burst.max(1));
        let count = async |mut connection| {
            let mut counting = self.script.key(name);
            counting.arg(per_minute).arg(burst).invoke_async(&mut connection).await
        };
        let counted: Result<Counting, Away> = self.link.ask_once(self.within, count).await;
        match counted {
            Ok((0, remaining, _)) => Some(Counted::let_in(rate, remaining)),
            Ok((_, _, wait)) => Some(Counted::turned_away(rate, Duration::from_millis(wait))),
            Err(why) => {
                self.alone.note(&why);
                None
            }
        }
    }
}

impl Alone {
    fn note(&self, why: &Away) {
        timbre_telemetry::unavailable("shared rates");
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            *told = Some(Instant::now());
            tracing::warn!(%why, calls, "rates are not shared: this process counts its calls alone");
        }
    }
}
