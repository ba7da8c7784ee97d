//! `cargo xtask <task>`: what a developer does around the code.

mod biometrid;
mod browser;
mod cargo;
mod clients;
mod demo;
mod failure;
mod helm;
mod models;
mod openapi;
mod outcome;
mod parts;
mod people;
mod prove;
mod run;
mod server;
mod speak;
mod speech;
mod test;
mod words;

use std::process::ExitCode;

use failure::{Failure, note};

const USAGE: &str = "\
cargo xtask TASK [--help]

  run      fetch missing models, build, and serve with a demo tenant
  demo     two voices through the HTTP API, each exchange printed
  test     every test, with a summary of what ran
  parts    a PostgreSQL and a Redis for single tests to run on
  prove    measure what we claim, on the release build; alone it lists the claims
  speak    a synthetic voice says a code, as a WAV file
  openapi  write the contracts' documents as the routes are; with --check, fail where they are others
  clients  write the clients' generated parts as the documents are; with --check, fail where they are others
  models   fetch the model files
  pictures take the README's pictures anew, in Chromium";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let outcome = match words.next().as_deref() {
        Some("run") => run::run(words),
        Some("demo") => demo::run(words),
        Some("test") => test::run(words),
        Some("parts") => parts::run(words),
        Some("prove") => prove::run(words),
        Some("speak") => speak::run(words),
        Some("openapi") => openapi::run(words),
        Some("clients") => clients::run(words),
        Some("models") => models::run(words).map_err(Failure::new),
        Some("pictures") => browser::pictures(words),
        _ => Err(Failure::new(USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            note(failure);
            ExitCode::FAILURE
        }
    }
}
