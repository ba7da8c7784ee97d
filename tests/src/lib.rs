//! What the tests of the whole product stand on: the real server with the real models, a database
//! and a vault of its own, people who say whatever code is asked for, and a clock that a test sets.
//!
//! Each test starts a [`Product`] and owns it: nothing is shared, nothing is left behind, and no
//! test waits for time to pass.

#![allow(clippy::unwrap_used)]

mod administrator;
mod application;
mod clock;
mod contract;
pub mod developer;
mod dice;
mod documented;
mod home;
mod installation;
mod log;
mod losing;
mod people;
mod product;
mod receiver;
mod redis_server;
mod rows;
pub mod sound;
mod speech;
pub mod subscriber;
pub mod table;

pub use administrator::{Administrator, PASSWORD, Said};
pub use application::{Application, Reply, encoded, exchanged, form, send, voice_path, wav_part};
pub use clock::TestClock;
pub use contract::{Asked, documented_as};
pub use developer::Developer;
pub use dice::Dice;
pub use documented::*;
pub use log::Log;
pub use losing::{Losing, Lost};
pub use people::{Person, names_in, voices};
pub use product::{Product, Setup, speakers};
pub use receiver::{Held, Message, Receiver, reaching};
pub use redis_server::RedisServer;
pub use rows::Rows;
pub use speech::{Speaker, phrases};
pub use subscriber::Subscriber;
pub use table::Table;
pub use timbre_domain::dialogue::Purpose;

/// Whether these bytes are somewhere in those.
pub fn contains(bytes: &[u8], what: &[u8]) -> bool {
    assert!(!what.is_empty());
    bytes.windows(what.len()).any(|window| window == what)
}

/// Prints what a test has measured, for `cargo xtask prove` to read.
#[allow(clippy::print_stdout)]
pub fn found(figures: &serde_json::Value) {
    println!("{figures}");
}
