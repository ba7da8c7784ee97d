//! Tenants and their keys; subjects, enrolments, samples, voiceprints; dialogues and their turns;
//! cookie sessions; the register of vault objects.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in NAMES.iter().rev() {
            manager.drop_table(Table::drop().table(*name).to_owned()).await?;
        }
        Ok(())
    }
}

const NAMES: [&str; 10] = [
    "tenants",
    "credentials",
    "subjects",
    "enrolments",
    "voiceprints",
    "dialogues",
    "turns",
    "samples",
    "objects",
    "sessions",
];

/// Written as plain SQL that both databases read: partial indexes are beyond the builder.
const INDEXES: [&str; 9] = [
    "CREATE UNIQUE INDEX subjects_reference ON subjects (tenant_id, reference_id) WHERE reference_id IS NOT NULL",
    "CREATE UNIQUE INDEX subjects_device ON subjects (tenant_id, mac_address) WHERE mac_address IS NOT NULL",
    "CREATE UNIQUE INDEX enrolments_scheme ON enrolments (tenant_id, subject_id, scheme, language)",
    // One dialogue of a subject at a time, enforced where two requests cannot race past it.
    "CREATE UNIQUE INDEX dialogues_open ON dialogues (tenant_id, subject_id) WHERE state = 'Open'",
    "CREATE INDEX dialogues_expiry ON dialogues (expires_at) WHERE state = 'Open'",
    "CREATE UNIQUE INDEX turns_number ON turns (dialogue_id, number)",
    "CREATE INDEX turns_subject ON turns (tenant_id, subject_id, created_at)",
    "CREATE INDEX samples_enrolment ON samples (enrolment_id)",
    "CREATE INDEX sessions_expiry ON sessions (expires_at)",
];

fn tables() -> Vec<TableCreateStatement> {
    let table = |name: &'static str| Table::create().table(name).to_owned();
    vec![
        table("tenants")
            .col(uuid("id").primary_key())
            .col(string_uniq("name"))
            .col(blob("wrapped_key"))
            .col(text("policy"))
            .col(string("default_language"))
            .col(boolean("voice_engine"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
        table("credentials")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(string_uniq("public_key"))
            .col(blob("secret_hash"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .foreign_key(&mut to("credentials", "tenant_id", "tenants"))
            .to_owned(),
        table("subjects")
            .col(string_len("id", 24).primary_key())
            .col(uuid("tenant_id"))
            .col(string_null("reference_id"))
            .col(string_null("mac_address"))
            .col(string_null("app_token"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut to("subjects", "tenant_id", "tenants"))
            .to_owned(),
        table("enrolments")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(string_len("subject_id", 24))
            .col(string("scheme"))
            .col(string("language"))
            .col(timestamp_with_time_zone("enrolled_at"))
            .foreign_key(&mut to("enrolments", "subject_id", "subjects"))
            .to_owned(),
        table("voiceprints")
            .col(uuid("enrolment_id"))
            .col(uuid("tenant_id"))
            .col(string("model"))
            .col(blob("sealed"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("enrolment_id").col("model"))
            .foreign_key(&mut to("voiceprints", "enrolment_id", "enrolments"))
            .to_owned(),
        table("dialogues")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(string_len("subject_id", 24))
            .col(string("purpose"))
            .col(string("language"))
            .col(string("state"))
            .col(string_null("failure"))
            .col(string_null("code"))
            .col(timestamp_with_time_zone_null("code_expires_at"))
            .col(integer("accepted"))
            .col(integer("failures"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .foreign_key(&mut to("dialogues", "subject_id", "subjects"))
            .to_owned(),
        table("turns")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(string_len("subject_id", 24))
            .col(uuid("dialogue_id"))
            .col(integer("number"))
            .col(string("decision"))
            .col(text("measured"))
            .col(blob_null("sealed_embeddings"))
            .col(blob_null("sealed_fingerprint"))
            .col(uuid_null("object_id"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut to("turns", "dialogue_id", "dialogues"))
            .to_owned(),
        table("samples")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(uuid("enrolment_id"))
            .col(uuid("turn_id"))
            .col(uuid("object_id"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut to("samples", "enrolment_id", "enrolments"))
            .to_owned(),
        table("objects")
            .col(uuid("id").primary_key())
            .col(uuid("tenant_id"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned(),
        table("sessions")
            .col(binary_len("key_hash", 32).primary_key())
            .col(text("state"))
            .col(timestamp_with_time_zone("expires_at"))
            .to_owned(),
    ]
}

/// A foreign key on `id` of another table that takes the rows along when the other goes.
fn to(from: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{from}_{column}"))
        .from(from, column)
        .to(other, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
