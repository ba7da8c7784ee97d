//! Fills an installation as years of use would: tenants of very different sizes, and of each its people, dialogues, jobs, usage and audit
//! trail. For measuring how long pages take where there is much to show.
//!
//! `seed_pages DATA_DIR TENANTS PEOPLE EVENTS`, with `TIMBRE__DATABASE__URL` where that is not SQLite, into an installation that `timbre serve
//! --demo` has begun and that nobody serves now. Written past the product, many rows in a statement, because a million calls would take
//! days. The rows are as the product writes them, and what pages open is sealed as it seals it. What no page opens is noise of the right length:
//! voiceprints, fingerprints, the trail's hashes (which a check of it would find). There is no sound. Prints one JSON object.
#![allow(clippy::print_stdout)]

mod dialogues;
mod jobs;
mod operators;
mod people;
mod tenants;
mod trail;

use std::{error::Error, path::Path, time::Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{Database, DatabaseConnection, DbErr, TransactionTrait};
use serde_json::{Value, json};
use timbre_domain::usage::day;
use timbre_tests::{Dice, Rows};
use timbre_vault::MasterKey;
use uuid::Uuid;

use people::Person;
use tenants::Tenant;

/// Rows in a commit.
const COMMIT: usize = 20_000;

/// How far back it goes.
const DAYS: i64 = 400;

/// Shares of the events: turns of dialogues, events of the audit trail, jobs. Each job that is over has a message. The rest is usage.
const TURNS: f64 = 0.42;
const TRAIL: f64 = 0.30;
const JOBS: f64 = 0.04;

/// What is written, and to where.
struct Seeding {
    dice: Dice,
    now: DateTime<Utc>,
    rows: Rows,
    keys: Rows,
    database: DatabaseConnection,
    keyring: DatabaseConnection,
}

impl Seeding {
    fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.dice.array()).into_uuid()
    }

    /// Some time since then, to the microsecond, as both databases keep it.
    fn since(&mut self, then: DateTime<Utc>) -> DateTime<Utc> {
        let passed = (self.now - then).num_microseconds().unwrap_or_default().max(1);
        then + TimeDelta::microseconds(self.dice.below(passed as usize) as i64)
    }

    /// Some time in all that is told of.
    fn once(&mut self) -> DateTime<Utc> {
        self.since(self.now - TimeDelta::days(DAYS))
    }

    /// Whether it is so, of so many in a hundred.
    fn of_a_hundred(&mut self, share: usize) -> bool {
        self.dice.below(100) < share
    }

    /// Commits what waits, if that is enough for a commit: keys before the people whose they are.
    async fn go_on(&mut self) -> Result<(), DbErr> {
        if self.rows.waiting() >= COMMIT { self.commit().await } else { Ok(()) }
    }

    async fn commit(&mut self) -> Result<(), DbErr> {
        let keys = self.keyring.begin().await?;
        self.keys.write(&keys).await?;
        keys.commit().await?;
        let rows = self.database.begin().await?;
        self.rows.write(&rows).await?;
        rows.commit().await
    }
}

/// How many events there are of each kind.
#[derive(Default, Clone, Copy)]
struct Events {
    turns: usize,
    trail: usize,
    jobs: usize,
    messages: usize,
    usage: usize,
}

impl Events {
    fn number(self) -> usize {
        self.turns + self.trail + self.jobs + self.messages + self.usage
    }
}

impl std::ops::AddAssign for Events {
    fn add_assign(&mut self, more: Self) {
        self.turns += more.turns;
        self.trail += more.trail;
        self.jobs += more.jobs;
        self.messages += more.messages;
        self.usage += more.usage;
    }
}

/// What each of so many tenants has of the whole, the largest first: that one a fifth, and the others ever less.
fn shares(tenants: usize) -> Vec<f64> {
    let weight = |n: usize| 1.0 / (n as f64 + 5.0);
    let others: f64 = (1..tenants).map(weight).sum();
    (0..tenants).map(|n| if n == 0 { 0.2 } else { 0.8 * weight(n) / others }).collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, tenants, people, events] = words.as_slice() else {
        return Err("seed_pages DATA_DIR TENANTS PEOPLE EVENTS".into());
    };
    let [tenants, people, events] = [tenants.parse()?, people.parse()?, events.parse::<usize>()?];
    let (folder, begun) = (Path::new(folder), Instant::now());
    let master = MasterKey::load(&folder.join("master.key"))?;
    let url = std::env::var("TIMBRE__DATABASE__URL").unwrap_or_default();
    let sqlite = |name: &str| format!("sqlite://{}", folder.join(name).display());
    let (database, keyring) = match url.as_str() {
        "" => (sqlite("timbre.db"), sqlite("keyring.db")),
        url => (url.to_owned(), url.to_owned()),
    };
    let mut seeding = Seeding {
        dice: Dice(9),
        now: DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap_or_default(),
        rows: Rows::default(),
        keys: Rows::default(),
        database: Database::connect(database).await?,
        keyring: Database::connect(keyring).await?,
    };

    let operators = operators::make(&mut seeding).await?;
    // The demo's is one of the tenants.
    let shares = shares(tenants - 1);
    let (mut so_far, mut made) = (0.0, Events::default());
    let (mut largest, mut smallest) = (None, None);
    for (n, share) in shares.into_iter().enumerate() {
        let part = |all: usize| {
            let up_to = |share: f64| (share * all as f64).round() as usize;
            up_to(so_far + share) - up_to(so_far)
        };
        let (part_of_people, part_of_events) = (part(people), part(events));
        so_far += share;
        let tenant = Tenant::make(&mut seeding, &master, n, &operators)?;
        let (events, told) = fill(&mut seeding, &tenant, part_of_people, part_of_events).await?;
        made += events;
        smallest = Some(told.clone());
        largest = largest.or(Some(told));
    }
    operators.list(&mut seeding);
    operators::trail(&mut seeding, &operators, made.trail / 50).await?;
    seeding.commit().await?;

    let rows: serde_json::Map<_, _> = seeding
        .rows
        .written()
        .chain(seeding.keys.written())
        .map(|(table, rows)| (table.to_owned(), rows.into()))
        .collect();
    let days = [400, 365, 100, 70, 0].map(|ago| day(seeding.now - TimeDelta::days(ago)));
    println!(
        "{}",
        json!({
            "seconds": begun.elapsed().as_secs(),
            "tenants": tenants,
            "people": people,
            "events": made.number(),
            "mix": {
                "turns": made.turns, "audit events": made.trail, "usage events": made.usage,
                "jobs": made.jobs, "messages": made.messages,
            },
            "days": days,
            "largest": largest,
            "small": smallest,
            "rows": rows,
        })
    );
    Ok(())
}

/// Gives a tenant its people and its part of the events, and tells what whoever looks must know of it.
async fn fill(
    seeding: &mut Seeding,
    tenant: &Tenant,
    people: usize,
    events: usize,
) -> Result<(Events, Value), Box<dyn Error>> {
    let part = |share: f64| (share * events as f64) as usize;
    let people: Vec<Person> = people::make(seeding, tenant, people).await?;
    let opted_out = people::opt_out(seeding, tenant, people.len()).await?;
    let dialogues = dialogues::make(seeding, tenant, &people, part(TURNS)).await?;
    let jobs = jobs::make(seeding, tenant, &people, part(JOBS)).await?;
    trail::tell(seeding, tenant, &people, part(TRAIL)).await?;
    let made = Events {
        turns: part(TURNS),
        trail: part(TRAIL),
        jobs: part(JOBS),
        messages: jobs.messages,
        ..Events::default()
    };
    let usage = events.saturating_sub(made.number());
    trail::bill(seeding, tenant, usage).await?;
    Ok((Events { usage, ..made }, tenant.told(&people, &opted_out, &dialogues, &jobs)))
}
