//! When a credential was last used: noted to the minute, beside the call and never at its cost.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use timbre_domain::ids::{CredentialId, TenantId};

use crate::Engine;

/// The note is no more precise than this.
const EVERY: TimeDelta = TimeDelta::minutes(1);

/// Notes on their way into the database at a time; what comes beyond them is noted at a later call.
const AT_ONCE: usize = 256;

/// The credentials whose note is on its way.
#[derive(Default)]
pub(crate) struct LastUsed(Mutex<HashSet<CredentialId>>);

/// A note on its way, until it is dropped.
struct Note {
    notes: Arc<LastUsed>,
    credential: CredentialId,
}

impl LastUsed {
    fn begin(self: &Arc<Self>, credential: CredentialId) -> Option<Note> {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = notes.len() < AT_ONCE && notes.insert(credential);
        begun.then(|| Note { notes: Arc::clone(self), credential })
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.notes.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.credential);
    }
}

impl Engine {
    /// Notes that a credential is used now, if the last note of it is a minute old. `last` is that note, as it was read.
    pub(crate) fn note_use(&self, tenant: TenantId, credential: CredentialId, last: Option<DateTime<Utc>>) {
        let now = self.parts.clock.now();
        if last.is_some_and(|last| now - last < EVERY) {
            return;
        }
        let Some(note) = self.last_used.begin(credential) else { return };
        let store = self.parts.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.touch_credential(tenant, note.credential, EVERY, now).await {
                tracing::warn!(%error, "the last use of a credential is not noted");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_note_of_a_credential_is_on_its_way_at_a_time_and_few_of_all() {
        let notes = Arc::new(LastUsed::default());
        let id = |n: usize| CredentialId::from_random((n as u128).to_be_bytes());
        let first = notes.begin(id(0)).unwrap();
        assert!(notes.begin(id(0)).is_none());
        let others: Vec<_> = (1..AT_ONCE).map(|n| notes.begin(id(n)).unwrap()).collect();
        assert!(notes.begin(id(AT_ONCE)).is_none());
        drop(first);
        assert!(notes.begin(id(AT_ONCE)).is_some());
        drop(others);
        assert!(notes.0.lock().unwrap().is_empty());
    }
}
