//! Tenants' policies: the one in force, and those before it.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use timbre_domain::{ids::TenantId, policy::Policy};

use crate::{
    Entry, Store, StoreError,
    database::Transaction,
    ledger::write,
    rows::{policy_versions, tenants},
};

/// Versions that are listed, the latest first.
const LISTED: u64 = 200;

/// A policy as it was from one change to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyVersion {
    /// From 1 on.
    pub version: u32,
    pub policy: Policy,
    pub changed_at: DateTime<Utc>,
    /// Who changed it, as the audit trail names them.
    pub changed_by: String,
}

impl PolicyVersion {
    fn read(row: policy_versions::Model) -> Result<Self, StoreError> {
        Ok(Self {
            version: version(row.version)?,
            policy: read(&row.policy)?,
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        })
    }
}

impl Store {
    /// Replaces a tenant's policy, if its version is still the one that was seen, and says the version it has then. A policy
    /// that is the same stays the version that it is. `Conflict` when another change was faster.
    pub async fn change_policy(
        &self,
        id: TenantId,
        seen: u32,
        new: &Policy,
        changed_by: &str,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let transaction = self.begin().await?;
        let row = tenants::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&transaction).await?;
        let row = row.ok_or(StoreError::Conflict)?;
        let current = version(row.policy_version)?;
        if current != seen {
            return Err(StoreError::Conflict);
        }
        if read(&row.policy)? == *new {
            return Ok(current);
        }
        let (policy, next) = (text(new)?, row.policy_version + 1);
        tenants::Entity::update_many()
            .col_expr(tenants::Column::Policy, Expr::value(policy.clone()))
            .col_expr(tenants::Column::PolicyVersion, Expr::value(next))
            .filter(tenants::Column::Id.eq(id.0))
            .exec(&transaction)
            .await?;
        insert_version(&transaction, id, next, policy, changed_by, now).await?;
        write(self, &transaction, id, entry, now).await?;
        transaction.commit().await?;
        version(next)
    }

    /// A tenant's policies, the latest first: the one in force and, of those before it, at most 199.
    pub async fn policy_versions(&self, id: TenantId) -> Result<Vec<PolicyVersion>, StoreError> {
        let rows = policy_versions::Entity::find()
            .filter(policy_versions::Column::TenantId.eq(id.0))
            .order_by_desc(policy_versions::Column::Version)
            .limit(LISTED)
            .all(&self.db)
            .await?;
        rows.into_iter().map(PolicyVersion::read).collect()
    }

    /// The policy that was in force at a time. None from before the tenant.
    pub async fn policy_at(
        &self,
        id: TenantId,
        time: DateTime<Utc>,
    ) -> Result<Option<PolicyVersion>, StoreError> {
        let row = policy_versions::Entity::find()
            .filter(policy_versions::Column::TenantId.eq(id.0))
            .filter(policy_versions::Column::ChangedAt.lte(time))
            .order_by_desc(policy_versions::Column::Version)
            .one(&self.db)
            .await?;
        row.map(PolicyVersion::read).transpose()
    }
}

pub(crate) async fn insert_version(
    transaction: &Transaction,
    tenant: TenantId,
    version: i32,
    policy: String,
    changed_by: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = policy_versions::ActiveModel {
        tenant_id: Set(tenant.0),
        version: Set(version),
        policy: Set(policy),
        changed_at: Set(now),
        changed_by: Set(changed_by.to_owned()),
    };
    row.insert(transaction).await?;
    Ok(())
}

pub(crate) fn text(policy: &Policy) -> Result<String, StoreError> {
    serde_json::to_string(policy).map_err(|_| StoreError::Unreadable("policy"))
}

pub(crate) fn read(text: &str) -> Result<Policy, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable("policy"))
}

pub(crate) fn version(stored: i32) -> Result<u32, StoreError> {
    stored.try_into().map_err(|_| StoreError::Unreadable("policy version"))
}
