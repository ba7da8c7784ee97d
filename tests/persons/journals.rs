//! An erasure while somebody reads the database, a backup say: nobody waits for it, and no receipt says what is not so yet.

use std::{
    io::Read,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use timbre_backends::left_out_on_postgres;
use timbre_domain::ids::SubjectId;
use timbre_engine::{EngineError, EraseOptions, NewUser};
use timbre_store::{Entry, NewErasure};
use timbre_tests::{Administrator, Person, Product};

use super::{person, tenant};

/// A transaction that reads, until it is killed.
fn reader(product: &Product, name: &str) -> Child {
    let statement = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); db.execute('BEGIN'); \
                     db.execute('SELECT * FROM sqlite_schema').fetchall(); print('reading', flush=True); sys.stdin.read()";
    let mut reader = Command::new("python3")
        .args(["-c", statement])
        .arg(product.folder().join(name))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut word = [0; 7];
    reader.stdout.as_mut().unwrap().read_exact(&mut word).unwrap();
    reader
}

/// Whether a file of the databases holds these bytes.
fn held(product: &Product, what: &[u8]) -> bool {
    let of_database = |name: &str| name.starts_with("timbre.db") || name.starts_with("keyring.db");
    product.files().into_iter().any(|(path, bytes)| {
        of_database(&path.file_name().unwrap().to_string_lossy())
            && bytes.windows(what.len()).any(|window| window == what)
    })
}

#[test]
fn while_somebody_reads_no_receipt_is_signed_and_nobody_waits_and_housekeeping_ends_it_afterwards_on_sqlite()
{
    if left_out_on_postgres("whoever reads there is in nobody's way, and there is no journal for us to empty")
    {
        return;
    }
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    app.enrolled("7", &Person::english("af_heart"));
    let users = ["8", "9"].map(|name| app.user(name));
    let acme = tenant(&product, "acme");
    let subject = person(&product, &acme, "reference", "7");
    let ids: Vec<SubjectId> =
        [subject].into_iter().chain(users.iter().map(|user| user.parse().unwrap())).collect();
    let keys = product.block_on(product.store().person_keys(acme.id, &ids)).unwrap();
    assert!(
        keys.len() == 3 && keys.values().all(|key| held(&product, key)),
        "the search finds what is there"
    );

    let mut readers = ["timbre.db", "keyring.db"].map(|name| reader(&product, name));
    let begun = Instant::now();
    let (erased, written) = product.block_on(async {
        let write = async {
            let mut longest = Duration::ZERO;
            for _ in 0..5 {
                let begun = Instant::now();
                product.engine.create_subject(&acme, NewUser::default()).await.unwrap();
                longest = longest.max(begun.elapsed());
            }
            longest
        };
        tokio::join!(product.engine.erase_person(&acme, subject, EraseOptions::default()), write)
    });
    assert!(matches!(erased, Err(EngineError::ErasureNotOver(_))), "{erased:?}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(written < Duration::from_secs(1), "a write took {written:?}");
    // A contract's user is deleted once the tenant knows them no more; an administrator is told that the receipt comes.
    assert_eq!(app.delete(&format!("/api/1.0/users/{}", users[0])).status, 200);
    let told = owner.delete(&format!("/tenants/{}/people/{}", acme.id, users[1]));
    assert_eq!(told.status, 202, "{}", told.text);
    assert_eq!(told.text_of("person"), acme.pseudonym(ids[2]));
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().erasures, 0);
    let receipts = |id: &SubjectId| {
        product.block_on(product.engine.receipts_of(&acme, &acme.pseudonym(*id))).unwrap().len()
    };
    for id in &ids {
        let unknown = product.block_on(product.engine.subject(&acme, *id));
        assert!(matches!(unknown, Err(EngineError::UnknownSubject)) && receipts(id) == 0);
    }
    assert!(keys.values().any(|key| held(&product, key)), "which is why there is no receipt");

    for reader in &mut readers {
        reader.kill().unwrap();
        reader.wait().unwrap();
    }
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().erasures, 3);
    for id in &ids {
        assert_eq!(receipts(id), 1);
        assert!(!held(&product, id.to_string().as_bytes()));
    }
    assert!(keys.values().all(|key| !held(&product, key)));
}

#[test]
fn what_cannot_be_done_holds_up_neither_other_erasures_nor_other_parts_of_housekeeping() {
    let product = Product::start();
    let app = product.application("acme");
    let (acme, store) = (tenant(&product, "acme"), product.store());
    let now = chrono::DateTime::from_timestamp(product.clock.seconds(), 0).unwrap();
    app.enrolled("stuck", &Person::english("af_heart"));
    app.user("free");
    let mut subjects = Vec::new();
    for (n, name) in [(1, "stuck"), (2, "free")] {
        let subject = person(&product, &acme, "reference", name);
        let id = timbre_domain::ids::ErasureId::from_random([n; 16]);
        let new = NewErasure { id, person: acme.pseudonym(subject), opted_out: false };
        let begun = store.erase_subject(acme.id, subject, new, |_| Vec::new(), Entry::default(), now);
        let begun = product.block_on(begun).unwrap().unwrap();
        // A folder where the recording was cannot be deleted as one.
        for object in begun.remains.objects {
            let named = |path: &std::path::Path| path.to_string_lossy().contains(&object.to_string());
            let path = product.files().into_iter().find(|(path, _)| named(path)).unwrap().0;
            std::fs::remove_file(&path).unwrap();
            std::fs::create_dir(&path).unwrap();
        }
        subjects.push(subject);
    }
    timbre_backends::run(product.folder(), "DROP TABLE sessions");

    let swept = product.block_on(product.engine.sweep());
    assert!(matches!(swept, Err(EngineError::Store(_))), "the first error is told: {swept:?}");
    let receipts = |subject: &SubjectId| {
        product.block_on(product.engine.receipts_of(&acme, &acme.pseudonym(*subject))).unwrap().len()
    };
    assert_eq!(subjects.iter().map(receipts).collect::<Vec<_>>(), [0, 1]);
}
