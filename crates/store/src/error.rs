//! What can go wrong with the database.

use sea_orm::{DbErr, SqlErr, TransactionError};
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
    #[error("the database folder {path} cannot be made: {source}")]
    Folder { path: String, source: std::io::Error },
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
            _ => Self::Database(error),
        }
    }
}

impl From<TransactionError<StoreError>> for StoreError {
    fn from(error: TransactionError<StoreError>) -> Self {
        match error {
            TransactionError::Connection(error) => error.into(),
            TransactionError::Transaction(error) => error,
        }
    }
}
