//! [usage] Usage recomputed from events equals the counters after a run with injected crashes; and both are what the clients saw.
//!
//! A client that loses a reply cannot know whether the server did what it asked. So what is billed must lie between the replies that
//! said so, and those and the lost ones together.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::tenancy::{Two, timbre};
use super::{Finding, Given};
use crate::failure::{Failure, say};
use crate::people;

const ROUNDS: usize = 5;
const CLIENTS: usize = 12;
/// Replies that said "done" before both servers are killed, in each round some more.
const DONE_BEFORE_THE_KILL: u64 = 40;
const ROUND_LIMIT: Duration = Duration::from_secs(120);

/// What the clients saw.
#[derive(Default)]
struct Seen {
    /// Billable calls that were answered as done.
    done: AtomicU64,
    /// Calls whose reply was lost.
    lost: AtomicU64,
    /// Calls that were refused or only read, and answered.
    free: AtomicU64,
}

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, data) = (given.binary()?, tempfile::tempdir()?);
    let mut finding = Finding::default();
    let seen = Seen::default();
    let voices = people::english()?;
    let wav = people::recording(&voices[0], &"0123456789".repeat(2), 1);
    for round in 0..ROUNDS as u64 {
        let two = Two::start(binary, data.path(), &[])?;
        let caller = two.caller().clone();
        let profile = caller.create_profile()?;
        seen.done.fetch_add(1, Ordering::Relaxed);
        // With this one the profile is enrolled.
        let enrolled = caller.hear(
            0,
            &profile,
            "enrollments",
            people::recording(&voices[0], &"0123456789".repeat(4), 2),
        )?;
        finding.require(enrolled.status().as_u16() == 201, format!("enrolment says {}", enrolled.status()));
        seen.done.fetch_add(1, Ordering::Relaxed);
        let (ending, before) = (AtomicBool::new(false), seen.done.load(Ordering::Relaxed));
        let killed = thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (caller, seen, ending, profile, wav) = (&caller, &seen, &ending, &profile, &wav);
                scope.spawn(move || {
                    for turn in client.. {
                        if ending.load(Ordering::Relaxed) {
                            return;
                        }
                        let sent = match turn % 6 {
                            0 | 1 => caller.create_user(turn),
                            2 => caller.hear(turn, profile, "verify", wav.clone()),
                            3 => caller.hear(turn, profile, "verify", b"no recording".to_vec()),
                            4 => caller.look(turn, profile),
                            _ => caller.hear(turn, profile, "enrollments", wav.clone()),
                        };
                        let billable = !matches!(turn % 6, 3 | 4);
                        let counter = match sent {
                            Ok(reply) if reply.status().is_success() && billable => &seen.done,
                            Ok(_) => &seen.free,
                            Err(error) if error.is_connect() || !billable => continue,
                            Err(_) => &seen.lost,
                        };
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let begun = Instant::now();
            let wanted = before + DONE_BEFORE_THE_KILL + 7 * round;
            while seen.done.load(Ordering::Relaxed) < wanted && begun.elapsed() < ROUND_LIMIT {
                thread::sleep(Duration::from_millis(5));
            }
            let killed = two.kill();
            ending.store(true, Ordering::Relaxed);
            killed
        });
        killed?;
        let (right, said) = timbre(binary, data.path(), &["usage", "demo", "--recount"])?;
        finding.require(right, format!("after kill {}: the counters are not what the events say", round + 1));
        finding
            .require(said.first().is_some_and(|it| it["periods"].as_u64() >= Some(2)), "nothing was counted");
    }
    let (_, said) = timbre(binary, data.path(), &["usage", "demo"])?;
    let billed = said.first().and_then(|usage| usage["this_month"]["requests"].as_u64()).unwrap_or_default();
    let [done, lost, free] =
        [&seen.done, &seen.lost, &seen.free].map(|counter| counter.load(Ordering::Relaxed));
    say(format_args!(
        "  {ROUNDS} kills of both servers: {done} calls answered as done, {lost} replies lost, {free} free; {billed} billed, the events say the same"
    ))?;
    finding.require(
        done <= billed && billed <= done + lost,
        format!("{billed} billed for {done} to {}", done + lost),
    );
    finding.require(lost > 0, "no reply was lost: the kills met nothing under way");
    finding.require(free > 0, "nothing was refused or read");
    for (name, value) in
        [("kills", ROUNDS as u64), ("done", done), ("lost_replies", lost), ("free", free), ("billed", billed)]
    {
        finding.figure(name, value);
    }
    Ok(finding)
}
