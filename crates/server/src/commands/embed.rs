//! `timbre embed`: embeddings of recordings, for measuring and for comparing with other programs.

use std::path::{Path, PathBuf};

use serde::Serialize;
use timbre_audio::{Limits, Played, Recording};
use timbre_domain::embedding::ModelId;
use timbre_inference::Models;

use crate::{
    built,
    failure::{Failure, say},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The model, by its name in models/manifest.toml.
    #[arg(long, default_value = ModelId::CampPlus.as_str())]
    model: String,
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Row<'a> {
    file: &'a Path,
    model: &'a str,
    embedding: Vec<f32>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let model: ModelId = arguments.model.parse().map_err(|_| {
        let known = ModelId::ALL.map(ModelId::as_str).join(", ");
        Failure::new(format!("no speaker model is named {:?}; there are: {known}", arguments.model))
    })?;
    let mut models = Models::load(&built::model_store()?)?;
    let rows = arguments
        .files
        .iter()
        .map(|file| {
            let samples = read(file)?.samples;
            let embedding = models
                .embed_with(model, &samples)
                .map_err(|error| Failure::at(file, error))?
                .as_slice()
                .to_vec();
            Ok(Row { file, model: model.as_str(), embedding })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    say(serde_json::to_string(&rows)?)
}

/// A measurer's own files may be longer than what the API takes.
const FILE_LIMITS: Limits = Limits { max_bytes: 1 << 30, max_seconds: 3600.0, max_channels: 8 };

/// Decodes a file whole.
pub fn read(file: &Path) -> Result<Recording, Failure> {
    play(file)?.into_recording().map_err(|error| Failure::at(file, error))
}

/// Decodes a file whole, at its own rate.
pub fn play(file: &Path) -> Result<Played, Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::at(file, error))?;
    timbre_audio::play(&bytes, &FILE_LIMITS).map_err(|error| Failure::at(file, error))
}
