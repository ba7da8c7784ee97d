//! Who does a job: one worker at a time over all processes, tenants in turn.
//!
//! A claim ends by itself should its holder die; what a worker commits counts only while its claim is still its own.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Statement,
    sea_query::{Expr, Query, SimpleExpr},
};
use timbre_domain::{
    ids::{JobId, TenantId},
    job::JobState,
};
use uuid::Uuid;

use crate::{
    Claim, JobRecord, Store, StoreError,
    jobs::{held, queued, record, unchanged},
    rows::{jobs, tenants},
    tenants::hold,
};

/// The job to be done next, of those that wait and of those that a dead worker left. `$1` is the time, `$2` how many jobs a tenant may
/// have at work. The jobs of a suspended tenant wait until it is so no more.
const NEXT: &str = "WITH busy AS (SELECT tenant_id, COUNT(*) AS jobs FROM jobs WHERE state = 'Running' AND busy_until > $1 \
                    GROUP BY tenant_id) \
                    SELECT jobs.* FROM jobs JOIN tenants ON tenants.id = jobs.tenant_id \
                    LEFT JOIN busy ON busy.tenant_id = jobs.tenant_id \
                    WHERE ((state = 'Queued' AND run_after <= $1) \
                    OR (state = 'Running' AND (busy_until IS NULL OR busy_until <= $1))) AND COALESCE(busy.jobs, 0) < $2 \
                    AND suspended_at IS NULL \
                    ORDER BY COALESCE(busy.jobs, 0), job_begun_at IS NOT NULL, job_begun_at, run_after, jobs.id LIMIT 1";

impl Store {
    /// Claims the next job, if there is one, of the tenant that has fewest at work and among those of the one that was served longest
    /// ago; of no tenant that has `most_at_work` at work already. A worker's: it looks at every tenant.
    pub async fn claim_job(
        &self,
        claim: Claim,
        most_at_work: u32,
        now: DateTime<Utc>,
    ) -> Result<Option<JobRecord>, StoreError> {
        self.again(|| self.claim_job_once(claim, most_at_work, now)).await
    }

    async fn claim_job_once(
        &self,
        claim: Claim,
        most_at_work: u32,
        now: DateTime<Utc>,
    ) -> Result<Option<JobRecord>, StoreError> {
        loop {
            let values = [now.into(), i64::from(most_at_work).into()];
            let next = Statement::from_sql_and_values(self.db.get_database_backend(), NEXT, values);
            let Some(row) = jobs::Entity::find().from_raw_sql(next).one(&self.db).await? else {
                return Ok(None);
            };
            let transaction = self.begin().await?;
            // Two workers may have found two jobs of one tenant that may have one more at work: the second counts the first's.
            hold(&transaction, TenantId(row.tenant_id)).await?;
            let update = jobs::Entity::update_many()
                .col_expr(jobs::Column::State, Expr::value(JobState::Running.name()))
                .col_expr(jobs::Column::Tries, Expr::value(row.tries + 1))
                .col_expr(jobs::Column::BusyWith, Expr::value(Some(claim.holder)))
                .col_expr(jobs::Column::BusyUntil, Expr::value(Some(claim.until)))
                // It is begun anew, whoever had it before.
                .col_expr(jobs::Column::HeardSeconds, Expr::value(0.0))
                .filter(jobs::Column::Id.eq(row.id))
                // As it was read: of two workers one wins, and a holder that lives goes on.
                .filter(jobs::Column::State.eq(&row.state))
                .filter(jobs::Column::Tries.eq(row.tries))
                .filter(unchanged(jobs::Column::BusyUntil, row.busy_until))
                .filter(at_work(TenantId(row.tenant_id), now).lt(i64::from(most_at_work)));
            if update.exec(&transaction).await?.rows_affected == 0 {
                continue;
            }
            let served = tenants::Entity::update_many()
                .col_expr(tenants::Column::JobBegunAt, Expr::value(Some(now)))
                .filter(tenants::Column::Id.eq(row.tenant_id));
            served.exec(&transaction).await?;
            transaction.commit().await?;
            let tries = row.tries + 1;
            let state = JobState::Running.name().to_owned();
            return record(jobs::Model { state, tries, heard_seconds: 0.0, ..row }).map(Some);
        }
    }

    /// Prolongs a claim and notes how far its holder is. False: the claim is lost.
    pub async fn hold_job(
        &self,
        tenant: TenantId,
        id: JobId,
        claim: Claim,
        heard_seconds: f64,
        total_seconds: Option<f64>,
    ) -> Result<bool, StoreError> {
        let update = jobs::Entity::update_many()
            .col_expr(jobs::Column::BusyUntil, Expr::value(Some(claim.until)))
            .col_expr(jobs::Column::HeardSeconds, Expr::value(heard_seconds))
            .col_expr(jobs::Column::TotalSeconds, Expr::value(total_seconds))
            .filter(held(tenant, id, claim.holder));
        Ok(update.exec(&self.db).await?.rows_affected == 1)
    }

    /// Gives a job back, to be tried from `run_after` on.
    pub async fn requeue_job(
        &self,
        tenant: TenantId,
        id: JobId,
        holder: Uuid,
        tries: u32,
        run_after: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let update = queued(run_after)
            .col_expr(jobs::Column::Tries, Expr::value(tries as i32))
            .filter(held(tenant, id, holder));
        update.exec(&self.db).await?;
        Ok(())
    }
}

/// How many jobs of the tenant are at work.
fn at_work(tenant: TenantId, now: DateTime<Utc>) -> SimpleExpr {
    let mut busy = Query::select();
    busy.expr(Expr::col(jobs::Column::Id).count())
        .from(jobs::Entity)
        .and_where(jobs::Column::TenantId.eq(tenant.0))
        .and_where(jobs::Column::State.eq(JobState::Running.name()))
        .and_where(jobs::Column::BusyUntil.gt(now));
    busy.into()
}
