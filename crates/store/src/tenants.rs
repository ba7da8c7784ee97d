//! Tenants.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use timbre_domain::{ids::TenantId, policy::Policy};

use crate::{
    Entry, Store, StoreError, TenantModels,
    credentials::{NewCredential, place},
    database::Transaction,
    ledger::write,
    models, policies,
    rows::tenants,
};

/// The version of a policy that was never changed.
const FIRST_VERSION: i32 = 1;

/// A tenant as stored. Its key is wrapped by the master key, which the database never sees.
pub struct TenantRecord {
    pub id: TenantId,
    pub name: String,
    pub wrapped_key: Vec<u8>,
    pub policy: Policy,
    /// How often it was changed, from 1 on.
    pub policy_version: u32,
    pub default_language: String,
    pub voice_engine: bool,
    /// Which of its webhook secrets is the latest, from 1 on.
    pub webhook_generation: u32,
    pub created_at: DateTime<Utc>,
    /// Since when nobody may call for it, if that is so.
    pub suspended_at: Option<DateTime<Utc>>,
    /// Which speaker models its voices are heard by.
    pub models: TenantModels,
}

/// A tenant to be made, with its first credentials.
pub struct NewTenant {
    pub tenant: TenantRecord,
    pub credentials: Vec<NewCredential>,
    /// Who makes it, as the audit trail names them.
    pub made_by: String,
}

impl Store {
    /// Adds a tenant and its first credentials. `Conflict` when the name, or the answer's key, is taken.
    pub async fn create_tenant(
        &self,
        new: NewTenant,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let NewTenant { tenant, credentials, made_by } = new;
        let id = tenant.id;
        let policy = policies::text(&tenant.policy)?;
        let transaction = self.begin().await?;
        tenants::ActiveModel {
            id: Set(id.0),
            name: Set(tenant.name),
            wrapped_key: Set(tenant.wrapped_key),
            policy: Set(policy.clone()),
            default_language: Set(tenant.default_language),
            voice_engine: Set(tenant.voice_engine),
            created_at: Set(tenant.created_at),
            webhook_generation: Set(tenant.webhook_generation as i32),
            job_begun_at: Set(None),
            suspended_at: Set(tenant.suspended_at),
            policy_version: Set(FIRST_VERSION),
            models: Set(tenant.models.models),
            changing_to: Set(tenant.models.changing_to),
            changed_from: Set(tenant.models.changed_from),
            models_changing_since: Set(tenant.models.since),
        }
        .insert(&transaction)
        .await?;
        policies::insert_version(&transaction, id, FIRST_VERSION, policy, &made_by, now).await?;
        for credential in credentials {
            place(&transaction, id, credential, now).await?.ok_or(StoreError::Conflict)?;
        }
        write(self, &transaction, id, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn tenant(&self, id: TenantId) -> Result<Option<TenantRecord>, StoreError> {
        tenants::Entity::find_by_id(id.0).one(&self.db).await?.map(record).transpose()
    }

    /// The first tenant and its wrapped key, which the master key must open. Whatever shape the database has: none where there is no tenant,
    /// or not so much as the table of them.
    pub async fn first_tenant_key(&self) -> Result<Option<(TenantId, Vec<u8>)>, StoreError> {
        if !self.db.has_table("tenants").await? {
            return Ok(None);
        }
        let first = tenants::Entity::find()
            .select_only()
            .columns([tenants::Column::Id, tenants::Column::WrappedKey])
            .order_by_asc(tenants::Column::CreatedAt)
            .order_by_asc(tenants::Column::Id)
            .limit(1)
            .into_tuple::<(uuid::Uuid, Vec<u8>)>()
            .one(&self.db)
            .await?;
        Ok(first.map(|(id, wrapped)| (TenantId(id), wrapped)))
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
}

/// Holds on to a tenant until the commit, before any row of its own: whoever counts must be the only one who adds. Rows that only
/// refer to the tenant are added meanwhile.
pub(crate) async fn hold(transaction: &Transaction, tenant: TenantId) -> Result<(), StoreError> {
    tenants::Entity::find_by_id(tenant.0)
        .select_only()
        .column(tenants::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<uuid::Uuid>()
        .one(transaction)
        .await?;
    Ok(())
}

pub(crate) fn record(row: tenants::Model) -> Result<TenantRecord, StoreError> {
    Ok(TenantRecord {
        models: models::of_row(&row),
        id: TenantId(row.id),
        name: row.name,
        wrapped_key: row.wrapped_key,
        policy: policies::read(&row.policy)?,
        policy_version: policies::version(row.policy_version)?,
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
