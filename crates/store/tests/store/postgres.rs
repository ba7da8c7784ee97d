//! What only PostgreSQL has: several processes over one database, from several connections. Needs `TIMBRE_TEST_POSTGRES`, the address of
//! a server where whoever calls may make databases.

use sea_orm::{ConnectionTrait, Database as Connected};
use timbre_store::{Connection, Store};
use uuid::Uuid;

use super::support::{Database, at, database};

/// A database of a test's own.
pub enum Own {
    Sqlite(Database),
    Postgres(Store),
}

impl Own {
    pub fn store(&self) -> Store {
        match self {
            Self::Sqlite(database) => database.store.clone(),
            Self::Postgres(store) => store.clone(),
        }
        .with_audit_key([7; 32].into())
    }
}

/// With today's tables: in PostgreSQL where there is a server, else in SQLite.
pub async fn own() -> Own {
    let Some(url) = made().await else { return Own::Sqlite(database().await) };
    let store = connected(&url).await;
    store.migrate().await.unwrap();
    Own::Postgres(store)
}

/// The address of an empty database that nobody else has; none where there is no server, which is said.
#[allow(clippy::print_stderr)]
pub async fn made() -> Option<String> {
    let Ok(server) = std::env::var("TIMBRE_TEST_POSTGRES") else {
        eprintln!("TIMBRE_TEST_POSTGRES is not set: this test does not see PostgreSQL");
        return None;
    };
    let name = format!("store_{}", Uuid::new_v4().simple());
    let admin = Connected::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (address, query) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    Some(format!("{host}/{name}?{query}"))
}

/// As one process has it.
pub async fn connected(url: &str) -> Store {
    let connection = Connection { url: url.to_owned(), max_connections: 8, ..Connection::default() };
    Store::connect(&connection, std::path::Path::new("/nonexistent")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_processes_that_migrate_an_empty_database_at_once_one_does() {
    let Some(url) = made().await else { return };
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let store = connected(&url).await;
                let applied = store.migrate().await.unwrap();
                assert_eq!(store.pending_migrations().await.unwrap(), 0);
                applied
            })
        })
        .collect();
    let mut applied = Vec::new();
    for process in starting {
        applied.push(process.await.unwrap());
    }
    assert_eq!(applied.iter().filter(|applied| **applied > 0).count(), 1, "{applied:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_processes_may_migrate_one_sqlite_file_at_once() {
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let folder = std::sync::Arc::clone(&folder);
            tokio::spawn(async move {
                let store = Store::connect(&Connection::default(), folder.path()).await.unwrap();
                store.migrate().await.unwrap()
            })
        })
        .collect();
    let mut applied = Vec::new();
    for process in starting {
        applied.push(process.await.unwrap());
    }
    // The keyring and the main database are migrated apart, perhaps not by the same one.
    let all = applied.iter().max().copied().unwrap_or_default();
    assert!((1..=2).contains(&applied.iter().filter(|applied| **applied > 0).count()), "{applied:?}");
    assert!(all > 1, "{applied:?}");
}

#[tokio::test]
async fn who_waits_for_another_that_migrates_waits_no_longer_than_it_may_and_says_so() {
    let Some(url) = made().await else { return };
    let other = Connected::connect(&url).await.unwrap();
    let lock = "SELECT pg_advisory_lock(x'74696d627265'::bigint)";
    let connections = other.get_postgres_connection_pool();
    let mut held = connections.acquire().await.unwrap();
    sea_orm::sqlx::raw_sql(lock).execute(&mut *held).await.unwrap();
    let connection = Connection { url, migrate_wait_seconds: 1, ..Connection::default() };
    let store = Store::connect(&connection, std::path::Path::new("/nonexistent")).await.unwrap();
    let refused = store.migrate().await.unwrap_err();
    assert!(refused.to_string().contains("database.migrate_wait_seconds"), "{refused}");
    assert!(store.pending_migrations().await.unwrap() > 0);
    // Whatever becomes of who holds it, the lock is free then.
    drop(held.detach());
    let connection = Connection { migrate_wait_seconds: 30, ..connection };
    let store = Store::connect(&connection, std::path::Path::new("/nonexistent")).await.unwrap();
    store.migrate().await.unwrap();
}

#[tokio::test]
async fn a_database_that_a_later_version_has_changed_is_ready_all_the_same() {
    let own = own().await;
    let store = own.store();
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2099_01_01_later', 0)";
    match &own {
        Own::Sqlite(database) => {
            let file = format!("sqlite://{}", database.file().display());
            Connected::connect(file).await.unwrap().execute_unprepared(later).await.unwrap();
        }
        Own::Postgres(_) => {
            let url = made().await.unwrap();
            let store = connected(&url).await;
            store.migrate().await.unwrap();
            Connected::connect(&url).await.unwrap().execute_unprepared(later).await.unwrap();
            assert_eq!((store.pending_migrations().await.unwrap(), store.migrate().await.unwrap()), (0, 0));
        }
    }
    assert_eq!(store.pending_migrations().await.unwrap(), 0);
    assert_eq!(store.migrate().await.unwrap(), 0);
}

/// Whoever gives a call up at any moment leaves nothing on the connection that the next caller's writes could get lost in.
#[tokio::test]
async fn a_call_that_was_given_up_half_way_costs_the_next_caller_nothing() {
    let Some(url) = made().await else { return };
    let connection = Connection { url: url.clone(), max_connections: 1, ..Connection::default() };
    let store = Store::connect(&connection, std::path::Path::new("/nonexistent")).await.unwrap();
    store.migrate().await.unwrap();
    let store = store.with_audit_key([7; 32].into());
    store.create_tenant(super::support::new_tenant(1, "acme"), Default::default(), at(0)).await.unwrap();
    let tenant = super::support::tenant_id(1);
    let other = connected(&url).await;
    for round in 0..200_u64 {
        let given_up = store.enter(tenant, super::races::costs(1, 1_000_000, false), at(0));
        let patience = std::time::Duration::from_micros(round * 17 % 3_000);
        let _ = tokio::time::timeout(patience, given_up).await;
        let mut key = [0; 32];
        key[..8].copy_from_slice(&round.to_be_bytes());
        store.save_session(&key, "{}".to_owned(), at(100)).await.unwrap();
        assert!(other.session(&key, at(1)).await.unwrap().is_some(), "lost in round {round}");
    }
    assert!(store.recount(tenant).await.unwrap().wrong.is_empty());
}
