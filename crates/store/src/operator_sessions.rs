//! Operators' sessions: from a login to its end. The tokens of a session are kept as hashes only.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use timbre_domain::ids::{OperatorId, OperatorSessionId};

use crate::{
    Chain, NewEvent, OperatorRecord, Store, StoreError,
    audit::append,
    database::Transaction,
    operators::{may_log_in, record as operator},
    rows::{operator_sessions, operators},
};

/// A session as stored.
pub struct OperatorSession {
    pub id: OperatorSessionId,
    pub operator: OperatorId,
    /// Of the part of its refresh tokens that stays, and of the part that changes.
    pub family_hash: Vec<u8>,
    pub refresh_hash: Vec<u8>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Begins a session of whoever knew the password whose hash was `seen`, and ends the oldest where the operator would have more than
    /// `most`. False: the operator is disabled, or has another password by now.
    pub async fn begin_operator_session(
        &self,
        new: OperatorSession,
        seen: &str,
        most: usize,
        event: NewEvent,
    ) -> Result<bool, StoreError> {
        let (now, id) = (new.created_at, new.operator);
        let transaction = self.begin().await?;
        if !may_log_in(&transaction, id, seen).await? {
            return Ok(false);
        }
        let live = operator_sessions::Entity::find()
            .filter(operator_sessions::Column::OperatorId.eq(id.0))
            .filter(operator_sessions::Column::RevokedAt.is_null())
            .filter(operator_sessions::Column::ExpiresAt.gt(now))
            .order_by_desc(operator_sessions::Column::CreatedAt)
            .order_by_desc(operator_sessions::Column::Id)
            .all(&transaction)
            .await?;
        let oldest = live.iter().skip(most.saturating_sub(1)).map(|row| row.id);
        operator_sessions::Entity::update_many()
            .col_expr(operator_sessions::Column::RevokedAt, Expr::value(Some(now)))
            .filter(operator_sessions::Column::Id.is_in(oldest))
            .exec(&transaction)
            .await?;
        operator_sessions::ActiveModel {
            id: Set(new.id.0),
            operator_id: Set(id.0),
            family_hash: Set(new.family_hash),
            refresh_hash: Set(new.refresh_hash),
            address: Set(new.address),
            created_at: Set(now),
            expires_at: Set(new.expires_at),
            revoked_at: Set(None),
        }
        .insert(&transaction)
        .await?;
        append(self, &transaction, Chain::Platform, event, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// A live session of an operator who is not disabled.
    pub async fn operator_session(
        &self,
        id: OperatorSessionId,
        now: DateTime<Utc>,
    ) -> Result<Option<(OperatorSession, OperatorRecord)>, StoreError> {
        let found = operator_sessions::Entity::find_by_id(id.0)
            .filter(operator_sessions::Column::RevokedAt.is_null())
            .filter(operator_sessions::Column::ExpiresAt.gt(now))
            .one(&self.db)
            .await?;
        let Some(session) = found else { return Ok(None) };
        let live = operators::Entity::find_by_id(session.operator_id)
            .filter(operators::Column::DisabledAt.is_null())
            .one(&self.db)
            .await?;
        let Some(found) = live else { return Ok(None) };
        Ok(Some((record(session), operator(found)?)))
    }

    /// Goes on to the next refresh token, if `seen` is still the one that is good. Of two who come with one token one wins.
    pub async fn refresh_operator_session(
        &self,
        id: OperatorSessionId,
        seen: &[u8],
        next: &[u8],
    ) -> Result<bool, StoreError> {
        let update = operator_sessions::Entity::update_many()
            .col_expr(operator_sessions::Column::RefreshHash, Expr::value(next.to_vec()))
            .filter(operator_sessions::Column::Id.eq(id.0))
            .filter(operator_sessions::Column::RefreshHash.eq(seen.to_vec()))
            .filter(operator_sessions::Column::RevokedAt.is_null());
        Ok(update.exec(&self.db).await?.rows_affected == 1)
    }

    /// Ends a session, at once and everywhere.
    pub async fn end_operator_session(
        &self,
        id: OperatorSessionId,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let update = operator_sessions::Entity::update_many()
            .col_expr(operator_sessions::Column::RevokedAt, Expr::value(Some(now)))
            .filter(operator_sessions::Column::Id.eq(id.0))
            .filter(operator_sessions::Column::RevokedAt.is_null());
        if update.exec(&transaction).await?.rows_affected == 1 {
            append(self, &transaction, Chain::Platform, event, now).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Forgets sessions that have expired, and says how many.
    pub async fn purge_operator_sessions(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let expired =
            operator_sessions::Entity::delete_many().filter(operator_sessions::Column::ExpiresAt.lte(now));
        Ok(expired.exec(&self.db).await?.rows_affected)
    }
}

/// Ends all of an operator's sessions but `keep`.
pub(crate) async fn revoke_sessions(
    transaction: &Transaction,
    operator: OperatorId,
    keep: Option<OperatorSessionId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut update = operator_sessions::Entity::update_many()
        .col_expr(operator_sessions::Column::RevokedAt, Expr::value(Some(now)))
        .filter(operator_sessions::Column::OperatorId.eq(operator.0))
        .filter(operator_sessions::Column::RevokedAt.is_null());
    if let Some(keep) = keep {
        update = update.filter(operator_sessions::Column::Id.ne(keep.0));
    }
    update.exec(transaction).await?;
    Ok(())
}

fn record(row: operator_sessions::Model) -> OperatorSession {
    OperatorSession {
        id: OperatorSessionId(row.id),
        operator: OperatorId(row.operator_id),
        family_hash: row.family_hash,
        refresh_hash: row.refresh_hash,
        address: row.address,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}
