//! [hostile-audio] What is no spoken code is never accepted, always answered, and costs little memory.

use std::fs;
use std::thread;

use serde_json::Map;
use timbre_voices::Voice;

use super::sounds::{Make, hostile};
use super::{Finding, Given};
use crate::biometrid::{Api, Dialogue, Purpose};
use crate::failure::{Failure, say};
use crate::outcome::Outcome;
use crate::people;
use crate::server::Server;

const MOST_MEGABYTES_ABOVE_IDLE: f64 = 200.0;
/// Verifications at a time before memory is called idle: every worker has then worked.
const WARM_UP: u64 = 4;
/// Codes that one dialogue may take.
const MOST_CODES: u64 = 6;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let binary = given.binary()?;
    let data = tempfile::tempdir()?;
    let server = Server::start(binary, data.path())?;
    let api = server.api()?;
    let voices = people::english()?;
    let voice = voices.first().ok_or_else(|| Failure::new("there are no voices"))?;

    warm_up(&api, &voices)?;
    let (_, enrolled) = api.create_user("enrolled")?;
    enrol(&api, &enrolled, voice)?;
    let (_, enrolling) = api.create_user("enrolling")?;
    let idle = Memory::of(&server)?.now;
    Memory::forget_the_most(&server)?;

    let mut finding = Finding::default();
    let mut answers = Map::new();
    let files = hostile(given.speech.as_deref())?;
    let dialogues = [(&enrolled, Purpose::Verify), (&enrolling, Purpose::Enrol)];
    for (position, file) in files.iter().enumerate() {
        let mut said = Vec::new();
        for (user, purpose) in dialogues {
            let (mut dialogue, _) = Dialogue::start(&api, user, purpose)?;
            let bytes = match &file.make {
                Make::Ready(bytes) => bytes.clone(),
                Make::OfSpeech(make) => make(voice, &dialogue.code, 10_000 + position as u64),
            };
            let size = bytes.len();
            let (outcome, reply) = dialogue.submit(&api, bytes)?;
            say(format_args!(
                "  {:<28}{:>8} bytes  {:<7} {:<28}{:>6} ms",
                file.name,
                size,
                format!("{purpose:?}"),
                outcome.in_a_word(),
                reply.took.as_millis()
            ))?;
            finding.require(!outcome.accepts(), format!("{} was accepted ({purpose:?})", file.name));
            finding
                .require(is_clear(&outcome), format!("{} was answered {}", file.name, outcome.in_a_word()));
            said.push(outcome.in_a_word());
        }
        said.dedup();
        answers.insert(file.name.to_owned(), said.join(" / ").into());
    }
    // Whoever was refused can still be served.
    let honest = verify(&api, &enrolled, voice, 20_000)?;
    finding.require(
        honest == Outcome::Succeeded,
        format!("afterwards, the right voice was not verified: {}", honest.in_a_word()),
    );

    let most = Memory::of(&server)?.most;
    let above = most - idle;
    say(format_args!("  memory: {idle:.0} MB idle, {most:.0} MB at most, {above:.0} MB above idle"))?;
    finding.at_most("memory above idle, MB,", above, MOST_MEGABYTES_ABOVE_IDLE);
    finding.figure("files", files.len());
    finding.figure("idle_mb", idle.round());
    finding.figure("above_idle_mb", above.round());
    finding.figure("answers", answers);
    Ok(finding)
}

/// A refusal with its reason, or the documented "that is no WAV": nothing else is clear to a caller.
fn is_clear(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused { .. } | Outcome::Failed { .. } => true,
        Outcome::TurnedDown { status, message } => *status == 400 && message == "NO_FILE_OR_INVALID_FORMAT",
        Outcome::Started { .. } | Outcome::Accepted { .. } | Outcome::Succeeded => false,
    }
}

fn warm_up(api: &Api, voices: &[Voice]) -> Result<(), Failure> {
    let one = |position: u64| -> Result<(), Failure> {
        let voice = &voices[position as usize % voices.len()];
        let (_, user) = api.create_user(&format!("warm-up-{position}"))?;
        enrol(api, &user, voice)?;
        verify(api, &user, voice, 30_000)?;
        Ok(())
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..WARM_UP).map(|position| scope.spawn(move || one(position))).collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| Failure::new("a client ended early"))?)
    })
}

fn enrol(api: &Api, user: &str, voice: &Voice) -> Result<(), Failure> {
    match hold(api, user, Purpose::Enrol, voice, 0)? {
        Outcome::Succeeded => Ok(()),
        other => Err(Failure::new(format!("{} cannot be enrolled: {}", voice.name, other.in_a_word()))),
    }
}

fn verify(api: &Api, user: &str, voice: &Voice, seed: u64) -> Result<Outcome, Failure> {
    hold(api, user, Purpose::Verify, voice, seed)
}

/// Holds a dialogue to its end, as the person would.
fn hold(api: &Api, user: &str, purpose: Purpose, voice: &Voice, seed: u64) -> Result<Outcome, Failure> {
    let (mut dialogue, _) = Dialogue::start(api, user, purpose)?;
    for turn in 0..MOST_CODES {
        let recording = people::recording(voice, &dialogue.code, seed + turn);
        match dialogue.submit(api, recording)?.0 {
            Outcome::Accepted { .. } | Outcome::Refused { .. } => {}
            end => return Ok(end),
        }
    }
    Err(Failure::new(format!("a dialogue of {MOST_CODES} codes is not over")))
}

/// Resident memory, in MB of 1,000,000 bytes.
struct Memory {
    now: f64,
    /// The most since the last time that it was forgotten.
    most: f64,
}

impl Memory {
    fn of(server: &Server) -> Result<Self, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", server.pid()))?;
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
            kibibytes
                .map(|kib| kib * 1024.0 / 1e6)
                .ok_or_else(|| Failure::new(format!("the system does not tell {name}")))
        };
        Ok(Self { now: field("VmRSS:")?, most: field("VmHWM:")? })
    }

    /// Writing 5 there resets the most (proc(5), clear_refs).
    fn forget_the_most(server: &Server) -> Result<(), Failure> {
        Ok(fs::write(format!("/proc/{}/clear_refs", server.pid()), "5")?)
    }
}
