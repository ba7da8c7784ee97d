//! Failed verifications in a row, one counter for each subject.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use timbre_domain::{
    ids::{SubjectId, TenantId},
    lockout::Lockout,
};

use crate::{Store, StoreError, rows::subjects};

/// What a judged sample does to its subject's failed verifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockoutChange {
    /// It was the person: the count begins anew.
    Clear,
    /// It was not, and the next attempt waits until then.
    Until(DateTime<Utc>),
}

impl Store {
    /// The subject's failed verifications in a row.
    pub async fn lockout(&self, tenant: TenantId, subject: SubjectId) -> Result<Option<Lockout>, StoreError> {
        let found = subjects::Entity::find_by_id(subject.to_string())
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        found
            .map(|row| {
                let failed = row.failed_verifications.try_into();
                Ok(Lockout {
                    failed: failed.map_err(|_| StoreError::Unreadable("counter of failed verifications"))?,
                    locked_until: row.locked_until,
                })
            })
            .transpose()
    }

    /// Counts an attempt, if no other one was counted since `seen` was read. Of many at once one succeeds;
    /// the others read again.
    pub async fn charge_attempt(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        seen: Lockout,
        charged: Lockout,
    ) -> Result<bool, StoreError> {
        let update = subjects::Entity::update_many()
            .col_expr(subjects::Column::FailedVerifications, Expr::value(charged.failed as i32))
            .col_expr(subjects::Column::LockedUntil, Expr::value(charged.locked_until))
            .filter(subjects::Column::Id.eq(subject.to_string()))
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .filter(subjects::Column::FailedVerifications.eq(seen.failed as i32));
        Ok(update.exec(&self.db).await?.rows_affected == 1)
    }

    /// Forgets the subject's failed verifications.
    pub async fn reset_lockout(&self, tenant: TenantId, subject: SubjectId) -> Result<(), StoreError> {
        change_lockout(&self.db, tenant, subject, LockoutChange::Clear).await
    }
}

pub(crate) async fn change_lockout(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    subject: SubjectId,
    change: LockoutChange,
) -> Result<(), StoreError> {
    let update = subjects::Entity::update_many();
    let update = match change {
        LockoutChange::Clear => update
            .col_expr(subjects::Column::FailedVerifications, Expr::value(0))
            .col_expr(subjects::Column::LockedUntil, Expr::value(None::<DateTime<Utc>>)),
        LockoutChange::Until(until) => {
            update.col_expr(subjects::Column::LockedUntil, Expr::value(Some(until)))
        }
    };
    update
        .filter(subjects::Column::Id.eq(subject.to_string()))
        .filter(subjects::Column::TenantId.eq(tenant.0))
        .exec(connection)
        .await?;
    Ok(())
}
