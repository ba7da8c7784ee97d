//! Changes of the voiceprints that somebody is looked for among, numbered for each tenant, so that what a process holds of them in memory can
//! be brought up to date. A profile says which change made its voiceprint what it is. Of a voiceprint that is no longer, its number is all
//! that stays: no id, because a person may have been erased.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(heads()).await?;
        manager.create_table(gone()).await?;
        manager.alter_table(Table::alter().table("profiles").add_column(changed()).to_owned()).await?;
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["gallery_gone_at", "profiles_changed"] {
            manager.drop_index(Index::drop().name(index).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("profiles").drop_column("changed").to_owned()).await?;
        for table in ["gallery_gone", "gallery_heads"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

const STATEMENTS: [&str; 4] = [
    // Whoever is enrolled already became so one after the other.
    "UPDATE profiles SET changed = numbered.number FROM (SELECT enrolment_id AS id, \
     row_number() OVER (PARTITION BY tenant_id ORDER BY enrolment_id) AS number FROM profiles \
     WHERE status = 'Enrolled' AND kind IN ('TextIndependentIdentification', 'Speaker')) AS numbered \
     WHERE numbered.id = profiles.enrolment_id",
    "INSERT INTO gallery_heads (tenant_id, number, pruned) \
     SELECT tenant_id, max(changed), 0 FROM profiles WHERE changed > 0 GROUP BY tenant_id",
    "CREATE INDEX profiles_changed ON profiles (tenant_id, kind, changed)",
    "CREATE INDEX gallery_gone_at ON gallery_gone (at)",
];

/// 0: it has no voiceprint, or is never looked for among others.
fn changed() -> ColumnDef {
    big_integer("changed").default(0).take()
}

fn heads() -> TableCreateStatement {
    Table::create()
        .table("gallery_heads")
        .col(uuid("tenant_id").primary_key())
        // Of the latest change.
        .col(big_integer("number"))
        // What went up to this change is not known any more.
        .col(big_integer("pruned"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_gallery_heads_tenant_id")
                .from("gallery_heads", "tenant_id")
                .to("tenants", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn gone() -> TableCreateStatement {
    Table::create()
        .table("gallery_gone")
        .col(uuid("tenant_id"))
        // Of the change that ended it.
        .col(big_integer("number"))
        // Of the change that had made it.
        .col(big_integer("was"))
        .col(timestamp_with_time_zone("at"))
        .primary_key(Index::create().col("tenant_id").col("number"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_gallery_gone_tenant_id")
                .from("gallery_gone", "tenant_id")
                .to("tenants", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
