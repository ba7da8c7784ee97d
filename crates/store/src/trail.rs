//! The audit trail as those see it who look something up in it: by what was done, by whom, to whom and when.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use crate::{Chain, Period, Store, StoreError, audit::unsigned, listing::unindexed, rows::audit_events};

/// Of two events the later one has a time that is at most so long before the other's: by so much differ the clocks of two processes, and the wait from when
/// one is read until its event is written.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(15);

/// An event as it stands in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its place in the chain, from 1 on.
    pub number: u64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub address: Option<String>,
    pub action: String,
    pub person: Option<String>,
    pub target: Option<String>,
    /// JSON.
    pub detail: Option<String>,
}

/// Which events are wanted. What is none says nothing.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub action: Option<String>,
    pub actor: Option<String>,
    pub person: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

impl Store {
    /// Events of a chain, the latest first, that come after `after`, the last of the page before. Those of a period alone go by their time, where an
    /// index finds it, all others by their number. The two differ by as much as processes' clocks do.
    pub async fn audit_events(
        &self,
        chain: Chain,
        filter: &AuditFilter,
        after: Option<(DateTime<Utc>, u64)>,
        limit: u64,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let found = match filter {
            AuditFilter { person: Some(person), .. } => of_person(chain, person, filter, after),
            AuditFilter { action: None, actor: None, from: None, to: None, .. } => {
                by_number(of_chain(chain), after)
            }
            AuditFilter { action: None, actor: None, .. } => of_period(chain, filter, after),
            _ => self.of_words(chain, filter, after).await?,
        };
        let rows = found.limit(limit).all(&self.db).await?;
        let read = |row: audit_events::Model| AuditEvent {
            number: unsigned(row.number),
            at: row.at,
            actor: row.actor,
            address: row.address,
            action: row.action,
            person: row.person,
            target: row.target,
            detail: row.detail,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// By actor, by action or by both. An index of these has no times behind them, but numbers: between those of the last event that is surely before the
    /// period and of the first that is surely behind it, it leads to the words' events of the period and past all others. Both bounds name the words too, so
    /// that no index serves which has the numbers and not the words.
    async fn of_words(
        &self,
        chain: Chain,
        filter: &AuditFilter,
        after: Option<(DateTime<Utc>, u64)>,
    ) -> Result<Select<audit_events::Entity>, StoreError> {
        let (at, number) = (audit_events::Column::At, audit_events::Column::Number);
        let number_of = |event: Select<audit_events::Entity>| {
            event.select_only().column(number).limit(1).into_tuple::<i64>().one(&self.db)
        };
        let (mut before, mut behind) = (None, after.map(|(_, number)| stored(number)));
        if let Some(surely) = filter.from.and_then(|from| from.checked_sub_signed(CLOCKS_APART)) {
            let last = of_chain(chain).filter(at.lt(surely)).order_by_desc(at).order_by_desc(number);
            before = number_of(last).await?;
        }
        if let Some(surely) = filter.to.and_then(|to| to.checked_add_signed(CLOCKS_APART)) {
            let first = of_chain(chain).filter(at.gte(surely)).order_by_asc(at).order_by_asc(number);
            behind = number_of(first).await?.into_iter().chain(behind).min();
        }
        let words =
            [(audit_events::Column::Actor, &filter.actor), (audit_events::Column::Action, &filter.action)];
        let words: Vec<_> =
            words.iter().filter_map(|(column, word)| Some((*column, word.as_deref()?))).collect();
        let columns = words.iter().map(|(column, _)| *column).chain([number]);
        let place = Expr::tuple(columns.clone().map(|column| Expr::col(column.as_column_ref())));
        let bound = |number: i64| {
            Expr::tuple(words.iter().map(|(_, word)| Expr::val(*word)).chain([Expr::val(number)]))
        };
        let found = of_chain(chain)
            .filter(place.clone().gt(bound(before.unwrap_or(0))))
            .filter(place.lt(bound(behind.unwrap_or(i64::MAX))));
        Ok(columns.fold(within(found, filter), |found, column| found.order_by_desc(column)))
    }
}

/// One person's are few.
fn of_person(
    chain: Chain,
    person: &str,
    filter: &AuditFilter,
    after: Option<(DateTime<Utc>, u64)>,
) -> Select<audit_events::Entity> {
    let mut found = of_chain(chain).filter(audit_events::Column::Person.eq(person));
    let words =
        [(audit_events::Column::Action, &filter.action), (audit_events::Column::Actor, &filter.actor)];
    for (column, word) in words {
        if let Some(word) = word {
            found = found.filter(unindexed(column).eq(word));
        }
    }
    by_number(within(found, filter), after)
}

/// All that was done in a period.
fn of_period(
    chain: Chain,
    filter: &AuditFilter,
    after: Option<(DateTime<Utc>, u64)>,
) -> Select<audit_events::Entity> {
    let (at, number) = (audit_events::Column::At, audit_events::Column::Number);
    let mut found = Period { from: filter.from, to: filter.to }.of(of_chain(chain), at);
    if let Some((last, of)) = after {
        found =
            found.filter(at.lte(last)).filter(Condition::any().add(at.lt(last)).add(number.lt(stored(of))));
    }
    found.order_by_desc(at).order_by_desc(number)
}

fn by_number(
    found: Select<audit_events::Entity>,
    after: Option<(DateTime<Utc>, u64)>,
) -> Select<audit_events::Entity> {
    let number = audit_events::Column::Number;
    let found = match after {
        Some((_, last)) => found.filter(number.lt(stored(last))),
        None => found,
    };
    found.order_by_desc(number)
}

/// Of these events those of the period.
fn within(mut found: Select<audit_events::Entity>, filter: &AuditFilter) -> Select<audit_events::Entity> {
    if let Some(from) = filter.from {
        found = found.filter(unindexed(audit_events::Column::At).gte(from));
    }
    if let Some(to) = filter.to {
        found = found.filter(unindexed(audit_events::Column::At).lt(to));
    }
    found
}

fn of_chain(chain: Chain) -> Select<audit_events::Entity> {
    audit_events::Entity::find().filter(audit_events::Column::Chain.eq(chain.id()))
}

/// As the database keeps it.
fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
