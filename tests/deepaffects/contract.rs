//! [deepaffects-contract] Every documented operation, version and case: its status and its body, to the letter.
//!
//! A row is one call, or one webhook. In a body `<uuid>` and `<seconds>` stand for what differs from call to call. Texts that are
//! Timbre's own are checked as well: they stand in `docs/contracts/deepaffects.md`.

mod doors;
mod later;
mod now;
mod parameters;
mod speakers;

use serde_json::{Value, json};
use timbre_tests::{Developer, Product, Receiver, Setup, Table, reaching};

/// One or more segments, all of this speaker's.
fn segments_of(speaker: &str) -> Value {
    json!(["<each>", {"speaker_id": speaker, "start": "<seconds>", "end": "<seconds>"}])
}

#[test]
fn every_documented_operation_and_case_is_answered_to_the_letter() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    // Accepts jobs and leaves them; reaches what is public only.
    let mut setup = Setup::default();
    setup.jobs.embedded = false;
    let idle = Product::with(setup);
    let waiting = Developer::of(&idle, "acme");
    let mut table = Table::default();
    doors::keys(&mut table, &product, &acme);
    doors::routes(&mut table, &acme);
    doors::full(&mut table, &product, &acme);
    parameters::speakers(&mut table, &acme);
    parameters::conversations(&mut table, &waiting);
    parameters::addresses(&mut table, &waiting);
    speakers::enrolled(&mut table, &acme);
    speakers::recordings(&mut table, &acme);
    speakers::deleted(&mut table, &acme);
    now::identified(&mut table, &acme);
    now::fetched(&mut table, &acme, &receiver);
    now::diarized(&mut table, &acme);
    now::formats(&mut table, &acme);
    later::acknowledged(&mut table, &acme, &receiver);
    later::diarized(&mut table, &acme, &receiver);
    later::speech(&mut table, &acme, &receiver);
    later::failed(&mut table, &acme, &receiver);
    later::asked_after(&mut table, &idle, &waiting);
    later::repeated(&mut table, &idle, &waiting);
    table.end();
}
