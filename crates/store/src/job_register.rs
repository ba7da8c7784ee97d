//! A tenant's jobs as those see them who look after them.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select, SelectGetableTuple, Selector};
use timbre_domain::{
    ids::{JobId, TenantId},
    job::{Job, JobKind, JobState},
};
use uuid::Uuid;

use crate::{JobRecord, Listing, Period, Store, StoreError, jobs::record, rows::jobs};

/// Which jobs a list is of.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    pub kind: Option<JobKind>,
    pub state: Option<JobState>,
    pub request_id: Option<String>,
    /// When it was accepted.
    pub period: Period,
}

impl Store {
    /// A page of a tenant's jobs, the newest first.
    pub async fn jobs(
        &self,
        tenant: TenantId,
        filter: &JobFilter,
        listing: &Listing<Uuid>,
    ) -> Result<Vec<Job>, StoreError> {
        let mut found = jobs::Entity::find().filter(jobs::Column::TenantId.eq(tenant.0));
        if let Some(kind) = filter.kind {
            found = found.filter(jobs::Column::Kind.eq(kind.name()));
        }
        if let Some(state) = filter.state {
            found = found.filter(jobs::Column::State.eq(state.name()));
        }
        if let Some(request_id) = &filter.request_id {
            found = found.filter(jobs::Column::RequestId.eq(request_id));
        }
        let found = filter.period.of(found, jobs::Column::CreatedAt);
        let page = listing.of(found, jobs::Column::CreatedAt, jobs::Column::Id);
        told(page).all(&self.db).await?.into_iter().map(|columns| job(tenant, columns)).collect()
    }

    /// A tenant's job.
    pub async fn job(&self, tenant: TenantId, id: JobId) -> Result<Option<Job>, StoreError> {
        let found = jobs::Entity::find_by_id(id.0).filter(jobs::Column::TenantId.eq(tenant.0));
        told(found).one(&self.db).await?.map(|columns| job(tenant, columns)).transpose()
    }

    /// The same with what it was asked and what it found, sealed.
    pub async fn job_record(&self, tenant: TenantId, id: JobId) -> Result<Option<JobRecord>, StoreError> {
        let found = jobs::Entity::find_by_id(id.0).filter(jobs::Column::TenantId.eq(tenant.0));
        found.one(&self.db).await?.map(record).transpose()
    }
}

/// What is told of a job, in the order of [`told`]'s columns.
type Told = (Uuid, String, String, String, i32, f64, Option<f64>, DateTime<Utc>, Option<DateTime<Utc>>);

/// Jobs without what is sealed in them, which is by far the most of it.
fn told(found: Select<jobs::Entity>) -> Selector<SelectGetableTuple<Told>> {
    let columns = [
        jobs::Column::Id,
        jobs::Column::Kind,
        jobs::Column::RequestId,
        jobs::Column::State,
        jobs::Column::Tries,
        jobs::Column::HeardSeconds,
        jobs::Column::TotalSeconds,
        jobs::Column::CreatedAt,
        jobs::Column::FinishedAt,
    ];
    found.select_only().columns(columns).into_tuple()
}

fn job(tenant: TenantId, columns: Told) -> Result<Job, StoreError> {
    let (id, kind, request_id, state, tries, heard_seconds, total_seconds, created_at, finished_at) = columns;
    Ok(Job {
        id: JobId(id),
        tenant,
        kind: kind.parse().map_err(|_| StoreError::Unreadable("kind of job"))?,
        request_id,
        state: state.parse().map_err(|_| StoreError::Unreadable("state of a job"))?,
        tries: tries.try_into().map_err(|_| StoreError::Unreadable("number of tries"))?,
        heard_seconds,
        total_seconds,
        created_at,
        finished_at,
    })
}
