//! The database's shape: brought up to date by one process at a time, however many start at once.
//!
//! Everything is one transaction, so that a database has a version's shape or the one before. In PostgreSQL it begins with a lock that
//! nothing but the end of the transaction gives back; in SQLite, with the one write lock.

use std::{collections::HashSet, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use timbre_migrations::{KeyringMigrator, Migrator, MigratorTrait, SchemaManager};
use tokio::time::{Instant, sleep};

use crate::{
    Store, StoreError,
    connection::writing,
    database::{Database, Transaction, patiently},
};

/// What whoever changes the shape of a Timbre's database holds in PostgreSQL: "timbre" as bytes.
const LOCK: i64 = 0x7469_6d62_7265;

/// How long a change of a table waits for those who use it: as long, whoever wants to use it next waits for the change.
const TABLE_WAIT: Duration = Duration::from_secs(5);

/// How often it is looked whether another process is done.
const LOOK: Duration = Duration::from_millis(100);

impl Store {
    /// Brings the tables to this version's shape, and says how many migrations that were. Safe to call at every start, and by any number
    /// of processes at once: who comes second waits for the first (`database.migrate_wait_seconds`), and finds it done. No keyring is
    /// made in place of one that was lost ([`Store::check_keyring`]).
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        patiently(async {
            self.check_keyring().await?;
            let keyring = up::<KeyringMigrator>(&self.keyring, self.migrate_wait).await?;
            Ok(keyring + up::<Migrator>(&self.db, self.migrate_wait).await?)
        })
        .await
    }

    /// How many migrations this version knows that the database or the keyring has not had. What a later version has done to them is no
    /// matter: both run over one database while they change over.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        let keyring = self.keyring.answered(pending::<KeyringMigrator>(&self.keyring.pool().connections));
        let keyring = keyring.await?;
        Ok(keyring + self.db.answered(pending::<Migrator>(&self.db.pool().connections)).await?)
    }
}

impl Store {
    /// The newest migration that this version knows.
    pub fn newest_migration(&self) -> String {
        Migrator::migrations().last().map(|newest| newest.name().to_owned()).unwrap_or_default()
    }
}

impl Database {
    /// Whether there is such a table, whatever shape the database has.
    pub(crate) async fn has_table(&self, table: &str) -> Result<bool, DbErr> {
        let connections = &self.pool().connections;
        self.answered(async { SchemaManager::new(connections).has_table(table).await }).await
    }

    /// Whether there is such a table, and it has such a column.
    pub(crate) async fn has_column(&self, table: &str, column: &str) -> Result<bool, DbErr> {
        let connections = &self.pool().connections;
        self.answered(async { SchemaManager::new(connections).has_column(table, column).await }).await
    }
}

async fn up<M: MigratorTrait>(db: &Database, wait: Duration) -> Result<usize, StoreError> {
    // Most starts find nothing to do, and need no lock to see it.
    if pending::<M>(&db.pool().connections).await? == 0 {
        return Ok(0);
    }
    let transaction = db.begin_with(writing(db.get_database_backend())).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        alone(&transaction, wait).await?;
    }
    let found = applied::<M>(&SchemaManager::new(transaction.unlimited()), transaction.unlimited()).await?;
    let missing = unapplied::<M>(&found);
    if missing > 0 {
        M::up(transaction.unlimited(), None).await?;
    }
    transaction.commit().await?;
    Ok(missing)
}

/// Waits until no other process changes the shape, and has no other do so before the end of the transaction.
async fn alone(transaction: &Transaction, wait: Duration) -> Result<(), StoreError> {
    let end = Instant::now() + wait;
    let table_wait = TABLE_WAIT.as_millis();
    transaction
        .execute_unprepared(&format!(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {table_wait}"
        ))
        .await?;
    loop {
        let ask = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_try_advisory_xact_lock($1)",
            [LOCK.into()],
        );
        let row = transaction.query_one_raw(ask).await?;
        if row.map_or(Ok(false), |row| row.try_get_by_index(0))? {
            return Ok(());
        }
        if Instant::now() >= end {
            return Err(StoreError::BeingMigrated { seconds: wait.as_secs() });
        }
        sleep(LOOK).await;
    }
}

async fn pending<M: MigratorTrait>(connections: &DatabaseConnection) -> Result<usize, DbErr> {
    let found = applied::<M>(&SchemaManager::new(connections), connections).await?;
    Ok(unapplied::<M>(&found))
}

fn unapplied<M: MigratorTrait>(found: &HashSet<String>) -> usize {
    M::migrations().iter().filter(|migration| !found.contains(migration.name())).count()
}

/// What the database has had. Reads only: it is asked by whoever looks whether this process can serve.
async fn applied<M: MigratorTrait>(
    manager: &SchemaManager<'_>,
    db: &impl ConnectionTrait,
) -> Result<HashSet<String>, DbErr> {
    let table = M::migration_table_name().to_string();
    if !manager.has_table(&table).await? {
        return Ok(HashSet::new());
    }
    let named = Statement::from_string(db.get_database_backend(), format!("SELECT version FROM {table}"));
    db.query_all_raw(named).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}
