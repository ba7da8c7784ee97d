//! How SQLite, as the product has it, goes about statements.
//!
//! `sqlite_plans DATA_DIR < STATEMENTS`, a JSON array of texts: prints a JSON array with the plan of each, as the lines of `EXPLAIN QUERY PLAN`, or
//! what SQLite says against it.
#![allow(clippy::print_stdout)]

use std::error::Error;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("sqlite_plans DATA_DIR < STATEMENTS")?;
    let mut options = ConnectOptions::new(format!("sqlite://{folder}/timbre.db?mode=ro"));
    options.max_connections(1);
    let database = Database::connect(options).await?;
    // Statements of the keyring are explained as well.
    database.execute_unprepared(&format!("ATTACH DATABASE '{folder}/keyring.db' AS keyring")).await?;
    let statements: Vec<String> = serde_json::from_reader(std::io::stdin())?;
    let mut plans: Vec<Value> = Vec::new();
    for statement in statements {
        plans.push(match plan(&database, &statement).await {
            Ok(lines) => lines.into(),
            Err(error) => json!({"error": error.to_string()}),
        });
    }
    println!("{}", Value::from(plans));
    Ok(())
}

async fn plan(database: &DatabaseConnection, statement: &str) -> Result<Vec<String>, DbErr> {
    let explained = Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {statement}"));
    let lines = database.query_all_raw(explained).await?;
    lines.iter().map(|line| line.try_get("", "detail")).collect()
}
