//! One step for a subject at a time within this process. Across processes the store's version
//! check decides; this only spares the loser of such a race the work.

use std::hash::{BuildHasher, RandomState};

use timbre_domain::ids::SubjectId;
use tokio::sync::{Mutex, MutexGuard};

/// A fixed number of locks, so that no attacker can grow it; two subjects that share one wait
/// for each other now and then.
const LOCKS: usize = 256;

pub(crate) struct Serialised {
    locks: [Mutex<()>; LOCKS],
    hasher: RandomState,
}

impl Default for Serialised {
    fn default() -> Self {
        Self { locks: std::array::from_fn(|_| Mutex::new(())), hasher: RandomState::new() }
    }
}

impl Serialised {
    pub(crate) async fn enter(&self, subject: SubjectId) -> MutexGuard<'_, ()> {
        let lock = self.hasher.hash_one(subject) as usize % LOCKS;
        self.locks[lock].lock().await
    }
}
