//! [dashboard-scale] With 200 tenants, 100,000 people and 1,000,000 events: how long each page's first byte takes, on SQLite and on PostgreSQL, and
//! whether what pages ask is answered by indexes.
//!
//! The largest tenant has a fifth of everything; pages of it and of the smallest are looked at, as owner, auditor and the tenant's admin. Every
//! request counts, the first one too. Then eight look at once, at all kinds in turn: all that they see is held to the same together, and which kind
//! is the slowest is told. The server looks after its house meanwhile, as any does. Needs some 5 GB of disk for a while.

mod kinds;
mod looked;
mod plans;
mod visitor;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use self::kinds::Seeded;
use self::looked::{Looked, Visitors, look_at_once, table};
use self::visitor::{Visitor, owner};
use super::{Finding, Given, number, rounded};
use crate::cargo;
use crate::failure::{Failure, note, say};
use crate::parts::Postgres;
use crate::server::Server;

const TENANTS: usize = 200;
const PEOPLE: usize = 100_000;
const EVENTS: usize = 1_000_000;

/// Milliseconds that the first byte of any kind of page may take, but for five in a hundred.
const LIMIT: f64 = 100.0;

const DATABASE: &str = "TIMBRE__DATABASE__URL";
/// Pages are looked at faster than anybody does.
const SETTINGS: [(&str, &str); 4] = [
    ("TIMBRE__HTTP__MANAGEMENT_PER_MINUTE", "1000000"),
    ("TIMBRE__HTTP__MANAGEMENT_BURST", "1000000"),
    ("TIMBRE__HTTP__UNAUTHENTICATED_PER_MINUTE", "1000000"),
    ("TIMBRE__HTTP__UNAUTHENTICATED_BURST", "1000000"),
];
/// Nothing is asked but what pages ask.
const NOTHING_ELSE: [(&str, &str); 2] =
    [("TIMBRE__JOBS__EMBEDDED", "false"), ("TIMBRE__HOUSEKEEPING__EVERY_SECONDS", "86400")];

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, mut finding) = (given.binary()?, Finding::default());
    let (on_sqlite, on_postgres) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let sqlite = Installation { binary, data: on_sqlite.path(), database: None };
    let seeded = sqlite.seed()?;
    let tables = rows(&seeded);
    sqlite.pages("SQLite", &seeded, &mut finding)?;

    let server = Postgres::start()?;
    let url = server.url();
    let postgres = Installation { binary, data: on_postgres.path(), database: Some(&url) };
    let seeded = postgres.seed()?;
    // As its autovacuum does in time.
    server.ask("VACUUM ANALYZE")?;
    let looked = postgres.pages("PostgreSQL", &seeded, &mut finding)?;

    say(
        "  what PostgreSQL does for a page: statements, and the most rows that one of them reads of a table",
    )?;
    plans::tell(&server)?;
    let quiet = postgres.serve(&NOTHING_ELSE)?;
    let statements = plans::on_postgres(&server, &quiet, &looked, &tables, &mut finding)?;
    plans::on_sqlite(sqlite.data, &statements, &tables, &mut finding)?;
    Ok(finding)
}

/// Rows of each table.
fn rows(seeded: &Value) -> BTreeMap<String, f64> {
    let rows = seeded["rows"].as_object().into_iter().flatten();
    rows.map(|(table, rows)| (table.clone(), rows.as_f64().unwrap_or_default())).collect()
}

struct Installation<'a> {
    binary: &'a Path,
    data: &'a Path,
    /// None: SQLite.
    database: Option<&'a str>,
}

impl Installation<'_> {
    fn serve(&self, further: &[(&str, &str)]) -> Result<Server, Failure> {
        let database = self.database.map(|url| (DATABASE, url));
        let settings: Vec<_> = SETTINGS.into_iter().chain(database).chain(further.iter().copied()).collect();
        Server::start_with(self.binary, self.data, &settings)
    }

    /// Begins it, and fills it.
    fn seed(&self) -> Result<Value, Failure> {
        self.serve(&[])?.kill()?;
        note(format_args!("  seeding {EVENTS} events …"));
        let mut seed = Command::new(cargo::release_example("seed_pages")?);
        seed.arg(self.data).args([TENANTS, PEOPLE, EVENTS].map(|number| number.to_string()));
        seed.env_remove(DATABASE).envs(self.database.map(|url| (DATABASE, url)));
        let ran = seed.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        match ran.status.success() {
            true => Ok(serde_json::from_slice(&ran.stdout)?),
            false => Err(Failure::new("seeding failed")),
        }
    }

    /// Looks at all pages, and tells how long they took.
    fn pages(&self, on: &str, seeded: &Value, finding: &mut Finding) -> Result<Vec<Looked>, Failure> {
        let mix: Vec<String> = seeded["mix"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(kind, number)| format!("{number} {kind}"))
            .collect();
        say(format_args!(
            "  on {on}, seeded in {} s: {} tenants, {} people, {} events ({})",
            seeded["seconds"],
            seeded["tenants"],
            seeded["people"],
            seeded["events"],
            mix.join(", ")
        ))?;
        let events = number(seeded, "events")?;
        finding.require(events == EVENTS as f64, format!("{events} events were seeded"));
        let server = self.serve(&[])?;
        let (email, password) = owner(self.data)?;
        let (largest, small) = (Seeded(&seeded["largest"]), Seeded(&seeded["small"]));
        let of_nobody = Visitors {
            nobody: Visitor::nobody(&server)?,
            owner: Visitor::logged_in(&server, &email, &password)?,
            auditor: Visitor::logged_in(&server, "auditor@example.org", &password)?,
            admin: None,
        };
        let admin = Visitor::logged_in(&server, largest.admin()?, &password)?;
        let of_largest = Visitors { admin: Some(admin), ..of_nobody.clone() };
        let days: Vec<&str> =
            seeded["days"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let days: &[&str; 5] =
            days.as_slice().try_into().map_err(|_| Failure::new("the seeder tells other days"))?;
        let mut looked = of_nobody.look("installation", &kinds::of_installation(days))?;
        looked.extend(of_largest.look("largest", &kinds::of_tenant(&largest, days)?)?);
        looked.extend(of_nobody.look("smallest", &kinds::of_tenant(&small, days)?)?);
        table(&looked)?;
        let bare = of_nobody.without_query()?;
        say(format_args!(
            "  beside them the login, which asks the database nothing: p95 {:.1} ms",
            bare.ms(95)
        ))?;
        let (all, (slowest, most)) = look_at_once(&looked)?;
        say(format_args!(
            "  eight at once: {} pages, p50 {:.1} ms, p95 {:.1} ms, worst {:.1} ms; slowest of all kinds {slowest}, p95 {:.1} ms",
            all.calls(),
            all.ms(50),
            all.ms(95),
            all.ms(100),
            most.ms(95)
        ))?;
        finding.require(
            all.ms(95) < LIMIT,
            format!("on {on}, eight at once: p95 {:.1} ms of {}", all.ms(95), all.calls()),
        );
        let mut worst: Option<&Looked> = None;
        for page in &looked {
            let (Looked { of, name, times, .. }, p95) = (page, page.times.ms(95));
            finding.require(
                p95 < LIMIT,
                format!("on {on}, {name} ({of}): p95 {p95:.1} ms of {}", times.calls()),
            );
            if worst.is_none_or(|worst| p95 > worst.times.ms(95)) {
                worst = Some(page);
            }
        }
        let worst = worst
            .map(|page| json!({"page": page.name, "of": page.of, "p95_ms": rounded(page.times.ms(95), 1)}));
        finding.figure(
            on,
            json!({
                "kinds_of_pages": looked.len(),
                "slowest": worst,
                "without_query_p95_ms": rounded(bare.ms(95), 1),
                "eight_at_once_p95_ms": rounded(all.ms(95), 1),
                "eight_at_once_slowest": {"page": slowest, "p95_ms": rounded(most.ms(95), 1)},
                "seeded_in_s": seeded["seconds"],
            }),
        );
        Ok(looked)
    }
}
