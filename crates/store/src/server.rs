//! The database server itself, for whoever checks an installation.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{Store, StoreError};

/// What a database server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// As in `PostgreSQL 15.6` or `SQLite 3.50.2`.
    pub version: String,
    /// Its clock, read as this was asked; SQLite has none of its own.
    pub clock: Option<DateTime<Utc>>,
}

impl Store {
    /// Asks the database for its version and its time.
    pub async fn server(&self) -> Result<ServerInfo, StoreError> {
        let backend = self.db.get_database_backend();
        let (name, sql) = match backend {
            DbBackend::Postgres => (
                "PostgreSQL",
                "SELECT current_setting('server_version') AS version, \
                 CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS clock",
            ),
            _ => ("SQLite", "SELECT sqlite_version() AS version, NULL AS clock"),
        };
        let row = self.db.query_one_raw(Statement::from_string(backend, sql)).await?;
        let row = row.ok_or(StoreError::Unreadable("answer of the server"))?;
        let version: String = row.try_get("", "version")?;
        let clock = match backend {
            DbBackend::Postgres => DateTime::from_timestamp_micros(row.try_get("", "clock")?),
            _ => None,
        };
        Ok(ServerInfo { version: format!("{name} {version}"), clock })
    }
}
