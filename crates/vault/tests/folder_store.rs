//! The folder store, through the trait that the engine sees.

#![allow(clippy::unwrap_used)]

mod suite;

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use suite::{Home, name_of, names, object, tenant};
use timbre_domain::ids::{ObjectId, TenantId};
use timbre_vault::{FolderStore, ObjectName, ObjectStore, VaultError};

const DAY: Duration = Duration::from_secs(24 * 3600);

suite::on!(Folder::new());

struct Folder {
    root: PathBuf,
    _home: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let (home, root) = home();
        Self { root, _home: home }
    }
}

impl Home for Folder {
    fn open(&self, max_object_bytes: u64) -> Box<dyn ObjectStore> {
        Box::new(FolderStore::open_with_limit(&self.root, max_object_bytes).unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn home() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("objects");
    (home, root)
}

fn file_of(root: &Path, tenant: TenantId, object: ObjectId) -> PathBuf {
    root.join(name_of(tenant, object))
}

fn shard_of(root: &Path, tenant: TenantId, object: ObjectId) -> PathBuf {
    file_of(root, tenant, object).parent().unwrap().to_owned()
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
async fn the_time_of_a_listed_object_is_its_files() {
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
