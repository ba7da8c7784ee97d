//! What can go wrong with the database.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};
use timbre_domain::usage::Meter;

/// Why a query or a commit did not happen. Nothing of it was half done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row changed or went, or a unique one was added, since it was read. Reading again and retrying
    /// is safe.
    #[error("another request was faster")]
    Conflict,
    /// The effect would go beyond a hard quota of this month. Nothing was written.
    #[error("the month's quota of {0} is used up")]
    QuotaReached(Meter),
    #[error("there is no key for the audit trail")]
    NoAuditKey,
    /// The person opted out, and is not to be made known again.
    #[error("the person opted out")]
    OptedOut,
    #[error("there are too many {0}")]
    TooMany(&'static str),
    /// What is stored does not read as what it should be.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// A setting that should say where a database is. What it says may hold a password.
    #[error(
        "{0} is not an address of PostgreSQL or SQLite: it must be postgres://USER:PASSWORD@HOST/NAME, with %23, %2F, %3F and %40 for #, /, ? \
         and @ of a password, or sqlite://FILE?mode=rwc"
    )]
    Address(&'static str),
    /// Of the data folder, or of what a setting names.
    #[error("the file of a database ({of}) cannot be made, or not be made its owner's alone: {source}")]
    File { of: String, source: std::io::Error },
    /// Made anew, it would hold none of the keys, and nobody would notice before the next verification.
    #[error(
        "the keyring is not there or has no tables, and there are people whose keys were in it: restore keyring.db from its backup, or the \
         database that database.keyring_url names"
    )]
    KeyringLost,
    #[error(
        "another process brings the tables up to date and was not done after {seconds} s; see whether it still runs, or raise \
         database.migrate_wait_seconds"
    )]
    BeingMigrated { seconds: u64 },
    /// It does not answer, or not in time. What was to be committed may have been.
    #[error("the database does not answer: {0}")]
    Unavailable(DbErr),
    #[error("database: {0}")]
    Database(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_)) => {
                Self::Conflict
            }
            _ if is_passing(&error) => Self::Unavailable(error),
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether the server undid a transaction for the sake of another: nothing of it was done, and it may well succeed now.
    pub(crate) fn was_undone(&self) -> bool {
        matches!(self, Self::Unavailable(error) if was_undone(error))
    }

    /// Whether SQLite refused because another process holds its file.
    pub(crate) fn is_of_a_locked_file(&self) -> bool {
        let Self::Unavailable(error) = self else { return false };
        matches!(sqlx_error(error), Some(sqlx::Error::Database(error)) if error.code().is_some_and(|code| is_locked_code(&code)))
    }
}

/// A serialisation that failed (40001), a deadlock (40P01).
pub(crate) fn was_undone(error: &DbErr) -> bool {
    matches!(sqlx_error(error), Some(sqlx::Error::Database(error)) if error.code().is_some_and(|code| UNDONE.contains(&code.as_ref())))
}

const UNDONE: [&str; 2] = ["40001", "40P01"];

/// Whether the database could not be reached, went away, is full or too busy: whatever it was asked, it may do so soon.
fn is_passing(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match sqlx_error(error) {
        Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| is_passing_code(&code)),
        Some(
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed,
        ) => true,
        _ => false,
    }
}

/// Of PostgreSQL, five characters: what class 08 (connection) and 53 (resources: too many connections, a full disk) say, and single ones.
fn is_passing_code(code: &str) -> bool {
    // Shut down by an administrator, crashed, starting; a statement that was cut off; a transaction whose caller said nothing for long;
    // a lock that was not to be had; a replica that takes no writes, as after a failover.
    const SINGLE: [&str; 7] = ["57P01", "57P02", "57P03", "57014", "25P03", "55P03", "25006"];
    if code.len() == 5 {
        return code.starts_with("08")
            || code.starts_with("53")
            || SINGLE.contains(&code)
            || UNDONE.contains(&code);
    }
    is_locked_code(code)
}

/// Of SQLite, a number whose last byte says what it is about.
fn is_locked_code(code: &str) -> bool {
    const SQLITE_BUSY: u32 = 5;
    const SQLITE_LOCKED: u32 = 6;
    code.parse::<u32>().is_ok_and(|code| [SQLITE_BUSY, SQLITE_LOCKED].contains(&(code & 0xff)))
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not_in_both_databases_words() {
        for passing in ["57P01", "57014", "08006", "53300", "40P01", "5", "261", "517", "6"] {
            assert!(is_passing_code(passing), "{passing}");
        }
        // A syntax error, a null that must not be, a value that is too long; an SQLite constraint, a full disk.
        for lasting in ["42601", "23502", "22001", "19", "1299", "13"] {
            assert!(!is_passing_code(lasting), "{lasting}");
        }
    }
}
