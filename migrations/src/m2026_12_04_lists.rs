//! For lists that are filtered: indexes, each with what is filtered by and, behind it, the order of the list, so that a page is read from where it
//! begins, whatever there is before it and between its entries. And with a person, the contract that made them known, which only rows of other
//! tables told. Of people from before, and of those whom a version before this one makes known while replicas are replaced, housekeeping writes it down.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let contract = string_null("contract").take();
        manager.alter_table(Table::alter().table("subjects").add_column(contract).to_owned()).await?;
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
        manager.alter_table(Table::alter().table("subjects").drop_column("contract").to_owned()).await
    }
}

const INDEXES: [(&str, &str); 11] = [
    ("subjects_contract", "subjects (tenant_id, contract, created_at, id)"),
    // Of whom it is not written down yet: most often nobody, which is asked in each round of housekeeping.
    ("subjects_unsorted", "subjects (id) WHERE contract IS NULL"),
    ("dialogues_person", "dialogues (tenant_id, subject_id, created_at, id)"),
    ("dialogues_state", "dialogues (tenant_id, state, created_at, id)"),
    ("dialogues_purpose", "dialogues (tenant_id, purpose, created_at, id)"),
    ("dialogues_outcome", "dialogues (tenant_id, state, purpose, created_at, id)"),
    ("jobs_kind", "jobs (tenant_id, kind, created_at, id)"),
    ("jobs_state", "jobs (tenant_id, state, created_at, id)"),
    // Events of a period are listed by their time.
    ("audit_events_at", "audit_events (chain, at, number)"),
    ("audit_events_deed", "audit_events (chain, actor, action, number)"),
    // Who used most of a month is asked of all tenants.
    ("usage_counters_period", "usage_counters (period)"),
];
