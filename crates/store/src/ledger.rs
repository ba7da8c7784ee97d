//! What is written beside an effect, in the effect's own commit: what it costs, and what the audit trail says of it.
//!
//! Promises that an effect is billed and told of if, and only if, it happened; and that a hard quota is never gone beyond, however
//! many effects come at once.
//!
//! With PostgreSQL transactions wait for each other's rows, and two must never wait for one another. So all take rows in this order: the
//! tenant ([`tenants::hold`](crate::tenants::hold)), the person ([`subjects::hold`](crate::subjects::hold)), what belongs to them, an answer;
//! then what is here: the month's counter, the day's, the tenant's chain, the platform's.

use chrono::{DateTime, SubsecRound, Utc};
use timbre_domain::{
    audit::Origin,
    ids::TenantId,
    usage::{QuotaPolicy, Usage},
};

use crate::{NewAnswer, Store, StoreError, answers, audit::append, database::Transaction, usage::bill};

/// What an effect costs, and what is told of it.
#[derive(Default, Clone)]
pub struct Entry {
    /// What was done, for whoever reads the bill: "profile.enrolled".
    pub operation: &'static str,
    pub usage: Usage,
    /// What the tenant may use in a month.
    pub quotas: QuotaPolicy,
    pub events: Vec<NewEvent>,
    /// What is told in the platform's trail as well.
    pub platform_events: Vec<NewEvent>,
    /// What whoever caused it is answered, to be answered again.
    pub answer: Option<NewAnswer>,
}

/// An event of the audit trail.
#[derive(Clone)]
pub struct NewEvent {
    pub origin: Origin,
    /// What was done: a noun, a dot, a participle. "credential.issued".
    pub action: &'static str,
    /// To whom, by the tenant's pseudonym for them: the trail outlives the person's erasure.
    pub person: Option<String>,
    /// To what: an id that names no person.
    pub target: Option<String>,
    /// What else there is to say. Never a secret, never a person's id.
    pub detail: Option<serde_json::Value>,
}

/// Whose audit trail: each is a chain of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// What is no tenant's: operators, their logins, the making of tenants.
    Platform,
    Tenant(TenantId),
}

impl Entry {
    /// Nothing is billed, and this is told.
    pub fn told(event: NewEvent) -> Self {
        Self { events: vec![event], ..Self::default() }
    }
}

/// Writes an entry. The last thing before a commit: the rows it locks are what all effects of a tenant queue for.
pub(crate) async fn write(
    store: &Store,
    transaction: &Transaction,
    tenant: TenantId,
    entry: Entry,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Entry { operation, usage, quotas, mut events, answer, platform_events } = entry;
    let now = now.trunc_subsecs(6);
    answers::keep(transaction, answer, now).await?;
    if !usage.is_nothing() {
        events.extend(bill(transaction, tenant, operation, usage, &quotas, now).await?);
    }
    for event in events {
        append(store, transaction, Chain::Tenant(tenant), event, now).await?;
    }
    // After the tenant's, always: so that no two commits wait for each other.
    for event in platform_events {
        append(store, transaction, Chain::Platform, event, now).await?;
    }
    Ok(())
}

impl Store {
    /// Commits an entry whose effect is an answer: nothing else is kept of it.
    pub async fn enter(&self, tenant: TenantId, entry: Entry, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.again(|| self.enter_once(tenant, entry.clone(), now)).await
    }

    async fn enter_once(&self, tenant: TenantId, entry: Entry, now: DateTime<Utc>) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Commits an event whose effect is kept nowhere else: a login that failed, a call that was refused.
    pub async fn append_event(
        &self,
        chain: Chain,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.again(|| self.append_event_once(chain, event.clone(), now)).await
    }

    async fn append_event_once(
        &self,
        chain: Chain,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        append(self, &transaction, chain, event, now.trunc_subsecs(6)).await?;
        Ok(transaction.commit().await?)
    }
}
