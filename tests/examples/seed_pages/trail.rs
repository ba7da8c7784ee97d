//! What was done for a tenant: its audit trail, and what it was billed.

use std::{collections::BTreeMap, error::Error};

use chrono::TimeDelta;
use timbre_domain::usage::{day, month};

use crate::{DAYS, Seeding, people::Person, tenants::Tenant};

/// What is done, and how often of a thousand.
const DONE: [(&str, usize); 9] = [
    ("verification.decided", 600),
    ("enrolment.decided", 160),
    ("person.created", 120),
    ("identification.decided", 60),
    ("job.accepted", 40),
    ("consent.recorded", 12),
    ("recording.played", 4),
    ("lockout.begun", 3),
    ("policy.changed", 1),
];

/// What happens once in a tenant's life.
const ONCE: &str = "tenant.created";

pub async fn tell(
    seeding: &mut Seeding,
    tenant: &Tenant,
    people: &[Person],
    events: usize,
) -> Result<(), Box<dyn Error>> {
    let (from, step) =
        (seeding.now - TimeDelta::days(DAYS), TimeDelta::days(DAYS).num_microseconds().unwrap_or(0));
    for n in 0..events {
        let place = seeding.dice.below(1_000);
        let mut up_to = 0;
        let done = DONE.iter().find(|(_, often)| {
            up_to += often;
            place < up_to
        });
        let action = if n == 0 { ONCE } else { done.map_or(ONCE, |(action, _)| action) };
        let actor = match seeding.dice.below(100) {
            ..90 => format!("application:{}", tenant.credential),
            90..95 => "system".to_owned(),
            _ => format!("operator:{}", tenant.operators[seeding.dice.below(tenant.operators.len())]),
        };
        let of_person = !matches!(action, "job.accepted" | "policy.changed" | ONCE) && !people.is_empty();
        let person = of_person.then(|| tenant.pseudonym(people[seeding.dice.below(people.len())].id));
        let hash = seeding.dice.so_many(32);
        let target = if of_person { None } else { Some(seeding.id().to_string()) };
        // Each a little after the one before.
        let at = from + TimeDelta::microseconds((step as f64 * n as f64 / events as f64) as i64);
        seeding.rows.add(
            "audit_events",
            [
                ("chain", tenant.id.0.into()),
                ("number", (n as i64 + 1).into()),
                ("at", at.into()),
                ("actor", actor.into()),
                ("address", "192.0.2.7".into()),
                ("action", action.into()),
                ("person", person.into()),
                ("target", target.into()),
                ("detail", Some(r#"{"decision":"OK","outcome":"succeeded","score":0.97}"#.to_owned()).into()),
                ("hash", hash.into()),
            ],
        );
        seeding.go_on().await?;
    }
    let hash = seeding.dice.so_many(32);
    let head = [("chain", tenant.id.0.into()), ("number", (events as i64).into()), ("hash", hash.into())];
    seeding.rows.add("audit_heads", head);
    Ok(())
}

pub async fn bill(seeding: &mut Seeding, tenant: &Tenant, events: usize) -> Result<(), Box<dyn Error>> {
    let mut sums = BTreeMap::<String, [i64; 4]>::new();
    for _ in 0..events {
        let (id, at) = (seeding.id(), seeding.once());
        let operation =
            seeding.dice.one_of(&["verification.decided", "enrolment.decided", "identification.decided"]);
        let amounts = [
            1,
            2_000 + seeding.dice.below(3_000) as i64,
            i64::from(operation == "enrolment.decided"),
            i64::from(operation == "identification.decided"),
        ];
        for period in [day(at), month(at)] {
            let sum = sums.entry(period).or_default();
            sum.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
        }
        let [requests, audio, enrolments, identifications] = amounts;
        seeding.rows.add(
            "usage_events",
            [
                ("id", id.into()),
                ("tenant_id", tenant.id.0.into()),
                ("day", day(at).into()),
                ("at", at.into()),
                ("operation", operation.into()),
                ("requests", requests.into()),
                ("audio_milliseconds", audio.into()),
                ("enrolments", enrolments.into()),
                ("identifications", identifications.into()),
            ],
        );
        seeding.go_on().await?;
    }
    for (period, [requests, audio, enrolments, identifications]) in sums {
        seeding.rows.add(
            "usage_counters",
            [
                ("tenant_id", tenant.id.0.into()),
                ("period", period.into()),
                ("requests", requests.into()),
                ("audio_milliseconds", audio.into()),
                ("enrolments", enrolments.into()),
                ("identifications", identifications.into()),
            ],
        );
    }
    Ok(())
}
