//! Cookie sessions. Rows are found by the hash of a session's key, so that whoever reads the
//! database cannot take a session over.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::{Store, StoreError, rows::sessions};

/// SHA-256 of a session's key.
pub type SessionHash = [u8; 32];

impl Store {
    /// The state of a live session.
    pub async fn session(&self, key: &SessionHash, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        let found = sessions::Entity::find_by_id(key.to_vec())
            .filter(sessions::Column::ExpiresAt.gt(now))
            .one(&self.db)
            .await?;
        Ok(found.map(|row| row.state))
    }

    /// Saves a session, new or known.
    pub async fn save_session(
        &self,
        key: &SessionHash,
        state: String,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = sessions::ActiveModel {
            key_hash: Set(key.to_vec()),
            state: Set(state),
            expires_at: Set(expires_at),
        };
        let newest = OnConflict::column(sessions::Column::KeyHash)
            .update_columns([sessions::Column::State, sessions::Column::ExpiresAt])
            .to_owned();
        sessions::Entity::insert(row).on_conflict(newest).exec_without_returning(&self.db).await?;
        Ok(())
    }

    pub async fn delete_session(&self, key: &SessionHash) -> Result<(), StoreError> {
        sessions::Entity::delete_by_id(key.to_vec()).exec(&self.db).await?;
        Ok(())
    }

    /// Removes sessions that have expired, and says how many.
    pub async fn purge_sessions(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let expired = sessions::Entity::delete_many().filter(sessions::Column::ExpiresAt.lte(now));
        Ok(expired.exec(&self.db).await?.rows_affected)
    }
}
