//! The messages about the ends of jobs: made in the commit that ends the job, tried by one worker at a time, every try logged.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::Expr,
};
use timbre_domain::{
    ids::{DeliveryId, JobId, TenantId},
    job::{DELIVERY_TRIES, Delivery, DeliveryState, DeliveryTry},
};
use uuid::Uuid;

use crate::{
    Claim, Entry, JobRecord, Store, StoreError,
    database::Transaction,
    jobs::{record, unchanged},
    ledger::write,
    rows::{deliveries, delivery_tries, jobs},
};

impl Store {
    /// Claims the next message that is due, with the job that it tells of. A worker's: it looks at every tenant, and first at the one
    /// whose messages are least under way, so that one tenant's slow receivers do not hold up the others.
    pub async fn claim_delivery(
        &self,
        claim: Claim,
        now: DateTime<Utc>,
    ) -> Result<Option<(Delivery, JobRecord)>, StoreError> {
        let sql = "WITH busy AS (SELECT tenant_id, COUNT(*) AS messages FROM deliveries WHERE state = 'Pending' \
                   AND busy_until > $1 GROUP BY tenant_id) \
                   SELECT deliveries.* FROM deliveries LEFT JOIN busy ON busy.tenant_id = deliveries.tenant_id \
                   WHERE state = 'Pending' AND next_at <= $1 AND (busy_until IS NULL OR busy_until <= $1) \
                   ORDER BY COALESCE(busy.messages, 0), next_at, id LIMIT 1";
        loop {
            let next = Statement::from_sql_and_values(self.db.get_database_backend(), sql, [now.into()]);
            let Some(row) = deliveries::Entity::find().from_raw_sql(next).one(&self.db).await? else {
                return Ok(None);
            };
            let update = deliveries::Entity::update_many()
                .col_expr(deliveries::Column::BusyWith, Expr::value(Some(claim.holder)))
                .col_expr(deliveries::Column::BusyUntil, Expr::value(Some(claim.until)))
                .filter(deliveries::Column::Id.eq(row.id))
                .filter(deliveries::Column::State.eq(DeliveryState::Pending.name()))
                // As it was read: of two workers one wins, also where the other's try is over by now.
                .filter(deliveries::Column::Tries.eq(row.tries))
                .filter(deliveries::Column::NextAt.eq(row.next_at))
                .filter(unchanged(deliveries::Column::BusyUntil, row.busy_until));
            if update.exec(&self.db).await?.rows_affected == 0 {
                continue;
            }
            // A job takes its messages with it: without it there is nothing to tell.
            if let Some(job) = jobs::Entity::find_by_id(row.job_id).one(&self.db).await? {
                return Ok(Some((delivery(row)?, record(job)?)));
            }
        }
    }

    /// Logs a try and what becomes of the message: `Pending` to be tried again at `next_at`, or one of its ends. A claim that was lost
    /// meanwhile changes nothing: the message was sent, which may be twice.
    pub async fn end_try(
        &self,
        message: &Delivery,
        holder: Uuid,
        this: DeliveryTry,
        state: DeliveryState,
        next_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let update = deliveries::Entity::update_many()
            .col_expr(deliveries::Column::State, Expr::value(state.name()))
            .col_expr(deliveries::Column::Tries, Expr::value(this.number as i32))
            .col_expr(deliveries::Column::NextAt, Expr::value(next_at))
            .col_expr(deliveries::Column::BusyWith, Expr::value(None::<Uuid>))
            .col_expr(deliveries::Column::BusyUntil, Expr::value(None::<DateTime<Utc>>))
            .filter(deliveries::Column::TenantId.eq(message.tenant.0))
            .filter(deliveries::Column::Id.eq(message.id.0))
            .filter(deliveries::Column::BusyWith.eq(holder));
        if update.exec(&transaction).await?.rows_affected == 0 {
            return Ok(());
        }
        delivery_tries::ActiveModel {
            delivery_id: Set(message.id.0),
            number: Set(this.number as i32),
            tenant_id: Set(message.tenant.0),
            at: Set(this.at),
            status: Set(this.status.map(i32::from)),
            error: Set(this.error),
            milliseconds: Set(this.milliseconds as i32),
        }
        .insert(&transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The messages of a job, the oldest first, each with its tries.
    pub async fn deliveries_of(
        &self,
        tenant: TenantId,
        job: JobId,
    ) -> Result<Vec<(Delivery, Vec<DeliveryTry>)>, StoreError> {
        let rows = deliveries::Entity::find()
            .filter(deliveries::Column::TenantId.eq(tenant.0))
            .filter(deliveries::Column::JobId.eq(job.0))
            .order_by_asc(deliveries::Column::CreatedAt)
            .order_by_asc(deliveries::Column::Id)
            .all(&self.db)
            .await?;
        let tried = delivery_tries::Entity::find()
            .filter(delivery_tries::Column::DeliveryId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(delivery_tries::Column::Number)
            .all(&self.db)
            .await?;
        let mut tries: HashMap<Uuid, Vec<DeliveryTry>> = HashMap::new();
        for row in tried {
            tries.entry(row.delivery_id).or_default().push(one_try(row));
        }
        let with_tries = |row: deliveries::Model| {
            let tries = tries.remove(&row.id).unwrap_or_default();
            Ok((delivery(row)?, tries))
        };
        rows.into_iter().map(with_tries).collect()
    }

    /// Lets the latest message about a job's end be sent again, with as many tries as a new one has. `Conflict` when there is none of this
    /// id, it is under way, or its job was begun anew: a message must not change what it says.
    pub async fn replay_delivery(
        &self,
        tenant: TenantId,
        id: DeliveryId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let named = deliveries::Entity::find_by_id(id.0).filter(deliveries::Column::TenantId.eq(tenant.0));
        let job = named.one(&transaction).await?.ok_or(StoreError::Conflict)?.job_id;
        // Held until the commit: the job is not begun anew meanwhile.
        let over = jobs::Entity::find_by_id(job).lock_exclusive().one(&transaction).await?;
        let over = over.is_some_and(|job| job.finished_at.is_some());
        let newer = deliveries::Entity::find()
            .filter(deliveries::Column::JobId.eq(job))
            .order_by_desc(deliveries::Column::CreatedAt)
            .order_by_desc(deliveries::Column::Id);
        let latest = newer.one(&transaction).await?.is_some_and(|latest| latest.id == id.0);
        if !latest || !over {
            return Err(StoreError::Conflict);
        }
        let granted = Expr::col(deliveries::Column::Tries).add(DELIVERY_TRIES as i32);
        let update = deliveries::Entity::update_many()
            .col_expr(deliveries::Column::State, Expr::value(DeliveryState::Pending.name()))
            .col_expr(deliveries::Column::MostTries, granted)
            .col_expr(deliveries::Column::NextAt, Expr::value(now))
            .filter(deliveries::Column::TenantId.eq(tenant.0))
            .filter(deliveries::Column::Id.eq(id.0))
            .filter(deliveries::Column::BusyWith.is_null());
        if update.exec(&transaction).await?.rows_affected != 1 {
            return Err(StoreError::Conflict);
        }
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }
}

pub(crate) async fn add_delivery(
    transaction: &Transaction,
    tenant: TenantId,
    job: JobId,
    id: DeliveryId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    deliveries::ActiveModel {
        id: Set(id.0),
        tenant_id: Set(tenant.0),
        job_id: Set(job.0),
        state: Set(DeliveryState::Pending.name().to_owned()),
        tries: Set(0),
        most_tries: Set(DELIVERY_TRIES as i32),
        next_at: Set(now),
        busy_with: Set(None),
        busy_until: Set(None),
        created_at: Set(now),
    }
    .insert(transaction)
    .await?;
    Ok(())
}

/// Ends what is still to be told of a job. A try that is under way has no say any more.
pub(crate) async fn drop_deliveries(
    transaction: &Transaction,
    tenant: TenantId,
    job: JobId,
) -> Result<(), StoreError> {
    deliveries::Entity::update_many()
        .col_expr(deliveries::Column::State, Expr::value(DeliveryState::Dropped.name()))
        .col_expr(deliveries::Column::BusyWith, Expr::value(None::<Uuid>))
        .col_expr(deliveries::Column::BusyUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(deliveries::Column::TenantId.eq(tenant.0))
        .filter(deliveries::Column::JobId.eq(job.0))
        .filter(deliveries::Column::State.eq(DeliveryState::Pending.name()))
        .exec(transaction)
        .await?;
    Ok(())
}

fn delivery(row: deliveries::Model) -> Result<Delivery, StoreError> {
    let number = |tries: i32| tries.try_into().map_err(|_| StoreError::Unreadable("number of tries"));
    Ok(Delivery {
        id: DeliveryId(row.id),
        tenant: TenantId(row.tenant_id),
        job: JobId(row.job_id),
        state: row.state.parse().map_err(|_| StoreError::Unreadable("state of a message"))?,
        tries: number(row.tries)?,
        most_tries: number(row.most_tries)?,
        next_at: row.next_at,
        created_at: row.created_at,
    })
}

fn one_try(row: delivery_tries::Model) -> DeliveryTry {
    DeliveryTry {
        number: row.number.unsigned_abs(),
        at: row.at,
        status: row.status.and_then(|status| status.try_into().ok()),
        error: row.error,
        milliseconds: row.milliseconds.unsigned_abs(),
    }
}
