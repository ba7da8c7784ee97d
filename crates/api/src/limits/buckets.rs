//! Buckets by whoever they are of, in bounded memory.

use std::{
    collections::HashMap,
    hash::Hash,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, Reference},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};
use timbre_domain::rate::Rate;

use super::Counted;

type Limiter<C> = RateLimiter<NotKeyed, InMemoryState, C, StateInformationMiddleware>;

/// Buckets by key, at most so many. One that is full again is as good as none, and is dropped when there is need of its place;
/// who finds no place then shares one bucket with all who find none.
pub(super) struct Buckets<K, C: Clock> {
    clock: C,
    most: usize,
    held: Mutex<Held<K, C>>,
}

struct Held<K, C: Clock> {
    by_key: HashMap<K, Bucket<C>>,
    shared: Option<Bucket<C>>,
    /// When places were last looked for: often enough in a second it would be the work that limits are to spare.
    looked: Option<C::Instant>,
}

struct Bucket<C: Clock> {
    rate: Rate,
    limiter: Arc<Limiter<C>>,
    used: C::Instant,
}

const MINUTE: Duration = Duration::from_secs(60);

/// Between two looks for places.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl<C: Clock + Clone> Bucket<C> {
    fn full(rate: Rate, clock: &C) -> Self {
        let limiter = RateLimiter::direct_with_clock(quota(rate), clock.clone());
        Self { rate, limiter: Arc::new(limiter.with_middleware()), used: clock.now() }
    }

    /// Whether it has been let alone for long enough to be full.
    fn is_full(&self, now: C::Instant) -> bool {
        Duration::from(now.duration_since(self.used)) >= one_comes_back_in(self.rate) * self.rate.burst
    }
}

impl<K: Eq + Hash, C: Clock + Clone> Buckets<K, C> {
    pub(super) fn new(most: usize, clock: C) -> Self {
        let held = Held { by_key: HashMap::new(), shared: None, looked: None };
        Self { clock, most, held: Mutex::new(held) }
    }

    /// Counts a call. A bucket of another rate than this is replaced by a full one of this.
    pub(super) fn count(&self, key: K, rate: Rate) -> Counted {
        let limiter = self.limiter(key, rate);
        match limiter.check() {
            Ok(state) => Counted::let_in(rate, state.remaining_burst_capacity()),
            Err(too_early) => Counted::turned_away(rate, too_early.wait_time_from(self.clock.now())),
        }
    }

    fn limiter(&self, key: K, rate: Rate) -> Arc<Limiter<C>> {
        let now = self.clock.now();
        let mut held = self.lock();
        if held.by_key.len() >= self.most && !held.by_key.contains_key(&key) {
            self.look_for_places(&mut held, now);
            if held.by_key.len() >= self.most {
                return used(
                    held.shared.get_or_insert_with(|| Bucket::full(rate, &self.clock)),
                    rate,
                    now,
                    &self.clock,
                );
            }
        }
        let bucket = held.by_key.entry(key).or_insert_with(|| Bucket::full(rate, &self.clock));
        used(bucket, rate, now, &self.clock)
    }

    fn look_for_places(&self, held: &mut Held<K, C>, now: C::Instant) {
        let looked = held.looked.map(|looked| Duration::from(now.duration_since(looked)));
        if looked.is_none_or(|ago| ago >= LOOK_EVERY) {
            held.by_key.retain(|_, bucket| !bucket.is_full(now));
            held.looked = Some(now);
        }
    }

    /// Nothing panics while it holds the lock, so what a poisoned one guards is whole.
    fn lock(&self) -> MutexGuard<'_, Held<K, C>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// A call that may go on, after which so many more may come at once.
    pub(super) fn let_in(rate: Rate, remaining: u32) -> Self {
        let missing = rate.burst.saturating_sub(remaining);
        let reset_seconds = whole_seconds(one_comes_back_in(rate) * missing);
        Self { rate, remaining, reset_seconds, refused: false }
    }

    /// A call too many; the next may come after that wait.
    pub(super) fn turned_away(rate: Rate, wait: Duration) -> Self {
        Self { rate, remaining: 0, reset_seconds: whole_seconds(wait).max(1), refused: true }
    }
}

fn used<C: Clock + Clone>(bucket: &mut Bucket<C>, rate: Rate, now: C::Instant, clock: &C) -> Arc<Limiter<C>> {
    if bucket.rate != rate {
        *bucket = Bucket::full(rate, clock);
    }
    bucket.used = now;
    Arc::clone(&bucket.limiter)
}

fn one_comes_back_in(rate: Rate) -> Duration {
    MINUTE / rate.per_minute.max(1)
}

/// A rate of nothing, which no policy can have, would be one call.
fn quota(rate: Rate) -> Quota {
    let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(at_least_one(rate.per_minute)).allow_burst(at_least_one(rate.burst))
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    const RATE: Rate = Rate { per_minute: 60, burst: 3 };

    fn buckets(most: usize) -> (Buckets<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::new(most, clock.clone()), clock)
    }

    fn refused(buckets: &Buckets<u32, FakeRelativeClock>, key: u32, calls: usize) -> usize {
        (0..calls).filter(|_| buckets.count(key, RATE).refused).count()
    }

    #[test]
    fn a_burst_may_come_at_once_and_then_as_many_as_come_back() {
        let (buckets, clock) = buckets(10);
        assert_eq!(refused(&buckets, 1, 10), 7);
        clock.advance(Duration::from_secs(2));
        assert_eq!(refused(&buckets, 1, 10), 8);
        assert_eq!(refused(&buckets, 2, 3), 0, "another's bucket is its own");
    }

    #[test]
    fn what_is_left_and_when_there_is_more_is_told() {
        let (buckets, clock) = buckets(10);
        let told = || {
            let counted = buckets.count(1, RATE);
            (counted.remaining, counted.reset_seconds, counted.refused)
        };
        assert_eq!(
            [told(), told(), told(), told()],
            [(2, 1, false), (1, 2, false), (0, 3, false), (0, 1, true)]
        );
        clock.advance(Duration::from_secs(60));
        assert_eq!(told(), (2, 1, false), "no more than the burst comes back");
    }

    #[test]
    fn a_changed_rate_counts_from_the_next_call_on() {
        let (buckets, _) = buckets(10);
        assert_eq!(refused(&buckets, 1, 4), 1);
        let more = Rate { per_minute: 60, burst: 5 };
        let counts: Vec<_> = (0..6).map(|_| buckets.count(1, more).refused).collect();
        assert_eq!(counts, [false, false, false, false, false, true]);
        assert_eq!(refused(&buckets, 1, 4), 1, "and back again");
    }

    #[test]
    fn as_many_come_as_the_rate_says_whatever_it_is() {
        for (per_minute, burst) in [(1, 1), (7, 2), (1_200, 200), (90_000, 1)] {
            let (buckets, clock) = buckets(10);
            let rate = Rate { per_minute, burst };
            let step = MINUTE / (per_minute * 2);
            let taken = (0..per_minute * 2)
                .filter(|_| {
                    clock.advance(step);
                    !buckets.count(1, rate).refused
                })
                .count();
            let expected = (per_minute + burst) as usize;
            assert!(taken.abs_diff(expected) <= 1, "{taken} of {expected}");
        }
    }

    #[test]
    fn there_are_never_more_buckets_than_allowed_and_the_rest_share_one() {
        let (buckets, clock) = buckets(2);
        assert_eq!(refused(&buckets, 1, 3) + refused(&buckets, 2, 3), 0);
        // No place for these: between them they have one bucket.
        assert_eq!(refused(&buckets, 3, 2) + refused(&buckets, 4, 2), 1);
        assert_eq!(buckets.lock().by_key.len(), 2);
        assert_eq!(refused(&buckets, 1, 1), 1, "who has a place keeps it");
        // Full again, the first two make room.
        clock.advance(Duration::from_secs(10));
        assert_eq!(refused(&buckets, 3, 3) + refused(&buckets, 4, 3), 0);
        assert_eq!(buckets.lock().by_key.len(), 2);
    }
}
