//! The engine: its parts, put together once at start.

use std::sync::Arc;

use timbre_audio::Limits;
use timbre_domain::policy::Policy;
use timbre_inference::Pool;
use timbre_store::Store;
use timbre_vault::{MasterKey, ObjectStore};

use crate::{clock::Clock, languages::Languages, serialised::Serialised, speakers::Speakers};

/// What an engine is made of.
pub struct Parts {
    pub store: Store,
    pub objects: Arc<dyn ObjectStore>,
    pub master: MasterKey,
    pub pool: Arc<Pool>,
    pub speakers: Speakers,
    pub languages: Languages,
    /// Caps on a recording of one sample.
    pub sample_limits: Limits,
    /// The policy of a tenant that set none.
    pub default_policy: Policy,
    pub clock: Clock,
}

/// The use cases. Cheap to clone; one for the whole process.
#[derive(Clone)]
pub struct Engine {
    pub(crate) parts: Arc<Parts>,
    pub(crate) in_turn: Arc<Serialised>,
}

impl Engine {
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), in_turn: Arc::default() }
    }

    /// Most bytes that one recording may have; whoever reads a body can stop there.
    pub fn max_sample_bytes(&self) -> usize {
        self.parts.sample_limits.max_bytes
    }

    /// The languages that codes can be spoken in.
    pub fn languages(&self) -> &Languages {
        &self.parts.languages
    }

    /// Whether requests can be served: the database answers and has this version's shape.
    pub async fn ready(&self) -> bool {
        let store = &self.parts.store;
        store.ping().await.is_ok() && matches!(store.pending_migrations().await, Ok(0))
    }

    /// Takes no more inference work, and finishes what was admitted.
    pub fn stop(&self) {
        self.parts.pool.close();
    }
}
