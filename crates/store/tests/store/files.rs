//! SQLite's files: what was erased is not in them, and nobody else reads them.

use timbre_backends::left_out_on_postgres;
use timbre_store::{Connection, Entry, Store};

use super::support::*;

/// Somebody who reads the database: a backup, say.
fn reader(database: &Database, name: &str) -> std::process::Child {
    let statement = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); db.execute('BEGIN'); \
                     db.execute('SELECT * FROM sqlite_schema').fetchall(); print('reading', flush=True); sys.stdin.read()";
    let mut reader = std::process::Command::new("python3")
        .args(["-c", statement])
        .arg(database.folder().join(name))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut word = [0; 7];
    std::io::Read::read_exact(reader.stdout.as_mut().unwrap(), &mut word).unwrap();
    reader
}

#[tokio::test]
async fn journals_that_somebody_reads_are_said_to_be_so_and_hold_up_nobody_on_sqlite() {
    if left_out_on_postgres("its journals hold no page of an erased row that a query could bring back") {
        return;
    }
    let database = database().await;
    let (tenant, subject) = tenant_with_subject(&database.store).await;
    let store = &database.store;
    let wrapped = b"wrapped key of somebody".to_vec();
    store.put_person_key(tenant, subject, wrapped.clone(), at(0)).await.unwrap();
    for name in ["keyring.db", "timbre.db"] {
        let mut reading = reader(&database, name);
        let begun = std::time::Instant::now();
        store.destroy_person_key(tenant, subject).await.unwrap();
        // So that either journal has something that whoever reads does not see: an empty one is in nobody's way.
        let other = new_tenant(100 + name.len() as u8, &format!("before {name}"));
        store.create_tenant(other, Entry::default(), at(1)).await.unwrap();
        let (free, written) = tokio::join!(
            store.overwrite_journals(),
            store.create_tenant(new_tenant(name.len() as u8, name), Entry::default(), at(1))
        );
        written.unwrap();
        store.erase_enrolments(tenant, subject, "en", Entry::default(), at(3)).await.unwrap();
        assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
        assert!(!free.unwrap(), "{name} is read");
        if name == "keyring.db" {
            assert!(database.holds("keyring.db", &wrapped), "what is read stays");
        }
        reading.kill().unwrap();
        reading.wait().unwrap();
        assert!(store.overwrite_journals().await.unwrap());
        assert!(!database.holds("keyring.db", &wrapped));
    }
}

#[tokio::test]
async fn files_of_the_database_are_their_owners_alone_those_from_before_too_on_sqlite() {
    use std::os::unix::fs::PermissionsExt;
    if left_out_on_postgres("the server's files are the server's") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("made/data");
    let connection = Connection { max_connections: 2, ..Connection::default() };
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for _ in 0..2 {
        let store = Store::connect(&connection, &data).await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(mode(&data), 0o700);
        let files: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() >= 6, "two databases, each with a journal: {files:?}");
        for file in &files {
            assert_eq!(mode(file), 0o600, "{file:?}");
        }
        // As an earlier version left them.
        for file in &files {
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}
