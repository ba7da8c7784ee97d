//! `timbre evaluate`: how well voices are told apart, on lists of trials.

use std::path::PathBuf;

use chrono::Utc;
use serde::Serialize;
use timbre_domain::embedding::ModelId;
use timbre_engine::{Counting, Speakers, Voice, calibration_sha256};
use timbre_matching::{
    calibration::{Calibration, TargetRate},
    conditions::Comparator,
    evaluation::{
        Estimate, Evaluation, Measured, MissRate, Resampling, ScoredTrial, Summary, SummaryModel, evaluate,
    },
};
use timbre_models::Manifest;

use crate::{
    built,
    commands::calibrate::file_name,
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
    /// A file to write for the dashboard (`speaker.evaluation`): histograms of scores, curves, and what the default policy comes to.
    #[arg(long)]
    summary: Option<PathBuf>,
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
    let target = TargetRate::new(settings.policy.matching.false_match_rate)?;
    let (mut rows, mut measured) = (Vec::new(), Vec::new());
    for argument in &arguments.lists {
        let list = TrialList::load(argument)?;
        note(format_args!("{}: {} enrolments, {} tests", list.name, list.enrolled.len(), list.tests.len()));
        let lists = [list];
        for &comparator in &comparators {
            let models = models_of(comparator);
            let speakers = Speakers::new(models, calibration.clone())?;
            let heard = Heard::listen(&store, &lists, &arguments.root, models, &[Taken::AsItIs])?;
            let resampling = Resampling { seed: arguments.seed, rounds: ROUNDS };
            let (trials, decided) = score(&lists[0], &heard, &speakers, target)?;
            rows.push(row(&lists[0], comparator, &heard, evaluate(&trials, resampling)?));
            if arguments.summary.is_some() {
                let (name, of) = (lists[0].name.clone(), (lists[0].scheme, comparator));
                measured.push(Measured::of(name, of, heard.without_speech, &decided, resampling)?);
            }
        }
    }
    if let Some(file) = &arguments.summary {
        let summary = summary(&arguments, &calibration, target, &comparators, measured)?;
        std::fs::write(file, summary.to_json()?).map_err(|error| Failure::at(file, error))?;
        note(format_args!("written to {}", file.display()));
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

/// What a summary says beside what was measured. Paths stay on the machine that it was run on.
fn summary(
    arguments: &Arguments,
    calibration: &Calibration,
    target: TargetRate,
    comparators: &[Comparator],
    measured: Vec<Measured>,
) -> Result<Summary, Failure> {
    let manifest = Manifest::builtin()?;
    let heard_by = |model: &&ModelId| comparators.iter().any(|one| models_of(*one).contains(model));
    let mut models = Vec::new();
    for model in ModelId::ALL.iter().filter(heard_by) {
        let artefact = manifest.artefact(model.as_str())?;
        models.extend(
            artefact.files_here().map(|file| SummaryModel {
                name: artefact.name.clone(),
                sha256: file.installed().1.to_owned(),
            }),
        );
    }
    let lists: Vec<&str> = arguments.lists.iter().map(|list| file_name(list)).collect();
    let chosen = arguments.comparator.iter().map(|name| format!(" --comparator {name}"));
    Ok(Summary {
        version: Summary::VERSION,
        command: format!(
            "timbre evaluate {} --root DIR{} --seed {} --summary FILE",
            lists.join(" "),
            chosen.collect::<String>(),
            arguments.seed
        ),
        timbre: env!("CARGO_PKG_VERSION").to_owned(),
        day: Utc::now().format("%Y-%m-%d").to_string(),
        false_match_rate: target.get(),
        calibration: calibration_sha256(calibration)?,
        models,
        measured,
    })
}

/// Trials, each with its score.
type Trials = Vec<ScoredTrial>;

/// Every test against every enrolment: by log-likelihood ratios, and by the calibrated scores that are decided by.
fn score(
    list: &TrialList,
    heard: &Heard,
    speakers: &Speakers,
    target: TargetRate,
) -> Result<(Trials, Trials), Failure> {
    let (mut trials, mut decided) = (Trials::new(), Trials::new());
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
            let trial = ScoredTrial {
                enrolled: enrolled.speaker.clone(),
                speaking: test.speaker.clone(),
                score: compared.llr,
                llr: compared.llr,
            };
            decided.push(ScoredTrial { score: compared.score, ..trial.clone() });
            trials.push(trial);
        }
    }
    Ok((trials, decided))
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
