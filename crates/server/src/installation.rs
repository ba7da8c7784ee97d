//! What the program tells of itself and of this machine, for the pages that show it.

use std::{pin::Pin, sync::Arc};

use chrono::Utc;
use timbre_engine::{Examine, Finding, Installation, ModelFacts, ModelFile};
use timbre_models::{Artefact, Manifest, ModelStore, Purpose};
use tokio::sync::Mutex;

use crate::{
    built,
    commands::doctor,
    failure::Failure,
    settings::{Place, Settings},
};

/// As it is now that the process starts.
pub fn of(settings: &Settings) -> Result<Installation, Failure> {
    let (manifest, store) = (Manifest::builtin()?, ModelStore::open_default()?);
    Ok(Installation {
        version: env!("CARGO_PKG_VERSION"),
        started_at: Utc::now(),
        objects: match settings.objects.store {
            Place::Folder => "a folder of this machine",
            Place::S3 => "a bucket",
        },
        models: manifest.artefacts.iter().map(|artefact| facts(artefact, &store)).collect(),
        evaluation: Arc::new(built::evaluation(settings)?),
        examine: examine(settings.clone()),
    })
}

fn facts(artefact: &Artefact, store: &ModelStore) -> ModelFacts {
    let files = artefact.files_here().map(|file| {
        let (_, sha256) = file.installed();
        ModelFile { name: file.name.clone(), sha256: sha256.to_owned() }
    });
    ModelFacts {
        name: artefact.name.clone(),
        purpose: match artefact.purpose {
            Purpose::SpeakerEmbedding => "whose voice it is",
            Purpose::SpeechRegions => "where somebody speaks",
            Purpose::SpeakerTurns => "how many people speak, and when",
            Purpose::SpokenCode => "what is spoken",
            Purpose::Runtime => "runs the others",
        },
        licence: artefact.licence.clone(),
        attribution: artefact.attribution.clone(),
        source: artefact.source.clone(),
        installed: artefact.files_here().all(|file| store.path(&artefact.name, &file.name).is_ok()),
        files: files.collect(),
    }
}

/// The checks of `timbre doctor`, on a thread apart, since they hash files: one round of them at a time.
fn examine(settings: Settings) -> Examine {
    let (settings, one_at_a_time) = (Arc::new(settings), Arc::new(Mutex::new(())));
    Arc::new(move || -> Pin<Box<dyn Future<Output = Vec<Finding>> + Send>> {
        let (settings, one_at_a_time) = (Arc::clone(&settings), Arc::clone(&one_at_a_time));
        Box::pin(async move {
            let _turn = one_at_a_time.lock().await;
            let examined = tokio::task::spawn_blocking(move || doctor::findings(&settings)).await;
            examined.map_err(Failure::from).flatten().unwrap_or_else(|failure| {
                let advice = "run `timbre doctor` at the machine";
                vec![Finding::fail("checks", failure.to_string(), advice)]
            })
        })
    })
}
