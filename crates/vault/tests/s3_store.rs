//! The store in a bucket: what every store promises, on s3s-fs; and what only a bucket knows: parts, versions, keys, and
//! servers that misbehave.

#![allow(clippy::unwrap_used)]

mod suite;

use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use suite::{Home, ROOMY, name_of, names, object, tenant};
use timbre_s3_server::{ACCESS_KEY, BUCKET, REGION, SECRET_KEY, Server, Versioned, faults};
use timbre_vault::{Measured, ObjectLock, ObjectStore, S3, S3Store, VaultError, Versions, probe};
use zeroize::Zeroizing;

const MIB: u64 = 1024 * 1024;
const HOUR: Duration = Duration::from_secs(3600);

suite::on!(Bucket(Server::start()));

struct Bucket(Server);

impl Home for Bucket {
    fn open(&self, max_object_bytes: u64) -> Box<dyn ObjectStore> {
        Box::new(S3Store::open(S3 { max_object_bytes, ..s3(self.0.url()) }).unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.bucket().join("voices").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn s3(endpoint: &str) -> S3 {
    S3 {
        endpoint: endpoint.to_owned(),
        region: REGION.to_owned(),
        bucket: BUCKET.to_owned(),
        prefix: "voices".to_owned(),
        path_style: true,
        access_key: Zeroizing::new(ACCESS_KEY.to_owned()),
        secret_key: Zeroizing::new(SECRET_KEY.to_owned()),
        session_token: None,
        authorities: PathBuf::new(),
        // A machine that builds at the same time is slow; the test of slowness has a time of its own.
        timeout: Duration::from_secs(20),
        part_bytes: 5 * MIB,
        parts_at_once: 2,
        max_object_bytes: ROOMY,
    }
}

fn store(server: &Server) -> S3Store {
    S3Store::open(s3(server.url())).unwrap()
}

/// Bytes whose every piece differs from the others.
fn recording(bytes: u64) -> Vec<u8> {
    (0..bytes / 8).flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).collect()
}

#[tokio::test]
async fn a_long_recording_goes_in_parts_and_reads_back() {
    let server = Server::start();
    let store = store(&server);
    let recording = recording(20 * MIB + 8);
    store.put(tenant(1), object(0xab, 1), recording.clone()).await.unwrap();
    assert_eq!(store.size(tenant(1), object(0xab, 1)).await.unwrap(), Some(20 * MIB + 8));
    assert!(store.get(tenant(1), object(0xab, 1)).await.unwrap() == recording);
    let file = server.bucket().join("voices").join(name_of(tenant(1), object(0xab, 1)));
    assert_eq!(fs::metadata(file).unwrap().len(), 20 * MIB + 8);
}

#[tokio::test]
async fn an_upload_of_which_a_part_is_refused_leaves_nothing() {
    let bucket = Versioned::default().refusing_part(3);
    let server = Server::with(&bucket);
    let error = store(&server).put(tenant(1), object(1, 1), recording(20 * MIB)).await.unwrap_err();
    assert!(matches!(error, VaultError::Bucket { .. }), "{error}");
    assert_eq!((bucket.versions(), bucket.uploads().len()), (0, 0));
}

#[tokio::test]
async fn uploads_that_a_crash_cut_short_are_swept_once_old_and_others_are_left_alone() {
    let bucket = Versioned::default();
    let server = Server::with(&bucket);
    let ours = |last| format!("voices/{}", name_of(tenant(1), object(1, last)));
    for last in 1..=5 {
        bucket.leave_upload(&ours(last), 2 * HOUR);
    }
    let young = ours(6);
    let left = [&young, "voices/of/others", "elsewhere/of/others"];
    bucket.leave_upload(left[0], Duration::ZERO);
    bucket.leave_upload(left[1], 2 * HOUR);
    bucket.leave_upload(left[2], 2 * HOUR);
    assert_eq!(store(&server).sweep_temporaries(HOUR).await.unwrap(), 5);
    let mut uploads = bucket.uploads();
    uploads.sort();
    let mut left = left.map(str::to_owned);
    left.sort();
    assert_eq!(uploads, left);
}

#[tokio::test]
async fn a_server_that_lists_no_uploads_has_nothing_to_sweep() {
    let server = Server::start();
    assert_eq!(store(&server).sweep_temporaries(HOUR).await.unwrap(), 0);
}

#[tokio::test]
async fn deleting_leaves_no_version_and_no_marker_of_the_object_behind() {
    let bucket = Versioned::default();
    let server = Server::with(&bucket);
    let store = store(&server);
    for n in 0..5 {
        store.put(tenant(1), object(1, 1), vec![n; 100]).await.unwrap();
    }
    store.put(tenant(1), object(1, 2), vec![9]).await.unwrap();
    bucket.mark_deleted(&format!("voices/{}", name_of(tenant(1), object(1, 1))));
    assert_eq!(bucket.versions(), 7);
    assert_eq!(store.size(tenant(1), object(1, 1)).await.unwrap(), None, "hidden, but kept");

    store.delete(tenant(1), object(1, 1)).await.unwrap();
    assert_eq!(bucket.versions(), 1);
    assert_eq!(store.get(tenant(1), object(1, 2)).await.unwrap(), [9]);
    // Nor does deleting what is gone leave a marker.
    store.delete(tenant(1), object(1, 1)).await.unwrap();
    assert_eq!(bucket.versions(), 1);
    probe(&store).await.unwrap();
    assert_eq!(bucket.versions(), 1);
}

#[tokio::test]
async fn an_object_that_is_locked_is_an_error_not_silence() {
    let bucket = Versioned::default().locked();
    let server = Server::with(&bucket);
    let store = store(&server);
    store.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    let error = store.delete(tenant(1), object(1, 1)).await.unwrap_err();
    assert!(error.to_string().contains("locked"), "{error}");
    assert!(matches!(error, VaultError::Bucket { action: "delete an object", .. }), "{error}");
    assert!(matches!(probe(&store).await, Err(VaultError::Bucket { .. })));
}

#[tokio::test]
async fn a_bucket_tells_how_it_is_set_up() {
    let of_one_that_went = {
        let server = Server::start();
        store(&server)
    };
    assert!(matches!(of_one_that_went.inspect().await, Err(VaultError::Unavailable(_))));

    let server = Server::start();
    let state = store(&server).inspect().await.unwrap();
    assert_eq!((state.versions, state.lock), (Some(Versions::Off), Some(ObjectLock::Off)));
    assert_eq!(state.expiring, Some(Vec::new()));

    let bucket = Versioned::default().locked().expiring("voi");
    let server = Server::with(&bucket);
    let state = store(&server).inspect().await.unwrap();
    assert_eq!((state.versions, state.lock), (Some(Versions::On), Some(ObjectLock::Every)));
    assert_eq!(state.expiring.unwrap(), ["tidy-up"]);

    let bucket = Versioned::default().expiring("logs/");
    let server = Server::with(&bucket);
    let state = store(&server).inspect().await.unwrap();
    assert_eq!((state.lock, state.expiring), (Some(ObjectLock::Off), Some(Vec::new())));
}

#[tokio::test]
async fn a_wrong_key_and_a_missing_bucket_are_said_clearly_and_no_secret_is() {
    let server = Server::start();
    let text = Zeroizing::new("another-secret".to_owned());
    let wrong_secret = S3 { secret_key: text.clone(), ..s3(server.url()) };
    let wrong_key = S3 { access_key: text, ..s3(server.url()) };
    let no_bucket = S3 { bucket: "nowhere".to_owned(), ..s3(server.url()) };
    for (settings, why) in [
        (wrong_secret, "the secret key is not the right one"),
        (wrong_key, "the access key is not known there"),
        (no_bucket, "there is no such bucket"),
    ] {
        let (bucket, shown) = (settings.bucket.clone(), format!("{settings:?}"));
        let store = S3Store::open(settings).unwrap();
        let error = store.list(None, None, 10).await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, VaultError::Bucket { .. }), "{text}");
        assert!(text.contains(why) && text.contains(&bucket) && text.contains(server.url()), "{text}");
        for said in [text, shown, format!("{store:?}")] {
            assert!(!said.contains("secret-key") && !said.contains("another-secret"), "{said}");
            assert!(!said.contains(ACCESS_KEY), "{said}");
        }
        assert!(matches!(store.inspect().await, Err(VaultError::Bucket { .. })));
    }
}

#[tokio::test]
async fn a_store_that_did_not_answer_counts_as_away_until_it_answers() {
    let server = Server::start();
    let there = Measured::new(Arc::new(store(&server)));
    there.put(tenant(1), object(1, 1), vec![1]).await.unwrap();
    assert!(!there.is_away());
    let timeout = Duration::from_millis(200);
    let silent = S3Store::open(S3 { timeout, ..s3(&faults::silent()) }).unwrap();
    let silent = Measured::new(Arc::new(silent));
    assert!(!silent.is_away(), "nobody has asked yet");
    assert!(matches!(
        silent.put(tenant(1), object(1, 1), vec![1]).await.unwrap_err(),
        VaultError::Unavailable(_)
    ));
    assert!(silent.is_away());
    let begun = Instant::now();
    while silent.is_away() {
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody would ever try again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_server_that_never_answers_or_is_not_there_is_unavailable_within_two_seconds() {
    let nobody = "http://127.0.0.1:9".to_owned();
    for endpoint in [faults::silent(), nobody] {
        let timeout = Duration::from_millis(1000);
        let store = S3Store::open(S3 { timeout, ..s3(&endpoint) }).unwrap();
        let (tenant, object) = (tenant(1), object(1, 1));
        for action in 0..5 {
            let begun = Instant::now();
            let error = match action {
                0 => store.put(tenant, object, vec![1; 1000]).await.unwrap_err(),
                1 => store.get(tenant, object).await.unwrap_err(),
                2 => store.size(tenant, object).await.unwrap_err(),
                3 => store.delete(tenant, object).await.unwrap_err(),
                _ => store.list(None, None, 10).await.unwrap_err(),
            };
            assert!(begun.elapsed() < Duration::from_secs(2), "{endpoint} {action}: {:?}", begun.elapsed());
            assert!(matches!(error, VaultError::Unavailable(_)), "{endpoint} {action}: {error}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_is_tried_again() {
    let server = Server::start();
    let resetting = faults::Resetting::before(server.url(), 1);
    let store = S3Store::open(s3(resetting.url())).unwrap();
    store.put(tenant(1), object(1, 1), recording(MIB)).await.unwrap();
    assert_eq!(resetting.left(), 0);
    assert_eq!(store.get(tenant(1), object(1, 1)).await.unwrap(), recording(MIB));

    // Not for ever.
    let resetting = faults::Resetting::before(server.url(), 1000);
    let store = S3Store::open(s3(resetting.url())).unwrap();
    let error = store.get(tenant(1), object(1, 1)).await.unwrap_err();
    assert!(matches!(error, VaultError::Unavailable(_)), "{error}");
    assert_eq!(1000 - resetting.left(), timbre_vault::ATTEMPTS as usize);
}

#[tokio::test]
async fn an_authorities_file_without_certificates_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let authorities = home.path().join("ca.pem");
    let open = || S3Store::open(S3 { authorities: authorities.clone(), ..s3("https://s3.test") });
    assert!(matches!(open(), Err(VaultError::Disk { .. })));
    fs::write(&authorities, "not a certificate").unwrap();
    assert!(matches!(open(), Err(VaultError::Authorities { .. })));
    fs::write(&authorities, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(matches!(open(), Err(VaultError::Authorities { .. })));
}

#[tokio::test]
async fn without_a_prefix_names_are_the_folders_own() {
    let server = Server::start();
    let store = S3Store::open(S3 { prefix: String::new(), ..s3(server.url()) }).unwrap();
    store.put(tenant(1), object(0xab, 1), vec![1]).await.unwrap();
    assert!(server.bucket().join(name_of(tenant(1), object(0xab, 1))).is_file());
    assert_eq!(names(&store, None, 10).await.len(), 1);
    let other = self::store(&server);
    assert!(names(&other, None, 10).await.is_empty(), "another prefix is another store");
}
