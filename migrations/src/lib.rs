//! The database's shape and its history, the same on SQLite and PostgreSQL.
//!
//! Rules: a landed migration is never edited; times are set by the application, never by the
//! database; no portable query may look inside JSON, so JSON columns are opaque texts. The others, and why: README.md.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

mod keyring;
mod m2026_11_21_dialogues;
mod m2026_11_22_lockout_and_adaptation;
mod m2026_11_23_profiles;
mod m2026_11_24_conversations;
mod m2026_11_25_ledger;
mod m2026_11_26_persons;
mod m2026_11_27_operators;
mod m2026_11_28_limits;
mod m2026_11_29_postgres;
mod m2026_11_30_gallery;
mod m2026_12_01_models;
mod m2026_12_02_sweeps;
mod m2026_12_03_sketches;
mod m2026_12_04_lists;
mod m2026_12_05_prompts;

pub use keyring::KeyringMigrator;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m2026_11_21_dialogues::Migration),
            Box::new(m2026_11_22_lockout_and_adaptation::Migration),
            Box::new(m2026_11_23_profiles::Migration),
            Box::new(m2026_11_24_conversations::Migration),
            Box::new(m2026_11_25_ledger::Migration),
            Box::new(m2026_11_26_persons::Migration),
            Box::new(m2026_11_27_operators::Migration),
            Box::new(m2026_11_28_limits::Migration),
            Box::new(m2026_11_29_postgres::Migration),
            Box::new(m2026_11_30_gallery::Migration),
            Box::new(m2026_12_01_models::Migration),
            Box::new(m2026_12_02_sweeps::Migration),
            Box::new(m2026_12_03_sketches::Migration),
            Box::new(m2026_12_04_lists::Migration),
            Box::new(m2026_12_05_prompts::Migration),
        ]
    }
}
