//! PostgreSQL's connections: how they are set up, and what becomes of one whose last caller went away half way.
//!
//! Promises that no connection is handed out with something of its last caller on it. Whoever gives a statement up leaves its answer
//! under way, and whoever gives a `BEGIN` up a transaction that the driver knows nothing of: the next caller's writes would
//! be in it, and lost. So a connection that comes back is rid of both, or closed; and one that does not answer at once is never
//! handed out.

use std::{future::Future, io, time::Duration};

use sea_orm::sqlx::{self, Connection, PgConnection, postgres::PgPoolOptions};
use tokio::time::timeout;

/// Which part of the time for an answer a connection has to show that it lives, before another is opened.
const PROOF_OF_LIFE: u32 = 3;

/// How many times the time for an answer the server waits for the next word of a transaction. Then whoever began it is gone, and what it
/// had locked is free.
const FORSAKEN: u32 = 4;

/// Nothing where nothing is open; the end of what is open, and an error where that failed.
const CLEAN: &str = "BEGIN; ROLLBACK";

/// The pool's options, so that answers on it come within `limit`.
pub(crate) fn careful(pool: PgPoolOptions, limit: Duration) -> PgPoolOptions {
    let settings = format!(
        "SET default_transaction_isolation = 'read committed'; SET statement_timeout = {}; \
         SET idle_in_transaction_session_timeout = {}",
        limit.as_millis(),
        (limit * FORSAKEN).as_millis()
    );
    pool.test_before_acquire(false)
        .after_connect(move |connection, _| {
            let settings = sqlx::AssertSqlSafe(settings.clone());
            Box::pin(async move { sqlx::raw_sql(settings).execute(connection).await.map(|_| ()) })
        })
        .before_acquire(move |connection, _| {
            Box::pin(async move { within(limit / PROOF_OF_LIFE, connection.ping()).await.map(|()| true) })
        })
        .after_release(move |connection, _| {
            Box::pin(async move { within(limit, clean(connection)).await.map(|()| true) })
        })
}

async fn clean(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(CLEAN).execute(connection).await.map(|_| ())
}

async fn within(
    limit: Duration,
    asked: impl Future<Output = Result<(), sqlx::Error>>,
) -> Result<(), sqlx::Error> {
    let silent = || sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the connection is silent"));
    timeout(limit, asked).await.unwrap_or_else(|_| Err(silent()))
}
