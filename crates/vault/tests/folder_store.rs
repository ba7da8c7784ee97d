//! The folder store, through the trait that the engine sees.

#![allow(clippy::unwrap_used)]

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use timbre_domain::ids::{ObjectId, TenantId};
use timbre_vault::{FolderStore, ObjectName, ObjectStore, VaultError};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn tenant(byte: u8) -> TenantId {
    TenantId::from_random([byte; 16])
}

/// Ids that differ in the first byte, and so in the shard, and in the last.
fn object(first: u8, last: u8) -> ObjectId {
    let mut bytes = [0; 16];
    (bytes[0], bytes[15]) = (first, last);
    ObjectId::from_random(bytes)
}

fn home() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("objects");
    (home, root)
}

fn shard_of(root: &Path, tenant: TenantId, object: ObjectId) -> PathBuf {
    root.join(tenant.to_string()).join(&object.to_string()[..2])
}

fn file_of(root: &Path, tenant: TenantId, object: ObjectId) -> PathBuf {
    shard_of(root, tenant, object).join(format!("{object}.sealed"))
}

async fn names(store: &FolderStore, of: Option<TenantId>, limit: usize) -> Vec<ObjectName> {
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = store.list(of, after, limit).await.unwrap();
        assert!(page.entries.len() <= limit);
        names.extend(page.entries.iter().map(|entry| entry.name));
        after = page.next;
        if after.is_none() {
            return names;
        }
    }
}

/// A partial file as a crash in the middle of a put leaves it.
fn crash_left_file(root: &Path, tenant: TenantId, object: ObjectId, age: Duration) -> PathBuf {
    let shard = shard_of(root, tenant, object);
    fs::create_dir_all(&shard).unwrap();
    let path = shard.join(format!(".{object}.sealed.0123456789abcdef.partial"));
    let file = File::create(&path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
    path
}

#[tokio::test]
async fn an_object_reads_back_and_is_replaced_whole() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let (tenant, object) = (tenant(1), object(0xab, 1));
    store.put(tenant, object, vec![1; 5000]).await.unwrap();
    assert_eq!(store.get(tenant, object).await.unwrap(), vec![1; 5000]);
    store.put(tenant, object, vec![2; 3]).await.unwrap();
    assert_eq!(store.get(tenant, object).await.unwrap(), vec![2; 3]);

    let reopened = FolderStore::open(&root).unwrap();
    assert_eq!(reopened.get(tenant, object).await.unwrap(), vec![2; 3]);
}

#[tokio::test]
async fn files_and_folders_are_the_owners_alone() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let (tenant, object) = (tenant(1), object(0xab, 1));
    store.put(tenant, object, vec![1]).await.unwrap();

    let file = file_of(&root, tenant, object);
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    for dir in [file.parent().unwrap(), &root.join(tenant.to_string()), &root] {
        assert_eq!(fs::metadata(dir).unwrap().mode() & 0o777, 0o700);
    }
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_missing_object_is_not_found_and_another_tenants_is_missing() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let missing = store.get(tenant(1), object(1, 1)).await.unwrap_err();
    assert!(matches!(missing, VaultError::ObjectNotFound { .. }));

    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    let theirs = store.get(tenant(2), object(1, 1)).await.unwrap_err();
    assert!(matches!(theirs, VaultError::ObjectNotFound { .. }));
}

#[tokio::test]
async fn deleting_twice_is_no_error() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    assert!(store.get(tenant(1), object(1, 1)).await.is_err());
    assert!(names(&store, None, 10).await.is_empty());
}

#[tokio::test]
async fn the_size_limit_holds_for_what_is_put_and_for_what_is_read() {
    let (_home, root) = home();
    let store = FolderStore::open_with_limit(&root, 10).unwrap();
    let (tenant, object) = (tenant(1), object(1, 1));
    let put = store.put(tenant, object, vec![1; 11]).await.unwrap_err();
    assert!(matches!(put, VaultError::ObjectTooLarge { limit: 10, .. }));
    assert!(!shard_of(&root, tenant, object).exists());

    store.put(tenant, object, vec![1; 10]).await.unwrap();
    assert_eq!(store.get(tenant, object).await.unwrap().len(), 10);
    fs::write(file_of(&root, tenant, object), vec![1; 11]).unwrap();
    let got = store.get(tenant, object).await.unwrap_err();
    assert!(matches!(got, VaultError::ObjectTooLarge { limit: 10, .. }));
}

#[tokio::test]
async fn a_put_that_fails_leaves_nothing() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let (tenant, object) = (tenant(1), object(1, 1));
    // A folder in the way of the final name: the bytes are written, the rename fails.
    let in_the_way = file_of(&root, tenant, object);
    fs::create_dir_all(&in_the_way).unwrap();
    let error = store.put(tenant, object, vec![1]).await.unwrap_err();
    assert!(matches!(error, VaultError::Disk { .. }));

    let shard = in_the_way.parent().unwrap();
    let left: Vec<_> = fs::read_dir(shard).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [in_the_way]);
}

#[tokio::test]
async fn pages_of_any_size_list_every_object_once_and_in_order() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let mut expected = Vec::new();
    for tenant_byte in [3, 1, 2] {
        for (first, last) in [(0xff, 1), (0x00, 9), (0x7f, 3), (0x7f, 1), (0x7f, 2)] {
            let (tenant, object) = (tenant(tenant_byte), object(first, last));
            store.put(tenant, object, vec![1]).await.unwrap();
            expected.push(ObjectName { tenant, object });
        }
    }
    expected.sort_unstable();
    for limit in [1, 2, 3, 4, 5, 7, 15, 100] {
        assert_eq!(names(&store, None, limit).await, expected, "{limit}");
    }
    for limit in [1, 2, 5, 6] {
        assert_eq!(names(&store, Some(tenant(2)), limit).await, expected[5..10]);
    }
    assert!(names(&store, Some(tenant(9)), 10).await.is_empty());

    // The name a page starts after need not exist any more.
    let gone = expected[6];
    store.delete(gone.tenant, gone.object).await.unwrap();
    let page = store.list(None, Some(gone), 100).await.unwrap();
    assert_eq!(page.entries[0].name, expected[7]);
    assert_eq!((page.entries.len(), page.next), (8, None));
}

#[tokio::test]
async fn a_listed_object_says_when_it_was_put() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    let then = SystemTime::now() - DAY;
    let file = File::open(file_of(&root, tenant(1), object(1, 1))).unwrap();
    file.set_modified(then).unwrap();
    let page = store.list(None, None, 10).await.unwrap();
    assert_eq!(page.entries[0].modified, then);
}

#[tokio::test]
async fn files_that_are_no_objects_are_not_listed() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let (tenant, object) = (tenant(1), object(0xab, 1));
    store.put(tenant, object, vec![1]).await.unwrap();
    let shard = shard_of(&root, tenant, object);
    fs::create_dir(root.join("lost+found")).unwrap();
    fs::write(root.join(tenant.to_string()).join("notes.txt"), "x").unwrap();
    for stray in [
        "notes.txt".to_owned(),
        format!("{}.sealed", object.to_string().to_uppercase()),
        format!("{}.sealed", object.to_string().replacen("ab", "ac", 1)),
    ] {
        fs::write(shard.join(stray), "x").unwrap();
    }
    assert_eq!(names(&store, None, 10).await, [ObjectName { tenant, object }]);
}

#[tokio::test]
async fn what_a_crash_left_is_never_listed_and_is_swept_once_old() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    let (tenant, object) = (tenant(1), object(0xab, 1));
    store.put(tenant, object, vec![1]).await.unwrap();
    let old = crash_left_file(&root, tenant, object, 2 * DAY);
    let shard = shard_of(&root, tenant, object);
    let young = shard.join(".young.sealed.0123456789abcdef.partial");
    File::create(&young).unwrap();

    let only = [ObjectName { tenant, object }];
    assert_eq!(names(&store, None, 10).await, only);
    assert_eq!(store.sweep_temporaries(DAY).await.unwrap(), 1);
    assert!(!old.exists() && young.exists());
    assert_eq!(store.sweep_temporaries(DAY).await.unwrap(), 0);
    assert_eq!(names(&store, None, 10).await, only);
    assert_eq!(store.get(tenant, object).await.unwrap(), [1]);
}

#[tokio::test]
async fn the_size_of_an_object_is_told_of_one_that_is_there_and_of_no_other() {
    let (_home, root) = home();
    let store = FolderStore::open(&root).unwrap();
    store.put(tenant(1), object(0xab, 1), vec![1; 300]).await.unwrap();
    assert_eq!(store.size(tenant(1), object(0xab, 1)).await.unwrap(), Some(300));
    assert_eq!(store.size(tenant(2), object(0xab, 1)).await.unwrap(), None);
    assert_eq!(store.size(tenant(1), object(0xab, 2)).await.unwrap(), None);
}
