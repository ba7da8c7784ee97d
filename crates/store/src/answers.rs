//! What calls that make something were answered, so that one that is sent again is answered the same and makes nothing.
//!
//! An answer is written in the commit of what it tells of.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{Store, StoreError, database::Transaction, rows::answers};

/// An answer to be kept. It may hold a secret that is shown once, so it is sealed.
#[derive(Clone)]
pub struct NewAnswer {
    /// Whose key it is.
    pub asker: String,
    pub key: String,
    /// Equal for requests that ask for the same.
    pub request_digest: [u8; 32],
    pub sealed: Vec<u8>,
}

/// An answer as it was given.
pub struct EarlierAnswer {
    pub request_digest: Vec<u8>,
    pub sealed: Vec<u8>,
}

impl Store {
    /// What this key of this asker was answered.
    pub async fn earlier_answer(&self, asker: &str, key: &str) -> Result<Option<EarlierAnswer>, StoreError> {
        let found = answers::Entity::find_by_id((asker.to_owned(), key.to_owned())).one(&self.db).await?;
        Ok(found.map(|row| EarlierAnswer { request_digest: row.request_digest, sealed: row.sealed }))
    }

    /// Forgets answers that were given before, and says how many.
    pub async fn purge_answers(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let old = answers::Entity::delete_many().filter(answers::Column::CreatedAt.lt(before));
        Ok(old.exec(&self.db).await?.rows_affected)
    }
}

/// Keeps an answer, if there is one to keep. `Conflict` when the key was used meanwhile.
pub(crate) async fn keep(
    transaction: &Transaction,
    answer: Option<NewAnswer>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(answer) = answer else { return Ok(()) };
    answers::ActiveModel {
        asker: Set(answer.asker),
        idempotency_key: Set(answer.key),
        request_digest: Set(answer.request_digest.to_vec()),
        sealed: Set(answer.sealed),
        created_at: Set(now),
    }
    .insert(transaction)
    .await?;
    Ok(())
}
