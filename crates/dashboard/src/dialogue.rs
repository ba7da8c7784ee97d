//! One dialogue: what was asked, how it sounded, what was measured and decided, in the order in which it happened. Never a code.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::{DateTime, Utc};
use timbre_api::admin::needs::ReadDialogues;
use timbre_domain::{
    decision::{Refusal, SampleDecision, TurnDecision},
    dialogue::{DialogueState, Purpose},
    ids::{DialogueId, TurnId},
    policy::Policy,
};
use timbre_engine::{DialogueDetails, Engine, Report, Sketch, TurnDetails};

use crate::{
    caller::{OnTenant, named},
    decisions,
    drawing::{Score, Wave},
    fault::Fault,
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
    let id: DialogueId = named(&request, "dialogue", "dialogue")?;
    let (of, turns) = engine.dialogue_with_turns(&caller.tenant, id).await?;
    let mut sketches: HashMap<TurnId, Option<Sketch>> =
        engine.sketches(&caller.tenant, id).await?.into_iter().collect();
    let heard: Vec<(TurnDetails, Option<Report>)> = turns
        .into_iter()
        .map(|turn| {
            let report = serde_json::from_str::<Option<Report>>(&turn.measured).ok().flatten();
            (turn, report)
        })
        .collect();
    let prompt = Prompt::of(&heard);
    let (policy, _) = engine.policy_at(&caller.tenant, of.created_at).await?;
    let asked = prompt.in_words(&policy);
    let mut turns = Vec::with_capacity(heard.len());
    for (turn, report) in heard {
        let sketch = sketches.remove(&turn.id).flatten();
        let (policy, version) = engine.policy_at(&caller.tenant, turn.created_at).await?;
        turns.push(shown(turn, report.as_ref(), sketch.as_ref(), prompt, &policy, version));
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

/// What a dialogue asks for, as far as it can be told from what was heard: what was asked is not shown, and free speech is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    Code,
    FreeSpeech,
    Unknown,
}

impl Prompt {
    fn of(heard: &[(TurnDetails, Option<Report>)]) -> Self {
        let told = |(turn, report): &(TurnDetails, Option<Report>)| {
            Self::told_by(turn.decision, report.as_ref().is_some_and(|report| report.code_margin.is_some()))
        };
        heard.iter().find_map(told).unwrap_or(Self::Unknown)
    }

    /// A recording's code is looked for before the number of voices: what came so far and has no margin was asked for none.
    fn told_by(decision: TurnDecision, has_margin: bool) -> Option<Self> {
        use SampleDecision::Refused;
        match decision {
            _ if has_margin => Some(Self::Code),
            TurnDecision::Sample(Refused(Refusal::CodeExpired | Refusal::WrongCode)) => Some(Self::Code),
            TurnDecision::Sample(
                Refused(Refusal::SeveralVoices | Refusal::OtherVoice) | SampleDecision::Ok,
            )
            | TurnDecision::Ended(_) => Some(Self::FreeSpeech),
            TurnDecision::Sample(Refused(_)) => None,
        }
    }

    fn in_words(self, policy: &Policy) -> String {
        match self {
            Self::Code => format!("Codes of {} digits, each once", policy.dialogue.code_length),
            Self::FreeSpeech => "Free speech".to_owned(),
            Self::Unknown => "Nothing was heard so far that tells".to_owned(),
        }
    }
}

fn shown(
    turn: TurnDetails,
    report: Option<&Report>,
    sketch: Option<&Sketch>,
    prompt: Prompt,
    policy: &Policy,
    version: u32,
) -> Turn {
    let title = format!("Recording {}", turn.number);
    Turn {
        number: turn.number,
        at: turn.created_at,
        look: decisions::look(turn.decision.name()),
        why: decisions::in_words(turn.decision),
        wave: sketch.map(|sketch| wave(title, sketch)),
        measures: report.map(|report| measures(report, prompt, policy)).unwrap_or_default(),
        judged: report.and_then(|report| judged(report, policy, version)),
        decision: turn.decision,
    }
}

fn wave(title: String, sketch: &Sketch) -> Wave {
    let peaks = sketch.levels().iter().map(|level| swing(*level)).collect();
    Wave { title, seconds: sketch.seconds(), peaks, speech: sketch.speech().collect() }
}

/// A level of a sketch, which is in dB, as the swing that is drawn: 0 to 1.
fn swing(level: u8) -> f64 {
    match level {
        0 => 0.0,
        level => 10_f64.powf(f64::from(Sketch::FLOOR_DBFS) * (1.0 - f64::from(level) / 255.0) / 20.0),
    }
}

fn measures(report: &Report, prompt: Prompt, policy: &Policy) -> Vec<Measure> {
    let quality = &policy.quality;
    let least_speech = match prompt {
        Prompt::FreeSpeech => quality.min_free_speech_seconds,
        Prompt::Code | Prompt::Unknown => quality.min_speech_seconds,
    };
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
            format!("at least {}", words::seconds(least_speech)),
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
    fn what_was_asked_is_told_by_what_was_heard() {
        for (decision, has_margin, prompt) in [
            ("OK", true, Some(Prompt::Code)),
            ("OK", false, Some(Prompt::FreeSpeech)),
            ("VoiceMismatch", false, Some(Prompt::FreeSpeech)),
            ("CodeExpired", false, Some(Prompt::Code)),
            ("SeveralVoices", true, Some(Prompt::Code)),
            ("TooNoisy", false, None),
            ("SameRecording", false, None),
        ] {
            assert_eq!(Prompt::told_by(decision.parse().unwrap(), has_margin), prompt, "{decision}");
        }
    }

    #[test]
    fn a_level_is_drawn_as_its_swing() {
        assert_eq!([swing(0), swing(255)], [0.0, 1.0]);
        // Two thirds of the way up is 20 dB below full scale.
        assert!((swing(170) - 0.1).abs() < 1e-9);
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
        let of = |prompt| measures(&report, prompt, &Policy::default());
        assert_eq!((of(Prompt::Code)[1].needs.as_str(), of(Prompt::Code).len()), ("at least 0.80 s", 7));
        assert_eq!(of(Prompt::FreeSpeech)[1].needs, "at least 2.00 s");
        assert_eq!(of(Prompt::Code)[4].value, words::NOTHING);
        assert!(judged(&report, &Policy::default(), 1).is_none());
    }
}
