//! Tokens by which programs call the admin API: two of a name at most are alive, so that programs can change over.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr,
};
use timbre_domain::{ids::TokenId, operator::Role};
use uuid::Uuid;

use crate::{
    Chain, Listing, NewAnswer, NewEvent, Store, StoreError, answers, audit::append, operators::role,
    rows::admin_tokens,
};

/// Tokens of one name that are alive at a time.
const SLOTS: [i32; 2] = [1, 2];

/// When a token was last used is noted this often at most.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A token as stored.
pub struct AdminTokenRecord {
    pub id: TokenId,
    pub name: String,
    pub role: Role,
    /// What it is found by.
    pub public_part: String,
    pub secret_hash: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What came of adding a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminTokenAdded {
    New,
    /// Two of this name are alive.
    TooMany,
}

impl Store {
    /// Adds a token. `Conflict` when the answer's key, or the place that was free, is taken meanwhile.
    pub async fn add_admin_token(
        &self,
        new: AdminTokenRecord,
        answer: Option<NewAnswer>,
        event: NewEvent,
    ) -> Result<AdminTokenAdded, StoreError> {
        let now = new.created_at;
        let transaction = self.begin().await?;
        answers::keep(&transaction, answer, now).await?;
        let of_name = || {
            Condition::all()
                .add(admin_tokens::Column::Name.eq(&new.name))
                .add(admin_tokens::Column::RevokedAt.is_null())
        };
        // One whose time is over leaves its place.
        admin_tokens::Entity::update_many()
            .col_expr(admin_tokens::Column::RevokedAt, Expr::value(Some(now)))
            .filter(of_name())
            .filter(admin_tokens::Column::ExpiresAt.lte(now))
            .exec(&transaction)
            .await?;
        let live = admin_tokens::Entity::find().filter(of_name()).all(&transaction).await?;
        let free = SLOTS.into_iter().find(|slot| live.iter().all(|row| row.slot != *slot));
        let Some(slot) = free else { return Ok(AdminTokenAdded::TooMany) };
        admin_tokens::ActiveModel {
            id: Set(new.id.0),
            name: Set(new.name),
            slot: Set(slot),
            role: Set(new.role.name().to_owned()),
            tenant_id: Set(new.role.tenant().map(|tenant| tenant.0)),
            public_part: Set(new.public_part),
            secret_hash: Set(new.secret_hash),
            created_at: Set(now),
            expires_at: Set(new.expires_at),
            last_used_at: Set(None),
            revoked_at: Set(None),
        }
        .insert(&transaction)
        .await?;
        append(self, &transaction, Chain::Platform, event, now).await?;
        transaction.commit().await?;
        Ok(AdminTokenAdded::New)
    }

    /// The live token that is found by this part.
    pub async fn admin_token(
        &self,
        public_part: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<AdminTokenRecord>, StoreError> {
        let expires_at = admin_tokens::Column::ExpiresAt;
        let found = admin_tokens::Entity::find()
            .filter(admin_tokens::Column::PublicPart.eq(public_part))
            .filter(admin_tokens::Column::RevokedAt.is_null())
            .filter(Condition::any().add(expires_at.is_null()).add(expires_at.gt(now)));
        found.one(&self.db).await?.map(record).transpose()
    }

    /// A page of the tokens, revoked ones included, the newest first.
    pub async fn admin_tokens(&self, listing: &Listing<Uuid>) -> Result<Vec<AdminTokenRecord>, StoreError> {
        let all = admin_tokens::Entity::find();
        let page = listing.of(all, admin_tokens::Column::CreatedAt, admin_tokens::Column::Id);
        page.all(&self.db).await?.into_iter().map(record).collect()
    }

    /// Revokes a token, at once and everywhere. False: there is no live one of this id.
    pub async fn revoke_admin_token(
        &self,
        id: TokenId,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let update = admin_tokens::Entity::update_many()
            .col_expr(admin_tokens::Column::RevokedAt, Expr::value(Some(now)))
            .filter(admin_tokens::Column::Id.eq(id.0))
            .filter(admin_tokens::Column::RevokedAt.is_null());
        if update.exec(&transaction).await?.rows_affected == 0 {
            return Ok(false);
        }
        append(self, &transaction, Chain::Platform, event, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Notes that a token was used, to the minute.
    pub async fn note_admin_token(
        &self,
        token: &AdminTokenRecord,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if token.last_used_at.is_some_and(|at| now - at < NOTED_EVERY) {
            return Ok(());
        }
        admin_tokens::Entity::update_many()
            .col_expr(admin_tokens::Column::LastUsedAt, Expr::value(Some(now)))
            .filter(admin_tokens::Column::Id.eq(token.id.0))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

fn record(row: admin_tokens::Model) -> Result<AdminTokenRecord, StoreError> {
    Ok(AdminTokenRecord {
        id: TokenId(row.id),
        name: row.name,
        role: role(&row.role, row.tenant_id)?,
        public_part: row.public_part,
        secret_hash: row.secret_hash,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    })
}
