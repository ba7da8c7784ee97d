//! With a turn, how its recording sounded, for people to look at: sealed. Turns from before have none, nor have those that a version before this
//! one adds while replicas are replaced.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sketch = blob_null("sealed_sketch").take();
        manager.alter_table(Table::alter().table("turns").add_column(sketch).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("turns").drop_column("sealed_sketch").to_owned()).await
    }
}
