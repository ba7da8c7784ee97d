//! What one process does for all, now and then.
//!
//! Promises that of any number of processes one does it when it is due: who puts off when it is due next, in one statement, is the one. Should
//! that process die, it is done when it is due next.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{Store, StoreError, rows::sweeps};

/// Of objects that belong to nothing.
pub const SWEEP_OF_OBJECTS: &str = "objects";

impl Store {
    /// Whether it is the caller who does it now; then it is due again at `next`.
    pub async fn claim_sweep(
        &self,
        what: &str,
        next: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let first = sweeps::ActiveModel { what: Set(what.to_owned()), due_at: Set(now) };
        sweeps::Entity::insert(first)
            .on_conflict_do_nothing_on([sweeps::Column::What])
            .exec_without_returning(&self.db)
            .await?;
        let claim = sweeps::Entity::update_many()
            .col_expr(sweeps::Column::DueAt, Expr::value(next))
            .filter(sweeps::Column::What.eq(what))
            .filter(sweeps::Column::DueAt.lte(now));
        Ok(claim.exec(&self.db).await?.rows_affected == 1)
    }

    /// It could not be done: it is due at once.
    pub async fn repeat_sweep(&self, what: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let due = sweeps::Entity::update_many()
            .col_expr(sweeps::Column::DueAt, Expr::value(now))
            .filter(sweeps::Column::What.eq(what));
        due.exec(&self.db).await?;
        Ok(())
    }
}
