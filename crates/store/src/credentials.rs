//! The credentials of tenants' applications: found by what is public of them, two alive at a time for each contract.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, sea_query::Expr,
};
use timbre_domain::{
    contract::Contract,
    ids::{CredentialId, TenantId},
};
use uuid::Uuid;

use crate::{
    Entry, Listing, Store, StoreError,
    database::Transaction,
    ledger::write,
    rows::{credentials, tenants},
    tenants::{TenantRecord, record},
};

/// Credentials of one contract that a tenant may have at a time: one to go on with while another is changed.
pub const CREDENTIAL_SLOTS: u8 = 2;

/// Credentials that are listed, the latest first.
const LISTED: u64 = 1_000;

/// A credential to be added.
#[derive(Clone)]
pub struct NewCredential {
    pub id: CredentialId,
    pub contract: Contract,
    /// Which of the tenant's two of the contract it becomes: the one that has this slot is revoked. None: whichever is free.
    pub slot: Option<u8>,
    pub public_key: String,
    pub secret_hash: [u8; 32],
    /// What people know it by.
    pub label: Option<String>,
}

/// What a presented key leads to.
pub struct CredentialRecord {
    pub id: CredentialId,
    pub secret_hash: Vec<u8>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub tenant: TenantRecord,
}

/// A credential as it may be shown: nothing in here lets anybody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialInfo {
    pub id: CredentialId,
    pub contract: Contract,
    /// 1 or 2; none for those that were made before there were slots, or beyond them.
    pub slot: Option<u8>,
    /// What it begins with, and is recognised by.
    pub public_key: String,
    pub label: Option<String>,
    pub created_at: DateTime<Utc>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Adds a credential to a tenant and says its slot, or adds none where no slot is free. `Conflict` when another was added
    /// at the same time.
    pub async fn add_credential(
        &self,
        tenant: TenantId,
        new: NewCredential,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<u8>, StoreError> {
        self.again(|| self.add_credential_once(tenant, new.clone(), entry.clone(), now)).await
    }

    async fn add_credential_once(
        &self,
        tenant: TenantId,
        new: NewCredential,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<u8>, StoreError> {
        let transaction = self.begin().await?;
        let slot = place(&transaction, tenant, new, now).await?;
        if slot.is_some() {
            write(self, &transaction, tenant, entry, now).await?;
            transaction.commit().await?;
        }
        Ok(slot)
    }

    /// Revokes a tenant's credential; says whether there was a live one of this id.
    pub async fn revoke_credential(
        &self,
        tenant: TenantId,
        id: CredentialId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let revoked = credentials::Entity::update_many()
            .col_expr(credentials::Column::RevokedAt, Expr::value(Some(now)))
            .filter(credentials::Column::TenantId.eq(tenant.0))
            .filter(credentials::Column::Id.eq(id.0))
            .filter(credentials::Column::RevokedAt.is_null())
            .exec(&transaction)
            .await?;
        let is_revoked = revoked.rows_affected == 1;
        if is_revoked {
            write(self, &transaction, tenant, entry, now).await?;
            transaction.commit().await?;
        }
        Ok(is_revoked)
    }

    /// A tenant's credentials, revoked ones too, the latest first: at most 1000.
    pub async fn credentials(&self, tenant: TenantId) -> Result<Vec<CredentialInfo>, StoreError> {
        let rows = credentials::Entity::find()
            .filter(credentials::Column::TenantId.eq(tenant.0))
            .order_by_desc(credentials::Column::CreatedAt)
            .order_by_asc(credentials::Column::Contract)
            .order_by_asc(credentials::Column::Id)
            .limit(LISTED)
            .all(&self.db)
            .await?;
        rows.into_iter().map(info).collect()
    }

    /// A page of them, the newest first.
    pub async fn credentials_page(
        &self,
        tenant: TenantId,
        listing: &Listing<Uuid>,
    ) -> Result<Vec<CredentialInfo>, StoreError> {
        let all = credentials::Entity::find().filter(credentials::Column::TenantId.eq(tenant.0));
        let page = listing.of(all, credentials::Column::CreatedAt, credentials::Column::Id);
        page.all(&self.db).await?.into_iter().map(info).collect()
    }

    /// The live credential of a contract with this public key, and its tenant. The one query that starts without a
    /// tenant: it is how the tenant of a request is found. What is revoked or changed counts at the next call, in every
    /// process over this database.
    pub async fn credential(
        &self,
        contract: Contract,
        public_key: &str,
    ) -> Result<Option<CredentialRecord>, StoreError> {
        let found = credentials::Entity::find()
            .join(JoinType::InnerJoin, tenant_of_credential())
            .select_also(tenants::Entity)
            .filter(credentials::Column::PublicKey.eq(public_key))
            .filter(credentials::Column::Contract.eq(contract.name()))
            .filter(credentials::Column::RevokedAt.is_null())
            .one(&self.db)
            .await?;
        let Some((row, Some(tenant))) = found else { return Ok(None) };
        Ok(Some(CredentialRecord {
            id: CredentialId(row.id),
            secret_hash: row.secret_hash,
            last_used_at: row.last_used_at,
            tenant: record(tenant)?,
        }))
    }

    /// Notes that a credential was used now, unless that was noted within the last `every`.
    pub async fn touch_credential(
        &self,
        tenant: TenantId,
        id: CredentialId,
        every: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let last = credentials::Column::LastUsedAt;
        credentials::Entity::update_many()
            .col_expr(last, Expr::value(Some(now)))
            .filter(credentials::Column::TenantId.eq(tenant.0))
            .filter(credentials::Column::Id.eq(id.0))
            .filter(Condition::any().add(last.is_null()).add(last.lte(now - every)))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

/// Adds a credential in its slot, or in a free one where it names none, and says which; none where both are taken.
pub(crate) async fn place(
    transaction: &Transaction,
    tenant: TenantId,
    new: NewCredential,
    now: DateTime<Utc>,
) -> Result<Option<u8>, StoreError> {
    let live = Condition::all()
        .add(credentials::Column::TenantId.eq(tenant.0))
        .add(credentials::Column::Contract.eq(new.contract.name()))
        .add(credentials::Column::RevokedAt.is_null());
    let slot = match new.slot {
        Some(slot) => {
            credentials::Entity::update_many()
                .col_expr(credentials::Column::RevokedAt, Expr::value(Some(now)))
                .filter(live)
                .filter(credentials::Column::Slot.eq(i32::from(slot)))
                .exec(transaction)
                .await?;
            slot
        }
        None => {
            let live = credentials::Entity::find().filter(live).all(transaction).await?;
            let is_free = |slot: &u8| live.iter().all(|credential| credential.slot != Some(i32::from(*slot)));
            let free = (1..=CREDENTIAL_SLOTS).find(is_free);
            match free.filter(|_| live.len() < usize::from(CREDENTIAL_SLOTS)) {
                Some(slot) => slot,
                None => return Ok(None),
            }
        }
    };
    let row = credentials::ActiveModel {
        id: Set(new.id.0),
        tenant_id: Set(tenant.0),
        public_key: Set(new.public_key),
        secret_hash: Set(new.secret_hash.to_vec()),
        created_at: Set(now),
        revoked_at: Set(None),
        contract: Set(new.contract.name().to_owned()),
        slot: Set(Some(i32::from(slot))),
        label: Set(new.label),
        last_used_at: Set(None),
    };
    row.insert(transaction).await?;
    Ok(Some(slot))
}

fn tenant_of_credential() -> RelationDef {
    credentials::Entity::belongs_to(tenants::Entity)
        .from(credentials::Column::TenantId)
        .to(tenants::Column::Id)
        .into()
}

fn info(row: credentials::Model) -> Result<CredentialInfo, StoreError> {
    Ok(CredentialInfo {
        id: CredentialId(row.id),
        contract: row.contract.parse().map_err(|_| StoreError::Unreadable("contract"))?,
        slot: row.slot.map(u8::try_from).transpose().map_err(|_| StoreError::Unreadable("slot"))?,
        public_key: row.public_key,
        label: row.label,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    })
}
