//! What a score means: how the scores of the same person and of others lie, what the accept point costs, and how far the trials behind it reach.
//!
//! Promises that no rate stands here without the number of trials that it is made of, and that a claim which these cannot carry is said to be
//! one: fewer than thirty errors weigh nothing (Doddington's rule of 30), and of none that came one knows only that they are rarer than three in
//! all trials (the rule of 3).

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ReadInstallation;
use timbre_domain::{decision::ACCEPT_SCORE, policy::MatchingPolicy};
use timbre_engine::{Engine, Installation};
use timbre_matching::{
    calibration::{Calibration, Curve, TargetRate},
    conditions::{Comparator, Conditions},
    evaluation::{Estimate, Measured, Summary},
};

use crate::{
    caller::May,
    drawing::{Det, FEW, Histograms},
    fault::Fault,
    forms::{read_query, with_query},
    frame::{Frame, Section, render},
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
    one_in: Option<u32>,
}

#[derive(Template)]
#[template(path = "calibration.html")]
struct Page<'a> {
    frame: Frame,
    by: &'static str,
    in_use: bool,
    one_in: u32,
    tabs: Vec<Tab>,
    summary: &'a Summary,
    /// Whether the figures are of other models than those that are here.
    stale: bool,
    lists: Vec<List>,
    curves: Vec<AcceptPoint>,
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
    verdict: Verdict,
    /// What could be said had nobody matched.
    rule_of_three: String,
    claims: Vec<Claim>,
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
    let Asked { by, one_in } = read_query(&request)?;
    let one_in = one_in.unwrap_or_else(usual);
    if !ONE_IN.contains(&one_in) {
        return Err(Fault::Query(format!("one in {} to {}", ONE_IN.start(), ONE_IN.end())));
    }
    let comparator = match by.as_deref().map(str::parse::<Comparator>).transpose() {
        Ok(asked) => asked.unwrap_or_else(|| engine.decides()),
        Err(error) => return Err(Fault::Query(error.to_string())),
    };
    let summary = &*installation.evaluation;
    let measured = summary.measured.iter().filter(|measured| measured.comparator == comparator);
    let tab = |of: Comparator| Tab {
        name: of.name(),
        href: with_query(PATH, &Asked { by: Some(of.name().to_owned()), one_in: Some(one_in) }),
        current: of == comparator,
    };
    render(&Page {
        frame: caller.frame(Section::Calibration),
        by: comparator.name(),
        in_use: comparator == engine.decides(),
        one_in,
        tabs: Comparator::ALL.map(tab).into(),
        summary,
        stale: stale(summary, &installation),
        lists: measured.enumerate().map(|(id, of)| list(id, of, summary.false_match_rate, one_in)).collect(),
        curves: accept_points(engine.calibration(), comparator, rate_of(one_in)),
    })
}

/// What a policy asks for where nobody changed it.
fn usual() -> u32 {
    (1.0 / MatchingPolicy::default().false_match_rate).round() as u32
}

fn rate_of(one_in: u32) -> f64 {
    1.0 / f64::from(one_in)
}

fn stale(summary: &Summary, installation: &Installation) -> bool {
    let is_here = |sha256: &str| {
        let mut files = installation.models.iter().flat_map(|model| &model.files);
        files.any(|file| file.sha256 == sha256)
    };
    summary.models.iter().any(|model| !is_here(&model.sha256))
}

fn list(id: usize, of: &Measured, claimed: f64, one_in: u32) -> List {
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
        fmr_interval: interval(of.accept_fmr),
        fnmr: words::percent(of.accept_fnmr.value),
        fnmr_interval: interval(of.accept_fnmr),
        eer: format!("{} (95 %: {})", words::percent(of.eer.value), interval(of.eer)),
        verdict: held(of.accept_fmr, claimed),
        rule_of_three: words::one_in(SEEN / of.impostor.max(1) as f64),
        claims: asked.into_iter().map(|one_in| claim(of, one_in)).collect(),
        of: of.clone(),
        name,
    }
}

fn interval(Estimate { low, high, .. }: Estimate) -> String {
    format!("{} to {}", words::percent(low), words::percent(high))
}

/// Whether what was measured at the accept point is what the calibration claims of it.
fn held(measured: Estimate, claimed: f64) -> Verdict {
    let (look, words) = match claimed {
        claimed if claimed < measured.low => ("bad", "More strangers match than claimed"),
        claimed if claimed > measured.high => ("good", "Fewer strangers match than claimed"),
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
mod tests {
    use timbre_matching::{conditions::Scheme, evaluation::DetPoint};

    use super::*;

    fn measured(impostor: u64) -> Measured {
        let estimate = |value, low, high| Estimate { value, low, high };
        Measured {
            list: "words".to_owned(),
            scheme: Scheme::FreeSpeech,
            comparator: Comparator::CampPlus,
            genuine: 100,
            impostor,
            speakers: 12,
            without_speech: 0,
            genuine_scores: vec![2, 98],
            impostor_scores: vec![impostor - 9, 9],
            det: vec![
                DetPoint { fmr: 1.0, fnmr: 0.0 },
                DetPoint { fmr: 0.01, fnmr: 0.02 },
                DetPoint { fmr: 0.0, fnmr: 1.0 },
            ],
            eer: estimate(0.01, 0.005, 0.02),
            accept_fmr: estimate(0.009, 0.005, 0.012),
            accept_fnmr: estimate(0.02, 0.0, 0.05),
        }
    }

    #[test]
    fn a_claim_is_carried_by_as_many_errors_as_it_expects() {
        assert_eq!([reach(30.0).look, reach(29.9).look, reach(2.9).look], ["good", "warn", "bad"]);
        let looks = |impostor| {
            list(0, &measured(impostor), 0.01, 100)
                .claims
                .iter()
                .map(|claim| claim.verdict.look)
                .collect::<Vec<_>>()
        };
        // One in 10, 100, 1 000, 10 000 of a thousand strangers: 100, 10, 1 and none.
        assert_eq!(looks(1_000), ["good", "warn", "bad", "bad"]);
        assert_eq!(looks(100_000), ["good", "good", "good", "warn"]);
    }

    #[test]
    fn what_the_trials_cannot_resolve_is_a_dash() {
        let claims = list(0, &measured(1_000), 0.01, 250).claims;
        let told: Vec<&str> = claims.iter().map(|claim| claim.fnmr.as_str()).collect();
        assert_eq!(told, ["2.00 %", "2.00 %", "100.0 %", "100.0 %", words::NOTHING]);
        assert_eq!(claims[2].one_in, "1 in 250");
    }

    #[test]
    fn the_accept_point_holds_or_does_not() {
        let at = |claimed| held(Estimate { value: 0.009, low: 0.005, high: 0.012 }, claimed).look;
        assert_eq!([at(0.001), at(0.01), at(0.1)], ["bad", "good", "good"]);
        assert_eq!(list(0, &measured(1_000), 0.01, 100).matched, 9);
    }

    #[test]
    fn one_in_a_hundred_is_usual() {
        assert!(ONE_IN.contains(&usual()));
        assert_eq!(usual(), 100);
    }
}
