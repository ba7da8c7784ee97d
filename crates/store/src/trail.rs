//! The audit trail as those see it who look something up in it: by what was done, by whom, to whom and when.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::{Chain, Period, Store, StoreError, audit::unsigned, listing::among_few, rows::audit_events};

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
        let mut query = of_chain(chain);
        if let Some(person) = &filter.person {
            query = query.filter(audit_events::Column::Person.eq(person));
        }
        let words =
            [(audit_events::Column::Action, &filter.action), (audit_events::Column::Actor, &filter.actor)];
        for (column, word) in words {
            if let Some(word) = word {
                // One person's are few.
                query = query.filter(match filter.person {
                    Some(_) => among_few(column, word),
                    None => column.eq(word),
                });
            }
        }
        query = Period { from: filter.from, to: filter.to }.of(query, audit_events::Column::At);
        let of_period = filter.from.is_some() || filter.to.is_some();
        let by_word = [&filter.action, &filter.actor, &filter.person].iter().any(|word| word.is_some());
        if of_period && by_word {
            query = self.between_numbers(chain, filter, query).await?;
        }
        let by_time = of_period && !by_word;
        if let Some((at, number)) = after {
            let earlier = audit_events::Column::Number.lt(i64::try_from(number).unwrap_or(i64::MAX));
            query = match by_time {
                false => query.filter(earlier),
                true => query
                    .filter(audit_events::Column::At.lte(at))
                    .filter(Condition::any().add(audit_events::Column::At.lt(at)).add(earlier)),
            };
        }
        if by_time {
            query = query.order_by_desc(audit_events::Column::At);
        }
        let rows = query.order_by_desc(audit_events::Column::Number).limit(limit).all(&self.db).await?;
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

    /// Between the numbers of the last event that is surely before a period and of the first that is surely behind it. An index of words has no times
    /// behind them, but numbers: with these it leads to the words' events of the period, and past all others.
    async fn between_numbers(
        &self,
        chain: Chain,
        filter: &AuditFilter,
        mut query: Select<audit_events::Entity>,
    ) -> Result<Select<audit_events::Entity>, StoreError> {
        let (at, number) = (audit_events::Column::At, audit_events::Column::Number);
        let number_of = |event: Select<audit_events::Entity>| {
            event.select_only().column(number).limit(1).into_tuple::<i64>().one(&self.db)
        };
        if let Some(surely) = filter.from.and_then(|from| from.checked_sub_signed(CLOCKS_APART)) {
            let before = of_chain(chain).filter(at.lt(surely)).order_by_desc(at).order_by_desc(number);
            if let Some(before) = number_of(before).await? {
                query = query.filter(number.gt(before));
            }
        }
        if let Some(surely) = filter.to.and_then(|to| to.checked_add_signed(CLOCKS_APART)) {
            let behind = of_chain(chain).filter(at.gte(surely)).order_by_asc(at).order_by_asc(number);
            if let Some(behind) = number_of(behind).await? {
                query = query.filter(number.lt(behind));
            }
        }
        Ok(query)
    }
}

fn of_chain(chain: Chain) -> Select<audit_events::Entity> {
    audit_events::Entity::find().filter(audit_events::Column::Chain.eq(chain.id()))
}
