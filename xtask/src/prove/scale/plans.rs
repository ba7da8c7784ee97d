//! How the databases go about what pages ask: PostgreSQL tells of each statement as it was made (auto_explain), and SQLite how it would go about the
//! same. The store writes statements once for both, so their texts are the same; SQLite takes `$1` for the name of a value. How many rows a search
//! by an index reads is known of PostgreSQL only: SQLite does not say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use super::looked::Looked;
use crate::cargo;
use crate::failure::{Failure, say};
use crate::parts::Postgres;
use crate::prove::Finding;
use crate::server::Server;

/// Pages of each kind that are looked into.
const LOOKED_INTO: usize = 8;
/// A table with more rows than this may not be read whole, nor may more of its rows be read for one statement.
const LARGE: f64 = 10_000.0;
/// When PostgreSQL has said nothing for so long it has told all.
const QUIET: Duration = Duration::from_millis(30);
const SETTLED: Duration = Duration::from_secs(3);

const TELLS_PLANS: [&str; 5] = [
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_analyze = on",
    "auto_explain.log_timing = off",
    "auto_explain.log_format = 'json'",
];

/// Has connections from now on tell how their statements were made.
pub(super) fn tell(postgres: &Postgres) -> Result<(), Failure> {
    for setting in TELLS_PLANS {
        postgres.ask(&format!("ALTER DATABASE postgres SET {setting}"))?;
    }
    Ok(())
}

/// What PostgreSQL says of itself, from where it was last read.
struct Log(File);

impl Log {
    fn open(postgres: &Postgres) -> Result<Self, Failure> {
        let path = postgres.log();
        let mut file = File::open(&path).map_err(|error| Failure::at(&path, error))?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self(file))
    }

    /// The statements that it tells of, once it has said nothing for so long.
    fn statements(&mut self, quiet: Duration) -> Result<Vec<Statement>, Failure> {
        let mut text = String::new();
        loop {
            sleep(quiet);
            if self.0.read_to_string(&mut text)? == 0 {
                return statements(&text);
            }
        }
    }
}

/// A statement as it was made.
#[derive(Debug)]
struct Statement {
    text: String,
    scans: Vec<Scan>,
}

/// How a table was read.
#[derive(Debug, PartialEq)]
struct Scan {
    table: String,
    whole: bool,
    /// Rows that were read, those included that were of no use.
    rows: f64,
}

/// Reads plans out of a log: a line that ends with "plan:", and JSON on indented lines below.
fn statements(log: &str) -> Result<Vec<Statement>, Failure> {
    let mut found = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with("plan:") {
            continue;
        }
        let mut json = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            json.push_str(line);
        }
        let told: Value = serde_json::from_str(&json)?;
        let mut scans = Vec::new();
        read_scans(&told["Plan"], &mut scans);
        found.push(Statement { text: told["Query Text"].as_str().unwrap_or_default().to_owned(), scans });
    }
    Ok(found)
}

fn read_scans(plan: &Value, scans: &mut Vec<Scan>) {
    let number = |name: &str| plan[name].as_f64().unwrap_or(0.0);
    if let Some(table) = plan["Relation Name"].as_str() {
        let rows = number("Actual Rows")
            + number("Rows Removed by Filter")
            + number("Rows Removed by Index Recheck");
        let whole = plan["Node Type"] == "Seq Scan";
        scans.push(Scan { table: table.to_owned(), whole, rows: rows * number("Actual Loops") });
    }
    for below in plan["Plans"].as_array().into_iter().flatten() {
        read_scans(below, scans);
    }
}

/// What a kind of page asks.
#[derive(Default)]
struct Asked {
    pages: usize,
    statements: usize,
    /// The most rows that a statement read.
    most_rows: f64,
}

/// Looks into pages of each kind, and finds out which statements they make. Requires that none reads a large table whole, or much of one.
pub(super) fn on_postgres(
    postgres: &Postgres,
    server: &Server,
    looked: &[Looked],
    tables: &BTreeMap<String, f64>,
    finding: &mut Finding,
) -> Result<BTreeSet<String>, Failure> {
    let mut log = Log::open(postgres)?;
    // What a server does at its start is no page's.
    log.statements(SETTLED)?;
    let mut texts = BTreeSet::new();
    say(format_args!("  {:<48} {:<13} {:>10} {:>10}", "page", "of", "statements", "rows read"))?;
    for Looked { of, name, asked, .. } in looked {
        let mut found = Asked::default();
        for (visitor, request) in asked.iter().step_by((asked.len() / LOOKED_INTO).max(1)) {
            visitor.at(server).ask(request)?;
            found.pages += 1;
            for Statement { text, scans } in log.statements(QUIET)? {
                found.statements += 1;
                for scan in &scans {
                    let large = tables.get(&scan.table).copied().unwrap_or_default() > LARGE;
                    found.most_rows = found.most_rows.max(scan.rows);
                    let wrong = large && (scan.whole || scan.rows > LARGE);
                    finding.require(
                        !wrong,
                        format!(
                            "{} reads {} rows of {} for {text}",
                            request.address(),
                            scan.rows,
                            scan.table
                        ),
                    );
                }
                texts.insert(text);
            }
        }
        let each = found.statements as f64 / found.pages.max(1) as f64;
        say(format_args!("  {name:<48} {of:<13} {each:>10.1} {:>10}", found.most_rows))?;
        finding.require(found.statements > 0, format!("PostgreSQL tells of no statement of {name}"));
    }
    Ok(texts)
}

/// Requires that SQLite goes about these statements by indexes where a table is large.
pub(super) fn on_sqlite(
    data: &Path,
    statements: &BTreeSet<String>,
    tables: &BTreeMap<String, f64>,
    finding: &mut Finding,
) -> Result<(), Failure> {
    // What asks for none of our tables asks the database for something of its own.
    let ours: Vec<&String> = statements
        .iter()
        .filter(|text| tables.keys().any(|table| text.contains(&format!("\"{table}\""))))
        .collect();
    let mut program = Command::new(cargo::release_example("sqlite_plans")?)
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = program.stdin.take() {
        stdin.write_all(&serde_json::to_vec(&ours)?)?;
    }
    let told = program.wait_with_output()?;
    let plans: Vec<Value> = serde_json::from_slice(&told.stdout)?;
    finding.require(plans.len() == ours.len(), "SQLite does not tell how it goes about each statement");
    let mut by_index = 0;
    for (text, plan) in ours.iter().zip(&plans) {
        let lines: Vec<&str> = plan.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let wrong = lines.iter().find(|line| reads_too_much(line, &lines, text, tables));
        finding.require(!lines.is_empty(), format!("SQLite does not take {text}: {plan}"));
        finding.require(wrong.is_none(), format!("SQLite does {:?} for {text}", wrong.unwrap_or(&"")));
        by_index += usize::from(wrong.is_none());
    }
    say(format_args!(
        "  of {} statements SQLite goes about {by_index} by indexes, or over small tables",
        ours.len()
    ))?;
    finding.figure("statements", ours.len());
    Ok(())
}

/// Whether a line of SQLite's plan for a statement is of a large table that is read whole, itself or an index of it, by whatever name; of something
/// that is not known; or of an index that is made for this once.
fn reads_too_much(line: &str, plan: &[&str], statement: &str, tables: &BTreeMap<String, f64>) -> bool {
    let Some(name) = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()) else {
        return line.contains("AUTOMATIC");
    };
    let table = table_of(name, statement).unwrap_or(name);
    let made = ["CO-ROUTINE", "MATERIALIZE"].map(|way| format!("{way} {table}"));
    // What the statement itself makes, or says, is made of what other lines tell.
    let is_made =
        line.contains("CONSTANT ROW") || plan.iter().any(|line| made.iter().any(|made| made == line));
    let is_known = tables.get(table).map_or_else(|| stands_there(table, statement), |rows| *rows <= LARGE);
    !is_made && !is_known
}

/// The table that a statement calls so: `"turns" AS "t"`.
fn table_of<'a>(name: &str, statement: &'a str) -> Option<&'a str> {
    let (before, _) = statement.split_once(&format!("\" AS \"{name}\""))?;
    let (before, table) = before.rsplit_once('"')?;
    // A column that is called so has its table before it.
    (!before.ends_with('.')).then_some(table)
}

/// Whether a statement asks for a table of this name, of which nothing was seeded.
fn stands_there(table: &str, statement: &str) -> bool {
    ["FROM", "JOIN"].iter().any(|word| statement.contains(&format!("{word} \"{table}\"")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LOG: &str = "2026-11-21 10:00:00.000 UTC [7] LOG:  duration: 0.04 ms  plan:\n\
        \t{\n\
        \t  \"Query Text\": \"SELECT 1\",\n\
        \t  \"Plan\": {\"Node Type\": \"Limit\", \"Plans\": [\n\
        \t    {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"turns\", \"Actual Rows\": 3, \"Actual Loops\": 2, \"Rows Removed by Filter\": 7}]}\n\
        \t}\n\
        2026-11-21 10:00:00.001 UTC [7] LOG:  something else\n";

    #[test]
    fn plans_are_read_out_of_a_log() {
        let found = statements(LOG).unwrap();
        assert_eq!((found.len(), found[0].text.as_str()), (1, "SELECT 1"));
        assert_eq!(found[0].scans, [Scan { table: "turns".to_owned(), whole: true, rows: 20.0 }]);
    }

    #[test]
    fn a_large_table_may_be_searched_and_not_be_read_whole() {
        let tables = BTreeMap::from([("turns".to_owned(), 1e6), ("tenants".to_owned(), 200.0)]);
        let said = r#"SELECT COUNT(*) AS "number" FROM (SELECT "t"."id" AS "t_id" FROM "turns" AS "t" JOIN "sessions") AS "found""#;
        for (line, wrong) in [
            ("SCAN turns", true),
            ("SCAN turns USING COVERING INDEX turns_object", true),
            ("SCAN t", true),
            ("SCAN t USING INDEX turns_number", true),
            ("SCAN t_id", true),
            ("SCAN elsewhere", true),
            ("SEARCH turns USING INDEX turns_number (dialogue_id=?)", false),
            ("SEARCH turns USING AUTOMATIC COVERING INDEX (subject_id=?)", true),
            ("SCAN tenants USING INDEX tenants_listed", false),
            ("SCAN sessions", false),
            ("SCAN found", false),
            ("SCAN (subquery-1)", false),
            ("SCAN 2 CONSTANT ROWS", false),
            ("USE TEMP B-TREE FOR ORDER BY", false),
        ] {
            let plan = ["CO-ROUTINE found", "MATERIALIZE (subquery-1)", line];
            assert_eq!(reads_too_much(line, &plan, said, &tables), wrong, "{line}");
        }
        assert!(
            reads_too_much("SCAN found", &["SCAN found"], said, &tables),
            "nothing says what it is made of"
        );
    }
}
