//! Where a product's data is: its folder and its databases, and its objects, which are files in the folder. On servers they are
//! kept by one of S3's protocol, in this process and over that folder.

use std::{path::PathBuf, sync::Arc, time::Duration};

use timbre_backends::{DataFolder, on_postgres};
use timbre_s3_server::{ACCESS_KEY, BUCKET, REGION, SECRET_KEY, Server};
use timbre_vault::{DEFAULT_MAX_OBJECT_BYTES, FolderStore, ObjectStore, S3, S3Store};
use zeroize::Zeroizing;

/// The folder of objects, in the data folder or in the bucket.
const OBJECTS: &str = "objects";

/// It goes when it is dropped.
pub(crate) struct Home {
    /// Ends before the folder goes.
    server: Option<Server>,
    pub(crate) folder: DataFolder,
}

impl Home {
    pub(crate) fn of(folder: DataFolder) -> Self {
        let bucket = || Server::over(&folder.path().join("s3"), "127.0.0.1:0");
        Self { server: on_postgres().then(bucket), folder }
    }

    /// The objects, over connections of its own.
    pub(crate) fn objects(&self) -> Arc<dyn ObjectStore> {
        match &self.server {
            None => Arc::new(FolderStore::open(self.folder.path().join(OBJECTS)).unwrap()),
            Some(server) => Arc::new(S3Store::open(bucket(server.url())).unwrap()),
        }
    }
}

fn bucket(endpoint: &str) -> S3 {
    let mebibyte = 1024 * 1024;
    S3 {
        endpoint: endpoint.to_owned(),
        region: REGION.to_owned(),
        bucket: BUCKET.to_owned(),
        prefix: OBJECTS.to_owned(),
        path_style: true,
        access_key: Zeroizing::new(ACCESS_KEY.to_owned()),
        secret_key: Zeroizing::new(SECRET_KEY.to_owned()),
        session_token: None,
        authorities: PathBuf::new(),
        // A machine that runs many tests at once is slow; time is what other tests are about.
        timeout: Duration::from_secs(20),
        part_bytes: 8 * mebibyte,
        parts_at_once: 2,
        max_object_bytes: DEFAULT_MAX_OBJECT_BYTES,
    }
}
