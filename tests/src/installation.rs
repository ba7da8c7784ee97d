//! What the program tells pages of itself: the models of the manifest, the evaluation that is shipped, and checks that found something to see to.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use timbre_engine::{Finding, Installation, ModelFacts, ModelFile};
use timbre_matching::evaluation::Summary;
use timbre_models::{self as models, Artefact, Manifest};

pub(crate) fn installation(started_at: DateTime<Utc>) -> Installation {
    let facts = |artefact: &Artefact| ModelFacts {
        name: artefact.name.clone(),
        purpose: "whatever it hears",
        licence: artefact.licence.clone(),
        attribution: artefact.attribution.clone(),
        source: artefact.source.clone(),
        files: artefact.files_here().map(file).collect(),
        installed: true,
    };
    Installation {
        version: env!("CARGO_PKG_VERSION"),
        started_at,
        objects: "a folder of this machine",
        models: Manifest::builtin().unwrap().artefacts.iter().map(facts).collect(),
        evaluation: Arc::new(Summary::from_json(include_str!("../../models/evaluation.json")).unwrap()),
        examine: Arc::new(|| {
            let found = vec![
                Finding::ok("database", "it answers"),
                Finding::warn("backup", "none was ever made", "make one"),
            ];
            Box::pin(async move { found })
        }),
    }
}

fn file(file: &models::ModelFile) -> ModelFile {
    ModelFile { name: file.name.clone(), sha256: file.installed().1.to_owned() }
}
