//! DeepAffects: speakers, conversations, jobs and the messages about their ends.

mod client;
mod concurrency;
mod contract;
mod conversation;
mod found;
mod fuzz;
mod isolation;
mod jobs;
mod keys;
mod measured;
mod repeats;
mod secrets;
mod webhooks;

use std::time::{Duration, Instant};

use timbre_tests::Speaker;

pub(crate) const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

/// The first eight seconds or so of free speech: enough to be taken, too little to be complete.
fn some_speech(who: Speaker, take: usize) -> Vec<f32> {
    let mut samples = who.samples(&format!("free_{take}"));
    samples.truncate(8 * 16_000);
    samples
}

/// Waits for what the product does beside what it answers, and fails when it is not done.
#[track_caller]
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(120), "{what}: it does not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}
