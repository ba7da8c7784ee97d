//! The engine as the settings describe it.

use std::{path::Path, sync::Arc, time::Duration};

use timbre_domain::embedding::ModelId;
use timbre_engine::{AUDIT_KEY, Clock, Engine, Galleries, Languages, Outbound, Parts, Speakers};
use timbre_inference::{Models, Pool, code::Language};
use timbre_matching::{calibration::Calibration, evaluation::Summary};
use timbre_models::{Manifest, ModelStore};
use timbre_store::{Store, patiently};
use timbre_vault::MasterKey;
use zeroize::Zeroizing;

use crate::{failure::Failure, keys, objects::Objects, settings::Settings};

const LANGUAGES: [&str; 2] =
    [include_str!("../../../config/languages/en.toml"), include_str!("../../../config/languages/pt.toml")];
const CALIBRATION: &str = include_str!("../../../models/calibration.toml");
const EVALUATION: &str = include_str!("../../../models/evaluation.json");

/// Everything that serving needs.
pub struct Built {
    pub engine: Engine,
    pub pool: Arc<Pool>,
    /// Signs and encrypts the session cookie.
    pub session_key: Zeroizing<[u8; 64]>,
}

/// Opens the database, the vault and the models. Whether there are models comes first: without them nothing starts,
/// and the error says which command brings them. Loading them comes last, as it takes a while.
pub async fn engine(settings: &Settings) -> Result<Built, Failure> {
    let models = model_store()?;
    let (store, master) = store(settings).await?;
    let pool = Arc::new(pool(settings, models).await?);
    let session_key = master.derive("session cookie")?;
    let engine = Engine::new(Parts {
        store,
        objects: Objects::open(settings)?.shared(),
        master,
        pool: Arc::clone(&pool),
        default_speakers: speakers(settings)?,
        languages: languages(settings)?,
        sample_limits: settings.sample_limits(),
        conversation_limits: settings.conversation_limits(),
        jobs: settings.jobs.clone(),
        outbound: Outbound::new(&settings.outbound)?,
        galleries: Galleries::new(&settings.gallery),
        scratch: settings.data.dir.clone(),
        telling: timbre_api::deepaffects::told,
        default_policy: settings.policy.clone(),
        objects_swept_every: Duration::from_secs(settings.housekeeping.objects_every_seconds),
        clock: Clock::system(),
    });
    Ok(Built { engine, pool, session_key })
}

/// The database, able to write and to verify the audit trail, and the master key. Whatever may write opens it here, and is refused where the
/// keyring is lost or the master key is not the one that opens what is there.
pub async fn store(settings: &Settings) -> Result<(Store, MasterKey), Failure> {
    let store = Store::connect(&settings.connection(), &settings.data.dir).await?;
    if !store.keyring_is_apart() {
        tracing::warn!(
            "people's keys are in the main database: a restored backup of it makes the erased readable; set database.keyring_url"
        );
    }
    // Before the tables are touched: whoever has the wrong key or keyring changes nothing.
    let master = patiently(async {
        store.check_keyring().await?;
        keys::master_key(settings, &store).await
    });
    let master = master.await?;
    if settings.database.migrate_on_start {
        store.migrate().await?;
    }
    Ok((store.with_audit_key(master.derive(AUDIT_KEY)?), master))
}

/// The installed models; an error that names the command to run when some are missing.
pub fn model_store() -> Result<Arc<ModelStore>, Failure> {
    let (store, manifest) = (ModelStore::open_default()?, Manifest::builtin()?);
    let missing: Vec<_> = store.missing(&manifest).iter().map(|artefact| artefact.name.clone()).collect();
    if !missing.is_empty() {
        return Err(Failure::new(format!(
            "these models are not installed in {}: {}\nrun `timbre models fetch` (or, in the source, `cargo xtask models`) \
             and start again",
            store.folder().display(),
            missing.join(", ")
        )));
    }
    Ok(Arc::new(store))
}

async fn pool(settings: &Settings, models: Arc<ModelStore>) -> Result<Pool, Failure> {
    let config = settings.inference.clone();
    let started =
        tokio::task::spawn_blocking(move || Pool::start(&config, move || Models::load(&models))).await?;
    Ok(started?)
}

/// The speaker models of new tenants, with their calibration: those of the settings, or those that the manifest makes active.
pub fn speakers(settings: &Settings) -> Result<Speakers, Failure> {
    let calibration = calibration(settings)?;
    if let Some(set) = settings.speaker.new_tenants()? {
        return Ok(Speakers::new(set.models(), calibration)?);
    }
    let manifest = Manifest::builtin()?;
    let active: Vec<ModelId> =
        manifest.ensemble().map(|(artefact, _)| artefact.name.parse()).collect::<Result<_, _>>()?;
    Ok(Speakers::new(&active, calibration)?)
}

pub fn calibration(settings: &Settings) -> Result<Calibration, Failure> {
    match settings.speaker.calibration.as_str() {
        "" => Ok(Calibration::from_toml(CALIBRATION)?),
        file => {
            let path = Path::new(file);
            let text = std::fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
            Calibration::from_toml(&text).map_err(|error| Failure::at(path, error))
        }
    }
}

/// How well voices are told apart: as it was measured here, or before it was shipped.
pub fn evaluation(settings: &Settings) -> Result<Summary, Failure> {
    match settings.speaker.evaluation.as_str() {
        "" => Ok(Summary::from_json(EVALUATION)?),
        file => {
            let path = Path::new(file);
            let text = std::fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
            Summary::from_json(&text).map_err(|error| Failure::at(path, error))
        }
    }
}

/// The built-in languages and those of the configured folder, which go before.
pub fn languages(settings: &Settings) -> Result<Languages, Failure> {
    let mut languages = LANGUAGES.iter().map(|file| Language::parse(file)).collect::<Result<Vec<_>, _>>()?;
    if !settings.languages.folder.is_empty() {
        let folder = Path::new(&settings.languages.folder);
        for entry in std::fs::read_dir(folder).map_err(|error| Failure::at(folder, error))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
                languages.push(Language::parse(&text).map_err(|error| Failure::at(&path, error))?);
            }
        }
    }
    let languages = Languages::new(languages);
    languages.get(&settings.languages.default)?;
    Ok(languages)
}
