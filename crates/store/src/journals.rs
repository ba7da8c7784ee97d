//! SQLite's journals: what was erased must not stay in them.
//!
//! A commit appends to the journal (the write-ahead log, `-wal`); what it replaced stands there, and in the database file, until a
//! checkpoint has moved all of it and emptied the journal. Whoever reads, a backup say, keeps it from that. SQLite then says so in a row,
//! not by an error; and it would hold up all writers for as long as it may wait. So this is done on a connection of its own, which waits next
//! to nothing and tries again a few times.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::time::{Instant, sleep, timeout};

use crate::{Store, StoreError};

/// How long one checkpoint may hold up writers, in which it waits for short readers.
const HOLD: &str = "PRAGMA busy_timeout = 50";
const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
/// How long it is tried in all.
const PATIENCE: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_millis(40);
/// How long it is waited for, where others are at it too, or there is much to move. It then goes on by itself.
const LONGEST: Duration = Duration::from_millis(600);

impl Store {
    /// Has SQLite move the journals of database and keyring into their files and empty them, and says whether it could: while somebody
    /// reads it cannot. Takes well under a second either way. With PostgreSQL there is nothing to do.
    pub async fn overwrite_journals(&self) -> Result<bool, StoreError> {
        let (database, keyring) =
            tokio::join!(empty(&self.journal, PATIENCE), empty(&self.keyring_journal, PATIENCE));
        Ok(database? && keyring?)
    }

    /// As [`Store::overwrite_journals`], tried once, for the database only, after a commit that holds whatever comes of this:
    /// housekeeping does it again.
    pub(crate) async fn overwrite_journal(&self) {
        if let Err(error) = empty(&self.journal, Duration::ZERO).await {
            tracing::warn!(%error, "the journal could not be emptied yet; housekeeping will");
        }
    }
}

async fn empty(journal: &DatabaseConnection, patience: Duration) -> Result<bool, StoreError> {
    match journal.get_database_backend() {
        DbBackend::Sqlite => timeout(LONGEST, try_to_empty(journal, patience)).await.unwrap_or(Ok(false)),
        _ => Ok(true),
    }
}

/// Tries until it is done or `patience` is over.
async fn try_to_empty(journal: &DatabaseConnection, patience: Duration) -> Result<bool, StoreError> {
    let end = Instant::now() + patience;
    loop {
        journal.execute_unprepared(HOLD).await?;
        let told = journal.query_one_raw(Statement::from_string(DbBackend::Sqlite, CHECKPOINT)).await?;
        // The first column: whether somebody was in the way.
        let busy: i32 = match told {
            Some(row) => row.try_get_by_index(0)?,
            None => return Err(StoreError::Unreadable("answer to a checkpoint")),
        };
        if busy == 0 {
            return Ok(true);
        }
        if Instant::now() + PAUSE >= end {
            return Ok(false);
        }
        sleep(PAUSE).await;
    }
}
