//! Rows written past the product, many in a statement: for measuring with more than anybody would call it for.

use sea_orm::{
    ConnectionTrait, DbErr, Value,
    sea_query::{Expr, Query},
};

/// Rows in a statement. SQLite takes 32,766 values in one: more than a row has columns, so many times.
const ROWS: usize = 500;

/// Rows that are to be written: a table's together, and the tables in the order in which they first had one. So a row may name those of
/// tables before it.
#[derive(Default)]
pub struct Rows(Vec<Table>);

struct Table {
    name: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
    written: usize,
}

impl Rows {
    /// Adds a row. All rows of a table have the same columns, in the same order.
    pub fn add<const N: usize>(&mut self, table: &'static str, row: [(&'static str, Value); N]) {
        let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        match self.0.iter_mut().find(|known| known.name == table) {
            Some(known) => {
                assert_eq!(known.columns, columns, "{table}");
                known.rows.push(values);
            }
            None => self.0.push(Table { name: table, columns, rows: vec![values], written: 0 }),
        }
    }

    /// How many are still to be written.
    pub fn waiting(&self) -> usize {
        self.0.iter().map(|table| table.rows.len()).sum()
    }

    /// How many of each table were written so far.
    pub fn written(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.0.iter().map(|table| (table.name, table.written))
    }

    /// Writes them.
    pub async fn write(&mut self, to: &impl ConnectionTrait) -> Result<(), DbErr> {
        for table in &mut self.0 {
            let mut rows = std::mem::take(&mut table.rows).into_iter().peekable();
            while rows.peek().is_some() {
                let mut insert = Query::insert();
                insert.into_table(table.name).columns(table.columns.iter().copied());
                for row in rows.by_ref().take(ROWS) {
                    insert.values_panic(row.into_iter().map(Expr::val));
                    table.written += 1;
                }
                to.execute(&insert).await?;
            }
        }
        Ok(())
    }
}
