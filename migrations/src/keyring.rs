//! The keyring's shape: a database of its own, or tables of their own in the same one. It keeps its own history.

use sea_orm_migration::{prelude::*, schema::*};

/// Brings a keyring to this version's shape.
pub struct KeyringMigrator;

#[async_trait::async_trait]
impl MigratorTrait for KeyringMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(PersonKeys)]
    }

    fn migration_table_name() -> DynIden {
        "keyring_migrations".into_iden()
    }
}

struct PersonKeys;

impl MigrationName for PersonKeys {
    fn name(&self) -> &str {
        "m2026_11_26_person_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PersonKeys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(person_keys()).await?;
        manager.get_connection().execute_unprepared(UNSETTLED).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("person_keys").to_owned()).await
    }
}

const UNSETTLED: &str = "CREATE INDEX person_keys_unsettled ON person_keys (created_at) WHERE NOT settled";

fn person_keys() -> TableCreateStatement {
    Table::create()
        .table("person_keys")
        .col(uuid("tenant_id"))
        .col(string_len("subject_id", 24))
        .col(blob("wrapped"))
        .col(timestamp_with_time_zone("created_at"))
        // Whether the person has been found in the main database since. Until then a crash may have left the key alone.
        .col(boolean("settled").default(false))
        .primary_key(Index::create().col("tenant_id").col("subject_id"))
        .to_owned()
}
