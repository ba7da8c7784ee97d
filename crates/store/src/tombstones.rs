//! Who is not to be enrolled again. What is kept of them is a keyed digest of the tenant's own names for the person: it tells
//! a name again, and nothing else.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use timbre_domain::ids::{ErasureId, TenantId};
use uuid::Uuid;

use crate::{Entry, Store, StoreError, database::Transaction, ledger::write, rows::tombstones};

impl Store {
    /// Whether one of these names is that of somebody who opted out.
    pub async fn opted_out(&self, tenant: TenantId, names: &[[u8; 32]]) -> Result<bool, StoreError> {
        found(&self.db, tenant, names).await
    }

    /// Lifts the opt-out under this name, and under all others of the same person. Says whether there was one.
    pub async fn lift_opt_out(
        &self,
        tenant: TenantId,
        name: &[u8; 32],
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let erasure: Option<Uuid> = tombstones::Entity::find()
            .select_only()
            .column(tombstones::Column::ErasureId)
            .filter(tombstones::Column::TenantId.eq(tenant.0))
            .filter(tombstones::Column::Digest.eq(name.to_vec()))
            .into_tuple()
            .one(&transaction)
            .await?;
        let Some(erasure) = erasure else { return Ok(false) };
        tombstones::Entity::delete_many()
            .filter(tombstones::Column::TenantId.eq(tenant.0))
            .filter(tombstones::Column::ErasureId.eq(erasure))
            .exec(&transaction)
            .await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Puts a stone for each name; the caller commits. A name that has one keeps it.
pub(crate) async fn put(
    transaction: &Transaction,
    tenant: TenantId,
    erasure: ErasureId,
    names: &[[u8; 32]],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for name in names {
        let stone = tombstones::ActiveModel {
            tenant_id: Set(tenant.0),
            digest: Set(name.to_vec()),
            erasure_id: Set(erasure.0),
            created_at: Set(now),
        };
        tombstones::Entity::insert(stone)
            .on_conflict_do_nothing_on([tombstones::Column::TenantId, tombstones::Column::Digest])
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

pub(crate) async fn found(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    names: &[[u8; 32]],
) -> Result<bool, StoreError> {
    let stones = tombstones::Entity::find()
        .filter(tombstones::Column::TenantId.eq(tenant.0))
        .filter(tombstones::Column::Digest.is_in(names.iter().map(|name| name.to_vec())))
        .count(connection)
        .await?;
    Ok(stones > 0)
}
