//! Failed verifications in a row, one counter for each enrolment: a success in one language says nothing
//! of another.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use timbre_domain::{
    ids::{EnrolmentId, TenantId},
    lockout::Lockout,
};

use crate::{Entry, Store, StoreError, ledger::write, rows::enrolments};

/// What a judged sample does to the failed verifications of the enrolment that it was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockoutChange {
    /// It was the person: the count begins anew.
    Clear,
    /// It was not, and the next attempt waits until then.
    Until(DateTime<Utc>),
}

impl Store {
    /// The enrolment's failed verifications in a row.
    pub async fn lockout(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
    ) -> Result<Option<Lockout>, StoreError> {
        let found = enrolments::Entity::find_by_id(enrolment.0)
            .filter(enrolments::Column::TenantId.eq(tenant.0))
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
        enrolment: EnrolmentId,
        seen: Lockout,
        charged: Lockout,
    ) -> Result<bool, StoreError> {
        let update = enrolments::Entity::update_many()
            .col_expr(enrolments::Column::FailedVerifications, Expr::value(charged.failed as i32))
            .col_expr(enrolments::Column::LockedUntil, Expr::value(charged.locked_until))
            .filter(enrolments::Column::Id.eq(enrolment.0))
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::FailedVerifications.eq(seen.failed as i32));
        Ok(update.exec(&self.db).await?.rows_affected == 1)
    }

    /// Forgets the failed verifications of these enrolments.
    pub async fn reset_lockouts(
        &self,
        tenant: TenantId,
        enrolments: &[EnrolmentId],
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        for enrolment in enrolments {
            change_lockout(&transaction, tenant, *enrolment, LockoutChange::Clear).await?;
        }
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }
}

pub(crate) async fn change_lockout(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    enrolment: EnrolmentId,
    change: LockoutChange,
) -> Result<(), StoreError> {
    let update = enrolments::Entity::update_many();
    let update = match change {
        LockoutChange::Clear => update
            .col_expr(enrolments::Column::FailedVerifications, Expr::value(0))
            .col_expr(enrolments::Column::LockedUntil, Expr::value(None::<DateTime<Utc>>)),
        LockoutChange::Until(until) => {
            update.col_expr(enrolments::Column::LockedUntil, Expr::value(Some(until)))
        }
    };
    update
        .filter(enrolments::Column::Id.eq(enrolment.0))
        .filter(enrolments::Column::TenantId.eq(tenant.0))
        .exec(connection)
        .await?;
    Ok(())
}
