//! Profiles: enrolments that are filled recording by recording. Their samples keep what was heard beside them, having
//! no turn; a dialogue's sample always had the id of its turn, so the column that said so goes. Subscription keys.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(profiles()).await?;
        manager.alter_table(Table::alter().table("samples").drop_column("turn_id").to_owned()).await?;
        // One column a statement: SQLite adds no more at a time.
        for (table, column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["credentials_slot", "samples_origin", "profiles_training", "profiles_listed"] {
            manager.drop_index(Index::drop().name(index).to_owned()).await?;
        }
        for (table, column) in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        let turn = uuid_null("turn_id").take();
        manager.alter_table(Table::alter().table("samples").add_column(turn).to_owned()).await?;
        manager.get_connection().execute_unprepared("UPDATE samples SET turn_id = id").await?;
        manager.drop_table(Table::drop().table("profiles").to_owned()).await
    }
}

const INDEXES: [&str; 4] = [
    "CREATE INDEX profiles_listed ON profiles (tenant_id, kind, enrolment_id)",
    "CREATE INDEX profiles_training ON profiles (busy_until) WHERE status = 'Training'",
    // A recording that was imported is not imported again.
    "CREATE UNIQUE INDEX samples_origin ON samples (enrolment_id, origin) WHERE origin IS NOT NULL",
    // One live key in each slot.
    "CREATE UNIQUE INDEX credentials_slot ON credentials (tenant_id, contract, slot) \
     WHERE slot IS NOT NULL AND revoked_at IS NULL",
];

fn columns() -> [(&'static str, ColumnDef); 6] {
    [
        ("samples", blob_null("sealed_embeddings").take()),
        ("samples", double_null("audio_seconds").take()),
        ("samples", double_null("speech_seconds").take()),
        ("samples", blob_null("origin").take()),
        ("credentials", string("contract").default("biometrid").take()),
        ("credentials", integer_null("slot").take()),
    ]
}

fn profiles() -> TableCreateStatement {
    Table::create()
        .table("profiles")
        .col(uuid("enrolment_id").primary_key())
        .col(uuid("tenant_id"))
        .col(string("kind"))
        .col(string("status"))
        .col(string_null("phrase"))
        .col(boolean("active"))
        .col(integer("samples"))
        .col(double("audio_seconds"))
        .col(double("speech_seconds"))
        .col(timestamp_with_time_zone_null("updated_at"))
        // Who fills it now, and until when: one at a time, over all replicas.
        .col(uuid_null("busy_with"))
        .col(timestamp_with_time_zone_null("busy_until"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_profiles_enrolment_id")
                .from("profiles", "enrolment_id")
                .to("enrolments", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
