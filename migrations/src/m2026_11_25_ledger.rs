//! What is billed, and the audit trail.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [usage_events(), usage_counters(), audit_events(), audit_heads()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["audit_heads", "audit_events", "usage_counters", "usage_events"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 4] = [
    "CREATE INDEX usage_events_day ON usage_events (tenant_id, day)",
    "CREATE INDEX audit_events_action ON audit_events (chain, action, number)",
    "CREATE INDEX audit_events_actor ON audit_events (chain, actor, number)",
    "CREATE INDEX audit_events_person ON audit_events (chain, person, number) WHERE person IS NOT NULL",
];

/// A row for each effect that was billed.
fn usage_events() -> TableCreateStatement {
    metered(Table::create().table("usage_events").col(uuid("id").primary_key()))
        .col(uuid("tenant_id"))
        // The day of `at`, so that days can be summed up without the database's own notion of time.
        .col(string("day"))
        .col(timestamp_with_time_zone("at"))
        .col(string("operation"))
        .foreign_key(&mut of_tenant("usage_events"))
        .to_owned()
}

/// The sums of them: a row for each month and each day.
fn usage_counters() -> TableCreateStatement {
    metered(Table::create().table("usage_counters").col(uuid("tenant_id")))
        .col(string("period"))
        .primary_key(Index::create().col("tenant_id").col("period"))
        .foreign_key(&mut of_tenant("usage_counters"))
        .to_owned()
}

fn metered(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(big_integer("requests"))
        .col(big_integer("audio_milliseconds"))
        .col(big_integer("enrolments"))
        .col(big_integer("identifications"))
}

/// Without a foreign key: the trail outlives what it tells of.
fn audit_events() -> TableCreateStatement {
    Table::create()
        .table("audit_events")
        // The tenant's id; all zeros for what is no tenant's.
        .col(uuid("chain"))
        .col(big_integer("number"))
        .col(timestamp_with_time_zone("at"))
        .col(string("actor"))
        .col(string_null("address"))
        .col(string("action"))
        .col(string_null("person"))
        .col(string_null("target"))
        .col(text_null("detail"))
        .col(blob("hash"))
        .primary_key(Index::create().col("chain").col("number"))
        .to_owned()
}

fn audit_heads() -> TableCreateStatement {
    Table::create()
        .table("audit_heads")
        .col(uuid("chain").primary_key())
        .col(big_integer("number"))
        .col(blob("hash"))
        .to_owned()
}

fn of_tenant(table: &str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_tenant_id"))
        .from(table.to_owned(), "tenant_id")
        .to("tenants", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
