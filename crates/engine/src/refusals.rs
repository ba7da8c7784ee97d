//! Refusals that were told of: a caller that is refused without end must not fill the audit trail.
//!
//! Promises that a refusal is told once for each caller and permission within [`WINDOW`], by each process, in bounded memory.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use timbre_domain::operator::Permission;

/// Within which the same refusal is not told again.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Refusals that are remembered at a time: every permission of more callers than an installation has.
const MOST: usize = 10_000;

/// Who was refused what, and when that was told.
#[derive(Default)]
pub(crate) struct Refusals {
    told: Mutex<HashMap<(String, Permission), DateTime<Utc>>>,
}

impl Refusals {
    /// Whether this one is to be told now. Of those that there is no place to remember, none is.
    pub(crate) fn is_news(&self, who: String, what: Permission, now: DateTime<Utc>) -> bool {
        let (mut told, key) = (self.lock(), (who, what));
        if told.get(&key).is_some_and(|at| now - *at < WINDOW) {
            return false;
        }
        if told.len() >= MOST {
            told.retain(|_, at| now - *at < WINDOW);
        }
        let place = told.len() < MOST;
        if place {
            told.insert(key, now);
        }
        place
    }

    /// It could not be told after all.
    pub(crate) fn forget(&self, who: String, what: Permission) {
        self.lock().remove(&(who, what));
    }

    /// Nothing panics while it holds the lock, so what a poisoned one guards is whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<(String, Permission), DateTime<Utc>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_news_once_in_a_quarter_of_an_hour_for_each_caller_and_permission() {
        let (refusals, now) = (Refusals::default(), DateTime::<Utc>::UNIX_EPOCH);
        let asks = |who: &str, what, minutes| {
            refusals.is_news(who.to_owned(), what, now + TimeDelta::minutes(minutes))
        };
        let (one, other) = (Permission::ManageTenants, Permission::ManageTokens);
        assert!(asks("a", one, 0) && !asks("a", one, 0) && !asks("a", one, 14));
        assert!(asks("a", other, 0) && asks("b", one, 0), "another's, and another one, are their own");
        assert!(asks("a", one, 15) && !asks("a", one, 16));
        refusals.forget("a".to_owned(), one);
        assert!(asks("a", one, 16), "what could not be told is still to be told");
    }

    #[test]
    fn no_more_are_remembered_than_there_are_places_for() {
        let (refusals, now) = (Refusals::default(), DateTime::<Utc>::UNIX_EPOCH);
        let news = |from: usize, now| {
            let who = from..from + MOST + 5;
            who.filter(|n| refusals.is_news(n.to_string(), Permission::ReadUsage, now)).count()
        };
        assert_eq!(news(0, now), MOST);
        assert_eq!(refusals.lock().len(), MOST);
        assert_eq!(news(MOST * 2, now + WINDOW), MOST, "those whose time is over make room");
        assert_eq!(refusals.lock().len(), MOST);
    }
}
