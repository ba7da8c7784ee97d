//! The connection pool, opened so that SQLite and PostgreSQL behave alike.

use std::{path::Path, sync::Arc, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use serde::Deserialize;
use timbre_migrations::{KeyringMigrator, Migrator, MigratorTrait};
use zeroize::Zeroizing;

use crate::{
    StoreError,
    files::{file_in, keep_private},
};

/// `[database]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// `sqlite:` with a path, or `postgres://…`. Empty: `timbre.db` in the data folder.
    pub url: String,
    /// Where people's keys are: another database, as above. Empty: `keyring.db` in the data folder, or the database itself where
    /// that is PostgreSQL.
    pub keyring_url: String,
    /// Most connections held at a time.
    pub max_connections: u32,
    /// Seconds to wait for a free connection, and in SQLite for the one writer.
    pub wait_seconds: u64,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
    pub(crate) audit_key: Option<Arc<AuditKey>>,
    /// People's keys, apart from what they seal.
    pub(crate) keyring: DatabaseConnection,
    keyring_apart: bool,
    /// Connections of their own, on which the journals of database and keyring are emptied.
    pub(crate) journal: DatabaseConnection,
    pub(crate) keyring_journal: DatabaseConnection,
}

/// What the audit trail is chained under.
pub type AuditKey = Zeroizing<[u8; 32]>;

impl Store {
    /// Opens the database and the keyring, making SQLite files (and their folder) that are not there.
    pub async fn connect(connection: &Connection, data_dir: &Path) -> Result<Self, StoreError> {
        let url = match connection.url.as_str() {
            "" => file_in(data_dir, "timbre.db")?,
            url => url.to_owned(),
        };
        let (db, journal) = open(url, connection).await?;
        let keyring_url = match (connection.keyring_url.as_str(), db.get_database_backend()) {
            ("", DbBackend::Sqlite) => Some(file_in(data_dir, "keyring.db")?),
            ("", _) => None,
            (url, _) => Some(url.to_owned()),
        };
        let keyring_apart = keyring_url.is_some();
        let (keyring, keyring_journal) = match keyring_url {
            Some(url) => open(url, connection).await?,
            None => (db.clone(), journal.clone()),
        };
        Ok(Self { db, audit_key: None, keyring, keyring_apart, journal, keyring_journal })
    }

    /// The same database, able to write the audit trail. Whoever has this key could forge it, so it is not kept here.
    pub fn with_audit_key(self, key: AuditKey) -> Self {
        Self { audit_key: Some(Arc::new(key)), ..self }
    }

    /// Whether people's keys are in a database of their own. If not, a restored backup brings them back.
    pub fn keyring_is_apart(&self) -> bool {
        self.keyring_apart
    }

    /// Brings the tables to this version's shape. Safe to call at every start.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        KeyringMigrator::up(&self.keyring, None).await?;
        Ok(Migrator::up(&self.db, None).await?)
    }

    /// How many migrations this version knows that the database or the keyring has not had.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        let keyring = KeyringMigrator::get_pending_migrations(&self.keyring).await?.len();
        Ok(keyring + Migrator::get_pending_migrations(&self.db).await?.len())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.keyring.ping().await?;
        Ok(self.db.ping().await?)
    }

    /// Begins a transaction that reads everything as of one moment.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let isolation_level =
            (self.db.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
        let options = TransactionOptions { isolation_level, ..Default::default() };
        Ok(self.db.begin_with_options(options).await?)
    }

    /// Begins a transaction that will write. SQLite takes its one write lock at once (`IMMEDIATE`):
    /// a reader that turns writer half way would be refused instead of waiting its turn.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let sqlite_transaction_mode =
            (self.db.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
        Ok(self.db.begin_with_options(options).await?)
    }
}

/// The pool, and, with SQLite, a connection beside it that is opened when it is first used.
async fn open(
    url: String,
    connection: &Connection,
) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    keep_private(&url)?;
    let db = Database::connect(options(url.clone(), connection)).await?;
    let journal = match db.get_database_backend() {
        DbBackend::Sqlite => {
            let mut options = options(url, connection);
            options.max_connections(1).connect_lazy(true);
            Database::connect(options).await?
        }
        _ => db.clone(),
    };
    Ok((db, journal))
}

fn options(url: String, connection: &Connection) -> ConnectOptions {
    let wait = Duration::from_secs(connection.wait_seconds);
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connection.max_connections)
        .acquire_timeout(wait)
        .connect_timeout(wait)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .busy_timeout(wait)
                .foreign_keys(true)
                .pragma("journal_mode", "WAL")
                // With WAL, NORMAL may lose the last commits when the power fails; an accepted
                // sample must not be lost, so every commit is synced.
                .pragma("synchronous", "FULL")
                // What is erased is overwritten, not left in free pages.
                .pragma("secure_delete", "ON")
        });
    options
}
