//! Meters: a row for each effect that was billed, and the sums of them by day and by month.
//!
//! The sums are kept, not computed, because a quota must be looked at in every commit. They can be computed anew at any time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::json;
use timbre_domain::{
    audit::Origin,
    ids::TenantId,
    usage::{Meter, QuotaPolicy, Usage, day, month},
};
use uuid::Uuid;

use crate::{
    NewEvent, Store, StoreError,
    database::Transaction,
    rows::{usage_counters, usage_events},
};

/// What was used in a period: a day ("2026-11-21") or a month ("2026-11").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    pub period: String,
    pub usage: Usage,
}

/// Whether the counters are what the events sum up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// Periods that were looked at.
    pub periods: usize,
    /// Those whose counter is not the sum of its events: what was counted, and the sum.
    pub wrong: Vec<(Used, Usage)>,
}

/// Adds usage to the counters, unless a hard quota is in the way, and keeps the event. Says of each soft quota that this passed.
pub(crate) async fn bill(
    transaction: &Transaction,
    tenant: TenantId,
    operation: &'static str,
    usage: Usage,
    quotas: &QuotaPolicy,
    now: DateTime<Utc>,
) -> Result<Vec<NewEvent>, StoreError> {
    let month = month(now);
    add(transaction, tenant, &month, usage, quotas).await?;
    add(transaction, tenant, &day(now), usage, &QuotaPolicy::default()).await?;
    usage_events::ActiveModel {
        id: Set(Uuid::new_v4()),
        tenant_id: Set(tenant.0),
        day: Set(day(now)),
        at: Set(now),
        operation: Set(operation.to_owned()),
        requests: Set(stored(usage.requests)),
        audio_milliseconds: Set(stored(usage.audio_milliseconds)),
        enrolments: Set(stored(usage.enrolments)),
        identifications: Set(stored(usage.identifications)),
    }
    .insert(transaction)
    .await?;
    let soft = |meter: &Meter| !quotas.of(*meter).hard && quotas.limit(*meter).is_some();
    if !Meter::ALL.iter().any(soft) {
        return Ok(Vec::new());
    }
    let row = usage_counters::Entity::find_by_id((tenant.0, month.clone())).one(transaction).await?;
    let used = row.map_or(Ok(Usage::default()), |row| read(&row))?;
    let passed = |meter: &Meter| {
        let limit = quotas.limit(*meter)?;
        (used.of(*meter) > limit && used.of(*meter) - usage.of(*meter) <= limit).then(|| NewEvent {
            origin: Origin::system(),
            action: "quota.passed",
            person: None,
            target: Some(month.clone()),
            detail: Some(json!({"meter": meter.name(), "per_month": quotas.of(*meter).per_month})),
        })
    };
    Ok(Meter::ALL.iter().filter(|meter| soft(meter)).filter_map(passed).collect())
}

async fn add(
    transaction: &Transaction,
    tenant: TenantId,
    period: &str,
    usage: Usage,
    quotas: &QuotaPolicy,
) -> Result<(), StoreError> {
    let empty = usage_counters::ActiveModel {
        tenant_id: Set(tenant.0),
        period: Set(period.to_owned()),
        requests: Set(0),
        audio_milliseconds: Set(0),
        enrolments: Set(0),
        identifications: Set(0),
    };
    let key = [usage_counters::Column::TenantId, usage_counters::Column::Period];
    usage_counters::Entity::insert(empty)
        .on_conflict_do_nothing_on(key)
        .exec_without_returning(transaction)
        .await?;
    let mut update = usage_counters::Entity::update_many()
        .filter(usage_counters::Column::TenantId.eq(tenant.0))
        .filter(usage_counters::Column::Period.eq(period));
    for meter in Meter::ALL.into_iter().filter(|meter| usage.of(*meter) > 0) {
        update = update.col_expr(column(meter), after(meter, usage));
        if let (true, Some(limit)) = (quotas.of(meter).hard, quotas.limit(meter)) {
            // Looked at where it is added to: whoever comes second waits for the row, and sees what the first has used.
            update = update.filter(after(meter, usage).lte(stored(limit)));
        }
    }
    if update.exec(transaction).await?.rows_affected == 1 {
        return Ok(());
    }
    let row = usage_counters::Entity::find_by_id((tenant.0, period.to_owned())).one(transaction).await?;
    let used = row.map_or(Ok(Usage::default()), |row| read(&row))?;
    let full = |meter: &Meter| {
        quotas.of(*meter).hard
            && usage.of(*meter) > 0
            && quotas
                .limit(*meter)
                .is_some_and(|limit| used.of(*meter).saturating_add(usage.of(*meter)) > limit)
    };
    Err(Meter::ALL.into_iter().find(full).map_or(StoreError::Conflict, StoreError::QuotaReached))
}

impl Store {
    /// What the tenant has used in a period: a day or a month.
    pub async fn used(&self, tenant: TenantId, period: &str) -> Result<Usage, StoreError> {
        let row = usage_counters::Entity::find_by_id((tenant.0, period.to_owned())).one(&self.db).await?;
        row.map_or(Ok(Usage::default()), |row| read(&row))
    }

    /// What the tenant has used on each day from `first` to `last`, both included, that it used anything on.
    pub async fn used_by_day(
        &self,
        tenant: TenantId,
        first: &str,
        last: &str,
    ) -> Result<Vec<Used>, StoreError> {
        let rows = usage_counters::Entity::find()
            .filter(usage_counters::Column::TenantId.eq(tenant.0))
            .filter(usage_counters::Column::Period.between(first, last))
            .order_by_asc(usage_counters::Column::Period)
            .all(&self.db)
            .await?;
        // A month sorts among its days.
        let days = rows.into_iter().filter(|row| row.period.len() == first.len());
        days.map(|row| Ok(Used { usage: read(&row)?, period: row.period })).collect()
    }

    /// Sums up all events of the tenant anew, and compares with its counters.
    pub async fn recount(&self, tenant: TenantId) -> Result<Recount, StoreError> {
        let (counters, days) = self.counted_twice(tenant).await?;
        let mut sums: BTreeMap<String, Usage> = BTreeMap::new();
        for Used { period, usage } in days {
            let month = period.chars().take("2026-11".len()).collect();
            for period in [month, period] {
                let sum = sums.entry(period).or_default();
                *sum = *sum + usage;
            }
        }
        let counted: BTreeMap<String, Usage> =
            counters.into_iter().map(|used| (used.period, used.usage)).collect();
        let periods: BTreeSet<&String> = sums.keys().chain(counted.keys()).collect();
        let of = |all: &BTreeMap<String, Usage>, period: &str| all.get(period).copied().unwrap_or_default();
        let wrong = periods.iter().filter(|period| of(&counted, period) != of(&sums, period)).map(|period| {
            let used = Used { period: (*period).clone(), usage: of(&counted, period) };
            (used, of(&sums, period))
        });
        Ok(Recount { periods: periods.len(), wrong: wrong.collect() })
    }

    /// All that the tenant's counters say, by their periods; and what its events sum up to on each day that has any. Both as of one moment.
    async fn counted_twice(&self, tenant: TenantId) -> Result<(Vec<Used>, Vec<Used>), StoreError> {
        let transaction = self.snapshot().await?;
        let rows = usage_counters::Entity::find()
            .filter(usage_counters::Column::TenantId.eq(tenant.0))
            .order_by_asc(usage_counters::Column::Period)
            .all(&transaction)
            .await?;
        let counters: Result<_, StoreError> =
            rows.into_iter().map(|row| Ok(Used { usage: read(&row)?, period: row.period })).collect();
        let sum = |column: usage_events::Column| Expr::cust(format!("CAST(SUM({}) AS BIGINT)", name(column)));
        let rows: Vec<(String, i64, i64, i64, i64)> = usage_events::Entity::find()
            .select_only()
            .column(usage_events::Column::Day)
            .column_as(sum(usage_events::Column::Requests), "requests")
            .column_as(sum(usage_events::Column::AudioMilliseconds), "audio_milliseconds")
            .column_as(sum(usage_events::Column::Enrolments), "enrolments")
            .column_as(sum(usage_events::Column::Identifications), "identifications")
            .filter(usage_events::Column::TenantId.eq(tenant.0))
            .group_by(usage_events::Column::Day)
            .order_by_asc(usage_events::Column::Day)
            .into_tuple()
            .all(&transaction)
            .await?;
        let days = rows
            .into_iter()
            .map(|(period, requests, audio, enrolments, identifications)| {
                Ok(Used { period, usage: counted([requests, audio, enrolments, identifications])? })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok((counters?, days))
    }
}

fn column(meter: Meter) -> usage_counters::Column {
    match meter {
        Meter::Requests => usage_counters::Column::Requests,
        Meter::AudioSeconds => usage_counters::Column::AudioMilliseconds,
        Meter::Enrolments => usage_counters::Column::Enrolments,
        Meter::Identifications => usage_counters::Column::Identifications,
    }
}

fn name(column: usage_events::Column) -> &'static str {
    match column {
        usage_events::Column::Requests => "requests",
        usage_events::Column::AudioMilliseconds => "audio_milliseconds",
        usage_events::Column::Enrolments => "enrolments",
        _ => "identifications",
    }
}

/// What the counter is once this usage is added.
fn after(meter: Meter, usage: Usage) -> SimpleExpr {
    Expr::col(column(meter)).add(stored(usage.of(meter)))
}

/// As the database keeps it. No counter gets near what an `i64` holds.
fn stored(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

pub(crate) fn read(row: &usage_counters::Model) -> Result<Usage, StoreError> {
    counted([row.requests, row.audio_milliseconds, row.enrolments, row.identifications])
}

fn counted(amounts: [i64; 4]) -> Result<Usage, StoreError> {
    let [requests, audio, enrolments, identifications] = amounts.map(u64::try_from);
    let unreadable = |_| StoreError::Unreadable("counter");
    Ok(Usage {
        requests: requests.map_err(unreadable)?,
        audio_milliseconds: audio.map_err(unreadable)?,
        enrolments: enrolments.map_err(unreadable)?,
        identifications: identifications.map_err(unreadable)?,
    })
}
