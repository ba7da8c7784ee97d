//! Changes of the voiceprints that somebody is looked for among, numbered for each tenant, so that what a process holds of them in memory can
//! be brought up to date. A profile says which change made its voiceprint what it is. Of a voiceprint that is no longer, its number is all
//! that stays: no id, because a person may have been erased. Whoever was enrolled before, or is enrolled by a version before this one while
//! replicas are replaced, has no number yet: housekeeping gives them theirs, or whoever looks for somebody among them all.

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
        for index in ["gallery_gone_at", "profiles_unnumbered", "profiles_changed"] {
            manager.drop_index(Index::drop().name(index).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("profiles").drop_column("changed").to_owned()).await?;
        for table in ["gallery_gone", "gallery_heads"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

const STATEMENTS: [&str; 3] = [
    "CREATE INDEX IF NOT EXISTS profiles_changed ON profiles (tenant_id, kind, changed)",
    // Who has no number yet: most often nobody, which each identification among all asks.
    "CREATE INDEX IF NOT EXISTS profiles_unnumbered ON profiles (tenant_id, enrolment_id) \
     WHERE changed = 0 AND status = 'Enrolled' AND kind IN ('TextIndependentIdentification', 'Speaker')",
    "CREATE INDEX gallery_gone_at ON gallery_gone (at)",
];

/// 0: it has no voiceprint, is never looked for among others, or was enrolled by a version that numbers nothing.
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
