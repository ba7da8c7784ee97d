//! The connection pool, opened so that SQLite and PostgreSQL behave alike.

use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, IsolationLevel, SqliteTransactionMode,
    TransactionOptions,
};
use serde::Deserialize;
use tokio::time::sleep;
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};
use zeroize::Zeroizing;

use crate::{
    StoreError,
    address::Address,
    database::{Database, Pool, Transaction, patiently},
    keyring::people_have_keys,
    postgres::careful,
};

/// Between two tries to open a file that another process just sets up.
const OPEN_AGAIN: Duration = Duration::from_millis(20);

/// `[database]` of the configuration.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// `sqlite:` with a path, or `postgres://…`. Empty: `timbre.db` in the data folder.
    pub url: String,
    /// Where people's keys are: another database, as above. Empty: `keyring.db` in the data folder, or the database itself where
    /// that is PostgreSQL.
    pub keyring_url: String,
    /// Most connections held at a time for what somebody waits for.
    pub max_connections: u32,
    /// With PostgreSQL: as many more for what nobody waits for.
    pub background_connections: u32,
    /// Seconds to wait for a free connection, and in SQLite for the one writer.
    pub wait_seconds: u64,
    /// With PostgreSQL: seconds within which what somebody waits for is answered, the wait for a connection included.
    pub answer_seconds: f64,
    /// With PostgreSQL: seconds within which what nobody waits for is answered.
    pub background_seconds: f64,
    /// Seconds to wait for another process that brings the tables up to date.
    pub migrate_wait_seconds: u64,
}

/// As in config/default.toml.
impl Default for Connection {
    fn default() -> Self {
        Self {
            url: String::new(),
            keyring_url: String::new(),
            max_connections: 16,
            background_connections: 4,
            wait_seconds: 10,
            answer_seconds: 1.0,
            background_seconds: 60.0,
            migrate_wait_seconds: 300,
        }
    }
}

/// Addresses may hold passwords.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

impl Connection {
    /// An error where an address is none, which names its setting.
    pub fn check(&self) -> Result<(), StoreError> {
        self.addresses(Path::new("")).map(|_| ())
    }

    /// Of the database, and of a keyring apart from it.
    fn addresses(&self, data_dir: &Path) -> Result<(Address, Option<Address>), StoreError> {
        let main = match self.url.as_str() {
            "" => Address::file_in(data_dir, "timbre.db"),
            text => Address::read("database.url", text)?,
        };
        let keyring = match (self.keyring_url.as_str(), main.is_sqlite()) {
            ("", true) => Some(Address::file_in(data_dir, "keyring.db")),
            ("", false) => None,
            (text, _) => Some(Address::read("database.keyring_url", text)?),
        };
        Ok((main, keyring))
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Database,
    pub(crate) audit_key: Option<Arc<AuditKey>>,
    /// People's keys, apart from what they seal.
    pub(crate) keyring: Database,
    keyring_apart: bool,
    pub(crate) migrate_wait: Duration,
    /// Connections of their own, on which the journals of database and keyring are emptied.
    pub(crate) journal: DatabaseConnection,
    pub(crate) keyring_journal: DatabaseConnection,
}

/// What the audit trail is chained under.
pub type AuditKey = Zeroizing<[u8; 32]>;

impl Store {
    /// Opens the database and the keyring, making SQLite files (and their folder) that are not there; but [`StoreError::KeyringLost`] where
    /// the keyring is not there and must be.
    pub async fn connect(connection: &Connection, data_dir: &Path) -> Result<Self, StoreError> {
        let (main, keyring) = connection.addresses(data_dir)?;
        main.make()?;
        let main = open(&main, connection, Use::Work).await?;
        let keyring = match keyring {
            None => None,
            Some(keyring) => {
                if keyring.is_to_be_made() && patiently(people_have_keys(&main.0)).await? {
                    return Err(StoreError::KeyringLost);
                }
                keyring.make()?;
                Some(open(&keyring, connection, Use::Work).await?)
            }
        };
        Ok(Self::of(main, keyring, connection))
    }

    /// Opens what is there, to be looked at and no more: makes no file and changes none. None: there is no database yet. A keyring that is not
    /// there is looked at as an empty one.
    pub async fn look(connection: &Connection, data_dir: &Path) -> Result<Option<Self>, StoreError> {
        let (main, keyring) = connection.addresses(data_dir)?;
        if main.is_to_be_made() {
            return Ok(None);
        }
        let main = open(&main, connection, Use::Look).await?;
        let keyring = match keyring {
            None => None,
            Some(keyring) if keyring.is_to_be_made() => {
                Some(open(&Address::nowhere(), connection, Use::Look).await?)
            }
            Some(keyring) => Some(open(&keyring, connection, Use::Look).await?),
        };
        Ok(Some(Self::of(main, keyring, connection)))
    }

    fn of(main: Opened, keyring: Option<Opened>, connection: &Connection) -> Self {
        let keyring_apart = keyring.is_some();
        let (db, journal) = main;
        let (keyring, keyring_journal) = keyring.unwrap_or_else(|| (db.clone(), journal.clone()));
        let migrate_wait = Duration::from_secs(connection.migrate_wait_seconds);
        Self { db, audit_key: None, keyring, keyring_apart, migrate_wait, journal, keyring_journal }
    }

    /// Ends all connections. SQLite then takes away the files that lay beside its own while it was open.
    pub async fn close(self) -> Result<(), StoreError> {
        self.keyring.close().await?;
        Ok(self.db.close().await?)
    }

    /// The same database, able to write the audit trail. Whoever has this key could forge it, so it is not kept here.
    pub fn with_audit_key(self, key: AuditKey) -> Self {
        Self { audit_key: Some(Arc::new(key)), ..self }
    }

    /// Whether people's keys are in a database of their own. If not, a restored backup brings them back.
    pub fn keyring_is_apart(&self) -> bool {
        self.keyring_apart
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.keyring.ping().await?;
        Ok(self.db.ping().await?)
    }

    /// Begins a transaction that reads everything as of one moment.
    pub(crate) async fn snapshot(&self) -> Result<Transaction, StoreError> {
        let isolation_level =
            (self.db.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
        Ok(self.db.begin_with(TransactionOptions { isolation_level, ..Default::default() }).await?)
    }

    /// Begins a transaction that will write.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(self.db.begin_with(writing(self.db.get_database_backend())).await?)
    }
}

/// How a transaction that will write begins. SQLite takes its one write lock at once (`IMMEDIATE`): a reader that turns writer
/// half way would be refused instead of waiting its turn. PostgreSQL locks rows, at READ COMMITTED: who decides by what it read must
/// hold the rows that this hangs on, in the order that `ledger` names.
pub(crate) fn writing(backend: DbBackend) -> TransactionOptions {
    let sqlite_transaction_mode = (backend == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    TransactionOptions { sqlite_transaction_mode, ..Default::default() }
}

/// A database, and the connection on which its journal is emptied.
type Opened = (Database, DatabaseConnection);

/// What a database is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Work,
    /// An SQLite file is neither made nor turned to write-ahead logging.
    Look,
}

/// The database, once it has answered; and, with SQLite, a connection beside it that is opened when it is first used.
async fn open(address: &Address, connection: &Connection, to: Use) -> Result<Opened, StoreError> {
    let url = address.url();
    let (db, journal) = match address.is_sqlite() {
        true => {
            let connections = opened(url, connection, to).await?;
            let mut beside = sqlite(url, connection, to);
            beside.max_connections(1).connect_lazy(true);
            let pool = Pool { connections, limit: None };
            (Database::new(pool.clone(), pool), sea_orm::Database::connect(beside).await?)
        }
        false => {
            let (prompt, patient) = (connection.answer_seconds, connection.background_seconds);
            let prompt = postgres(url, connection, connection.max_connections, prompt).await?;
            let patient = postgres(url, connection, connection.background_connections, patient).await?;
            let journal = prompt.connections.clone();
            (Database::new(prompt, patient), journal)
        }
    };
    patiently(db.ping()).await?;
    Ok((db, journal))
}

/// Connections to PostgreSQL, opened when they are needed.
async fn postgres(url: &str, connection: &Connection, most: u32, seconds: f64) -> Result<Pool, StoreError> {
    let limit = Duration::from_secs_f64(seconds);
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(most)
        .acquire_timeout(limit.min(Duration::from_secs(connection.wait_seconds)))
        .connect_lazy(true)
        .sqlx_logging(false)
        .map_sqlx_postgres_pool_opts(move |pool| careful(pool, limit));
    // At its most talkative level the driver's log has the address in it.
    let connections = sea_orm::Database::connect(options).with_subscriber(NoSubscriber::default()).await?;
    Ok(Pool { connections, limit: Some(limit) })
}

/// Connections to SQLite, the first of them made. Of those who open a new file at once, one turns it to write-ahead logging, and SQLite
/// refuses the others meanwhile instead of having them wait.
async fn opened(url: &str, connection: &Connection, to: Use) -> Result<DatabaseConnection, StoreError> {
    let end = Instant::now() + Duration::from_secs(connection.wait_seconds);
    loop {
        match sea_orm::Database::connect(sqlite(url, connection, to)).await.map_err(StoreError::from) {
            Err(refused) if refused.is_of_a_locked_file() && Instant::now() < end => sleep(OPEN_AGAIN).await,
            answered => return answered,
        }
    }
}

fn sqlite(url: &str, connection: &Connection, to: Use) -> ConnectOptions {
    let wait = Duration::from_secs(connection.wait_seconds);
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connection.max_connections)
        .acquire_timeout(wait)
        .connect_timeout(wait)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite.busy_timeout(wait).foreign_keys(true);
            if to == Use::Look {
                return sqlite.create_if_missing(false);
            }
            sqlite
                .pragma("journal_mode", "WAL")
                // With WAL, NORMAL may lose the last commits when the power fails; an accepted
                // sample must not be lost, so every commit is synced.
                .pragma("synchronous", "FULL")
                // What is erased is overwritten, not left in free pages.
                .pragma("secure_delete", "ON")
        });
    options
}
