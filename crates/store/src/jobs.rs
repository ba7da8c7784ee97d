//! Jobs: accepted once for each request id, claimed by one worker at a time over all processes, ended once.
//!
//! A claim ends by itself should its holder die; what a worker commits counts only while its claim is still its own. Workers look at
//! every tenant, and serve them in turn.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockBehavior, LockType, SimpleExpr},
};
use timbre_domain::{
    ids::{DeliveryId, JobId, ObjectId, TenantId},
    job::{Job, JobKind, JobState},
};
use uuid::Uuid;

use crate::{
    Entry, Store, StoreError,
    deliveries::{add_delivery, drop_deliveries},
    erasure::unregister,
    ledger::write,
    rows::{jobs, objects},
    tenants::hold,
};

/// A job to be added. Its sealed audio, if it has any, is in the vault already.
#[derive(Clone)]
pub struct NewJob {
    pub id: JobId,
    pub kind: JobKind,
    pub request_id: String,
    /// Equal for requests that ask for the same.
    pub request_digest: [u8; 32],
    pub sealed_request: Vec<u8>,
    pub object: Option<ObjectId>,
}

/// What came of adding a job.
pub enum JobAdded {
    New,
    /// The request was accepted before. The object that its job still needs, if any.
    Known(Option<ObjectId>),
    /// The request id was used for something else.
    OtherRequest,
    /// So many of the tenant's jobs are not over.
    TooMany,
}

/// A job as stored.
pub struct JobRecord {
    pub job: Job,
    pub sealed_request: Vec<u8>,
    pub sealed_outcome: Option<Vec<u8>>,
    pub object: Option<ObjectId>,
}

/// How a job ends.
#[derive(Clone)]
pub struct JobEnd {
    pub state: JobState,
    pub sealed_outcome: Vec<u8>,
    /// The message that tells of it, made in the same commit.
    pub delivery: DeliveryId,
    /// Whether the recording is kept for another try.
    pub keep_object: bool,
    pub entry: Entry,
}

impl Store {
    /// Adds a job, once for each request id, while fewer than `most_open` of the tenant's are not over.
    pub async fn add_job(
        &self,
        tenant: TenantId,
        new: NewJob,
        most_open: u32,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<JobAdded, StoreError> {
        self.again(|| self.add_job_once(tenant, new.clone(), most_open, entry.clone(), now)).await
    }

    async fn add_job_once(
        &self,
        tenant: TenantId,
        new: NewJob,
        most_open: u32,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<JobAdded, StoreError> {
        let transaction = self.begin().await?;
        hold(&transaction, tenant).await?;
        if let Some(known) = earlier(&transaction, tenant, &new.request_id, &new.request_digest).await? {
            return Ok(known);
        }
        let open = jobs::Entity::find().filter(jobs::Column::TenantId.eq(tenant.0)).filter(is_open());
        if open.count(&transaction).await? >= u64::from(most_open) {
            return Ok(JobAdded::TooMany);
        }
        if let Some(object) = new.object {
            let row =
                objects::ActiveModel { id: Set(object.0), tenant_id: Set(tenant.0), created_at: Set(now) };
            row.insert(&transaction).await?;
        }
        jobs::ActiveModel {
            id: Set(new.id.0),
            tenant_id: Set(tenant.0),
            kind: Set(new.kind.name().to_owned()),
            request_id: Set(new.request_id),
            request_digest: Set(new.request_digest.to_vec()),
            sealed_request: Set(new.sealed_request),
            object_id: Set(new.object.map(|object| object.0)),
            state: Set(JobState::Queued.name().to_owned()),
            tries: Set(0),
            heard_seconds: Set(0.0),
            total_seconds: Set(None),
            sealed_outcome: Set(None),
            run_after: Set(now),
            busy_with: Set(None),
            busy_until: Set(None),
            created_at: Set(now),
            finished_at: Set(None),
        }
        .insert(&transaction)
        .await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        Ok(JobAdded::New)
    }

    /// What became of an earlier request of this id, if there was one.
    pub async fn earlier_request(
        &self,
        tenant: TenantId,
        request_id: &str,
        request_digest: &[u8; 32],
    ) -> Result<Option<JobAdded>, StoreError> {
        earlier(&self.db, tenant, request_id, request_digest).await
    }

    /// The tenant's job of this request id.
    pub async fn job_of_request(
        &self,
        tenant: TenantId,
        request_id: &str,
    ) -> Result<Option<JobRecord>, StoreError> {
        let found = jobs::Entity::find()
            .filter(jobs::Column::TenantId.eq(tenant.0))
            .filter(jobs::Column::RequestId.eq(request_id));
        found.one(&self.db).await?.map(record).transpose()
    }

    /// The tenant's latest jobs, the newest first.
    pub async fn latest_jobs(&self, tenant: TenantId, limit: u64) -> Result<Vec<Job>, StoreError> {
        let rows = jobs::Entity::find()
            .filter(jobs::Column::TenantId.eq(tenant.0))
            .order_by_desc(jobs::Column::CreatedAt)
            .order_by_desc(jobs::Column::Id)
            .limit(limit);
        rows.all(&self.db).await?.into_iter().map(|row| Ok(record(row)?.job)).collect()
    }

    /// Ends a job that `holder` has claimed, with the message that tells of it, and names the object to be deleted. `Conflict`
    /// when the claim was lost; nothing is written then.
    pub async fn end_job(
        &self,
        tenant: TenantId,
        id: JobId,
        holder: Uuid,
        end: JobEnd,
        now: DateTime<Utc>,
    ) -> Result<Option<ObjectId>, StoreError> {
        self.end_which(tenant, id, held(tenant, id, holder), end, now).await
    }

    /// Ends a job that is not over, whoever has it. `Conflict` when it is over.
    pub async fn cancel_job(
        &self,
        tenant: TenantId,
        id: JobId,
        end: JobEnd,
        now: DateTime<Utc>,
    ) -> Result<Option<ObjectId>, StoreError> {
        let open = jobs::Column::TenantId.eq(tenant.0).and(jobs::Column::Id.eq(id.0)).and(is_open());
        self.end_which(tenant, id, open, end, now).await
    }

    async fn end_which(
        &self,
        tenant: TenantId,
        id: JobId,
        which: SimpleExpr,
        end: JobEnd,
        now: DateTime<Utc>,
    ) -> Result<Option<ObjectId>, StoreError> {
        self.again(|| self.end_which_once(tenant, id, which.clone(), end.clone(), now)).await
    }

    async fn end_which_once(
        &self,
        tenant: TenantId,
        id: JobId,
        which: SimpleExpr,
        end: JobEnd,
        now: DateTime<Utc>,
    ) -> Result<Option<ObjectId>, StoreError> {
        let transaction = self.begin().await?;
        let row = jobs::Entity::find_by_id(id.0).filter(jobs::Column::TenantId.eq(tenant.0));
        let object = row.one(&transaction).await?.and_then(|row| row.object_id);
        let gone = object.filter(|_| !end.keep_object);
        let mut update = jobs::Entity::update_many()
            .col_expr(jobs::Column::State, Expr::value(end.state.name()))
            .col_expr(jobs::Column::SealedOutcome, Expr::value(Some(end.sealed_outcome)))
            .col_expr(jobs::Column::FinishedAt, Expr::value(Some(now)))
            .col_expr(jobs::Column::BusyWith, Expr::value(None::<Uuid>))
            .col_expr(jobs::Column::BusyUntil, Expr::value(None::<DateTime<Utc>>))
            .filter(which);
        if gone.is_some() {
            update = update.col_expr(jobs::Column::ObjectId, Expr::value(None::<Uuid>));
        }
        if update.exec(&transaction).await?.rows_affected != 1 {
            return Err(StoreError::Conflict);
        }
        add_delivery(&transaction, tenant, id, end.delivery, now).await?;
        unregister(&transaction, tenant, gone.as_slice()).await?;
        write(self, &transaction, tenant, end.entry, now).await?;
        transaction.commit().await?;
        Ok(gone.map(ObjectId))
    }

    /// Lets a failed job begin anew. What is still to be told of its first end is dropped: a message must not change what it says.
    /// `Conflict` when it did not fail.
    pub async fn retry_job(
        &self,
        tenant: TenantId,
        id: JobId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.again(|| self.retry_job_once(tenant, id, entry.clone(), now)).await
    }

    async fn retry_job_once(
        &self,
        tenant: TenantId,
        id: JobId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let update = queued(now)
            .col_expr(jobs::Column::Tries, Expr::value(0))
            .col_expr(jobs::Column::HeardSeconds, Expr::value(0.0))
            .col_expr(jobs::Column::TotalSeconds, Expr::value(None::<f64>))
            .col_expr(jobs::Column::SealedOutcome, Expr::value(None::<Vec<u8>>))
            .col_expr(jobs::Column::FinishedAt, Expr::value(None::<DateTime<Utc>>))
            .filter(jobs::Column::TenantId.eq(tenant.0))
            .filter(jobs::Column::Id.eq(id.0))
            .filter(jobs::Column::State.eq(JobState::Failed.name()));
        if update.exec(&transaction).await?.rows_affected != 1 {
            return Err(StoreError::Conflict);
        }
        drop_deliveries(&transaction, tenant, id).await?;
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets some of the jobs that ended before `before`, with their messages, and names the objects to be deleted and how many jobs
    /// those were. Housekeeping's: it looks at every tenant.
    pub async fn purge_jobs(
        &self,
        before: DateTime<Utc>,
        limit: u64,
    ) -> Result<(usize, Vec<(TenantId, ObjectId)>), StoreError> {
        let transaction = self.begin().await?;
        // What another process purges is left to it.
        let over = jobs::Entity::find()
            .filter(jobs::Column::FinishedAt.lt(before))
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        let rows = over.all(&transaction).await?;
        let (mut gone, mut purged) = (Vec::new(), 0);
        for row in rows {
            let deleted = jobs::Entity::delete_many()
                .filter(jobs::Column::Id.eq(row.id))
                // One that was begun anew since it was read stays.
                .filter(jobs::Column::FinishedAt.lt(before));
            if deleted.exec(&transaction).await?.rows_affected == 0 {
                continue;
            }
            let tenant = TenantId(row.tenant_id);
            unregister(&transaction, tenant, row.object_id.as_slice()).await?;
            gone.extend(row.object_id.map(|object| (tenant, ObjectId(object))));
            purged += 1;
        }
        transaction.commit().await?;
        Ok((purged, gone))
    }
}

async fn earlier(
    database: &impl ConnectionTrait,
    tenant: TenantId,
    request_id: &str,
    request_digest: &[u8; 32],
) -> Result<Option<JobAdded>, StoreError> {
    let same_id = jobs::Entity::find()
        .filter(jobs::Column::TenantId.eq(tenant.0))
        .filter(jobs::Column::RequestId.eq(request_id));
    let known = same_id.one(database).await?;
    Ok(known.map(|known| match known.request_digest == request_digest {
        true => JobAdded::Known(known.object_id.map(ObjectId)),
        false => JobAdded::OtherRequest,
    }))
}

pub(crate) fn queued(run_after: DateTime<Utc>) -> sea_orm::UpdateMany<jobs::Entity> {
    jobs::Entity::update_many()
        .col_expr(jobs::Column::State, Expr::value(JobState::Queued.name()))
        .col_expr(jobs::Column::RunAfter, Expr::value(run_after))
        .col_expr(jobs::Column::BusyWith, Expr::value(None::<Uuid>))
        .col_expr(jobs::Column::BusyUntil, Expr::value(None::<DateTime<Utc>>))
}

pub(crate) fn held(tenant: TenantId, id: JobId, holder: Uuid) -> SimpleExpr {
    jobs::Column::TenantId
        .eq(tenant.0)
        .and(jobs::Column::Id.eq(id.0))
        .and(jobs::Column::BusyWith.eq(holder))
        .and(jobs::Column::State.eq(JobState::Running.name()))
}

/// Whether a claim's end is still what it was read as.
pub(crate) fn unchanged(column: impl ColumnTrait, read: Option<DateTime<Utc>>) -> SimpleExpr {
    match read {
        Some(until) => column.eq(until),
        None => column.is_null(),
    }
}

fn is_open() -> SimpleExpr {
    jobs::Column::State.is_in([JobState::Queued.name(), JobState::Running.name()])
}

pub(crate) fn record(row: jobs::Model) -> Result<JobRecord, StoreError> {
    Ok(JobRecord {
        job: Job {
            id: JobId(row.id),
            tenant: TenantId(row.tenant_id),
            kind: row.kind.parse().map_err(|_| StoreError::Unreadable("kind of job"))?,
            request_id: row.request_id,
            state: row.state.parse().map_err(|_| StoreError::Unreadable("state of a job"))?,
            tries: row.tries.try_into().map_err(|_| StoreError::Unreadable("number of tries"))?,
            heard_seconds: row.heard_seconds,
            total_seconds: row.total_seconds,
            created_at: row.created_at,
            finished_at: row.finished_at,
        },
        sealed_request: row.sealed_request,
        sealed_outcome: row.sealed_outcome,
        object: row.object_id.map(ObjectId),
    })
}
