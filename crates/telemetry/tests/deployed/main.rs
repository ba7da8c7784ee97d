//! What is deployed beside Timbre, boards, rules and the document of them, speaks of the figures that there are.

#![allow(clippy::unwrap_used)]

mod boards;
mod document;
mod expressions;
mod promtool;
mod rules;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file or folder of the repository.
fn of_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn text_of(path: &str) -> String {
    let path = of_repository(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
