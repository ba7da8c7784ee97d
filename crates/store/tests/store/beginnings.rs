//! What a start asks of databases before it changes anything, whatever shape they have.

use sea_orm::ConnectionTrait;
use timbre_backends::{DataFolder, Databases, on_postgres};
use timbre_domain::audit::Origin;
use timbre_migrations::{Migrator, MigratorTrait};
use timbre_store::{Chain, Connection, Entry, NewEvent, Store, StoreError};

use super::support::*;

/// Migrations before people had keys of their own.
const WITHOUT_KEYS: u32 = 5;

/// The keyring of a folder, as somebody else would open it.
async fn keyring_of(folder: &std::path::Path) -> sea_orm::DatabaseConnection {
    let url = match on_postgres() {
        true => Databases::of(folder).keyring_url,
        false => format!("sqlite://{}", folder.join("keyring.db").display()),
    };
    sea_orm::Database::connect(url).await.unwrap()
}

#[tokio::test]
async fn a_keyring_without_tables_is_refused_where_people_have_keys_and_made_where_nobody_has() {
    let database = database().await;
    let store = &database.store;
    tenant_with_subject(store).await;
    store.check_keyring().await.unwrap();
    let keyring = keyring_of(database.folder()).await;
    for table in ["person_keys", "keyring_migrations"] {
        keyring.execute_unprepared(&format!("DROP TABLE {table}")).await.unwrap();
    }
    assert!(matches!(store.check_keyring().await, Err(StoreError::KeyringLost)));
    let refused = store.migrate().await.unwrap_err();
    assert!(refused.to_string().contains("restore keyring.db from its backup"), "{refused}");
    assert!(store.pending_migrations().await.unwrap() > 0, "no table was made");

    let db = sea_orm::Database::connect(database.url()).await.unwrap();
    db.execute_unprepared("UPDATE subjects SET own_key = FALSE").await.unwrap();
    store.check_keyring().await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(store.pending_migrations().await.unwrap(), 0);
}

#[tokio::test]
async fn a_database_from_before_there_were_keyrings_gets_one_and_its_tenants_key_is_asked_for_meanwhile() {
    let folder = DataFolder::new();
    let connection = connection(Databases::empty(folder.path()));
    let db = sea_orm::Database::connect(url_in(&folder)).await.unwrap();
    let store = Store::connect(&connection, folder.path()).await.unwrap();
    assert!(store.first_tenant_key().await.unwrap().is_none(), "not so much as a table");
    assert!(!store.audit_is_begun().await.unwrap());

    Migrator::up(&db, Some(WITHOUT_KEYS)).await.unwrap();
    assert!(store.first_tenant_key().await.unwrap().is_none());
    for (n, name, day) in [(1, "late", 2), (2, "early", 1)] {
        let (tenant, wrapped) = (uuid_literal(*tenant_id(n).0.as_bytes()), literal(&[n]));
        db.execute_unprepared(&format!(
            "INSERT INTO tenants (id, name, wrapped_key, policy, default_language, voice_engine, created_at) \
             VALUES ({tenant}, '{name}', {wrapped}, '{{}}', 'en', TRUE, '2026-01-0{day} 00:00:00+00:00')"
        ))
        .await
        .unwrap();
    }
    let tenant = uuid_literal(*tenant_id(1).0.as_bytes());
    db.execute_unprepared(&format!(
        "INSERT INTO subjects (id, tenant_id, created_at) \
         VALUES ('010101010101010101010101', {tenant}, '2026-01-01 00:00:00+00:00')"
    ))
    .await
    .unwrap();
    let first = store.first_tenant_key().await.unwrap();
    assert_eq!(first, Some((tenant_id(2), vec![2])), "the one that was made first");
    store.check_keyring().await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(store.pending_migrations().await.unwrap(), 0);
    assert_eq!(store.first_tenant_key().await.unwrap(), first);
    store.check_keyring().await.unwrap();
}

#[tokio::test]
async fn whoever_looks_makes_nothing_and_sees_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let (data, settings) = (folder.path().join("data"), Connection::default());
    // But for those that SQLite has beside its own while it is open, and for a moment longer.
    let entries = || {
        let found = std::fs::read_dir(&data).into_iter().flatten();
        let names = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut found: Vec<_> =
            names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect();
        found.sort();
        found
    };
    assert!(Store::look(&settings, &data).await.unwrap().is_none());
    assert!(!data.exists());

    let store = Store::connect(&settings, &data).await.unwrap();
    store.migrate().await.unwrap();
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(entries(), ["keyring.db", "timbre.db"]);
    std::fs::remove_file(data.join("keyring.db")).unwrap();
    let looking = Store::look(&settings, &data).await.unwrap().unwrap();
    assert!(looking.first_tenant_key().await.unwrap().is_some());
    assert_eq!(looking.pending_migrations().await.unwrap(), 1, "the keyring's");
    looking.check_keyring().await.unwrap();
    looking.close().await.unwrap();
    assert_eq!(entries(), ["timbre.db"]);

    // With somebody who has a key of their own the keyring must be there, and is not made by whoever would write either.
    let store = Store::connect(&settings, &data).await.unwrap();
    store.migrate().await.unwrap();
    let known = store.create_subject(tenant_id(1), new_subject(1, None, None), Entry::default(), at(0)).await;
    known.unwrap();
    store.close().await.unwrap();
    std::fs::remove_file(data.join("keyring.db")).unwrap();
    let refused = Store::connect(&settings, &data).await.map(|_| ());
    assert!(matches!(refused, Err(StoreError::KeyringLost)));
    let looking = Store::look(&settings, &data).await.unwrap().unwrap();
    assert!(matches!(looking.check_keyring().await, Err(StoreError::KeyringLost)));
    looking.close().await.unwrap();
    assert_eq!(entries(), ["timbre.db"]);
}

#[tokio::test]
async fn the_audit_key_that_the_installations_chain_was_begun_under_is_known() {
    let database = database().await;
    let [ours, other] = [7, 8].map(|n| database.store.clone().with_audit_key([n; 32].into()));
    assert!(!ours.audit_is_begun().await.unwrap());
    assert!(other.began_the_audit().await.unwrap(), "nothing says no");
    let (origin, detail) = (Origin::system(), None);
    let event = NewEvent { origin, action: "thing.done", person: None, target: None, detail };
    ours.append_event(Chain::Platform, event, at(0)).await.unwrap();
    assert!(ours.audit_is_begun().await.unwrap() && ours.began_the_audit().await.unwrap());
    assert!(!other.began_the_audit().await.unwrap());
}
