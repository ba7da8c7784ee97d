//! Indexes for lists that are filtered: each has what is filtered by and, behind it, the order of the list, so that a page is read from where it
//! begins, whatever there is before it and between its entries.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, on) in INDEXES {
            let index = format!("CREATE INDEX IF NOT EXISTS {name} ON {on}");
            manager.get_connection().execute_unprepared(&index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).to_owned()).await?;
        }
        Ok(())
    }
}

const INDEXES: [(&str, &str); 7] = [
    ("dialogues_person", "dialogues (tenant_id, subject_id, created_at, id)"),
    ("dialogues_state", "dialogues (tenant_id, state, created_at, id)"),
    ("dialogues_purpose", "dialogues (tenant_id, purpose, created_at, id)"),
    ("jobs_kind", "jobs (tenant_id, kind, created_at, id)"),
    ("jobs_state", "jobs (tenant_id, state, created_at, id)"),
    // Events of a period are listed by their time.
    ("audit_events_at", "audit_events (chain, at, number)"),
    // Who used most of a month is asked of all tenants.
    ("usage_counters_period", "usage_counters (period)"),
];
