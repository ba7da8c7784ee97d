//! A few places for work that takes long, handed out to tenants in turn.
//!
//! Promises that of those who wait the one goes next whose tenant was served longest ago, however many others of another tenant wait before it;
//! and that whoever stops waiting, or goes away with a place, leaves it to the next.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use timbre_domain::ids::TenantId;
use tokio::sync::oneshot;

pub(crate) struct Places(Mutex<State>);

struct State {
    free: usize,
    waiting: Vec<(TenantId, oneshot::Sender<Place>)>,
    /// Which place each tenant had last, counted from 1. Forgotten when nobody waits.
    served: HashMap<TenantId, u64>,
    given: u64,
}

/// A place, as long as it is kept.
pub(crate) struct Place {
    places: Arc<Places>,
    /// Nobody took it over: it is given on already.
    void: bool,
}

impl Places {
    pub(crate) fn new(places: usize) -> Arc<Self> {
        let state = State { free: places, waiting: Vec::new(), served: HashMap::new(), given: 0 };
        Arc::new(Self(Mutex::new(state)))
    }

    /// Waits for a place.
    pub(crate) async fn take(self: &Arc<Self>, tenant: TenantId) -> Place {
        loop {
            let turn = {
                let mut state = self.lock();
                if state.free > 0 {
                    state.free -= 1;
                    state.serve(tenant);
                    return self.place();
                }
                let (giver, turn) = oneshot::channel();
                state.waiting.push((tenant, giver));
                turn
            };
            // Nobody drops a giver without giving; should it happen, it is asked again.
            if let Ok(place) = turn.await {
                return place;
            }
        }
    }

    fn place(self: &Arc<Self>) -> Place {
        Place { places: Arc::clone(self), void: false }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn serve(&mut self, tenant: TenantId) {
        self.given += 1;
        self.served.insert(tenant, self.given);
    }

    /// Who goes next.
    fn next(&mut self) -> Option<(TenantId, oneshot::Sender<Place>)> {
        let last = |tenant: &TenantId| self.served.get(tenant).copied().unwrap_or(0);
        let turns = self.waiting.iter().enumerate();
        let next = turns.min_by_key(|(_, (tenant, _))| last(tenant)).map(|(place, _)| place)?;
        Some(self.waiting.remove(next))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.void {
            return;
        }
        let mut state = self.places.lock();
        while let Some((tenant, giver)) = state.next() {
            match giver.send(self.places.place()) {
                Ok(()) => return state.serve(tenant),
                // It waits no longer.
                Err(mut place) => place.void = true,
            }
        }
        state.free += 1;
        state.served.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tenant(n: u8) -> TenantId {
        TenantId::from_random([n; 16])
    }

    /// Has these tenants wait, in this order, for the one place, and says in which order they got it.
    async fn served(waiting: &[u8]) -> Vec<u8> {
        let places = Places::new(1);
        let first = places.take(tenant(1)).await;
        let (order, mut log) = tokio::sync::mpsc::unbounded_channel();
        for &n in waiting {
            let (places, order) = (Arc::clone(&places), order.clone());
            tokio::spawn(async move {
                let _place = places.take(tenant(n)).await;
                order.send(n).unwrap();
            });
            tokio::task::yield_now().await;
        }
        drop((first, order));
        let mut served = Vec::new();
        while let Some(n) = log.recv().await {
            served.push(n);
        }
        served
    }

    #[tokio::test]
    async fn tenants_take_turns_however_many_of_one_wait() {
        assert_eq!(served(&[1, 1, 1, 2, 2, 3]).await, [2, 3, 1, 2, 1, 1]);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_leaves_its_turn_to_the_next() {
        let places = Places::new(1);
        let first = places.take(tenant(1)).await;
        let impatient = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.take(tenant(2)).await }
        });
        tokio::task::yield_now().await;
        impatient.abort();
        assert!(impatient.await.is_err());
        drop(first);
        drop(places.take(tenant(3)).await);
        assert_eq!(places.lock().free, 1);
    }
}
