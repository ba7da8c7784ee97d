//! What an operator's figures say of the whole installation: work that is to be done, and what tenants have used. Sums and times only; it
//! looks at every tenant, and is no request's.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use timbre_domain::{
    ids::TenantId,
    job::JobState,
    usage::{QuotaPolicy, Usage},
};
use uuid::Uuid;

use crate::{
    Store, StoreError, policies,
    rows::{deliveries, jobs, tenants, usage_counters},
    usage::read,
};

/// Work that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDo {
    /// How many jobs there are of each state that is no end.
    pub jobs: Vec<(JobState, u64)>,
    /// Since when the job waits that could have begun longest ago.
    pub oldest_job: Option<DateTime<Utc>>,
    /// Messages that are to be delivered.
    pub messages: u64,
    /// When the oldest of them was made.
    pub oldest_message: Option<DateTime<Utc>>,
}

/// What a tenant has used in a period, and of how much in a month.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedByTenant {
    pub id: TenantId,
    pub name: String,
    pub usage: Usage,
    pub quotas: QuotaPolicy,
}

// Written out, as the indexes on open rows have them: a value that is handed in finds no partial index.
const OPEN_JOBS: &str = "state IN ('Queued', 'Running')";
const QUEUED: &str = "state = 'Queued'";
const PENDING: &str = "state = 'Pending'";

impl Store {
    /// Work that is to be done, of all tenants.
    pub async fn to_do(&self, now: DateTime<Utc>) -> Result<ToDo, StoreError> {
        let counted: Vec<(String, i64)> = jobs::Entity::find()
            .select_only()
            .column(jobs::Column::State)
            .column_as(jobs::Column::Id.count(), "number")
            .filter(Expr::cust(OPEN_JOBS))
            .group_by(jobs::Column::State)
            .into_tuple()
            .all(&self.db)
            .await?;
        let of = |state: JobState| {
            let found = counted.iter().find(|(name, _)| name == state.name());
            (state, found.map_or(0, |(_, number)| u64::try_from(*number).unwrap_or(0)))
        };
        let oldest_job: Option<DateTime<Utc>> = jobs::Entity::find()
            .select_only()
            .column(jobs::Column::RunAfter)
            .filter(Expr::cust(OPEN_JOBS))
            .filter(Expr::cust(QUEUED))
            .filter(jobs::Column::RunAfter.lte(now))
            .order_by_asc(jobs::Column::RunAfter)
            .limit(1)
            .into_tuple()
            .one(&self.db)
            .await?;
        let pending = || deliveries::Entity::find().filter(Expr::cust(PENDING));
        let oldest_message: Option<DateTime<Utc>> = pending()
            .select_only()
            .column(deliveries::Column::CreatedAt)
            .order_by_asc(deliveries::Column::CreatedAt)
            .limit(1)
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(ToDo {
            jobs: [JobState::Queued, JobState::Running].map(of).to_vec(),
            oldest_job,
            messages: pending().count(&self.db).await?,
            oldest_message,
        })
    }

    /// What the tenants that are here longest, at most so many of them, have used in a month ("2026-11").
    pub async fn used_by_tenants(&self, month: &str, most: u64) -> Result<Vec<UsedByTenant>, StoreError> {
        let rows: Vec<(Uuid, String, String)> = tenants::Entity::find()
            .select_only()
            .column(tenants::Column::Id)
            .column(tenants::Column::Name)
            .column(tenants::Column::Policy)
            .order_by_asc(tenants::Column::CreatedAt)
            .order_by_asc(tenants::Column::Id)
            .limit(most)
            .into_tuple()
            .all(&self.db)
            .await?;
        let counters = usage_counters::Entity::find()
            .filter(usage_counters::Column::TenantId.is_in(rows.iter().map(|(id, ..)| *id)))
            .filter(usage_counters::Column::Period.eq(month))
            .all(&self.db)
            .await?;
        let used = |id| counters.iter().find(|row| row.tenant_id == id).map_or(Ok(Usage::default()), read);
        rows.into_iter()
            .map(|(id, name, policy)| {
                let (id, usage) = (TenantId(id), used(id)?);
                Ok(UsedByTenant { id, name, usage, quotas: policies::read(&policy)?.quotas })
            })
            .collect()
    }

    /// The tenants that used most in a period, a day or a month, by calls: at most so many of those that used anything.
    pub async fn most_used(&self, period: &str, most: u64) -> Result<Vec<UsedByTenant>, StoreError> {
        let counters = usage_counters::Entity::find()
            .filter(usage_counters::Column::Period.eq(period))
            .order_by_desc(usage_counters::Column::Requests)
            .order_by_asc(usage_counters::Column::TenantId)
            .limit(most)
            .all(&self.db)
            .await?;
        let known: Vec<(Uuid, String, String)> = tenants::Entity::find()
            .select_only()
            .column(tenants::Column::Id)
            .column(tenants::Column::Name)
            .column(tenants::Column::Policy)
            .filter(tenants::Column::Id.is_in(counters.iter().map(|row| row.tenant_id)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let of = |row: &usage_counters::Model| {
            let (id, name, policy) = known.iter().find(|(id, ..)| *id == row.tenant_id)?;
            let used = || -> Result<UsedByTenant, StoreError> {
                let quotas = policies::read(policy)?.quotas;
                Ok(UsedByTenant { id: TenantId(*id), name: name.clone(), usage: read(row)?, quotas })
            };
            Some(used())
        };
        counters.iter().filter_map(of).collect()
    }
}
