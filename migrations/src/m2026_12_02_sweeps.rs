//! What one process does for all, now and then: when it is to be done next. Whoever puts that off is the one who does it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(sweeps()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sweeps").to_owned()).await
    }
}

fn sweeps() -> TableCreateStatement {
    Table::create()
        .table("sweeps")
        .col(string("what").primary_key())
        .col(timestamp_with_time_zone("due_at"))
        .to_owned()
}
