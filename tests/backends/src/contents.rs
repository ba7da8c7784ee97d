//! All that a PostgreSQL database holds, as bytes to be searched.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::connection::{connect, wait};

const COLUMNS: &str = "SELECT table_name::text, column_name::text, udt_name::text FROM information_schema.columns \
                       WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

/// Table by table, row by row.
pub(crate) fn of(url: String) -> Vec<u8> {
    wait(async move {
        let db = connect(&url).await;
        let ask = |statement: String| Statement::from_string(DbBackend::Postgres, statement);
        let mut tables = BTreeMap::<String, Vec<String>>::new();
        for row in db.query_all_raw(ask(COLUMNS.to_owned())).await.unwrap() {
            let [table, column, kind] = [0, 1, 2].map(|at| row.try_get_by_index::<String>(at).unwrap());
            tables.entry(table).or_default().push(as_bytes(&column, &kind));
        }
        let mut bytes = Vec::new();
        for (table, columns) in tables {
            // Between any two there is a line's end, so that nothing is found that is in neither.
            let row = columns.join(r" || '\x0a'::bytea || ");
            let rows = format!(r#"SELECT string_agg({row}, '\x0a'::bytea) FROM "{table}""#);
            let row = db.query_one_raw(ask(rows)).await.unwrap().unwrap();
            bytes.extend(row.try_get_by_index::<Option<Vec<u8>>>(0).unwrap().unwrap_or_default());
            bytes.push(b'\n');
        }
        db.close().await.unwrap();
        bytes
    })
}

/// A column as bytes: an id both as such and as text.
fn as_bytes(column: &str, kind: &str) -> String {
    let text = format!(r#"convert_to("{column}"::text, 'UTF8')"#);
    let bytes = match kind {
        "bytea" => format!(r#""{column}""#),
        "uuid" => format!(r#"uuid_send("{column}") || '\x0a'::bytea || {text}"#),
        _ => text,
    };
    format!("coalesce({bytes}, ''::bytea)")
}
