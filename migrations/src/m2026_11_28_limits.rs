//! Credentials have a label and a time of last use, and all of them slots: of BiometrID's, the two oldest that are alive get
//! one; more than two, made before there were slots, stay as they are. Policies have versions.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(policy_versions()).await?;
        for (table, column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("credentials_tenant").to_owned()).await?;
        let freed = "UPDATE credentials SET slot = NULL WHERE contract = 'biometrid'";
        manager.get_connection().execute_unprepared(freed).await?;
        for (table, column) in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        manager.drop_table(Table::drop().table("policy_versions").to_owned()).await
    }
}

const STATEMENTS: [&str; 4] = [
    "CREATE INDEX credentials_tenant ON credentials (tenant_id, contract)",
    "INSERT INTO policy_versions (tenant_id, version, policy, changed_at, changed_by) \
     SELECT id, 1, policy, created_at, 'system' FROM tenants",
    "UPDATE credentials SET slot = 1 WHERE contract = 'biometrid' AND slot IS NULL AND revoked_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM credentials AS older WHERE older.tenant_id = credentials.tenant_id \
     AND older.contract = 'biometrid' AND older.revoked_at IS NULL AND (older.created_at < credentials.created_at \
     OR (older.created_at = credentials.created_at AND older.id < credentials.id)))",
    "UPDATE credentials SET slot = 2 WHERE contract = 'biometrid' AND slot IS NULL AND revoked_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM credentials AS older WHERE older.tenant_id = credentials.tenant_id \
     AND older.contract = 'biometrid' AND older.revoked_at IS NULL AND older.slot IS NULL \
     AND (older.created_at < credentials.created_at \
     OR (older.created_at = credentials.created_at AND older.id < credentials.id)))",
];

fn columns() -> [(&'static str, ColumnDef); 3] {
    [
        ("tenants", integer("policy_version").default(1).take()),
        ("credentials", string_null("label").take()),
        ("credentials", timestamp_with_time_zone_null("last_used_at").take()),
    ]
}

fn policy_versions() -> TableCreateStatement {
    Table::create()
        .table("policy_versions")
        .col(uuid("tenant_id"))
        .col(integer("version"))
        .col(text("policy"))
        .col(timestamp_with_time_zone("changed_at"))
        // Who changed it, as the audit trail names them.
        .col(string("changed_by"))
        .primary_key(Index::create().col("tenant_id").col("version"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_policy_versions_tenant_id")
                .from("policy_versions", "tenant_id")
                .to("tenants", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
