//! Dialogues and their turns: each enrolled person's first one, and verifications. Some verify often; one, a robot that watches over the
//! service, all the time.

use std::error::Error;

use chrono::TimeDelta;
use timbre_domain::{
    decision::Failure,
    dialogue::{Asks, Purpose},
};
use timbre_engine::Report;
use timbre_vault::{Purpose as Sealing, SealContext};
use uuid::Uuid;

use crate::{
    Seeding,
    operators::none,
    people::{Person, sample},
    tenants::Tenant,
};

/// Codes that enrol.
const CODES: usize = 3;

/// Bytes of what no page opens: a sealed fingerprint of four seconds.
const FINGERPRINT: usize = 1_040;

/// Of a hundred verifications, those of the robot.
const WATCHED: usize = 5;

/// Dialogues of a tenant that are open.
const MOST_OPEN: usize = 20;

/// Levels of a sketch, and the seconds that they are of.
const LEVELS: u8 = 240;
const SECONDS: f32 = 4.0;

/// How a dialogue went: its state, why it failed, and its last turn's decision.
type End = (&'static str, Option<Failure>, &'static str);

pub async fn make(
    seeding: &mut Seeding,
    tenant: &Tenant,
    people: &[Person],
    turns: usize,
) -> Result<Vec<Uuid>, Box<dyn Error>> {
    let mut made = Vec::new();
    let enrolled: Vec<&Person> = people.iter().filter(|person| person.enrolment.is_some()).collect();
    let mut left = turns;
    for person in &enrolled {
        if left < CODES {
            break;
        }
        made.push(dialogue(seeding, tenant, person, Purpose::Enrol, ("Succeeded", None, "OK"), CODES)?);
        left -= CODES;
        seeding.go_on().await?;
    }
    let mut open = 0;
    while left > 0 && !enrolled.is_empty() {
        // The more often the nearer to the first.
        let often = (seeding.dice.share().powi(2) * enrolled.len() as f64) as usize;
        let mut person = if seeding.of_a_hundred(WATCHED) { enrolled[0] } else { enrolled[often] };
        let spoken = (1 + seeding.dice.below(2)).min(left);
        let adapt = seeding.of_a_hundred(3);
        let purpose = if adapt { Purpose::Adapt } else { Purpose::Verify };
        let end = match seeding.dice.below(100) {
            ..84 => ("Succeeded", None, "OK"),
            84..90 => ("Failed", Some(Failure::VoiceMismatch), "VoiceMismatch"),
            90..93 => ("Failed", Some(Failure::VoiceInconclusive), "VoiceInconclusive"),
            93..96 => ("Failed", Some(Failure::MaxTotalSqmFailuresExceeded), "TooNoisy"),
            // A person has one open dialogue at most.
            96 if open < enrolled.len().min(MOST_OPEN) => {
                open += 1;
                person = enrolled[enrolled.len() - open];
                ("Open", None, "OK")
            }
            _ => ("Aborted", None, "TooShort"),
        };
        made.push(dialogue(seeding, tenant, person, purpose, end, spoken)?);
        left -= spoken;
        seeding.go_on().await?;
    }
    Ok(made)
}

fn dialogue(
    seeding: &mut Seeding,
    tenant: &Tenant,
    person: &Person,
    purpose: Purpose,
    (state, failure, last): End,
    turns: usize,
) -> Result<Uuid, Box<dyn Error>> {
    let (id, open) = (seeding.id(), state == "Open");
    let at = match (open, purpose) {
        (true, _) => seeding.now,
        (_, Purpose::Enrol) => person.since,
        _ => seeding.since(person.since),
    };
    // Nobody puts aside what is open while it is looked at.
    let expires_at = at + if open { TimeDelta::days(2) } else { TimeDelta::minutes(15) };
    let accepted = if last == "OK" { turns } else { turns - 1 };
    seeding.rows.add(
        "dialogues",
        [
            ("id", id.into()),
            ("tenant_id", tenant.id.0.into()),
            ("subject_id", person.id.to_string().into()),
            ("purpose", purpose.name().into()),
            ("language", "en".into()),
            ("state", state.into()),
            ("failure", failure.map(Failure::name).into()),
            ("code", none::<String>()),
            ("code_expires_at", open.then_some(expires_at).into()),
            ("accepted", (accepted as i32).into()),
            ("failures", ((turns - accepted) as i32).into()),
            ("version", (turns as i32).into()),
            ("created_at", at.into()),
            ("expires_at", expires_at.into()),
            ("finished_at", (!open).then_some(at + TimeDelta::seconds(20 * turns as i64)).into()),
            ("asks", Asks::Codes.name().into()),
        ],
    );
    for number in 1..=turns {
        let (turn, at) = (seeding.id(), at + TimeDelta::seconds(20 * number as i64));
        let decision = if number == turns { last } else { "OK" };
        let compared = (purpose != Purpose::Enrol).then(|| if decision == "OK" { 0.97 } else { 0.03 });
        let fingerprint = seeding.dice.so_many(FINGERPRINT);
        let sketch =
            person.key.seal(&SealContext::new(Sealing::Sketch, turn.as_bytes()), &sketch(seeding))?;
        seeding.rows.add(
            "turns",
            [
                ("id", turn.into()),
                ("tenant_id", tenant.id.0.into()),
                ("subject_id", person.id.to_string().into()),
                ("dialogue_id", id.into()),
                ("number", (number as i32).into()),
                ("decision", decision.into()),
                ("measured", serde_json::to_string(&measured(compared))?.into()),
                ("sealed_embeddings", none::<Vec<u8>>()),
                ("sealed_fingerprint", Some(fingerprint).into()),
                ("object_id", none::<Uuid>()),
                ("created_at", at.into()),
                ("sealed_sketch", Some(sketch).into()),
            ],
        );
        if let (Purpose::Enrol, Some(enrolment)) = (purpose, person.enrolment) {
            sample(seeding, tenant, enrolment, turn, at, [none::<Vec<u8>>(), none::<f64>(), none::<f64>()]);
        }
    }
    Ok(id)
}

fn measured(score: Option<f64>) -> Report {
    Report {
        seconds: SECONDS,
        speech_seconds: 2.6,
        level_dbfs: -21.5,
        clipped_fraction: 0.0,
        snr_db: Some(23.5),
        telephone: false,
        code_margin: Some(9.5),
        score,
        false_match_rate: score.map(|score| 1.0 - score),
    }
}

/// A sketch as the engine packs it: format, length, levels, and from when to when somebody speaks.
fn sketch(seeding: &mut Seeding) -> Vec<u8> {
    let hundredths = |seconds: f32| ((seconds * 100.0) as u16).to_le_bytes();
    let mut bytes = vec![1];
    bytes.extend(hundredths(SECONDS));
    bytes.push(LEVELS);
    bytes.extend(seeding.dice.so_many(LEVELS.into()));
    bytes.push(1);
    bytes.extend([hundredths(0.5), hundredths(3.1)].concat());
    bytes
}
