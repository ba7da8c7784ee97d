//! `timbre evaluate`: how well voices are told apart, on lists of trials.

use std::path::PathBuf;

use serde::Serialize;
use timbre_domain::embedding::ModelId;
use timbre_engine::{Counting, Speakers, Voice};
use timbre_matching::{
    calibration::TargetRate,
    conditions::Comparator,
    evaluation::{Estimate, Evaluation, MissRate, Resampling, ScoredTrial, evaluate},
};

use crate::{
    built,
    failure::{Failure, note, say},
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
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
    /// What compares: a model's name, "campplus+resnet34", or "all". Default: what the manifest makes active.
    #[arg(long)]
    comparator: Option<String>,
    /// Seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One line of the result. Rates are fractions.
#[derive(Serialize)]
struct Row {
    name: String,
    comparator: &'static str,
    scheme: String,
    eer: f64,
    eer_low: f64,
    eer_high: f64,
    miss_at_fmr_1_percent: f64,
    miss_at_fmr_0_1_percent: f64,
    /// Whether there are enough impostor trials to speak of one false match in a thousand.
    fmr_0_1_percent_resolved: bool,
    min_dcf_0_01: f64,
    cllr: f64,
    min_cllr: f64,
    genuine: usize,
    impostor: usize,
    speakers: usize,
    without_speech: usize,
    ms_per_file: f64,
}

/// Resampled data sets of the bootstrap.
const ROUNDS: u32 = 1_000;

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let store = built::model_store()?;
    let calibration = built::calibration(&settings)?;
    let comparators = match arguments.comparator.as_deref() {
        None => vec![built::speakers(&settings)?.comparator()],
        Some("all") => Comparator::ALL.to_vec(),
        Some(name) => {
            let found = Comparator::ALL.into_iter().find(|comparator| comparator.as_str() == name);
            vec![found.ok_or_else(|| Failure::new(format!("no comparator is named {name:?}")))?]
        }
    };
    let mut rows = Vec::new();
    for argument in &arguments.lists {
        let list = TrialList::load(argument)?;
        note(format_args!("{}: {} enrolments, {} tests", list.name, list.enrolled.len(), list.tests.len()));
        let lists = [list];
        for &comparator in &comparators {
            let models = models_of(comparator);
            let speakers = Speakers::new(models, calibration.clone())?;
            let heard = Heard::listen(&store, &lists, &arguments.root, models, &[Taken::AsItIs])?;
            let trials = score(&lists[0], &heard, &speakers)?;
            let resampling = Resampling { seed: arguments.seed, rounds: ROUNDS };
            rows.push(row(&lists[0], comparator, &heard, evaluate(&trials, resampling)?));
        }
    }
    match arguments.json {
        true => say(serde_json::to_string(&rows)?),
        false => table(&rows),
    }
}

/// The models that a comparator asks.
pub fn models_of(comparator: Comparator) -> &'static [ModelId] {
    match comparator {
        Comparator::CampPlus => &[ModelId::CampPlus],
        Comparator::ResNet34 => &[ModelId::ResNet34],
        Comparator::Ensemble => &[ModelId::CampPlus, ModelId::ResNet34],
    }
}

/// Every test against every enrolment.
fn score(list: &TrialList, heard: &Heard, speakers: &Speakers) -> Result<Vec<ScoredTrial>, Failure> {
    // Calibrated scores rank trials alike at every target rate; the rate only moves the accept point.
    let target = TargetRate::new(0.01)?;
    let mut trials = Vec::with_capacity(list.enrolled.len() * list.tests.len());
    for enrolled in &list.enrolled {
        let samples = enrolled
            .utterances
            .iter()
            .map(|utterance| heard.voice(utterance, Taken::AsItIs).cloned())
            .collect::<Result<Vec<Voice>, _>>()?;
        let voiceprint = speakers.enrol(&samples, Counting::Equally)?;
        for test in &list.tests {
            let probe = heard.voice(&test.files, Taken::AsItIs)?;
            let compared = speakers.compare(&voiceprint, std::slice::from_ref(probe), list.scheme, target)?;
            trials.push(ScoredTrial {
                enrolled: enrolled.speaker.clone(),
                speaking: test.speaker.clone(),
                score: compared.llr,
                llr: compared.llr,
            });
        }
    }
    Ok(trials)
}

fn row(list: &TrialList, comparator: Comparator, heard: &Heard, result: Evaluation) -> Row {
    let Estimate { value: eer, low: eer_low, high: eer_high } = result.eer;
    let miss = |rate: &MissRate| rate.fnmr.value;
    Row {
        name: list.name.clone(),
        comparator: comparator.as_str(),
        scheme: list.scheme.to_string(),
        eer,
        eer_low,
        eer_high,
        miss_at_fmr_1_percent: miss(&result.miss_at_1_percent),
        miss_at_fmr_0_1_percent: miss(&result.miss_at_1_permille),
        fmr_0_1_percent_resolved: result.miss_at_1_permille.resolved,
        min_dcf_0_01: result.min_dcf,
        cllr: result.cllr,
        min_cllr: result.min_cllr,
        genuine: result.genuine,
        impostor: result.impostor,
        speakers: result.speakers,
        without_speech: heard.without_speech,
        ms_per_file: heard.per_utterance.as_secs_f64() * 1e3,
    }
}

fn table(rows: &[Row]) -> Result<(), Failure> {
    say(format_args!(
        "{:<14} {:<30} {:>7} {:>15} {:>8} {:>8} {:>7} {:>6} {:>7} {:>7} {:>8} {:>5} {:>7}",
        "list",
        "comparator",
        "EER %",
        "95 % interval",
        "miss@1%",
        "@0.1%",
        "minDCF",
        "Cllr",
        "minCllr",
        "genuine",
        "impostor",
        "spkrs",
        "ms/file"
    ))?;
    for r in rows {
        let percent = |rate: f64| format!("{:.2}", 100.0 * rate);
        let interval = format!("{}–{}", percent(r.eer_low), percent(r.eer_high));
        let star = if r.fmr_0_1_percent_resolved { "" } else { "*" };
        say(format_args!(
            "{:<14} {:<30} {:>7} {:>15} {:>8} {:>8} {:>7.3} {:>6.3} {:>7.3} {:>7} {:>8} {:>5} {:>7.0}",
            r.name,
            r.comparator,
            percent(r.eer),
            interval,
            percent(r.miss_at_fmr_1_percent),
            format!("{}{star}", percent(r.miss_at_fmr_0_1_percent)),
            r.min_dcf_0_01,
            r.cllr,
            r.min_cllr,
            r.genuine,
            r.impostor,
            r.speakers,
            r.ms_per_file
        ))?;
    }
    say("* too few impostor trials to resolve one false match in a thousand")
}
