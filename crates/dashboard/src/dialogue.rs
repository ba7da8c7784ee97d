//! One dialogue: what was asked, how it sounded, what was measured and decided, in the order in which it happened. Never a code.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::{DateTime, Utc};
use timbre_api::admin::needs::ReadDialogues;
use timbre_domain::{
    decision::TurnDecision,
    dialogue::{Asks, DialogueState, Purpose},
    ids::DialogueId,
    policy::Policy,
};
use timbre_engine::{DialogueDetails, Engine, Report, Sketch, Sketched};

use crate::{
    caller::{OnTenant, named},
    decisions,
    drawing::{Score, Wave},
    fault::Fault,
    forms::no_query,
    frame::{Frame, Section, render},
    routes::Pages,
    words,
};

/// Rates below are told as less than this: no calibration has seen so many strangers.
const RAREST: f64 = 1e-6;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/dialogues/{dialogue}", show);
}

#[derive(Template)]
#[template(path = "dialogue.html")]
struct Page {
    frame: Frame,
    list: String,
    person_href: String,
    policy_href: String,
    /// "To verify".
    purpose: &'static str,
    asked: String,
    look: &'static str,
    /// How it ended, or until when it is open.
    ended: &'static str,
    of: DialogueDetails,
    turns: Vec<Turn>,
}

/// A recording, and what was decided on it.
struct Turn {
    number: i32,
    at: DateTime<Utc>,
    decision: TurnDecision,
    look: &'static str,
    why: &'static str,
    wave: Option<Wave>,
    measures: Vec<Measure>,
    judged: Option<Judged>,
}

/// Something that was measured, and what the policy asked of it.
struct Measure {
    name: &'static str,
    value: String,
    needs: String,
}

/// A voice that was compared.
struct Judged {
    score: Score,
    verdict: &'static str,
    rate: String,
    accepts: String,
    version: u32,
}

async fn show(
    caller: OnTenant<ReadDialogues>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let id: DialogueId = named(&request, "dialogue", "dialogue")?;
    let (of, heard) = engine.dialogue_with_sketches(&caller.tenant, id).await?;
    let (policy, _) = engine.policy_at(&caller.tenant, of.created_at).await?;
    let asked = asked(of.asks, &policy);
    let mut turns = Vec::with_capacity(heard.len());
    for turn in heard {
        let (policy, version) = engine.policy_at(&caller.tenant, turn.turn.created_at).await?;
        turns.push(shown(turn, of.asks, &policy, version));
    }
    render(&Page {
        frame: caller.frame(Section::Dialogues),
        list: caller.path("/dialogues"),
        person_href: caller.path(&format!("/people/{}", of.subject)),
        policy_href: caller.path("/policy/versions"),
        purpose: purpose_in_words(of.purpose),
        asked,
        look: decisions::look(of.state.name()),
        ended: ended(&of),
        turns,
        of,
    })
}

fn purpose_in_words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Enrol => "To enrol a voice",
        Purpose::Verify => "To verify a voice",
        Purpose::Adapt => "To teach a voiceprint how its owner sounds today",
    }
}

fn ended(of: &DialogueDetails) -> &'static str {
    match (of.state, of.purpose) {
        (DialogueState::Succeeded, Purpose::Enrol) => "The voice is enrolled.",
        (DialogueState::Succeeded, Purpose::Verify) => "It is the same voice.",
        (DialogueState::Succeeded, Purpose::Adapt) => "The voiceprint has learned.",
        (DialogueState::Failed, _) => of.failure.map_or("", decisions::failed),
        (DialogueState::Aborted, _) => {
            "It was put aside before its end, as when another one of the person begins."
        }
        (DialogueState::Open, _) => "It waits for a recording.",
    }
}

/// What a dialogue asks for, in words: never a code.
fn asked(asks: Option<Asks>, policy: &Policy) -> String {
    match asks {
        Some(Asks::Codes) => format!("Codes of {} digits, each once", policy.dialogue.code_length),
        Some(Asks::FreeSpeech) => "Free speech".to_owned(),
        None => "Not known, as it began before that was kept".to_owned(),
    }
}

fn shown(Sketched { turn, sketch }: Sketched, asks: Option<Asks>, policy: &Policy, version: u32) -> Turn {
    let title = format!("Recording {}", turn.number);
    let report = serde_json::from_str::<Option<Report>>(&turn.measured).ok().flatten();
    Turn {
        number: turn.number,
        at: turn.created_at,
        look: decisions::look(turn.decision.name()),
        why: decisions::in_words(turn.decision),
        wave: sketch.map(|sketch| wave(title, &sketch)),
        measures: report.as_ref().map(|report| measures(report, asks, policy)).unwrap_or_default(),
        judged: report.as_ref().and_then(|report| judged(report, policy, version)),
        decision: turn.decision,
    }
}

fn wave(title: String, sketch: &Sketch) -> Wave {
    Wave {
        title,
        seconds: sketch.seconds(),
        peaks: sketch.levels().iter().map(|level| f64::from(*level) / 255.0).collect(),
        floor_dbfs: Sketch::FLOOR_DBFS,
        speech: sketch.speech().collect(),
    }
}

fn measures(report: &Report, asks: Option<Asks>, policy: &Policy) -> Vec<Measure> {
    let quality = &policy.quality;
    let least_speech = asks.map(|asks| match asks {
        Asks::Codes => quality.min_speech_seconds,
        Asks::FreeSpeech => quality.min_free_speech_seconds,
    });
    let measure = |name, value, needs| Measure { name, value, needs };
    let nothing = String::new;
    let db = |value: Option<f32>, unit: &str| match value {
        Some(value) => format!("{} {unit}", words::number(value, 1)),
        None => words::NOTHING.to_owned(),
    };
    let band = if report.telephone { "a telephone's" } else { "wide" };
    let mut measures = vec![
        measure("Length", words::seconds(report.seconds), nothing()),
        measure(
            "Speech",
            words::seconds(report.speech_seconds),
            least_speech.map(|least| format!("at least {}", words::seconds(least))).unwrap_or_default(),
        ),
        measure(
            "Level",
            db(Some(report.level_dbfs), "dBFS"),
            format!("at least {}", db(Some(quality.min_level_dbfs), "dBFS")),
        ),
        measure(
            "Overdriven",
            words::percent(report.clipped_fraction),
            format!("at most {}", words::percent(quality.max_clipped_fraction)),
        ),
        measure(
            "Speech over noise",
            db(report.snr_db, "dB"),
            format!("at least {}", db(Some(quality.min_snr_db), "dB")),
        ),
        measure("Band", band.to_owned(), nothing()),
    ];
    if let Some(margin) = report.code_margin {
        measures.push(measure("Lead of the code over any other", words::number(margin, 2), nothing()));
    }
    measures
}

fn judged(report: &Report, policy: &Policy, version: u32) -> Option<Judged> {
    let score = Score::new(report.score?, &policy.matching);
    Some(Judged {
        verdict: score.in_words(),
        score,
        rate: how_often(report.false_match_rate?),
        accepts: words::one_in(policy.matching.false_match_rate),
        version,
    })
}

/// A false-match rate as people grasp it, and no rarer than anybody can know.
fn how_often(rate: f64) -> String {
    match rate < RAREST {
        true => format!("less than {}", words::one_in(RAREST)),
        false => words::one_in(rate),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_asked_is_told_or_said_not_to_be_known() {
        let told = |asks| asked(asks, &Policy::default());
        assert_eq!(told(Some(Asks::Codes)), "Codes of 4 digits, each once");
        assert_eq!(told(Some(Asks::FreeSpeech)), "Free speech");
        assert!(told(None).starts_with("Not known"));
    }

    #[test]
    fn a_rate_is_no_rarer_than_anybody_can_know() {
        assert!(how_often(1e-12).starts_with("less than 1 in 1"));
        assert_eq!(how_often(0.01), "1 in 100");
    }

    #[test]
    fn measures_say_what_the_policy_asks() {
        let report = Report {
            seconds: 3.0,
            speech_seconds: 0.5,
            level_dbfs: -60.0,
            clipped_fraction: 0.0,
            snr_db: None,
            telephone: true,
            code_margin: Some(4.25),
            score: None,
            false_match_rate: None,
        };
        let of = |asks| measures(&report, asks, &Policy::default());
        let codes = of(Some(Asks::Codes));
        assert_eq!((codes[1].needs.as_str(), codes.len()), ("at least 0.80 s", 7));
        assert_eq!(of(Some(Asks::FreeSpeech))[1].needs, "at least 2.00 s");
        assert_eq!(of(None)[1].needs, "");
        assert_eq!(codes[4].value, words::NOTHING);
        assert!(judged(&report, &Policy::default(), 1).is_none());
    }
}
