//! A tenant's jobs as those see them who look after them.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timbre_domain::{
    ids::{JobId, TenantId},
    job::{Job, JobKind, JobState},
};
use uuid::Uuid;

use crate::{Listing, Period, Store, StoreError, jobs::record, rows::jobs};

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
        page.all(&self.db).await?.into_iter().map(|row| Ok(record(row)?.job)).collect()
    }

    /// A tenant's job.
    pub async fn job(&self, tenant: TenantId, id: JobId) -> Result<Option<Job>, StoreError> {
        let found = jobs::Entity::find_by_id(id.0).filter(jobs::Column::TenantId.eq(tenant.0));
        found.one(&self.db).await?.map(|row| Ok(record(row)?.job)).transpose()
    }
}
