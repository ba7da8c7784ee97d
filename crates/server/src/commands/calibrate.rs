//! `timbre calibrate`: fits what scores mean, on lists of trials.

use std::path::PathBuf;

use timbre_engine::{Counting, Speakers, Voice, conditions};
use timbre_matching::{calibration::Calibration, conditions::Comparator, fit};

use crate::{
    built,
    commands::evaluate::models_of,
    failure::{Failure, note},
    settings::Settings,
    trials::{Heard, Taken, TrialList},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Trial lists, as FILE or FILE:SCHEME.
    #[arg(required = true)]
    lists: Vec<String>,
    /// What the lists' paths are relative to.
    #[arg(long)]
    root: PathBuf,
    /// The file to write.
    #[arg(long, default_value = "models/calibration.toml")]
    out: PathBuf,
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let store = built::model_store()?;
    let known = built::calibration(&settings)?;
    let lists = arguments.lists.iter().map(|list| TrialList::load(list)).collect::<Result<Vec<_>, _>>()?;
    let ways = [Taken::AsItIs, Taken::ByTelephone];
    note("listening …");
    let heard = Heard::listen(&store, &lists, &arguments.root, models_of(Comparator::Ensemble), &ways)?;
    let mut trials = Vec::new();
    for comparator in Comparator::ALL {
        let speakers = Speakers::new(models_of(comparator), known.clone())?;
        for list in &lists {
            for enrolled in ways {
                for probed in ways {
                    trials.extend(compare(list, &heard, &speakers, enrolled, probed)?);
                }
            }
        }
    }
    note(format_args!("fitting {} trials …", trials.len()));
    let names = lists.iter().map(|list| list.name.clone()).collect();
    let calibration: Calibration = fit::fit(&trials, known.ensemble())?.fitted_on(names);
    let lists = arguments.lists.iter().map(|list| file_name(list)).collect::<Vec<_>>().join(" ");
    let made_by = format!(
        "What scores mean. Written by:\n  timbre calibrate {lists} --root DIR\nEach list is taken as it is and by \
         telephone, on both sides of a comparison. Few trials lean on the prior of the matching crate (prior.rs)."
    );
    std::fs::write(&arguments.out, calibration.to_toml(&made_by)?)
        .map_err(|error| Failure::at(&arguments.out, error))?;
    note(format_args!("{} curves written to {}", calibration.curves().len(), arguments.out.display()));
    Ok(())
}

/// The list's own name, without the folders of the machine that it was read on.
pub fn file_name(argument: &str) -> &str {
    argument.rsplit('/').next().unwrap_or(argument)
}

fn compare(
    list: &TrialList,
    heard: &Heard,
    speakers: &Speakers,
    enrolled_as: Taken,
    probed_as: Taken,
) -> Result<Vec<fit::Trial>, Failure> {
    let mut trials = Vec::new();
    for enrolled in &list.enrolled {
        let samples = enrolled
            .utterances
            .iter()
            .map(|utterance| heard.voice(utterance, enrolled_as).cloned())
            .collect::<Result<Vec<Voice>, _>>()?;
        let voiceprint = speakers.enrol(&samples, Counting::Equally)?;
        for test in &list.tests {
            let probe = std::slice::from_ref(heard.voice(&test.files, probed_as)?);
            trials.push(fit::Trial {
                comparator: speakers.comparator(),
                enrolled: enrolled.speaker.clone(),
                speaking: test.speaker.clone(),
                cosine: speakers.cosine(&voiceprint, probe)?,
                conditions: conditions(&voiceprint, probe, list.scheme),
            });
        }
    }
    Ok(trials)
}
