//! `cargo xtask demo`: two voices through the HTTP API, each exchange printed.

use std::path::Path;

use timbre_voices::Voice;

use crate::biometrid::{Api, Dialogue, Purpose, Reply, USERS, dialogue_path};
use crate::failure::{Failure, note, say};
use crate::outcome::Outcome;
use crate::server::Server;
use crate::words::Words;
use crate::{cargo, models, people};

const USAGE: &str = "\
cargo xtask demo [--demo-json FILE] [--url URL]

Plays two synthetic voices through the HTTP API and prints each exchange. Alone it starts a server of
its own. --demo-json uses the running server whose credentials are in FILE ($TIMBRE_DATA_DIR/demo.json,
which `timbre serve --demo` writes), at its base_url or at URL. --url alone takes ./var/demo.json.";

/// The codes that one dialogue may take before something is wrong: three to accept, two refused.
const MOST_CODES: u64 = 5;

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &["demo-json", "url"], USAGE)?;
    if !words.names.is_empty() {
        return Err(Failure::new(USAGE));
    }
    match (words.option("demo-json"), words.option("url")) {
        (None, None) => {
            models::run(std::iter::empty()).map_err(Failure::new)?;
            note("building …");
            let binary = cargo::release_binary()?;
            let data = tempfile::tempdir()?;
            let server = Server::start(&binary, data.path())?;
            play(&server.api()?)
        }
        (file, url) => {
            let default = cargo::root().join("var/demo.json");
            play(&Api::from_demo_json(file.map_or(&default, Path::new), url)?)
        }
    }
}

fn play(api: &Api) -> Result<(), Failure> {
    let voices = people::english()?;
    let voice = |name: &str| {
        voices
            .iter()
            .find(|voice| voice.name == name)
            .ok_or_else(|| Failure::new(format!("there is no voice {name}")))
    };
    let (anna, ben) = (voice("af_heart")?, voice("am_michael")?);
    say(format_args!(
        "Timbre at {}. Anna ({}) and Ben ({}) are synthetic voices.",
        api.base_url, anna.name, ben.name
    ))?;

    scene("Anna becomes a user")?;
    let reference = format!("demo-{}-{}", std::process::id(), seconds_now());
    say(format_args!("> POST {USERS}   -F reference_id={reference}"))?;
    let (reply, user) = api.create_user(&reference)?;
    print(&reply)?;
    let mut stage = Stage { api, user, seed: 0 };

    scene("Anna enrols: three codes, each spoken once")?;
    expect(stage.act(Purpose::Enrol, anna, Says::Right)?, &Outcome::Succeeded)?;
    scene("Anna verifies")?;
    expect(stage.act(Purpose::Verify, anna, Says::Right)?, &Outcome::Succeeded)?;

    scene("Ben says that he is Anna, and says the right code")?;
    match stage.act(Purpose::Verify, ben, Says::Right)? {
        Outcome::Failed { .. } => {}
        other => return Err(unexpected(&other, "a failed verification")),
    }
    scene("Anna's voice, but with one digit changed: a recording of another day, say")?;
    match stage.act(Purpose::Verify, anna, Says::OneDigitOff)? {
        Outcome::Refused { decision, .. } if decision == "WrongCode" => {}
        other => return Err(unexpected(&other, "the decision WrongCode")),
    }
    say(
        "\nDemo: all as it should be. Enrolled; verified; another voice was not; a wrong code was not (WrongCode).",
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Right,
    OneDigitOff,
}

/// Where the scenes play: one user, and a seed that never comes twice.
struct Stage<'a> {
    api: &'a Api,
    user: String,
    seed: u64,
}

impl Stage<'_> {
    /// Holds a dialogue to its end; one with a wrong code only to the decision about that.
    fn act(&mut self, purpose: Purpose, voice: &Voice, says: Says) -> Result<Outcome, Failure> {
        let path = dialogue_path(&self.user, purpose);
        say(format_args!("> POST {path}"))?;
        let (mut dialogue, reply) = Dialogue::start(self.api, &self.user, purpose)?;
        print(&reply)?;
        for _ in 0..MOST_CODES {
            let spoken = match says {
                Says::Right => dialogue.code.clone(),
                Says::OneDigitOff => people::one_digit_off(&dialogue.code),
            };
            self.seed += 1;
            let recording = people::recording(voice, &spoken, self.seed);
            say(format_args!("> POST {path}   -F audio=@{}-says-{spoken}.wav;type=audio/wav", voice.name))?;
            let (outcome, reply) = dialogue.submit(self.api, recording)?;
            print(&reply)?;
            match outcome {
                // A recogniser that asks again is no surprise; two refusals are the budget of a dialogue.
                Outcome::Accepted { .. } | Outcome::Refused { .. } if says == Says::Right => {}
                end => return Ok(end),
            }
        }
        Err(Failure::new(format!("{MOST_CODES} codes were spoken, and the dialogue is not over")))
    }
}

fn scene(title: &str) -> Result<(), Failure> {
    say(format_args!("\n— {title} —"))
}

fn print(reply: &Reply) -> Result<(), Failure> {
    say(format_args!("< {} in {} ms   {}", reply.status, reply.took.as_millis(), reply.text))
}

fn expect(outcome: Outcome, wanted: &Outcome) -> Result<(), Failure> {
    match outcome == *wanted {
        true => Ok(()),
        false => Err(unexpected(&outcome, &wanted.in_a_word())),
    }
}

fn unexpected(outcome: &Outcome, wanted: &str) -> Failure {
    Failure::new(format!("\nDemo: NOT as it should be. Expected {wanted}, got {}.", outcome.in_a_word()))
}

/// Makes the user's reference differ from that of an earlier demo on the same server.
fn seconds_now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
