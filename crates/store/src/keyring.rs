//! The keyring: people's wrapped keys, in a database apart from what they seal, so that a backup of the one brings
//! nothing back that was erased in the other.
//!
//! A key is put here before the commit that makes its person known, and deleted after the commit that erases the person.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use timbre_domain::ids::{SubjectId, TenantId};

use crate::{
    Store, StoreError,
    database::Database,
    rows::{person_keys, subjects},
};

/// Whether anybody has a key of their own, and so one in the keyring. Whatever shape the database has: of a version before there were such
/// keys, nobody.
pub(crate) async fn people_have_keys(db: &Database) -> Result<bool, StoreError> {
    if !db.has_column("subjects", "own_key").await? {
        return Ok(false);
    }
    let anybody = subjects::Entity::find()
        .select_only()
        .column(subjects::Column::Id)
        .filter(subjects::Column::OwnKey.eq(true))
        .limit(1)
        .into_tuple::<String>()
        .one(db)
        .await?;
    Ok(anybody.is_some())
}

impl Store {
    /// [`StoreError::KeyringLost`] where people have keys of their own and the keyring has not so much as its tables. Only reads, and
    /// whatever shape both have.
    pub async fn check_keyring(&self) -> Result<(), StoreError> {
        match self.keyring.has_table("person_keys").await? || !people_have_keys(&self.db).await? {
            true => Ok(()),
            false => Err(StoreError::KeyringLost),
        }
    }

    /// Keeps a new person's wrapped key.
    pub async fn put_person_key(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        wrapped: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = person_keys::ActiveModel {
            tenant_id: Set(tenant.0),
            subject_id: Set(subject.to_string()),
            wrapped: Set(wrapped),
            created_at: Set(now),
            settled: Set(false),
        };
        row.insert(&self.keyring).await?;
        Ok(())
    }

    /// The wrapped keys of those of these people who have one.
    pub async fn person_keys(
        &self,
        tenant: TenantId,
        subjects: &[SubjectId],
    ) -> Result<HashMap<SubjectId, Vec<u8>>, StoreError> {
        let rows = person_keys::Entity::find()
            .filter(person_keys::Column::TenantId.eq(tenant.0))
            .filter(person_keys::Column::SubjectId.is_in(subjects.iter().map(SubjectId::to_string)))
            .all(&self.keyring)
            .await?;
        let read = |row: person_keys::Model| Ok((subject_id(&row.subject_id)?, row.wrapped));
        rows.into_iter().map(read).collect()
    }

    /// Destroys a person's key. One that is gone already is no error. It may be in the journal until that is emptied
    /// ([`Store::overwrite_journals`]).
    pub async fn destroy_person_key(&self, tenant: TenantId, subject: SubjectId) -> Result<(), StoreError> {
        person_keys::Entity::delete_many()
            .filter(person_keys::Column::TenantId.eq(tenant.0))
            .filter(person_keys::Column::SubjectId.eq(subject.to_string()))
            .exec(&self.keyring)
            .await?;
        Ok(())
    }

    /// Looks at keys that were made before `before` and whose people were not found since: a page of them. Those whose person
    /// is known are settled, for good; the others were left by a crash, are destroyed and counted. Says too whether
    /// there may be more.
    pub async fn settle_person_keys(
        &self,
        before: DateTime<Utc>,
        page: u64,
    ) -> Result<(usize, bool), StoreError> {
        let unsettled = person_keys::Entity::find()
            .filter(person_keys::Column::Settled.eq(false))
            .filter(person_keys::Column::CreatedAt.lt(before))
            .order_by_asc(person_keys::Column::CreatedAt)
            .limit(page)
            .all(&self.keyring)
            .await?;
        let known: Vec<String> = subjects::Entity::find()
            .select_only()
            .column(subjects::Column::Id)
            .filter(subjects::Column::Id.is_in(unsettled.iter().map(|row| row.subject_id.clone())))
            .into_tuple()
            .all(&self.db)
            .await?;
        let more = unsettled.len() as u64 == page;
        let (settled, left): (Vec<_>, Vec<_>) =
            unsettled.into_iter().partition(|row| known.contains(&row.subject_id));
        person_keys::Entity::update_many()
            .col_expr(person_keys::Column::Settled, Expr::value(true))
            .filter(person_keys::Column::SubjectId.is_in(settled.into_iter().map(|row| row.subject_id)))
            .exec(&self.keyring)
            .await?;
        for row in &left {
            self.destroy_person_key(TenantId(row.tenant_id), subject_id(&row.subject_id)?).await?;
        }
        Ok((left.len(), more))
    }
}

fn subject_id(text: &str) -> Result<SubjectId, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable("subject id"))
}
