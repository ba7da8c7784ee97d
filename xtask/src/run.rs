//! `cargo xtask run`: from a fresh clone to a server with a demo tenant.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::cargo;
use crate::failure::{Failure, note};
use crate::models;
use crate::words::Words;

const USAGE: &str = "\
cargo xtask run [-- ARGUMENT ...]

Fetches missing models, builds the release binary and becomes `timbre serve --demo`, with the
arguments behind `--` and the TIMBRE_… variables of the environment.";

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &[], USAGE)?;
    models::run(std::iter::empty()).map_err(Failure::new)?;
    note("building …");
    let binary = cargo::release_binary()?;
    // Becoming the server, not starting it: every signal then reaches it as if it had been called.
    let error =
        Command::new(&binary).current_dir(cargo::root()).args(["serve", "--demo"]).args(words.names).exec();
    Err(Failure::at(&binary, error))
}
