//! The engine: its parts, put together once at start.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use timbre_audio::Limits;
use timbre_domain::{inquiry::Outcome, job::Job, policy::Policy};
use timbre_inference::Pool;
use timbre_matching::conditions::Comparator;
use timbre_outbound::Outbound;
use timbre_store::Store;
use timbre_vault::{MasterKey, Measured, ObjectStore};

use crate::{
    access_tokens, clock::Clock, galleries::Galleries, job_runner::Waiting, jobs::JobsConfig,
    languages::Languages, last_used::LastUsed, passwords::Passwords, places::Places, recordings::Fetching,
    refusals::Refusals, serialised::Serialised, speakers::Speakers,
};

/// Makes a message of how a job ended.
pub type Telling = fn(&Job, &Outcome) -> serde_json::Value;

/// What an engine is made of.
pub struct Parts {
    pub store: Store,
    pub objects: Arc<dyn ObjectStore>,
    pub master: MasterKey,
    pub pool: Arc<Pool>,
    /// The speaker models of new tenants. Their calibration is that of all.
    pub default_speakers: Speakers,
    pub languages: Languages,
    /// Caps on a recording of one sample.
    pub sample_limits: Limits,
    /// Caps on the recording of a conversation that comes with its request.
    pub conversation_limits: Limits,
    pub jobs: JobsConfig,
    pub outbound: Outbound,
    /// Voiceprints in memory.
    pub galleries: Galleries,
    /// Folder for recordings that are being heard: files without a name.
    pub scratch: PathBuf,
    /// How the end of a job is told, in the words of the contract that asked for it.
    pub telling: Telling,
    /// The policy of a tenant that set none.
    pub default_policy: Policy,
    /// Between two times that one process for all looks for objects which belong to nothing.
    pub objects_swept_every: Duration,
    pub clock: Clock,
}

/// The use cases. Cheap to clone; one for the whole process.
#[derive(Clone)]
pub struct Engine {
    pub(crate) parts: Arc<Parts>,
    pub(crate) in_turn: Arc<Serialised>,
    pub(crate) waiting: Arc<Waiting>,
    /// Places for jobs' conversations to be heard.
    pub(crate) hearing: Arc<Places>,
    pub(crate) fetching: Arc<Fetching>,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) last_used: Arc<LastUsed>,
    pub(crate) refusals: Arc<Refusals>,
    /// For each set of models that a tenant may have.
    pub(crate) speakers: Arc<[Speakers; 3]>,
    /// When the figures of the database were last read. Whoever reads them holds it.
    pub(crate) figures_read: Arc<tokio::sync::Mutex<Option<Instant>>>,
}

impl Engine {
    pub fn new(parts: Parts) -> Self {
        let hearing = Places::new(parts.jobs.at_once);
        let parts = Parts { objects: Arc::new(Measured::new(parts.objects)), ..parts };
        access_tokens::provide();
        let speakers = Comparator::ALL.map(|set| parts.default_speakers.by(set));
        Self {
            speakers: Arc::new(speakers),
            parts: Arc::new(parts),
            in_turn: Arc::default(),
            waiting: Arc::default(),
            hearing,
            fetching: Arc::default(),
            last_used: Arc::default(),
            refusals: Arc::default(),
            figures_read: Arc::default(),
            passwords: Arc::default(),
        }
    }

    /// What time it is, by the engine's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.parts.clock.now()
    }

    /// Most bytes that one recording may have; whoever reads a body can stop there.
    pub fn max_sample_bytes(&self) -> usize {
        self.parts.sample_limits.max_bytes
    }

    /// Most bytes of a conversation's recording that comes with its request.
    pub fn max_conversation_bytes(&self) -> usize {
        self.parts.conversation_limits.max_bytes
    }

    /// The voiceprints that are in memory.
    pub fn galleries(&self) -> &Galleries {
        &self.parts.galleries
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
