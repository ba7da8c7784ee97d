//! Indexes for what hangs on a person and for recordings: to erase somebody must not mean to read every dialogue and turn that there is.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (_, index) in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).to_owned()).await?;
        }
        Ok(())
    }
}

/// The databases look for the rows that go with another by the column that refers to it, and by nothing else.
const INDEXES: [(&str, &str); 5] = [
    ("dialogues_subject", "CREATE INDEX dialogues_subject ON dialogues (subject_id, created_at)"),
    ("enrolments_subject", "CREATE INDEX enrolments_subject ON enrolments (subject_id)"),
    ("consents_person", "CREATE INDEX consents_person ON consents (subject_id) WHERE subject_id IS NOT NULL"),
    ("turns_object", "CREATE INDEX turns_object ON turns (object_id) WHERE object_id IS NOT NULL"),
    ("samples_object", "CREATE INDEX samples_object ON samples (object_id)"),
];
