//! Long recordings: they are heard before they are stored, and may be at it when a part goes away.

use std::time::{Duration, Instant};

use timbre_voices::Voice;

use super::super::tenancy::Caller;
use crate::failure::Failure;
use crate::people;

/// Said over and over.
const DIGITS: &str = "0123456789";
/// Seconds of it, and a little more.
const SECONDS: usize = 45;
/// Times that it is sent before there is any fault.
const WELL: usize = 3;

/// A profile for each recording.
pub(super) struct Long<'a> {
    caller: &'a Caller,
    profiles: Vec<String>,
    wav: Vec<u8>,
    /// What hearing and storing it takes at most while nothing is at fault.
    pub(super) takes: Duration,
}

impl<'a> Long<'a> {
    /// Makes as many profiles as there will be faults.
    pub(super) fn new(caller: &'a Caller, voice: &Voice, faults: usize) -> Result<Self, Failure> {
        let (mut samples, mut seed) = (Vec::new(), 0);
        while samples.len() < SECONDS * people::SAMPLE_RATE as usize {
            samples.extend(people::say(voice, DIGITS, seed));
            seed += 1;
        }
        let profiles = (0..faults + WELL).map(|_| caller.create_profile()).collect::<Result<_, _>>()?;
        Ok(Self { caller, profiles, wav: timbre_voices::wav(&samples), takes: Duration::ZERO })
    }

    /// Sends it while nothing is at fault.
    pub(super) fn learn(&mut self) -> Result<(), Failure> {
        for _ in 0..WELL {
            let (status, took) = self.send()?;
            if status != 201 {
                return Err(Failure::new(format!("a recording of {SECONDS} s is answered {status}")));
            }
            self.takes = self.takes.max(took);
        }
        Ok(())
    }

    /// Sends it: the status, and when that came.
    pub(super) fn send(&mut self) -> Result<(u16, Duration), Failure> {
        let profile =
            self.profiles.pop().ok_or_else(|| Failure::new("there are more faults than profiles"))?;
        let begun = Instant::now();
        let reply = self.caller.hear(0, &profile, "enrollments", self.wav.clone())?;
        Ok((reply.status().as_u16(), begun.elapsed()))
    }
}
