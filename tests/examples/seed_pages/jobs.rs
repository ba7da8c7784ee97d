//! Jobs of the last days, what they found, and the messages about that.

use std::error::Error;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use timbre_domain::{
    inquiry::{About, Cause, Failing, Findings, Inquiry, Outcome, Segment, Who},
    job::{DELIVERY_TRIES, DeliveryState, JobState},
};
use timbre_vault::{Purpose as Sealing, SealContext};
use uuid::Uuid;

use crate::{Seeding, operators::none, people::Person, tenants::Tenant};

/// They are kept for a week.
const DAYS: i64 = 5;

/// Turns in a conversation, and in the longest one of each tenant, which is its first job.
const SEGMENTS: usize = 40;
const MOST_SEGMENTS: usize = 3_000;
const LONGEST: usize = 0;

const WEBHOOK: &str = "https://receiver.example.org/hook";

/// What was made: all jobs, those of them that found something, that wait, and that failed, and how many messages there are about the ends of any.
#[derive(Default)]
pub struct Jobs {
    pub all: Vec<Uuid>,
    pub conversations: Vec<Uuid>,
    pub queued: Vec<Uuid>,
    pub failed: Vec<Uuid>,
    pub messages: usize,
}

pub async fn make(
    seeding: &mut Seeding,
    tenant: &Tenant,
    people: &[Person],
    jobs: usize,
) -> Result<Jobs, Box<dyn Error>> {
    let names: Vec<&str> = people.iter().filter_map(|person| person.name.as_deref()).take(3).collect();
    let mut made = Jobs::default();
    for n in 0..jobs {
        let about = [About::Names, About::Turns, About::Turns, About::Speech][n % 4];
        let state = match (n, seeding.dice.below(100)) {
            (LONGEST, _) => JobState::Completed,
            // Each tenant has one at least that can be cancelled, and one that can be tried again.
            (1, _) => JobState::Queued,
            (2, _) => JobState::Failed,
            (_, ..90) => JobState::Completed,
            (_, 90..97) => JobState::Failed,
            (_, 97..99) => JobState::Cancelled,
            // Nobody begins it while it is looked at.
            (..500, _) => JobState::Queued,
            _ => JobState::Completed,
        };
        let segments = if n == LONGEST { MOST_SEGMENTS } else { SEGMENTS };
        let outcome = match state {
            JobState::Completed => Some(Outcome::Found(found(about, &names, segments))),
            JobState::Failed => {
                Some(Outcome::Failed(Failing { cause: Cause::Url, detail: "no answer in time".to_owned() }))
            }
            JobState::Cancelled => Some(Outcome::Cancelled),
            _ => None,
        };
        let at = seeding.since(seeding.now - TimeDelta::days(DAYS));
        let job = job(seeding, tenant, about, state, outcome.as_ref(), at)?;
        if outcome.is_some() {
            message(seeding, tenant, job, at);
            made.messages += 1;
        }
        made.all.push(job);
        match state {
            JobState::Completed => made.conversations.push(job),
            JobState::Queued => made.queued.push(job),
            JobState::Failed => made.failed.push(job),
            _ => {}
        }
        seeding.go_on().await?;
    }
    Ok(made)
}

fn found(about: About, names: &[&str], segments: usize) -> Findings {
    let who = |n: usize| match (about, names.get(n % 4)) {
        (About::Names, Some(name)) => Who::Known((*name).to_owned()),
        (About::Speech, _) => Who::Anybody,
        _ => Who::Stranger(n % 3),
    };
    let segment = |n: usize| Segment { who: who(n), start: 4.0 * n as f64, end: 4.0 * n as f64 + 3.5 };
    Findings { people: (about == About::Turns).then_some(3), segments: (0..segments).map(segment).collect() }
}

fn job(
    seeding: &mut Seeding,
    tenant: &Tenant,
    about: About,
    state: JobState,
    outcome: Option<&Outcome>,
    at: DateTime<Utc>,
) -> Result<Uuid, Box<dyn Error>> {
    let (id, digest, is_over) = (seeding.id(), seeding.dice.so_many(32), outcome.is_some());
    let sealed = |purpose, text: Vec<u8>| tenant.key.seal(&SealContext::new(purpose, id.as_bytes()), &text);
    // As the engine keeps an order.
    let asked = json!({"inquiry": Inquiry::about(about), "url": "https://calls.example.org/1.wav", "webhook": WEBHOOK});
    let (heard, run_after) = if is_over { (160.0, at) } else { (0.0, seeding.now + TimeDelta::days(2)) };
    let found = outcome.map(serde_json::to_vec).transpose()?;
    let found = found.map(|found| sealed(Sealing::Outcome, found)).transpose()?;
    seeding.rows.add(
        "jobs",
        [
            ("id", id.into()),
            ("tenant_id", tenant.id.0.into()),
            ("kind", about.kind().name().into()),
            ("request_id", id.to_string().into()),
            ("request_digest", digest.into()),
            ("sealed_request", sealed(Sealing::Inquiry, serde_json::to_vec(&asked)?)?.into()),
            ("object_id", none::<Uuid>()),
            ("state", state.name().into()),
            ("tries", i32::from(is_over).into()),
            ("heard_seconds", heard.into()),
            ("total_seconds", is_over.then_some(160.0).into()),
            ("sealed_outcome", found.into()),
            ("run_after", run_after.into()),
            ("created_at", at.into()),
            ("finished_at", is_over.then_some(at + TimeDelta::seconds(40)).into()),
        ],
    );
    Ok(id)
}

/// Most are taken at once, some at the second try.
fn message(seeding: &mut Seeding, tenant: &Tenant, job: Uuid, at: DateTime<Utc>) {
    let (id, at, tries) =
        (seeding.id(), at + TimeDelta::seconds(40), if seeding.of_a_hundred(10) { 2_i32 } else { 1 });
    seeding.rows.add(
        "deliveries",
        [
            ("id", id.into()),
            ("tenant_id", tenant.id.0.into()),
            ("job_id", job.into()),
            ("state", DeliveryState::Delivered.name().into()),
            ("tries", tries.into()),
            ("most_tries", (DELIVERY_TRIES as i32).into()),
            ("next_at", at.into()),
            ("created_at", at.into()),
        ],
    );
    for number in 1..=tries {
        seeding.rows.add(
            "delivery_tries",
            [
                ("delivery_id", id.into()),
                ("number", number.into()),
                ("tenant_id", tenant.id.0.into()),
                ("at", (at + TimeDelta::seconds(i64::from(number) * 10)).into()),
                ("status", Some(if number == tries { 200_i32 } else { 503 }).into()),
                ("milliseconds", 80_i32.into()),
            ],
        );
    }
}
