//! The database as queries see it: with PostgreSQL, whatever is asked is answered within a time or given up.
//!
//! PostgreSQL is on the other side of a network that may be cut, slow, or silent. A limit that the server keeps (`statement_timeout`)
//! does not help then, so it is kept here, around every statement, begin and commit, the wait for a connection included. Whom somebody
//! waits for has `database.answer_seconds`; whom nobody waits for ([`patiently`]) has `database.background_seconds`, and connections
//! apart, so that neither keeps the other from theirs. SQLite is a file; there only the wait for the one writer is bounded.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement, TransactionOptions, TransactionTrait,
};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::{Store, StoreError, error::was_undone};

/// How often a statement is made that the server undid for the sake of another: a deadlock, a serialisation that failed.
const ATTEMPTS: u32 = 4;

/// After an answer did not come in time, whoever asks within so long...
const SUSPECT: Duration = Duration::from_secs(1);
/// ... waits only for this part of the time: a request that asks once more before it gives up is answered in time all the same.
const HURRIED: u32 = 6;

tokio::task_local! {
    static PATIENT: ();
}

/// Does what nobody waits for (jobs, housekeeping, commands): its statements have `database.background_seconds` each, on connections
/// apart. Tasks that it spawns are on their own.
pub async fn patiently<F: Future>(work: F) -> F::Output {
    PATIENT.scope((), work).await
}

/// As [`patiently`], for what blocks this thread: a command.
pub fn patiently_here<T>(work: impl FnOnce() -> T) -> T {
    PATIENT.sync_scope((), work)
}

/// Connections, and how long an answer on one of them may take. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    pub(crate) connections: DatabaseConnection,
    /// None: as long as it takes.
    pub(crate) limit: Option<Duration>,
}

/// A database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    prompt: Pool,
    patient: Pool,
    /// When an answer on the prompt connections last failed to come in time.
    silent: Arc<Mutex<Option<Instant>>>,
}

/// A transaction of it. What is not committed when it is dropped never was.
pub(crate) struct Transaction {
    inner: DatabaseTransaction,
    limit: Option<Duration>,
}

impl Database {
    pub(crate) fn new(prompt: Pool, patient: Pool) -> Self {
        Self { prompt, patient, silent: Arc::default() }
    }

    /// The connections of whoever asks.
    pub(crate) fn pool(&self) -> &Pool {
        match PATIENT.try_with(|()| ()) {
            Ok(()) => &self.patient,
            Err(_) => &self.prompt,
        }
    }

    /// Whether it answers.
    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        self.answered(self.pool().connections.ping()).await
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        self.prompt.connections.close_by_ref().await?;
        self.patient.connections.close_by_ref().await
    }

    pub(crate) async fn begin_with(&self, options: TransactionOptions) -> Result<Transaction, DbErr> {
        let pool = self.pool();
        let inner = self.answered(pool.connections.begin_with_options(options)).await?;
        Ok(Transaction { inner, limit: pool.limit })
    }

    /// What is asked outside of a transaction, within the time that there is for it.
    pub(crate) async fn answered<T>(
        &self,
        asked: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(limit) = self.pool().limit else { return asked.await };
        let suspect = self.heard().is_some_and(|silent| silent.elapsed() < SUSPECT);
        if suspect && PATIENT.try_with(|()| ()).is_err() {
            return within(Some(limit / HURRIED), asked).await;
        }
        let begun = Instant::now();
        let answer = within(Some(limit), asked).await;
        if answer.is_err() && begun.elapsed() >= limit {
            *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        answer
    }

    fn heard(&self) -> Option<Instant> {
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transaction {
    /// Commits. An error leaves open whether it was: it is never tried again.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        within(self.limit, self.inner.commit()).await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        within(self.limit, self.inner.rollback()).await
    }

    /// For the builders of the database's shape, which take nothing else. What they ask has no limit.
    pub(crate) fn unlimited(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Database {
    fn get_database_backend(&self) -> DbBackend {
        self.prompt.connections.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let connections = &self.pool().connections;
        self.answered(attempted(|| connections.execute_raw(statement.clone()))).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let connections = &self.pool().connections;
        self.answered(attempted(|| connections.execute_unprepared(sql))).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let connections = &self.pool().connections;
        self.answered(attempted(|| connections.query_one_raw(statement.clone()))).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let connections = &self.pool().connections;
        self.answered(attempted(|| connections.query_all_raw(statement.clone()))).await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        within(self.limit, self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        within(self.limit, self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        within(self.limit, self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        within(self.limit, self.inner.query_all_raw(statement)).await
    }
}

/// A statement outside of a transaction is one of its own: undone, it did nothing, and is made again.
async fn attempted<T, F>(ask: impl Fn() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(error) if attempt < ATTEMPTS && was_undone(&error) => pause_after(attempt).await,
            answer => return answer,
        }
        attempt += 1;
    }
}

impl Store {
    /// Does what is one transaction, and does it again where the server undid it for the sake of another: a deadlock, a serialisation that
    /// failed. A commit of which it is not known whether it was one is neither.
    pub(crate) async fn again<T, F>(&self, once: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut attempt = 1;
        loop {
            match once().await {
                Err(error) if attempt < ATTEMPTS && error.was_undone() => pause_after(attempt).await,
                done => return done,
            }
            attempt += 1;
        }
    }
}

/// Waits before another attempt, longer each time, and never as long as the other that was in the way.
async fn pause_after(attempt: u32) {
    let jitter = Uuid::new_v4().as_bytes()[0];
    sleep(Duration::from_millis(5 << attempt.min(8)) + Duration::from_micros(u64::from(jitter) * 100)).await;
}

async fn within<T>(
    limit: Option<Duration>,
    asked: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    let Some(limit) = limit else { return asked.await };
    match timeout(limit, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(DbErr::Conn(RuntimeErr::Internal(format!("no answer within {limit:?}")))),
    }
}
