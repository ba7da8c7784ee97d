//! What a score means: how the scores of the same person and of others lie, what the accept point costs, and how far the trials behind it reach.
//!
//! Promises that no rate stands here without the number of trials that it is made of and whether the calibration was fitted on them, and that a
//! claim which these cannot carry is said to be one: fewer than thirty errors weigh nothing (Doddington's rule of 30), and of none that came one
//! knows only that they are rarer than three in all trials (the rule of 3).

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ReadInstallation;
use timbre_domain::{decision::ACCEPT_SCORE, policy::MatchingPolicy};
use timbre_engine::{Engine, Installation, calibration_sha256};
use timbre_matching::{
    calibration::{Calibration, Curve, TargetRate},
    conditions::{Comparator, Conditions},
    evaluation::{Estimate, Measured, Summary},
};

use crate::{
    caller::May,
    drawing::{Det, FEW, Histograms},
    fault::Fault,
    filters::Wrong,
    forms::{read_query, with_query},
    frame::{Frame, Section, render_as},
    routes::Pages,
    words,
};

const PATH: &str = "/dashboard/calibration";

/// Of so many strangers one passes: what a policy can ask for.
const ONE_IN: std::ops::RangeInclusive<u32> = 10..=1_000_000;

/// Those that are always answered.
const ALWAYS: [u32; 4] = [10, 100, 1_000, 10_000];

/// The net speech at which accept points are told: that of a code.
const SECONDS: f64 = 3.0;

/// Errors that would have been seen, were they as frequent as claimed.
const SEEN: f64 = 3.0;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/calibration", show);
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The short name of what compares.
    by: Option<String>,
    one_in: Option<String>,
}

#[derive(Template)]
#[template(path = "calibration.html")]
struct Page<'a> {
    frame: Frame,
    by: &'static str,
    in_use: bool,
    one_in: u32,
    /// The same as the form has it: as it was typed, or else what is usual.
    typed: String,
    wrong: Wrong,
    tabs: Vec<Tab>,
    summary: &'a Summary,
    /// Whether the figures are of other models than those that are here, or of another calibration.
    stale: bool,
    lists: Vec<List>,
    curves: Vec<AcceptPoint>,
}

impl Page<'_> {
    /// Whether some figures are of what the calibration was fitted on.
    fn known_fitted(&self) -> bool {
        self.lists.iter().any(|list| list.known.is_fitted())
    }
}

struct Tab {
    name: &'static str,
    href: String,
    current: bool,
}

/// What was measured on a list of trials.
struct List {
    id: usize,
    name: String,
    scheme: &'static str,
    known: Known,
    of: Measured,
    histograms: Histograms,
    det: Det,
    /// Strangers who reached the accept point.
    matched: u64,
    fmr: String,
    fmr_interval: String,
    fnmr: String,
    fnmr_interval: String,
    eer: String,
    eer_interval: String,
    verdict: Verdict,
    /// What could be said had nobody matched.
    rule_of_three: String,
    claims: Vec<Claim>,
}

/// Whether the calibration was fitted on the recordings of a list. A list is known by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Fitted,
    Apart,
    /// The calibration does not say what it was fitted on.
    Untold,
}

impl Known {
    fn of(list: &str, fitted_on: &[String]) -> Self {
        match fitted_on {
            [] => Self::Untold,
            fitted_on if fitted_on.iter().any(|one| one == list) => Self::Fitted,
            _ => Self::Apart,
        }
    }

    fn is_fitted(self) -> bool {
        self == Self::Fitted
    }

    /// Said beside each figure.
    fn in_words(self) -> &'static str {
        match self {
            Self::Fitted => "of the very recordings that the calibration was fitted on",
            Self::Apart => "of recordings that the calibration was not fitted on",
            Self::Untold => "it is not told whether the calibration was fitted on these recordings",
        }
    }
}

/// A judgement, and how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Verdict {
    look: &'static str,
    words: &'static str,
}

/// What accepting one stranger in so many costs, and whether these trials can say so.
struct Claim {
    one_in: String,
    fnmr: String,
    expected: String,
    verdict: Verdict,
}

/// Where a calibration curve puts the accept point, and what it was fitted on.
struct AcceptPoint {
    scheme: &'static str,
    channel: String,
    cosine: String,
    genuine: usize,
    impostor: usize,
    speakers: usize,
    pairs: usize,
}

async fn show(
    caller: May<ReadInstallation>,
    request: HttpRequest,
    engine: Data<Engine>,
    installation: Data<Installation>,
) -> Result<HttpResponse, Fault> {
    let Asked { by, one_in: typed } = read_query(&request)?;
    let mut wrong = Wrong::default();
    let why = format!("One in {} to {}, as a whole number.", ONE_IN.start(), ONE_IN.end());
    let asked: Option<u32> = wrong.read("one_in", &typed, &why);
    if asked.is_some_and(|one_in| !ONE_IN.contains(&one_in)) {
        wrong.add("one_in", &why);
    }
    let one_in = asked.filter(|_| wrong.is_empty()).unwrap_or_else(usual);
    let comparator = match by.as_deref().map(str::parse::<Comparator>).transpose() {
        Ok(asked) => asked.unwrap_or_else(|| engine.decides()),
        Err(error) => return Err(Fault::Query(format!("by: {error}"))),
    };
    let (summary, calibration) = (&*installation.evaluation, engine.calibration());
    let measured = summary.measured.iter().filter(|measured| measured.comparator == comparator);
    let tab = |of: Comparator| Tab {
        name: of.name(),
        href: with_query(PATH, &Asked { by: Some(of.name().to_owned()), one_in: Some(one_in.to_string()) }),
        current: of == comparator,
    };
    let page = Page {
        frame: caller.frame(Section::Calibration),
        by: comparator.name(),
        in_use: comparator == engine.decides(),
        one_in,
        typed: typed.unwrap_or_else(|| one_in.to_string()),
        wrong,
        tabs: Comparator::ALL.map(tab).into(),
        summary,
        stale: stale(summary, &installation, calibration),
        lists: measured
            .enumerate()
            .map(|(id, of)| {
                let known = Known::of(&of.list, calibration.lists());
                list(id, of, known, summary.false_match_rate, one_in)
            })
            .collect(),
        curves: accept_points(calibration, comparator, rate_of(one_in)),
    };
    render_as(page.wrong.status(), &page)
}

/// What a policy asks for where nobody changed it.
fn usual() -> u32 {
    (1.0 / MatchingPolicy::default().false_match_rate).round() as u32
}

fn rate_of(one_in: u32) -> f64 {
    1.0 / f64::from(one_in)
}

fn stale(summary: &Summary, installation: &Installation, calibration: &Calibration) -> bool {
    let is_here = |sha256: &str| {
        let mut files = installation.models.iter().flat_map(|model| &model.files);
        files.any(|file| file.sha256 == sha256)
    };
    summary.models.iter().any(|model| !is_here(&model.sha256)) || !made_by(summary, calibration)
}

/// Whether the scores were made by this calibration.
fn made_by(summary: &Summary, calibration: &Calibration) -> bool {
    calibration_sha256(calibration).is_ok_and(|sha256| sha256 == summary.calibration)
}

fn list(id: usize, of: &Measured, known: Known, claimed: f64, one_in: u32) -> List {
    let name = format!("{}, {}", of.list, of.scheme);
    let first_accepted = (ACCEPT_SCORE * of.impostor_scores.len() as f64).ceil() as usize;
    let mut asked = ALWAYS.to_vec();
    asked.push(one_in);
    asked.sort_unstable();
    asked.dedup();
    List {
        id,
        scheme: of.scheme.as_str(),
        histograms: Histograms {
            title: format!("Scores: {name}"),
            genuine: of.genuine_scores.clone(),
            impostor: of.impostor_scores.clone(),
        },
        det: Det {
            title: format!("Error trade-off (DET): {name}"),
            impostor: of.impostor,
            genuine: of.genuine,
            curve: of.det.iter().map(|point| (point.fmr, point.fnmr)).collect(),
            accepts: (of.accept_fmr.value, of.accept_fnmr.value),
        },
        matched: of.impostor_scores.iter().skip(first_accepted).sum(),
        fmr: words::one_in(of.accept_fmr.value),
        fmr_interval: interval(of.accept_fmr, of.impostor),
        fnmr: words::percent(of.accept_fnmr.value),
        fnmr_interval: interval(of.accept_fnmr, of.genuine),
        eer: words::percent(of.eer.value),
        eer_interval: interval(of.eer, of.genuine.min(of.impostor)),
        verdict: held(of.accept_fmr, of.impostor, known, claimed),
        rule_of_three: words::one_in(rule_of_three(of.impostor)),
        known,
        claims: asked.into_iter().map(|one_in| claim(of, one_in)).collect(),
        of: of.clone(),
        name,
    }
}

/// However often trials without an error are drawn again there is none: how far they reach is told by their number.
fn interval(Estimate { value, low, high }: Estimate, trials: u64) -> String {
    match value > 0.0 {
        true => format!("{} to {}", words::percent(low), words::percent(high)),
        false => format!("up to {}, by the rule of 3", words::percent(rule_of_three(trials))),
    }
}

/// The highest rate of something that never came in so many trials (at 95 %).
fn rule_of_three(trials: u64) -> f64 {
    (SEEN / trials.max(1) as f64).min(1.0)
}

/// Whether what was measured at the accept point is what the calibration claims of it. What bears the claim out must have been able to do
/// otherwise: enough trials, and others than the calibration was fitted on.
fn held(measured: Estimate, trials: u64, known: Known, claimed: f64) -> Verdict {
    let (look, words) = match measured {
        Estimate { low, .. } if low > claimed => ("bad", "More strangers match than claimed"),
        _ if claimed * (trials as f64) < FEW => ("warn", "Too few trials to say"),
        Estimate { value, .. } if value > claimed => {
            ("warn", "More strangers match than claimed, which may be chance")
        }
        _ if known.is_fitted() => ("warn", "No test: the calibration was fitted on these recordings"),
        Estimate { high, .. } if high < claimed => ("good", "Fewer strangers match than claimed"),
        _ => ("good", "The claim holds"),
    };
    Verdict { look, words }
}

fn claim(of: &Measured, one_in: u32) -> Claim {
    let rate = rate_of(one_in);
    let expected = rate * of.impostor as f64;
    let resolved = of.at_fmr(rate).filter(|_| of.resolves(rate));
    Claim {
        one_in: format!("1 in {}", words::count(one_in)),
        fnmr: words::percent(resolved.map(|point| point.fnmr)),
        expected: words::number(expected, usize::from(expected < 9.95)),
        verdict: reach(expected),
    }
}

/// How far a claim is carried by trials in which so many errors are expected.
fn reach(expected: f64) -> Verdict {
    let (look, words) = match expected {
        many if many >= FEW => ("good", "yes: rule of 30"),
        some if some >= SEEN => ("warn", "only a gross error: rule of 3"),
        _ => ("bad", "no: too few trials"),
    };
    Verdict { look, words }
}

fn accept_points(calibration: &Calibration, comparator: Comparator, rate: f64) -> Vec<AcceptPoint> {
    let point = |curve: &Curve| {
        let conditions =
            Conditions { scheme: curve.scheme, channel: curve.channel, net_speech_seconds: SECONDS };
        let cosine =
            TargetRate::new(rate).and_then(|rate| calibration.accept_cosine(comparator, conditions, rate));
        AcceptPoint {
            scheme: curve.scheme.as_str(),
            channel: curve.channel.to_string(),
            cosine: words::number(cosine.ok(), 3),
            genuine: curve.fitted_on.genuine_trials,
            impostor: curve.fitted_on.impostor_trials,
            speakers: curve.fitted_on.speakers,
            pairs: curve.fitted_on.impostor_pairs,
        }
    };
    calibration.curves().iter().filter(|curve| curve.comparator == comparator).map(point).collect()
}

#[cfg(test)]
mod tests;
