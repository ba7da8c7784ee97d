//! Operators, their sessions, tokens of the admin API, failed logins, answers to be given again, and tenants that are
//! suspended.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 5] = ["operator_sessions", "admin_tokens", "login_failures", "answers", "operators"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let suspended = timestamp_with_time_zone_null("suspended_at").take();
        manager.alter_table(Table::alter().table("tenants").add_column(suspended).to_owned()).await?;
        for table in [operators(), operator_sessions(), admin_tokens(), login_failures(), answers()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["tenants_listed", "subjects_listed", "dialogues_listed", "jobs_listed"] {
            manager.drop_index(Index::drop().name(index).to_owned()).await?;
        }
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("tenants").drop_column("suspended_at").to_owned()).await
    }
}

const INDEXES: [&str; 10] = [
    "CREATE INDEX operator_sessions_operator ON operator_sessions (operator_id)",
    "CREATE INDEX operator_sessions_expiry ON operator_sessions (expires_at)",
    // Two at a time, so that programs can change over.
    "CREATE UNIQUE INDEX admin_tokens_slot ON admin_tokens (name, slot) WHERE revoked_at IS NULL",
    "CREATE INDEX login_failures_began ON login_failures (began_at)",
    "CREATE INDEX answers_created ON answers (created_at)",
    "CREATE INDEX operators_listed ON operators (created_at, id)",
    // The order of lists: a page begins where the one before ended.
    "CREATE INDEX tenants_listed ON tenants (created_at, id)",
    "CREATE INDEX subjects_listed ON subjects (tenant_id, created_at, id)",
    "CREATE INDEX dialogues_listed ON dialogues (tenant_id, created_at, id)",
    "CREATE INDEX jobs_listed ON jobs (tenant_id, created_at, id)",
];

fn operators() -> TableCreateStatement {
    Table::create()
        .table("operators")
        .col(uuid("id").primary_key())
        // In lower case.
        .col(string("email").unique_key())
        .col(string("name"))
        // argon2id, as a PHC string.
        .col(string("password_hash"))
        .col(string("role"))
        .col(uuid_null("tenant_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("disabled_at"))
        .foreign_key(&mut of_tenant("fk_operators_tenant_id", "operators"))
        .to_owned()
}

fn operator_sessions() -> TableCreateStatement {
    Table::create()
        .table("operator_sessions")
        .col(uuid("id").primary_key())
        .col(uuid("operator_id"))
        // A refresh token has a part that stays, which says that it was the session's at some time, and one that changes
        // with each use.
        .col(blob("family_hash"))
        .col(blob("refresh_hash"))
        .col(string_null("address"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_operator_sessions_operator_id")
                .from("operator_sessions", "operator_id")
                .to("operators", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn admin_tokens() -> TableCreateStatement {
    Table::create()
        .table("admin_tokens")
        .col(uuid("id").primary_key())
        .col(string("name"))
        .col(integer("slot"))
        .col(string("role"))
        .col(uuid_null("tenant_id"))
        .col(string("public_part").unique_key())
        .col(blob("secret_hash"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(&mut of_tenant("fk_admin_tokens_tenant_id", "admin_tokens"))
        .to_owned()
}

fn login_failures() -> TableCreateStatement {
    Table::create()
        .table("login_failures")
        // A keyed digest of an e-mail address or of a network address.
        .col(ColumnDef::new("who").blob().not_null().primary_key())
        .col(integer("failures"))
        .col(timestamp_with_time_zone("began_at"))
        .to_owned()
}

fn answers() -> TableCreateStatement {
    Table::create()
        .table("answers")
        // Whose key it is: an operator's, a token's.
        .col(string("asker"))
        .col(string("idempotency_key"))
        .col(blob("request_digest"))
        .col(blob("sealed"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("asker").col("idempotency_key"))
        .to_owned()
}

fn of_tenant(name: &str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(table, "tenant_id")
        .to("tenants", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
