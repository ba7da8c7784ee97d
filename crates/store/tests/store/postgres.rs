//! What only PostgreSQL has: several processes over one database, from several connections. Needs `TIMBRE_TEST_POSTGRES`, the address of
//! a server where whoever calls may make databases.

use std::{path::Path, sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, Database as Connected};
use timbre_backends::{DataFolder, Databases, left_out_on_sqlite};
use timbre_migrations::{KeyringMigrator, Migrator, MigratorTrait};
use timbre_store::{Connection, Store};

use super::support::{at, database};

/// An empty database that nobody else has. It goes when this is dropped.
pub struct Own {
    pub url: String,
    _folder: DataFolder,
}

/// None where there is no server.
pub fn own() -> Option<Own> {
    if left_out_on_sqlite("it is a server that this test is about") {
        return None;
    }
    let folder = DataFolder::new();
    let Databases { url, .. } = Databases::empty(folder.path());
    Some(Own { url, _folder: folder })
}

/// As one process has it.
pub async fn connected(url: &str, max_connections: u32) -> Store {
    let connection = Connection { url: url.to_owned(), max_connections, ..Connection::default() };
    Store::connect(&connection, Path::new("/nonexistent")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_processes_that_migrate_an_empty_database_at_once_each_step_is_by_one_on_postgres() {
    let Some(own) = own() else { return };
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let url = own.url.clone();
            tokio::spawn(async move {
                let store = connected(&url, 8).await;
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
    each_was_applied_once(&applied);
}

/// Each migration by one of them, and at most two of them at it: the keyring and the main database are migrated apart.
fn each_was_applied_once(applied: &[usize]) {
    assert_eq!(
        applied.iter().sum::<usize>(),
        KeyringMigrator::migrations().len() + Migrator::migrations().len()
    );
    assert!((1..=2).contains(&applied.iter().filter(|applied| **applied > 0).count()), "{applied:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_processes_may_migrate_one_sqlite_file_at_once() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let folder = Arc::clone(&folder);
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
    each_was_applied_once(&applied);
}

#[tokio::test]
async fn who_waits_for_another_that_migrates_waits_no_longer_than_it_may_and_says_so_on_postgres() {
    let Some(own) = own() else { return };
    let other = Connected::connect(&own.url).await.unwrap();
    let lock = "SELECT pg_advisory_lock(x'74696d627265'::bigint)";
    let connections = other.get_postgres_connection_pool();
    let mut held = connections.acquire().await.unwrap();
    sea_orm::sqlx::raw_sql(lock).execute(&mut *held).await.unwrap();
    let connection = Connection { url: own.url.clone(), migrate_wait_seconds: 1, ..Connection::default() };
    let store = Store::connect(&connection, Path::new("/nonexistent")).await.unwrap();
    let refused = store.migrate().await.unwrap_err();
    assert!(refused.to_string().contains("database.migrate_wait_seconds"), "{refused}");
    assert!(store.pending_migrations().await.unwrap() > 0);
    // Whatever becomes of who holds it, the lock is free then.
    drop(held.detach());
    let connection = Connection { migrate_wait_seconds: 30, ..connection };
    let store = Store::connect(&connection, Path::new("/nonexistent")).await.unwrap();
    store.migrate().await.unwrap();
}

#[tokio::test]
async fn a_database_that_a_later_version_has_changed_is_ready_all_the_same() {
    let database = database().await;
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2099_01_01_later', 0)";
    Connected::connect(database.url()).await.unwrap().execute_unprepared(later).await.unwrap();
    assert_eq!(database.store.pending_migrations().await.unwrap(), 0);
    assert_eq!(database.store.migrate().await.unwrap(), 0);
}

/// Whoever gives a call up at any moment leaves nothing on the connection that the next caller's writes could get lost in.
#[tokio::test]
async fn a_call_that_was_given_up_half_way_costs_the_next_caller_nothing_on_postgres() {
    let Some(own) = own() else { return };
    let store = connected(&own.url, 1).await;
    store.migrate().await.unwrap();
    let store = store.with_audit_key([7; 32].into());
    store.create_tenant(super::support::new_tenant(1, "acme"), Default::default(), at(0)).await.unwrap();
    let tenant = super::support::tenant_id(1);
    let other = connected(&own.url, 8).await;
    for round in 0..200_u64 {
        let given_up = store.enter(tenant, super::races::costs(1, 1_000_000, false), at(0));
        let patience = Duration::from_micros(round * 17 % 3_000);
        let _ = tokio::time::timeout(patience, given_up).await;
        let mut key = [0; 32];
        key[..8].copy_from_slice(&round.to_be_bytes());
        store.save_session(&key, "{}".to_owned(), at(100)).await.unwrap();
        assert!(other.session(&key, at(1)).await.unwrap().is_some(), "lost in round {round}");
    }
    assert!(store.recount(tenant).await.unwrap().wrong.is_empty());
}

#[tokio::test]
async fn encryption_that_is_asked_for_is_never_done_without_on_postgres() {
    let Some(own) = own() else { return };
    for mode in ["require", "verify-full"] {
        let asked = Connection { url: format!("{}?sslmode={mode}", own.url), ..Connection::default() };
        // Most servers of tests have no certificate, and none has one that is trusted.
        match Store::connect(&asked, Path::new("/nonexistent")).await.map(|_| ()) {
            Ok(()) => assert_eq!(mode, "require"),
            Err(refused) => {
                let text = refused.to_string();
                assert!(text.contains("TLS") && !text.contains("built without"), "{text}");
            }
        }
    }
}
