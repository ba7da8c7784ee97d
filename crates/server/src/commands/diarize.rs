//! `timbre diarize FILE`: who speaks when, as RTTM.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use timbre_audio::{Band, Blocks, Limits};
use timbre_domain::embedding::{AnyEmbedding, ModelId};
use timbre_engine::{Diarized, EngineError, Known, Speakers, diarize, recognise};
use timbre_inference::Models;
use timbre_matching::{
    calibration::{Calibration, TargetRate},
    rttm::Line,
    score::Voiceprint,
};

use crate::{
    built,
    commands::embed::read,
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    file: PathBuf,
    /// How many people speak, where that is known.
    #[arg(long)]
    speakers: Option<usize>,
    /// A folder with one recording of each person who may be heard, named after the person.
    #[arg(long)]
    voices: Option<PathBuf>,
    /// The share of strangers who may be taken for somebody known.
    #[arg(long, default_value_t = 0.01)]
    false_match_rate: f64,
}

/// The longest recording that is taken: what is kept of it is small, but not nothing.
const LIMITS: Limits = Limits { max_bytes: 8 << 30, max_seconds: 24.0 * 3600.0, max_channels: 8 };

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let mut models = Models::load(&built::model_store()?)?;
    let calibration = built::calibration(&settings)?;
    let target = TargetRate::new(arguments.false_match_rate)?;
    let known = match &arguments.voices {
        Some(folder) => enrolled(&mut models, folder)?,
        None => Vec::new(),
    };
    let (heard, telephone) = hear(&mut models, &arguments.file, arguments.speakers)?;
    let names = names(&heard, telephone, &known, &calibration, target)?;
    for line in lines(&arguments.file, &heard, &names) {
        say(line)?;
    }
    Ok(())
}

/// Hears a file to its end, a second at a time; and whether it came by telephone.
pub fn hear(models: &mut Models, file: &Path, people: Option<usize>) -> Result<(Diarized, bool), Failure> {
    let at = |error: EngineError| Failure::at(file, error);
    let mut blocks = Blocks::open(|| File::open(file), &LIMITS).map_err(|error| at(error.into()))?;
    let heard = diarize(models, || blocks.next_block(), people).map_err(at)?;
    // 8 kHz is what telephones record at.
    let telephone = blocks.source().is_some_and(|source| source.sample_rate <= 8_000);
    Ok((heard, telephone))
}

/// What the turns of a file look like in RTTM.
pub fn lines(file: &Path, heard: &Diarized, names: &[String]) -> Vec<Line> {
    let file = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let turns = heard.conversation.turns.iter();
    turns
        .filter_map(|turn| {
            let name = names.get(turn.speaker)?.clone();
            let (start_seconds, end_seconds) = (turn.start_seconds, turn.end_seconds.min(heard.seconds));
            Some(Line { file: file.clone(), start_seconds, end_seconds, name })
        })
        .collect()
}

/// Strangers are numbered in the order in which they speak.
pub fn stranger(speaker: usize) -> String {
    format!("speaker_{}", speaker + 1)
}

fn names(
    heard: &Diarized,
    telephone: bool,
    known: &[Known],
    calibration: &Calibration,
    target: TargetRate,
) -> Result<Vec<String>, Failure> {
    let speakers = heard.conversation.speakers.iter().enumerate();
    speakers
        .map(|(number, speaker)| {
            let found = recognise(speaker, telephone, known, calibration, target)?;
            Ok(found.map_or_else(|| stranger(number), |known| known.name.clone()))
        })
        .collect()
}

/// Everybody of a folder, by one recording each.
fn enrolled(models: &mut Models, folder: &Path) -> Result<Vec<Known>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::at(folder, error))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    let mut known = Vec::new();
    for file in files {
        let recording = read(&file)?;
        let speech = models.speech(&recording.samples)?;
        if speech.is_empty() {
            note(format_args!("{}: nobody speaks in this recording", file.display()));
            continue;
        }
        let telephone = recording.quality.band == Band::Telephone;
        let voice =
            Speakers::hear_at_length(models, &[ModelId::CampPlus], &recording.samples, &speech, telephone)?;
        for template in voice {
            if let AnyEmbedding::CampPlus(embedding) = template.embedding {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                known.push(Known { name, voiceprint: Voiceprint::from_samples(&[embedding])?, telephone });
            }
        }
    }
    Ok(known)
}
