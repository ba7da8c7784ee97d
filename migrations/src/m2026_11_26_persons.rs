//! What concerns people as such: whose key seals their data, when they were last heard, what they agreed to, who is not
//! to be enrolled again, and what was erased.

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm_migration::{prelude::*, schema::*, sea_orm::prelude::DateTimeUtc};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite adds no more at a time.
        for column in columns() {
            manager.alter_table(Table::alter().table("subjects").add_column(column).to_owned()).await?;
        }
        // Whoever is known already counts as heard now: nobody is to be erased for what was not written down before.
        let mut heard = Query::update();
        heard.table("subjects").value("seen_at", now());
        manager.exec_stmt(heard).await?;
        for table in [consents(), tombstones(), erasures()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("dialogues_finished").to_owned()).await?;
        manager.drop_index(Index::drop().name("subjects_seen").to_owned()).await?;
        for table in ["erasures", "tombstones", "consents"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for column in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table("subjects").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

/// By this process's clock, to the second.
fn now() -> DateTimeUtc {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    DateTimeUtc::from_timestamp(seconds.try_into().unwrap_or(0), 0).unwrap_or_default()
}

const INDEXES: [&str; 7] = [
    "CREATE INDEX subjects_seen ON subjects (tenant_id, seen_at)",
    "CREATE INDEX dialogues_finished ON dialogues (tenant_id, finished_at) WHERE finished_at IS NOT NULL",
    "CREATE INDEX consents_subject ON consents (tenant_id, subject_id)",
    "CREATE INDEX consents_name ON consents (tenant_id, name_digest) WHERE name_digest IS NOT NULL",
    "CREATE INDEX tombstones_of ON tombstones (tenant_id, erasure_id)",
    "CREATE INDEX erasures_person ON erasures (tenant_id, person)",
    "CREATE INDEX erasures_begun ON erasures (requested_at) WHERE erased_at IS NULL",
];

fn columns() -> [ColumnDef; 2] {
    [
        // Of people from before, what is kept is sealed under the tenant's key.
        boolean("own_key").default(false).take(),
        timestamp_with_time_zone_null("seen_at").take(),
    ]
}

fn consents() -> TableCreateStatement {
    Table::create()
        .table("consents")
        .col(uuid("id").primary_key())
        .col(uuid("tenant_id"))
        // Of whom; or, before the person is known here, a keyed digest of the tenant's name for them.
        .col(string_len_null("subject_id", 24))
        .col(blob_null("name_digest"))
        .col(blob("text_sha256"))
        .col(timestamp_with_time_zone("given_at"))
        .col(string("signer"))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(timestamp_with_time_zone_null("withdrawn_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_consents_subject_id")
                .from("consents", "subject_id")
                .to("subjects", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn tombstones() -> TableCreateStatement {
    Table::create()
        .table("tombstones")
        .col(uuid("tenant_id"))
        .col(binary_len("digest", 32))
        // Those that one erasure left are lifted together.
        .col(uuid("erasure_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("tenant_id").col("digest"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_tombstones_tenant_id")
                .from("tombstones", "tenant_id")
                .to("tenants", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn erasures() -> TableCreateStatement {
    Table::create()
        .table("erasures")
        .col(uuid("id").primary_key())
        .col(uuid("tenant_id"))
        // A pseudonym. The id below goes when the erasure has ended.
        .col(string("person"))
        .col(string_len_null("subject_id", 24))
        // What is still to be deleted or looked for, as JSON; gone at the end as well.
        .col(text_null("remains"))
        // How much there was of everything, as JSON.
        .col(text("counted"))
        .col(boolean("opted_out"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(timestamp_with_time_zone_null("erased_at"))
        .col(text_null("receipt"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_erasures_tenant_id")
                .from("erasures", "tenant_id")
                .to("tenants", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
