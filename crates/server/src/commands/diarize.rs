//! `timbre diarize FILE`: who speaks when, as RTTM.

use std::{
    fs::File,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use timbre_audio::{Band, Limits};
use timbre_domain::{
    conversation::Turn,
    embedding::{AnyEmbedding, ModelId},
};
use timbre_engine::{Diarized, EngineError, Known, Listening, Speakers, Splitting, Wanted};
use timbre_inference::Models;
use timbre_matching::{calibration::TargetRate, rttm::Line, score::Voiceprint};

use crate::{
    built,
    commands::embed::read,
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    file: PathBuf,
    /// A folder with one recording of each person who may be heard, named after the person.
    #[arg(long)]
    voices: Option<PathBuf>,
    /// Only these people of the folder may be heard: their names, with commas between.
    #[arg(long, requires = "voices", value_delimiter = ',', value_name = "NAME")]
    speakers: Vec<String>,
    /// How many people speak, where that is known.
    #[arg(long)]
    count: Option<NonZeroUsize>,
    /// How often a stranger may be taken for anybody of those who may be heard: above 0, at most 0.1.
    #[arg(long, default_value_t = 0.01)]
    false_match_rate: f64,
}

/// The longest recording that is taken: what is kept of it is small, but not nothing.
const LIMITS: Limits = Limits { max_bytes: 8 << 30, max_seconds: 24.0 * 3600.0, max_channels: 8 };

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let target = TargetRate::new(arguments.false_match_rate)?;
    let voices = match &arguments.voices {
        Some(folder) => recordings(folder, &arguments.speakers)?,
        None => Vec::new(),
    };
    let calibration = built::calibration(&settings)?;
    let mut models = Models::load(&built::model_store()?)?;
    let mut known = Vec::new();
    for file in &voices {
        known.extend(enrolled(&mut models, file)?);
    }
    let heard = hear(&mut models, &arguments.file, arguments.count.map(NonZeroUsize::get))?;
    let names: Vec<String> = heard
        .names(&known, &calibration, target)?
        .into_iter()
        .enumerate()
        .map(|(speaker, known)| known.map_or_else(|| stranger(speaker), |known| known.name.clone()))
        .collect();
    for line in lines(&arguments.file, &heard, &names) {
        say(line)?;
    }
    Ok(())
}

/// Hears a file to its end, of so many people where that is known.
pub fn hear(models: &mut Models, file: &Path, people: Option<usize>) -> Result<Diarized, Failure> {
    let at = |error: EngineError| Failure::at(file, error);
    let source = File::open(file).map_err(|error| Failure::at(file, error))?;
    let wanted = Wanted::Turns(Splitting { people, ..Splitting::default() });
    let mut listening = Listening::begin(source, &LIMITS, wanted).map_err(at)?;
    while !listening.step(models).map_err(at)?.over {}
    listening.end(models).map_err(at)
}

/// What the turns of a file look like in RTTM.
pub fn lines(file: &Path, heard: &Diarized, names: &[String]) -> Vec<Line> {
    let file = name_of(file);
    let turns = heard.turns.iter();
    turns
        .filter_map(|turn| {
            let name = names.get(turn.speaker)?.clone();
            let Turn { start_seconds, end_seconds, .. } = *turn;
            Some(Line { file: file.clone(), start_seconds, end_seconds, name })
        })
        .collect()
}

/// Strangers are numbered in the order in which they speak.
pub fn stranger(speaker: usize) -> String {
    format!("speaker_{}", speaker + 1)
}

fn name_of(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The recordings of a folder: of everybody, or of these people.
fn recordings(folder: &Path, names: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::at(folder, error))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    if let Some(stranger) = names.iter().find(|name| !files.iter().any(|file| name_of(file) == **name)) {
        return Err(Failure::at(folder, format!("there is no recording of {stranger:?}")));
    }
    files.retain(|file| names.is_empty() || names.contains(&name_of(file)));
    // Two voiceprints of one person are too alike for either to be named.
    match files.windows(2).find(|two| name_of(&two[0]) == name_of(&two[1])) {
        Some(two) => Err(Failure::at(&two[1], "there is another recording of this person")),
        None => Ok(files),
    }
}

/// The person of a recording; none where nobody speaks in it.
fn enrolled(models: &mut Models, file: &Path) -> Result<Option<Known>, Failure> {
    let recording = read(file)?;
    let speech = models.speech(&recording.samples)?;
    if speech.is_empty() {
        note(format_args!("{}: nobody speaks in this recording", file.display()));
        return Ok(None);
    }
    let telephone = recording.quality.band == Band::Telephone;
    let voice =
        Speakers::hear_at_length(models, &[ModelId::CampPlus], &recording.samples, &speech, telephone)?;
    let Some(AnyEmbedding::CampPlus(embedding)) = voice.into_iter().next().map(|voice| voice.embedding)
    else {
        return Ok(None);
    };
    Ok(Some(Known { name: name_of(file), voiceprint: Voiceprint::from_samples(&[embedding])?, telephone }))
}
