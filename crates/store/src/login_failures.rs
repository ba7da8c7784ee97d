//! Failed logins, counted for an account and for a network address, over all replicas.
//!
//! An attempt is counted before the password is looked at, and taken back by a success: of a hundred at once no more than the limit
//! are tried. Rows are keyed digests: they tell nobody which accounts were tried.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Statement, sea_query::Expr,
};

use crate::{Store, StoreError, rows::login_failures};

/// Whose failures are counted, and how many there may be in a time.
#[derive(Clone, Copy)]
pub struct LoginLimit {
    /// A keyed digest.
    pub who: [u8; 32],
    pub most: u32,
}

/// What came of counting an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginCharged {
    Allowed,
    /// There were too many, counted from then on. `first`: this attempt is the first that is refused.
    Refused {
        since: DateTime<Utc>,
        first: bool,
    },
}

impl Store {
    /// Counts an attempt with each limit. Counts that began before `cutoff` begin anew.
    pub async fn charge_login(
        &self,
        limits: &[LoginLimit],
        cutoff: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<LoginCharged, StoreError> {
        // One statement, so that whoever counts at the same time counts on. One above the limit is counted, and no more: it
        // tells the first refusal from the others.
        let sql = "INSERT INTO login_failures (who, failures, began_at) VALUES ($1, 1, $2) ON CONFLICT (who) DO UPDATE SET \
                   failures = CASE WHEN login_failures.began_at < $3 THEN 1 \
                   WHEN login_failures.failures > $4 + 1 THEN login_failures.failures ELSE login_failures.failures + 1 END, \
                   began_at = CASE WHEN login_failures.began_at < $3 THEN $2 ELSE login_failures.began_at END";
        let transaction = self.begin().await?;
        let mut charged = LoginCharged::Allowed;
        for limit in limits {
            let most = limit.most as i32;
            let values = [limit.who.to_vec().into(), now.into(), cutoff.into(), most.into()];
            let count = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
            transaction.execute_raw(count).await?;
            let row = login_failures::Entity::find_by_id(limit.who.to_vec()).one(&transaction).await?;
            let row = row.ok_or(StoreError::Unreadable("count of failed logins"))?;
            if row.failures > most && charged == LoginCharged::Allowed {
                charged = LoginCharged::Refused { since: row.began_at, first: row.failures == most + 1 };
            }
        }
        transaction.commit().await?;
        Ok(charged)
    }

    /// Takes an attempt back: the account's count begins anew, the address's is what it was before.
    pub async fn forgive_login(
        &self,
        account: [u8; 32],
        address: Option<[u8; 32]>,
    ) -> Result<(), StoreError> {
        login_failures::Entity::delete_by_id(account.to_vec()).exec(&self.db).await?;
        if let Some(address) = address {
            let before = Expr::col(login_failures::Column::Failures).sub(1);
            login_failures::Entity::update_many()
                .col_expr(login_failures::Column::Failures, before)
                .filter(login_failures::Column::Who.eq(address.to_vec()))
                .filter(login_failures::Column::Failures.gt(0))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }

    /// Forgets counts that began before `cutoff`, and says how many.
    pub async fn purge_login_failures(&self, cutoff: DateTime<Utc>) -> Result<u64, StoreError> {
        let old = login_failures::Entity::delete_many().filter(login_failures::Column::BeganAt.lt(cutoff));
        Ok(old.exec(&self.db).await?.rows_affected)
    }
}
