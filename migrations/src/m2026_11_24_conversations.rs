//! Speakers (profiles with a name and measures), jobs, the messages about their ends, and the generation of a tenant's
//! webhook secret.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite adds no more at a time.
        for (table, column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        for table in [jobs(), deliveries(), delivery_tries()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("profiles_name").to_owned()).await?;
        for table in ["delivery_tries", "deliveries", "jobs"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 6] = [
    "CREATE UNIQUE INDEX profiles_name ON profiles (tenant_id, kind, name) WHERE name IS NOT NULL",
    // A caller's request id names one job.
    "CREATE UNIQUE INDEX jobs_request_id ON jobs (tenant_id, request_id)",
    "CREATE INDEX jobs_open ON jobs (tenant_id, run_after) WHERE state IN ('Queued', 'Running')",
    "CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL",
    "CREATE INDEX deliveries_pending ON deliveries (next_at) WHERE state = 'Pending'",
    "CREATE INDEX deliveries_job ON deliveries (job_id)",
];

fn columns() -> [(&'static str, ColumnDef); 5] {
    [
        ("profiles", string_null("name").take()),
        ("profiles", double_null("snr_db").take()),
        ("profiles", double_null("agreement").take()),
        // The secret is derived from the tenant's key and this number.
        ("tenants", integer("webhook_generation").default(1).take()),
        // When a job of the tenant was last begun: who was served longest ago goes first.
        ("tenants", timestamp_with_time_zone_null("job_begun_at").take()),
    ]
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(uuid("id").primary_key())
        .col(uuid("tenant_id"))
        .col(string("kind"))
        .col(string("request_id"))
        // What tells whether another request of the same id asks for the same.
        .col(blob("request_digest"))
        .col(blob("sealed_request"))
        .col(uuid_null("object_id"))
        .col(string("state"))
        .col(integer("tries"))
        .col(double("heard_seconds"))
        .col(double_null("total_seconds"))
        .col(blob_null("sealed_outcome"))
        .col(timestamp_with_time_zone("run_after"))
        // Who is at it now, and until when: one worker at a time, over all processes.
        .col(uuid_null("busy_with"))
        .col(timestamp_with_time_zone_null("busy_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_jobs_tenant_id")
                .from("jobs", "tenant_id")
                .to("tenants", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn deliveries() -> TableCreateStatement {
    Table::create()
        .table("deliveries")
        .col(uuid("id").primary_key())
        .col(uuid("tenant_id"))
        .col(uuid("job_id"))
        .col(string("state"))
        .col(integer("tries"))
        // More than these are not made; a replay grants some more.
        .col(integer("most_tries"))
        .col(timestamp_with_time_zone("next_at"))
        .col(uuid_null("busy_with"))
        .col(timestamp_with_time_zone_null("busy_until"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_deliveries_job_id")
                .from("deliveries", "job_id")
                .to("jobs", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn delivery_tries() -> TableCreateStatement {
    Table::create()
        .table("delivery_tries")
        .col(uuid("delivery_id"))
        .col(integer("number"))
        .col(uuid("tenant_id"))
        .col(timestamp_with_time_zone("at"))
        .col(integer_null("status"))
        .col(string_null("error"))
        .col(integer("milliseconds"))
        .primary_key(Index::create().col("delivery_id").col("number"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_delivery_tries_delivery_id")
                .from("delivery_tries", "delivery_id")
                .to("deliveries", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
