//! What an installation runs on: what the engine sees of it itself, and what the program that holds the engine hands to whoever shows it.

use std::{pin::Pin, sync::Arc};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use timbre_matching::{MatchingError, calibration::Calibration, conditions::Comparator, evaluation::Summary};

use crate::{Engine, EngineError, Finding};

/// How the engine's parts stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// As in `PostgreSQL 15.6` or `SQLite 3.50.2`.
    pub database: String,
    /// The newest migration that this version knows.
    pub schema: String,
    /// How many of its migrations the database has not had.
    pub pending_migrations: usize,
    /// Whether people's keys are in a database of their own.
    pub keyring_apart: bool,
    /// Whether the object store did not answer a moment ago.
    pub objects_away: bool,
    /// Inference workers of this process.
    pub workers: usize,
    /// Recordings that wait for one.
    pub waiting: usize,
    /// The speaker models that new tenants decide by.
    pub decides: Comparator,
}

/// What the program knows of itself, and of the machine that it runs on.
#[derive(Clone)]
pub struct Installation {
    pub version: &'static str,
    pub started_at: DateTime<Utc>,
    /// Where objects are, in a few words.
    pub objects: &'static str,
    pub models: Arc<[ModelFacts]>,
    /// How well voices are told apart by these models.
    pub evaluation: Arc<Summary>,
    pub examine: Examine,
}

/// The checks of `timbre doctor`. They take seconds; of those who ask at the same time one after the other is served.
pub type Examine = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<Finding>> + Send>> + Send + Sync>;

/// A model of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFacts {
    pub name: String,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    pub licence: String,
    pub attribution: Option<String>,
    pub source: String,
    pub files: Vec<ModelFile>,
    /// Whether all its files are there. What is in them is for the checks to say.
    pub installed: bool,
}

/// What a calibration is known by: the SHA-256 of what it says, whatever its file says of who made it.
pub fn calibration_sha256(calibration: &Calibration) -> Result<String, MatchingError> {
    Ok(hex::encode(Sha256::digest(calibration.to_toml("")?)))
}

/// A file of a model as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    pub name: String,
    pub sha256: String,
}

impl Engine {
    /// How its parts stand.
    ///
    /// # Errors
    /// That the database does not answer.
    pub async fn system(&self) -> Result<System, EngineError> {
        let store = &self.parts.store;
        Ok(System {
            database: store.server().await?.version,
            schema: store.newest_migration(),
            pending_migrations: store.pending_migrations().await?,
            keyring_apart: store.keyring_is_apart(),
            objects_away: self.parts.objects.is_away(),
            workers: self.parts.pool.workers(),
            waiting: self.parts.pool.waiting(),
            decides: self.decides(),
        })
    }

    /// The speaker models that new tenants decide by.
    pub fn decides(&self) -> Comparator {
        self.parts.default_speakers.comparator()
    }

    /// What scores mean here.
    pub fn calibration(&self) -> &Calibration {
        self.parts.default_speakers.calibration()
    }
}
