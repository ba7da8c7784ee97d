//! `timbre compare A B`: are these two recordings of one person?

use std::path::PathBuf;

use timbre_audio::{Band, Recording};
use timbre_engine::{Counting, Speakers, Voice};
use timbre_inference::Models;
use timbre_matching::{calibration::TargetRate, conditions::Scheme};

use crate::{
    built,
    commands::embed::read,
    failure::{Failure, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    a: PathBuf,
    b: PathBuf,
    /// What is said: prompted-digits, fixed-passphrase or free-speech.
    #[arg(long, default_value = "free-speech", value_parser = scheme)]
    scheme: Scheme,
    /// The false-match rate at which the score is 0.5.
    #[arg(long, default_value_t = 0.01)]
    false_match_rate: f64,
}

/// Reads a scheme by its name.
pub fn scheme(name: &str) -> Result<Scheme, String> {
    Scheme::ALL.into_iter().find(|scheme| scheme.to_string() == name).ok_or_else(|| {
        let known = Scheme::ALL.map(|scheme| scheme.to_string()).join(", ");
        format!("no scheme is named {name:?}; there are: {known}")
    })
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let mut models = Models::load(&built::model_store()?)?;
    let speakers = built::speakers(&settings)?;
    let target = TargetRate::new(arguments.false_match_rate)?;
    let a = hear(&mut models, &speakers, &read(&arguments.a)?, &arguments.a)?;
    let b = hear(&mut models, &speakers, &read(&arguments.b)?, &arguments.b)?;
    let voiceprint = speakers.enrol(&[a], Counting::Equally)?;
    let compared = speakers.compare(&voiceprint, &[b], arguments.scheme, target)?;
    say(serde_json::json!({
        "comparator": speakers.comparator().as_str(),
        "scheme": arguments.scheme.to_string(),
        "score": compared.score,
        "llr": compared.llr,
        "false_match_rate": compared.false_match_rate,
        "accept_at_false_match_rate": arguments.false_match_rate,
        "same_speaker": compared.score >= 0.5,
    }))
}

/// The voice in a recording, gated on speech as in a dialogue: near-silence never scores.
fn hear(
    models: &mut Models,
    speakers: &Speakers,
    recording: &Recording,
    file: &std::path::Path,
) -> Result<Voice, Failure> {
    let samples = &recording.samples;
    let speech = models.speech(samples)?;
    if speech.is_empty() {
        return Err(Failure::at(file, "nobody speaks in this recording"));
    }
    let telephone = recording.quality.band == Band::Telephone;
    let seconds = speech.net_speech_seconds();
    Ok(Speakers::hear(models, speakers.models(), speech.trimmed(samples), seconds, telephone)?)
}
