//! Tenants and the credentials of their applications.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use timbre_domain::{
    contract::Contract,
    ids::{CredentialId, TenantId},
    policy::Policy,
};

use crate::{
    Entry, NewAnswer, Store, StoreError, answers,
    ledger::write,
    rows::{credentials, tenants},
};

/// A tenant as stored. Its key is wrapped by the master key, which the database never sees.
pub struct TenantRecord {
    pub id: TenantId,
    pub name: String,
    pub wrapped_key: Vec<u8>,
    pub policy: Policy,
    pub default_language: String,
    pub voice_engine: bool,
    /// Which of its webhook secrets is the latest, from 1 on.
    pub webhook_generation: u32,
    pub created_at: DateTime<Utc>,
    /// Since when nobody may call for it, if that is so.
    pub suspended_at: Option<DateTime<Utc>>,
}

/// A tenant to be made, with its first credentials.
pub struct NewTenant {
    pub tenant: TenantRecord,
    pub credentials: Vec<NewCredential>,
    /// What its maker is answered, to be answered again.
    pub answer: Option<NewAnswer>,
}

/// A credential to be added.
pub struct NewCredential {
    pub id: CredentialId,
    pub contract: Contract,
    /// Where a tenant has several of a contract, to rotate them: which one. The live credential of the same slot is revoked.
    pub slot: Option<u8>,
    pub public_key: String,
    pub secret_hash: [u8; 32],
}

/// What a presented key leads to.
pub struct CredentialRecord {
    pub id: CredentialId,
    pub tenant: TenantId,
    pub secret_hash: Vec<u8>,
}

impl Store {
    /// Adds a tenant and its first credentials. `Conflict` when the name, or the answer's key, is taken.
    pub async fn create_tenant(
        &self,
        new: NewTenant,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let NewTenant { tenant, credentials, answer } = new;
        let id = tenant.id;
        let policy = serde_json::to_string(&tenant.policy).map_err(|_| StoreError::Unreadable("policy"))?;
        let transaction = self.begin().await?;
        answers::keep(&transaction, answer, now).await?;
        tenants::ActiveModel {
            id: Set(id.0),
            name: Set(tenant.name),
            wrapped_key: Set(tenant.wrapped_key),
            policy: Set(policy),
            default_language: Set(tenant.default_language),
            voice_engine: Set(tenant.voice_engine),
            created_at: Set(tenant.created_at),
            webhook_generation: Set(tenant.webhook_generation as i32),
            job_begun_at: Set(None),
            suspended_at: Set(tenant.suspended_at),
        }
        .insert(&transaction)
        .await?;
        for credential in credentials {
            credential_row(id, credential, now).insert(&transaction).await?;
        }
        write(self, &transaction, id, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Adds a credential to a tenant, in place of the one that has its slot.
    pub async fn add_credential(
        &self,
        tenant: TenantId,
        new: NewCredential,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        if let Some(slot) = new.slot {
            credentials::Entity::update_many()
                .col_expr(credentials::Column::RevokedAt, Expr::value(Some(now)))
                .filter(credentials::Column::TenantId.eq(tenant.0))
                .filter(credentials::Column::Contract.eq(new.contract.name()))
                .filter(credentials::Column::Slot.eq(i32::from(slot)))
                .filter(credentials::Column::RevokedAt.is_null())
                .exec(&transaction)
                .await?;
        }
        credential_row(tenant, new, now).insert(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Replaces a tenant's policy, if it is still what it was read as.
    pub async fn change_policy(&self, id: TenantId, seen: &Policy, new: &Policy) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let row = tenants::Entity::find_by_id(id.0).lock_exclusive().one(&transaction).await?;
        let found = row.map(record).transpose()?;
        if found.is_none_or(|found| found.policy != *seen) {
            return Err(StoreError::Conflict);
        }
        let text = serde_json::to_string(new).map_err(|_| StoreError::Unreadable("policy"))?;
        tenants::Entity::update_many()
            .col_expr(tenants::Column::Policy, Expr::value(text))
            .filter(tenants::Column::Id.eq(id.0))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    pub async fn tenant(&self, id: TenantId) -> Result<Option<TenantRecord>, StoreError> {
        tenants::Entity::find_by_id(id.0).one(&self.db).await?.map(record).transpose()
    }

    /// Whether there is any tenant: then there is data that the master key must open.
    pub async fn has_tenants(&self) -> Result<bool, StoreError> {
        Ok(tenants::Entity::find().one(&self.db).await?.is_some())
    }

    pub async fn switch_voice_engine(
        &self,
        id: TenantId,
        on: bool,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        tenants::Entity::update_many()
            .col_expr(tenants::Column::VoiceEngine, Expr::value(on))
            .filter(tenants::Column::Id.eq(id.0))
            .exec(&transaction)
            .await?;
        write(self, &transaction, id, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Goes on to the tenant's next webhook secret, if `seen` is still its latest.
    pub async fn rotate_webhook_secret(
        &self,
        id: TenantId,
        seen: u32,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let update = tenants::Entity::update_many()
            .col_expr(tenants::Column::WebhookGeneration, Expr::value(seen as i32 + 1))
            .filter(tenants::Column::Id.eq(id.0))
            .filter(tenants::Column::WebhookGeneration.eq(seen as i32));
        if update.exec(&transaction).await?.rows_affected != 1 {
            return Err(StoreError::Conflict);
        }
        write(self, &transaction, id, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn tenant_named(&self, name: &str) -> Result<Option<TenantRecord>, StoreError> {
        let found = tenants::Entity::find().filter(tenants::Column::Name.eq(name)).one(&self.db).await?;
        found.map(record).transpose()
    }

    /// The live credential of a contract with this public key. The one query that starts without a tenant: it is
    /// how the tenant of a request is found.
    pub async fn credential(
        &self,
        contract: Contract,
        public_key: &str,
    ) -> Result<Option<CredentialRecord>, StoreError> {
        let found = credentials::Entity::find()
            .filter(credentials::Column::PublicKey.eq(public_key))
            .filter(credentials::Column::Contract.eq(contract.name()))
            .filter(credentials::Column::RevokedAt.is_null())
            .one(&self.db)
            .await?;
        Ok(found.map(|row| CredentialRecord {
            id: CredentialId(row.id),
            tenant: TenantId(row.tenant_id),
            secret_hash: row.secret_hash,
        }))
    }
}

fn credential_row(tenant: TenantId, new: NewCredential, now: DateTime<Utc>) -> credentials::ActiveModel {
    credentials::ActiveModel {
        id: Set(new.id.0),
        tenant_id: Set(tenant.0),
        public_key: Set(new.public_key),
        secret_hash: Set(new.secret_hash.to_vec()),
        created_at: Set(now),
        revoked_at: Set(None),
        contract: Set(new.contract.name().to_owned()),
        slot: Set(new.slot.map(i32::from)),
    }
}

pub(crate) fn record(row: tenants::Model) -> Result<TenantRecord, StoreError> {
    Ok(TenantRecord {
        id: TenantId(row.id),
        name: row.name,
        wrapped_key: row.wrapped_key,
        policy: serde_json::from_str(&row.policy).map_err(|_| StoreError::Unreadable("policy"))?,
        default_language: row.default_language,
        voice_engine: row.voice_engine,
        created_at: row.created_at,
        suspended_at: row.suspended_at,
        webhook_generation: row
            .webhook_generation
            .try_into()
            .map_err(|_| StoreError::Unreadable("webhook generation"))?,
    })
}
