//! What the voices of hours cost to cluster, to be read: `cargo test -p timbre-matching --test long_recording -- --ignored --nocapture`
//! (this crate is optimised in tests, too).
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use timbre_domain::embedding::ModelId;
use timbre_matching::clustering::{Heard, people};
use timbre_matching::conversation::Reading;

/// Four hours are 5,760 windows, in each of which at most three speak.
const WINDOWS: usize = 5_760;
const PEOPLE: usize = 6;

/// Approximately normal numbers from a linear congruential generator (Knuth's MMIX constants).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        let mut uniform = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
        };
        (0..12).map(|_| uniform()).sum()
    }

    fn direction(&mut self) -> Vec<f32> {
        (0..ModelId::CampPlus.dimensions()).map(|_| self.next()).collect()
    }
}

/// The most memory that the process took, in MiB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

#[test]
#[ignore = "a measurement"]
fn the_voices_of_four_hours_find_their_people() {
    let mut noise = Noise(1);
    let people_there: Vec<Vec<f32>> = (0..PEOPLE).map(|_| noise.direction()).collect();
    // One person's voices have a cosine of so much on average.
    for likeness in [0.85_f32, 0.7, 0.6] {
        let voices: Vec<(usize, Vec<f32>)> = (0..3 * WINDOWS)
            .map(|n| {
                let person = &people_there[(n * 7 + n / 50) % PEOPLE];
                let other = noise.direction();
                let value = |(a, b): (&f32, &f32)| likeness.sqrt() * a + (1.0 - likeness).sqrt() * b;
                (n / 3, person.iter().zip(&other).map(value).collect())
            })
            .collect();
        let heard: Vec<Heard<'_>> = voices
            .iter()
            .map(|(window, embedding)| Heard { embedding, weight: 2.0, window: *window })
            .collect();
        let (before, start) = (peak(), Instant::now());
        let found = people(&heard, &Reading::default().clustering);
        println!(
            "{} voices, cosine {likeness}: {} people, {:.1} s, {:.1} MiB more",
            heard.len(),
            found.len(),
            start.elapsed().as_secs_f64(),
            peak() - before
        );
        assert_eq!(found.len(), PEOPLE);
    }
}
