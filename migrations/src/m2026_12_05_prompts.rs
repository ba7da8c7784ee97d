//! With a dialogue, what it asks for: codes, or free speech. Until now an open one's code told, and of one that ended nothing did. Never the code
//! itself. Dialogues from before have none, nor have those that a version before this one begins while replicas are replaced.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let asks = string_null("asks").take();
        manager.alter_table(Table::alter().table("dialogues").add_column(asks).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("dialogues").drop_column("asks").to_owned()).await
    }
}
