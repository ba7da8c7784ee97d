//! The audit trail: events in chains, each event's hash made of the one before.
//!
//! Promises that whoever has the database but not the key can change, insert or remove nothing within a chain unnoticed. What such a one could
//! still do is to cut a chain's end off: for that, a head that was noted elsewhere must be found again ([`Store::verify_chain`]).

use chrono::{DateTime, SubsecRound, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use sha2::Sha256;
use timbre_domain::ids::TenantId;
use uuid::Uuid;

use crate::{
    Chain, NewEvent, Store, StoreError,
    database::Transaction,
    rows::{audit_events, audit_heads},
};

/// What a tenant's chain begins with, and what the platform's says of it.
pub const TENANT_CREATED: &str = "tenant.created";

/// Events looked at in one go.
const PAGE: u64 = 1_000;

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    pub chain: Chain,
    pub number: u64,
    pub hash: [u8; 32],
}

/// What was found of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainState {
    /// Each event follows from the one before, up to this head.
    Whole(AuditHead),
    /// The first event, by its number, that is not what was written: altered, removed, or put in.
    Broken(u64),
}

impl Chain {
    pub(crate) fn id(self) -> Uuid {
        match self {
            Self::Platform => Uuid::nil(),
            Self::Tenant(tenant) => tenant.0,
        }
    }

    fn of(id: Uuid) -> Self {
        if id.is_nil() { Self::Platform } else { Self::Tenant(TenantId(id)) }
    }
}

/// Adds an event to a chain. Whoever adds holds the chain's head until the commit.
pub(crate) async fn append(
    store: &Store,
    transaction: &Transaction,
    chain: Chain,
    event: NewEvent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // As both databases keep it.
    let now = now.trunc_subsecs(6);
    let head = locked_head(transaction, chain).await?;
    let detail = event.detail.map(|detail| detail.to_string());
    let mut row = audit_events::Model {
        chain: chain.id(),
        number: head.number + 1,
        at: now,
        actor: event.origin.actor.to_string(),
        address: event.origin.address.map(|address| address.to_string()),
        action: event.action.to_owned(),
        person: event.person,
        target: event.target,
        detail,
        hash: Vec::new(),
    };
    row.hash = store.chained(&head.hash, &row)?.to_vec();
    audit_heads::Entity::update_many()
        .col_expr(audit_heads::Column::Number, Expr::value(row.number))
        .col_expr(audit_heads::Column::Hash, Expr::value(row.hash.clone()))
        .filter(audit_heads::Column::Chain.eq(row.chain))
        .exec(transaction)
        .await?;
    audit_events::ActiveModel {
        chain: Set(row.chain),
        number: Set(row.number),
        at: Set(row.at),
        actor: Set(row.actor),
        address: Set(row.address),
        action: Set(row.action),
        person: Set(row.person),
        target: Set(row.target),
        detail: Set(row.detail),
        hash: Set(row.hash),
    }
    .insert(transaction)
    .await?;
    Ok(())
}

/// A chain's head, held until the commit. That of a chain which has no event yet is made here.
async fn locked_head(transaction: &Transaction, chain: Chain) -> Result<audit_heads::Model, StoreError> {
    let head = || audit_heads::Entity::find_by_id(chain.id()).lock_exclusive().one(transaction);
    if let Some(head) = head().await? {
        return Ok(head);
    }
    let first = audit_heads::ActiveModel { chain: Set(chain.id()), number: Set(0), hash: Set(Vec::new()) };
    audit_heads::Entity::insert(first)
        .on_conflict_do_nothing_on([audit_heads::Column::Chain])
        .exec_without_returning(transaction)
        .await?;
    head().await?.ok_or(StoreError::Conflict)
}

impl Store {
    /// The hash of an event that comes after `before`: HMAC-SHA-256 of that hash and all that the event says, each part led by its length.
    fn chained(&self, before: &[u8], row: &audit_events::Model) -> Result<[u8; 32], StoreError> {
        let key = self.audit_key.as_ref().ok_or(StoreError::NoAuditKey)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).map_err(|_| StoreError::NoAuditKey)?;
        let mut part = |bytes: Option<&[u8]>| {
            // An absent part is not an empty one.
            mac.update(&bytes.map_or(u64::MAX, |bytes| bytes.len() as u64).to_be_bytes());
            mac.update(bytes.unwrap_or_default());
        };
        part(Some(before));
        part(Some(row.chain.as_bytes()));
        part(Some(&row.number.to_be_bytes()));
        part(Some(&row.at.timestamp_micros().to_be_bytes()));
        part(Some(row.actor.as_bytes()));
        part(row.address.as_deref().map(str::as_bytes));
        part(Some(row.action.as_bytes()));
        part(row.person.as_deref().map(str::as_bytes));
        part(row.target.as_deref().map(str::as_bytes));
        part(row.detail.as_deref().map(str::as_bytes));
        Ok(mac.finalize().into_bytes().into())
    }

    /// Whether the installation's own chain has any event. Whatever shape the database has.
    pub async fn audit_is_begun(&self) -> Result<bool, StoreError> {
        Ok(self.first_event().await?.is_some())
    }

    /// Whether that chain, if it has any event, was begun under this audit key. Whatever shape the database has.
    pub async fn began_the_audit(&self) -> Result<bool, StoreError> {
        match self.first_event().await? {
            Some(row) => Ok(self.chained(&[], &row)?.as_slice() == row.hash),
            None => Ok(true),
        }
    }

    async fn first_event(&self) -> Result<Option<audit_events::Model>, StoreError> {
        if !self.db.has_table("audit_events").await? {
            return Ok(None);
        }
        let platforms =
            audit_events::Entity::find().filter(audit_events::Column::Chain.eq(Chain::Platform.id()));
        Ok(platforms.order_by_asc(audit_events::Column::Number).one(&self.db).await?)
    }

    /// Walks a whole chain, and says whether it is what was written. With `noted`, a head that was noted elsewhere, the chain must also
    /// still hold that event.
    pub async fn verify_chain(
        &self,
        chain: Chain,
        noted: Option<&AuditHead>,
    ) -> Result<ChainState, StoreError> {
        // The head first: what comes after it meanwhile is looked at as well, and what it names must be there.
        let head = audit_heads::Entity::find_by_id(chain.id()).one(&self.db).await?;
        let (mut number, mut before) = (0, Vec::new());
        let mut seen_head = head.as_ref().is_none_or(|head| head.number == 0);
        let mut seen_noted = noted.is_none_or(|noted| noted.number == 0);
        loop {
            let rows = audit_events::Entity::find()
                .filter(audit_events::Column::Chain.eq(chain.id()))
                .filter(audit_events::Column::Number.gt(number))
                .order_by_asc(audit_events::Column::Number)
                .limit(PAGE)
                .all(&self.db)
                .await?;
            let last = (rows.len() as u64) < PAGE;
            for row in rows {
                let follows = row.number == number + 1 && self.chained(&before, &row)?.as_slice() == row.hash;
                if !follows {
                    return Ok(ChainState::Broken(unsigned(number + 1)));
                }
                seen_head |=
                    head.as_ref().is_some_and(|head| head.number == row.number && head.hash == row.hash);
                seen_noted |= noted.is_some_and(|noted| {
                    noted.number == unsigned(row.number) && noted.hash.as_slice() == row.hash
                });
                (number, before) = (row.number, row.hash);
            }
            if last {
                break;
            }
        }
        // A head without its event, or events without a head, are an end that was cut off.
        if !seen_head || !seen_noted || (head.is_none() && number > 0) {
            return Ok(ChainState::Broken(unsigned(number + 1)));
        }
        let hash = before.try_into().unwrap_or([0; 32]);
        Ok(ChainState::Whole(AuditHead { chain, number: unsigned(number), hash }))
    }

    /// Walks all chains that there are, that must be and that were noted, and says what it found of each.
    pub async fn verify_audit(&self, noted: &[AuditHead]) -> Result<Vec<(Chain, ChainState)>, StoreError> {
        let mut chains = self.audit_chains().await?;
        // A tenant's chain begins with the tenant; that it was made is told in the platform's as well.
        let made = self.tenants_told_of().await?;
        chains.extend(made.iter().filter(|chain| !chains.contains(chain)).collect::<Vec<_>>());
        for head in noted {
            if !chains.contains(&head.chain) {
                chains.push(head.chain);
            }
        }
        let mut found = Vec::with_capacity(chains.len());
        for chain in chains {
            let noted = noted.iter().find(|head| head.chain == chain);
            let state = match self.verify_chain(chain, noted).await? {
                ChainState::Whole(head) if head.number == 0 && made.contains(&chain) => ChainState::Broken(1),
                state => state,
            };
            found.push((chain, state));
        }
        Ok(found)
    }

    /// The chains of all tenants that the platform's chain says were made.
    async fn tenants_told_of(&self) -> Result<Vec<Chain>, StoreError> {
        let made: Vec<Option<String>> = audit_events::Entity::find()
            .select_only()
            .column(audit_events::Column::Target)
            .filter(audit_events::Column::Chain.eq(Chain::Platform.id()))
            .filter(audit_events::Column::Action.eq(TENANT_CREATED))
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(made.into_iter().flatten().filter_map(|id| id.parse().ok()).map(Chain::Tenant).collect())
    }

    /// Every chain of which there is anything: a head, or an event whose head is gone.
    async fn audit_chains(&self) -> Result<Vec<Chain>, StoreError> {
        let heads: Vec<Uuid> = audit_heads::Entity::find()
            .select_only()
            .column(audit_heads::Column::Chain)
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut chains: Vec<Uuid> = audit_events::Entity::find()
            .select_only()
            .column(audit_events::Column::Chain)
            .distinct()
            .into_tuple()
            .all(&self.db)
            .await?;
        chains.extend(heads);
        chains.sort_unstable();
        chains.dedup();
        Ok(chains.into_iter().map(Chain::of).collect())
    }

    /// Where each chain ends: to be noted elsewhere.
    pub async fn audit_heads(&self) -> Result<Vec<AuditHead>, StoreError> {
        let rows = audit_heads::Entity::find().order_by_asc(audit_heads::Column::Chain).all(&self.db).await?;
        rows.into_iter()
            .map(|row| {
                let hash = row.hash.try_into().map_err(|_| StoreError::Unreadable("audit head"))?;
                Ok(AuditHead { chain: Chain::of(row.chain), number: unsigned(row.number), hash })
            })
            .collect()
    }
}

/// Numbers begin with 1.
pub(crate) fn unsigned(number: i64) -> u64 {
    number.unsigned_abs()
}
