//! `cargo xtask parts`: a PostgreSQL and a Redis of our own, for tests and proofs.
//!
//! Each starts with a random password on a port of 127.0.0.1 that was free and keeps what it has in a folder that goes with it. It
//! ends with the task that started it, however that ends. Where a program is absent, root on Debian gets it by apt-get.

mod daemon;
mod debian;
mod fault_proxy;
mod postgres;
mod redis;
mod s3;

use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) use fault_proxy::{Fault, FaultProxy};
pub(crate) use postgres::Postgres;
pub(crate) use redis::Redis;
pub(crate) use s3::S3;

use crate::failure::{Failure, note, say};
use crate::words::Words;

/// Where Prometheus' `promtool` is; Debian has it in the package of the server, which is not started.
pub(crate) fn promtool() -> Result<PathBuf, Failure> {
    debian::found_or_installed("prometheus", || daemon::in_path("promtool"))
}

/// Where Chromium is, in which pages are looked at.
pub(crate) fn chromium() -> Result<PathBuf, Failure> {
    debian::found_or_installed("chromium", || daemon::in_path("chromium"))
}

const USAGE: &str = "\
cargo xtask parts [-- COMMAND ARGUMENT ...]

Starts a PostgreSQL and a Redis, and runs the command with TIMBRE_TEST_POSTGRES and TIMBRE_TEST_REDIS set, so that its
tests run on them: `cargo xtask parts -- cargo nextest run --workspace lockout`. Without a command it prints what to export, and ends with
a line of input.";

/// Where tests find the PostgreSQL server: a `postgres://` URL of somebody who may create databases. Without it they use SQLite and a folder.
const POSTGRES: &str = "TIMBRE_TEST_POSTGRES";
/// Where tests find the Redis server: a `redis://` URL.
const REDIS: &str = "TIMBRE_TEST_REDIS";

/// How nextest runs tests: which of them it skips is in .config/nextest.toml.
const PROFILE: &str = "NEXTEST_PROFILE";

/// Has tests run on these parts.
pub(crate) fn on_parts(command: &mut Command, postgres: &Postgres, redis: &Redis) {
    command.env(POSTGRES, postgres.url()).env(REDIS, redis.url()).env(PROFILE, "servers");
}

/// Has tests run on SQLite and a folder, whatever this task was told.
pub(crate) fn on_files(command: &mut Command) {
    command.env_remove(POSTGRES).env_remove(REDIS).env_remove(PROFILE);
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &[], USAGE)?;
    let (postgres, redis) = (Postgres::start()?, Redis::start()?);
    note(format_args!("{}, {}", postgres.version(), redis.version()));
    let Some((program, arguments)) = words.names.split_first() else {
        say(format_args!("export {POSTGRES}={} {REDIS}={}", postgres.url(), redis.url()))?;
        note("a line of input, or its end, ends them");
        std::io::stdin().read_line(&mut String::new())?;
        return Ok(());
    };
    let mut command = Command::new(program);
    on_parts(&mut command, &postgres, &redis);
    let ended = command.args(arguments).stdin(Stdio::inherit()).status()?;
    if ended.success() { Ok(()) } else { Err(Failure::new(format!("`{program}` ended with {ended}"))) }
}
