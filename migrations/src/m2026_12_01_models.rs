//! Each tenant has its speaker models: those that it decides by and, while they change, those that come or went. Tenants from before decide
//! by CAM++ alone, which was the one that was shipped.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            manager.alter_table(Table::alter().table("tenants").add_column(column).to_owned()).await?;
        }
        // Who has no voiceprint of a model yet is looked for by tenant, in the order of ids.
        let index = "CREATE INDEX IF NOT EXISTS enrolments_tenant ON enrolments (tenant_id, id)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("enrolments_tenant").to_owned()).await?;
        for column in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table("tenants").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn columns() -> [ColumnDef; 4] {
    [
        string("models").default("campplus").take(),
        string_null("changing_to").take(),
        string_null("changed_from").take(),
        timestamp_with_time_zone_null("models_changing_since").take(),
    ]
}
