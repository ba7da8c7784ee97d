//! The order of lists, and where a page goes on: the newest first, so that what is added meanwhile moves nothing.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value,
    sea_query::{Expr, Func, SimpleExpr},
};

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listing<I> {
    /// The last entry of the page before.
    pub after: Option<(DateTime<Utc>, I)>,
    /// Most entries of the page.
    pub limit: u64,
}

/// When something was, as far as a list asks: from a time on, and before another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Period {
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// A column's value, in a form that no index is looked into for: of few rows, which another condition finds by its own index. Where two indexes fit, SQLite
/// does not know which of them leads to less, and may take the one that leads through thousands: it would know by statistics (`ANALYZE`), which hold values
/// of what is indexed, such as people's names, and which no erasure reaches.
pub(crate) fn unindexed(column: impl ColumnTrait) -> SimpleExpr {
    let value = || Expr::col(column.as_column_ref());
    Expr::expr(Func::coalesce([value(), value()]))
}

impl<I: Into<Value> + Clone> Listing<I> {
    pub(crate) fn of<E: EntityTrait>(
        &self,
        select: Select<E>,
        created_at: E::Column,
        id: E::Column,
    ) -> Select<E> {
        let select = match &self.after {
            None => select,
            // The bound alone first: an index is entered by it, and by no alternative.
            Some((at, last)) => select
                .filter(created_at.lte(*at))
                .filter(Condition::any().add(created_at.lt(*at)).add(id.lt(last.clone()))),
        };
        select.order_by_desc(created_at).order_by_desc(id).limit(self.limit)
    }
}

impl Period {
    pub(crate) fn of<E: EntityTrait>(self, mut select: Select<E>, column: E::Column) -> Select<E> {
        if let Some(from) = self.from {
            select = select.filter(column.gte(from));
        }
        if let Some(to) = self.to {
            select = select.filter(column.lt(to));
        }
        select
    }
}
