//! What every object store promises, told once and tried on each.

use std::time::{Duration, SystemTime};

use timbre_domain::ids::{ObjectId, TenantId};
use timbre_vault::{ObjectName, ObjectStore, VaultError, probe};

/// Where a store keeps its objects: it can be opened, and looked behind.
pub trait Home {
    /// A store over what is here, with this limit on the size of an object.
    fn open(&self, max_object_bytes: u64) -> Box<dyn ObjectStore>;
    /// Puts bytes under a name of the store's own form or another, past the store.
    fn write(&self, name: &str, bytes: &[u8]);
}

pub const ROOMY: u64 = 1 << 30;

pub fn tenant(byte: u8) -> TenantId {
    TenantId::from_random([byte; 16])
}

/// Ids that differ in the first byte, and so in the shard, and in the last.
pub fn object(first: u8, last: u8) -> ObjectId {
    let mut bytes = [0; 16];
    (bytes[0], bytes[15]) = (first, last);
    ObjectId::from_random(bytes)
}

/// The name that folder and bucket have in common.
pub fn name_of(tenant: TenantId, object: ObjectId) -> String {
    format!("{tenant}/{}/{object}.sealed", &object.to_string()[..2])
}

pub async fn names(store: &dyn ObjectStore, of: Option<TenantId>, limit: usize) -> Vec<ObjectName> {
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

pub async fn an_object_reads_back_and_is_replaced_whole(home: impl Home) {
    let store = home.open(ROOMY);
    let (tenant, object) = (tenant(1), object(0xab, 1));
    store.put(tenant, object, vec![1; 5000]).await.unwrap();
    assert_eq!(store.get(tenant, object).await.unwrap(), vec![1; 5000]);
    store.put(tenant, object, vec![2; 3]).await.unwrap();
    assert_eq!(store.get(tenant, object).await.unwrap(), vec![2; 3]);
    assert_eq!(home.open(ROOMY).get(tenant, object).await.unwrap(), vec![2; 3]);
}

pub async fn a_missing_object_is_not_found_and_another_tenants_is_missing(home: impl Home) {
    let store = home.open(ROOMY);
    let missing = store.get(tenant(1), object(1, 1)).await.unwrap_err();
    assert!(matches!(missing, VaultError::ObjectNotFound { .. }), "{missing}");

    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    let theirs = store.get(tenant(2), object(1, 1)).await.unwrap_err();
    assert!(matches!(theirs, VaultError::ObjectNotFound { .. }), "{theirs}");
}

pub async fn deleting_twice_is_no_error(home: impl Home) {
    let store = home.open(ROOMY);
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    assert!(store.get(tenant(1), object(1, 1)).await.is_err());
    assert!(names(&*store, None, 10).await.is_empty());
}

pub async fn the_size_limit_holds_for_what_is_put_and_for_what_is_read(home: impl Home) {
    let store = home.open(10);
    let (tenant, object) = (tenant(1), object(1, 1));
    let put = store.put(tenant, object, vec![1; 11]).await.unwrap_err();
    assert!(matches!(put, VaultError::ObjectTooLarge { limit: 10, .. }));
    assert_eq!(store.size(tenant, object).await.unwrap(), None);

    store.put(tenant, object, vec![1; 10]).await.unwrap();
    assert_eq!(store.get(tenant, object).await.unwrap().len(), 10);
    home.write(&name_of(tenant, object), &[1; 11]);
    let got = store.get(tenant, object).await.unwrap_err();
    assert!(matches!(got, VaultError::ObjectTooLarge { limit: 10, .. }));
}

pub async fn pages_of_any_size_list_every_object_once_and_in_order(home: impl Home) {
    let store = home.open(ROOMY);
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
        assert_eq!(names(&*store, None, limit).await, expected, "{limit}");
    }
    for limit in [1, 2, 5, 6] {
        assert_eq!(names(&*store, Some(tenant(2)), limit).await, expected[5..10]);
    }
    assert!(names(&*store, Some(tenant(9)), 10).await.is_empty());
    // Where to start may be a name of another tenant.
    let page = store.list(Some(tenant(2)), Some(expected[2]), 100).await.unwrap();
    assert_eq!(page.entries.len(), 5);
    assert!(store.list(Some(tenant(2)), Some(expected[12]), 100).await.unwrap().entries.is_empty());

    // The name a page starts after need not exist any more.
    let gone = expected[6];
    store.delete(gone.tenant, gone.object).await.unwrap();
    let page = store.list(None, Some(gone), 100).await.unwrap();
    assert_eq!(page.entries[0].name, expected[7]);
    assert_eq!((page.entries.len(), page.next), (8, None));
}

pub async fn a_listed_object_says_when_it_was_put(home: impl Home) {
    let store = home.open(ROOMY);
    let before = SystemTime::now() - Duration::from_secs(2);
    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    let page = store.list(None, None, 10).await.unwrap();
    let put = page.entries[0].modified;
    assert!(before <= put && put <= SystemTime::now() + Duration::from_secs(2));
}

pub async fn what_is_no_object_is_not_listed(home: impl Home) {
    let store = home.open(ROOMY);
    let (tenant, object) = (tenant(1), object(0xab, 1));
    store.put(tenant, object, vec![1]).await.unwrap();
    let id = object.to_string();
    for stray in [
        "lost+found/notes.txt".to_owned(),
        "00000000/notes.txt".to_owned(),
        format!("{tenant}/notes.txt"),
        format!("{tenant}/ab/notes.txt"),
        format!("{tenant}/ab/{}.sealed", id.to_uppercase()),
        format!("{tenant}/ab/{}.sealed", id.replacen("ab", "ac", 1)),
    ] {
        home.write(&stray, b"x");
    }
    for limit in [1, 2, 100] {
        assert_eq!(names(&*store, None, limit).await, [ObjectName { tenant, object }], "{limit}");
    }
}

pub async fn the_size_is_told_of_an_object_that_is_there_and_of_no_other(home: impl Home) {
    let store = home.open(ROOMY);
    store.put(tenant(1), object(0xab, 1), vec![1; 300]).await.unwrap();
    assert_eq!(store.size(tenant(1), object(0xab, 1)).await.unwrap(), Some(300));
    assert_eq!(store.size(tenant(2), object(0xab, 1)).await.unwrap(), None);
    assert_eq!(store.size(tenant(1), object(0xab, 2)).await.unwrap(), None);
}

pub async fn a_probe_finds_it_well_and_leaves_nothing(home: impl Home) {
    let store = home.open(ROOMY);
    probe(&*store).await.unwrap();
    assert!(names(&*store, None, 10).await.is_empty());
}

/// A test of each promise, on the home that `$home` makes.
macro_rules! on {
    ($home:expr) => {
        suite::on!($home;
            an_object_reads_back_and_is_replaced_whole,
            a_missing_object_is_not_found_and_another_tenants_is_missing,
            deleting_twice_is_no_error,
            the_size_limit_holds_for_what_is_put_and_for_what_is_read,
            pages_of_any_size_list_every_object_once_and_in_order,
            a_listed_object_says_when_it_was_put,
            what_is_no_object_is_not_listed,
            the_size_is_told_of_an_object_that_is_there_and_of_no_other,
            a_probe_finds_it_well_and_leaves_nothing,
        );
    };
    ($home:expr; $($promise:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $promise() {
            suite::$promise($home).await;
        }
    )+};
}
pub(crate) use on;
