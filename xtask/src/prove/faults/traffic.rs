//! Callers who never stop, and what they were told.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use timbre_voices::Voice;

use super::super::tenancy::Caller;
use super::jobs::Jobs;
use super::seen::{Call, Seen};
use crate::biometrid::{Api, Dialogue, NoReply, Purpose, Reply};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::people;

/// Between two calls of a caller, and before a call is made again.
const PAUSE: Duration = Duration::from_millis(60);
const AGAIN: Duration = Duration::from_millis(250);
const BETWEEN_JOBS: Duration = Duration::from_secs(1);
/// Within so long after the last fault all jobs have ended: a try that failed is made again after a minute.
const JOBS_LIMIT: Duration = Duration::from_secs(180);
/// Codes that a dialogue may take; each may be said again after a 503.
const MOST_CODES: usize = 12;

pub(super) struct Traffic {
    api: Api,
    caller: Caller,
    voices: Vec<Voice>,
    seen: Mutex<Vec<Seen>>,
    wrong: Mutex<Vec<String>>,
    enrolled: Mutex<Vec<String>>,
    /// People who were there when the same was asked again after a 503.
    doubtful: Mutex<Vec<String>>,
    jobs: Jobs,
    accepted_jobs: Mutex<Vec<u64>>,
    /// Who is verified over and over.
    regular: Mutex<Option<String>>,
    /// Effects that were acknowledged, and calls that were answered 503 and may have had one.
    done: AtomicU64,
    perhaps: AtomicU64,
    /// Samples of enrolments that were acknowledged.
    samples: AtomicU64,
    seeds: AtomicU64,
    ends: AtomicBool,
}

impl Traffic {
    pub(super) fn new(api: Api, caller: Caller, jobs: Jobs) -> Result<Self, Failure> {
        Ok(Self {
            jobs,
            accepted_jobs: Mutex::default(),
            doubtful: Mutex::default(),
            api,
            caller,
            voices: people::english()?,
            seen: Mutex::default(),
            wrong: Mutex::default(),
            enrolled: Mutex::default(),
            regular: Mutex::default(),
            done: AtomicU64::new(0),
            perhaps: AtomicU64::new(0),
            samples: AtomicU64::new(0),
            seeds: AtomicU64::new(1),
            ends: AtomicBool::new(false),
        })
    }

    /// Begins to call, on threads that end with [`Traffic::end`].
    pub(super) fn begin<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        scope.spawn(|| self.keep_on(|| self.ask_ready()));
        scope.spawn(|| self.keep_on(|| drop(self.make_user())));
        scope.spawn(|| self.keep_on(|| self.enrol_profile()));
        scope.spawn(|| self.keep_on(|| self.enrol_somebody()));
        scope.spawn(|| self.keep_on(|| self.verify_a_regular()));
        scope.spawn(|| self.keep_on(|| self.give_a_job()));
    }

    pub(super) fn end(&self) {
        self.ends.store(true, Ordering::SeqCst);
    }

    fn keep_on(&self, call: impl Fn()) {
        while !self.ends() {
            call();
            thread::sleep(PAUSE);
        }
    }

    fn ends(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }

    /// How many replies there were so far.
    pub(super) fn count(&self) -> usize {
        lock(&self.seen).len()
    }

    pub(super) fn since(&self, from: usize) -> Vec<Seen> {
        lock(&self.seen)[from..].to_vec()
    }

    pub(super) fn wait_until(&self, limit: Duration, holds: impl Fn(&[Seen]) -> bool) -> Result<(), Failure> {
        let begun = Instant::now();
        while !holds(&lock(&self.seen)) {
            if begun.elapsed() > limit {
                return Err(Failure::new("the calls are not answered well before there is any fault"));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    pub(super) fn wrong(&self) -> Vec<String> {
        lock(&self.wrong).clone()
    }

    /// People whose enrolment was acknowledged.
    pub(super) fn enrolled(&self) -> Vec<String> {
        lock(&self.enrolled).clone()
    }

    /// People of whom nobody heard when they were made.
    pub(super) fn doubtful(&self) -> Vec<String> {
        lock(&self.doubtful).clone()
    }

    pub(super) fn effects(&self) -> (u64, u64) {
        (self.done.load(Ordering::SeqCst), self.perhaps.load(Ordering::SeqCst))
    }

    pub(super) fn samples(&self) -> u64 {
        self.samples.load(Ordering::SeqCst)
    }

    /// Notes a reply, and says whether it was 503.
    fn saw(&self, call: Call, begun: Instant, status: u16) -> bool {
        let (at, unavailable) = (Instant::now(), status == 503);
        lock(&self.seen).push(Seen { call, begun, at, took: at - begun, unavailable });
        unavailable
    }

    fn is_wrong(&self, call: Call, why: impl std::fmt::Display) {
        lock(&self.wrong).push(format!("{call:?}: {why}"));
        // Whatever it is, it may come at once again.
        thread::sleep(AGAIN);
    }

    fn ask_ready(&self) {
        let begun = Instant::now();
        match self.api.ready().map(|reply| reply.status) {
            Ok(status @ (200 | 503)) => _ = self.saw(Call::Ready, begun, status),
            Ok(status) => self.is_wrong(Call::Ready, status),
            Err(why) => self.is_wrong(Call::Ready, Failure::from(why)),
        }
    }

    fn seed(&self) -> u64 {
        self.seeds.fetch_add(1, Ordering::Relaxed)
    }

    /// Makes a user: asks the same again until that is done.
    fn make_user(&self) -> Option<String> {
        let (reference, mut unsure) = (format!("user-{}", self.seed()), false);
        while !self.ends() {
            let begun = Instant::now();
            let reply = self.heard(Call::User, begun, self.api.ask_for_user(&reference))?;
            let data = &reply.body["data"];
            match (reply.status, data["message"].as_str(), data["id"].as_str()) {
                (200, _, Some(id)) => {
                    self.done.fetch_add(1, Ordering::SeqCst);
                    return Some(id.to_owned());
                }
                (503, ..) => unsure = true,
                (400, Some("USER_ALREADY_EXISTS"), Some(id)) if unsure => {
                    lock(&self.doubtful).push(id.to_owned());
                    return Some(id.to_owned());
                }
                _ => {
                    self.is_wrong(Call::User, format_args!("{} {}", reply.status, reply.text));
                    return None;
                }
            }
        }
        None
    }

    /// Gives a job: asks the same again until it is accepted.
    fn give_a_job(&self) {
        let number = self.seed();
        let wav = people::recording(&self.voices[0], "0123456789", number);
        while !self.ends() {
            let begun = Instant::now();
            let (status, body) = match self.jobs.give(number, &wav) {
                Ok(reply) => reply,
                Err(why) => return self.is_wrong(Call::Job, why),
            };
            match (self.saw(Call::Job, begun, status), status) {
                (true, _) => _ = self.perhaps.fetch_add(1, Ordering::SeqCst),
                (false, 202) => {
                    self.done.fetch_add(1, Ordering::SeqCst);
                    lock(&self.accepted_jobs).push(number);
                    return thread::sleep(BETWEEN_JOBS);
                }
                _ => return self.is_wrong(Call::Job, format_args!("{status} {body}")),
            }
            thread::sleep(AGAIN);
        }
    }

    /// Waits until each job that was accepted is done: none is lost, whatever was at fault. How many that were.
    pub(super) fn wait_for_jobs(&self) -> Result<usize, Failure> {
        let (accepted, begun) = (lock(&self.accepted_jobs).clone(), Instant::now());
        for number in &accepted {
            loop {
                let (status, body) = self.jobs.ask(*number)?;
                match (status, body["status"].as_str()) {
                    (200, Some("Completed")) => break,
                    (200, Some("Running")) if begun.elapsed() < JOBS_LIMIT => thread::sleep(AGAIN),
                    _ => return Err(Failure::new(format!("job {number} was accepted: {status} {body}"))),
                }
            }
        }
        Ok(accepted.len())
    }

    /// A reply of BiometrID, noted. After a 503 the caller waits a moment.
    fn heard(&self, call: Call, begun: Instant, reply: Result<Reply, NoReply>) -> Option<Reply> {
        match reply {
            Ok(reply) => {
                if self.saw(call, begun, reply.status) {
                    self.perhaps.fetch_add(1, Ordering::SeqCst);
                    thread::sleep(AGAIN);
                }
                Some(reply)
            }
            Err(why) => {
                self.is_wrong(call, Failure::from(why));
                None
            }
        }
    }

    /// Makes a profile and enrols it, in one recording.
    fn enrol_profile(&self) {
        let begun = Instant::now();
        let made = self.caller.ask_for_profile(0).and_then(|made| Ok((made.status().as_u16(), made.text()?)));
        let (status, text) = match made {
            Ok(made) => made,
            Err(error) => return self.is_wrong(Call::Profile, error),
        };
        if self.is_503(begun, status) {
            return;
        }
        let made: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let Some(id) = made["profileId"].as_str().filter(|_| (200..300).contains(&status)) else {
            return self.is_wrong(Call::Profile, format_args!("{status} {text}"));
        };
        self.done.fetch_add(1, Ordering::SeqCst);
        let seed = self.seed();
        let voice = &self.voices[seed as usize % self.voices.len()];
        let wav = people::recording(voice, "01234567890123456789", seed);
        let begun = Instant::now();
        match self.caller.hear(0, id, "enrollments", wav).map(|reply| reply.status().as_u16()) {
            Ok(503) => _ = self.is_503(begun, 503),
            Ok(201) => {
                self.saw(Call::Profile, begun, 201);
                self.done.fetch_add(1, Ordering::SeqCst);
                self.samples.fetch_add(1, Ordering::SeqCst);
            }
            Ok(other) => self.is_wrong(Call::Profile, format_args!("enrolment: {other}")),
            Err(error) => self.is_wrong(Call::Profile, error),
        }
    }

    fn is_503(&self, begun: Instant, status: u16) -> bool {
        let unavailable = self.saw(Call::Profile, begun, status);
        if unavailable {
            self.perhaps.fetch_add(1, Ordering::SeqCst);
            thread::sleep(AGAIN);
        }
        unavailable
    }

    /// Enrols somebody new.
    fn enrol_somebody(&self) {
        let voice = &self.voices[self.seed() as usize % self.voices.len()];
        if let Some(user) = self.make_user().filter(|user| self.held(voice, user, Purpose::Enrol)) {
            lock(&self.enrolled).push(user);
        }
    }

    /// Verifies somebody who was enrolled before: that needs no recordings of theirs.
    fn verify_a_regular(&self) {
        let voice = &self.voices[0];
        let known = lock(&self.regular).clone();
        match known {
            Some(user) => _ = self.held(voice, &user, Purpose::Verify),
            None => {
                let user = self.make_user().filter(|user| self.held(voice, user, Purpose::Enrol));
                *lock(&self.regular) = user;
            }
        }
    }

    /// Holds a dialogue to its end. Whether it succeeded.
    fn held(&self, voice: &Voice, user: &str, purpose: Purpose) -> bool {
        let call = match purpose {
            Purpose::Enrol => Call::Enrol,
            Purpose::Verify => Call::Verify,
        };
        let Some(mut dialogue) = self.started(call, user, purpose) else { return false };
        // Something that was answered 503 may have been done.
        let mut unsure = false;
        for _ in 0..MOST_CODES {
            let recording = people::recording(voice, &dialogue.code, self.seed());
            let Some((outcome, unavailable)) = self.spoken(call, &mut dialogue, &recording) else {
                return false;
            };
            unsure |= unavailable;
            let taken = u64::from(purpose == Purpose::Enrol);
            match outcome {
                Outcome::Accepted { .. } => {
                    self.done.fetch_add(1, Ordering::SeqCst);
                    self.samples.fetch_add(taken, Ordering::SeqCst);
                }
                Outcome::Refused { .. } => {}
                Outcome::Succeeded => {
                    self.done.fetch_add(1, Ordering::SeqCst);
                    self.samples.fetch_add(taken, Ordering::SeqCst);
                    return true;
                }
                // It had ended with the recording that was answered 503, and this call began another.
                Outcome::Started { .. } if unsure => {
                    self.done.fetch_add(1, Ordering::SeqCst);
                }
                Outcome::TurnedDown { status: 400, ref message }
                    if unsure && message == "USER_VOICE_ALREADY_ENROLLED" =>
                {
                    return true;
                }
                // Codes that were heard and not told of, said again, are wrong codes.
                Outcome::Failed { .. } if unsure => {
                    return false;
                }
                other => {
                    self.is_wrong(call, format_args!("{} said {}", voice.name, other.in_a_word()));
                    return false;
                }
            }
            thread::sleep(PAUSE);
        }
        self.is_wrong(call, "the dialogue does not come to an end");
        false
    }

    fn started(&self, call: Call, user: &str, purpose: Purpose) -> Option<Dialogue> {
        while !self.ends() {
            let begun = Instant::now();
            match Dialogue::ask(&self.api, user, purpose) {
                Ok((Ok(dialogue), reply)) => {
                    self.heard(call, begun, Ok(reply))?;
                    self.done.fetch_add(1, Ordering::SeqCst);
                    return Some(dialogue);
                }
                Ok((Err(Outcome::TurnedDown { status: 503, .. }), reply)) => {
                    self.heard(call, begun, Ok(reply))?;
                }
                Ok((Err(other), _)) => {
                    self.is_wrong(call, format_args!("instead of a code: {}", other.in_a_word()));
                    return None;
                }
                Err(why) => {
                    self.is_wrong(call, Failure::from(why));
                    return None;
                }
            }
        }
        None
    }

    /// Says a code until it is heard: what came of it, and whether it was answered 503 before.
    fn spoken(&self, call: Call, dialogue: &mut Dialogue, recording: &[u8]) -> Option<(Outcome, bool)> {
        let mut unavailable = false;
        while !self.ends() {
            let begun = Instant::now();
            match dialogue.submit(&self.api, recording.to_vec()) {
                Ok((outcome, reply)) => {
                    let status = reply.status;
                    self.heard(call, begun, Ok(reply))?;
                    if status != 503 {
                        return Some((outcome, unavailable));
                    }
                    unavailable = true;
                }
                Err(why) => {
                    self.is_wrong(call, Failure::from(why));
                    return None;
                }
            }
        }
        None
    }
}

/// Nothing panics while it holds one of them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
