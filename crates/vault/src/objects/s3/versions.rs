//! Deleting an object with all that a bucket keeps of it.
//!
//! A bucket that has versions hides what is deleted without naming one, and keeps it. So the versions and the delete
//! markers of an object are listed each time and deleted one by one. Asking each time, not once, costs a request and
//! stays right when somebody switches versions on while we run. One by one, because a request that deletes several
//! carries a checksum that servers of different age want in different forms; and an object is put once, so it has one.

use aws_sdk_s3::error::ProvideErrorMetadata;

use super::{Bucket, failure::Known};
use crate::error::VaultError;

const ACTION: &str = "delete an object";

impl Bucket {
    /// Deletes every version. An error where one stays, be it locked or forbidden.
    pub(super) async fn delete(&self, key: &str) -> Result<(), VaultError> {
        let (mut key_marker, mut version_marker) = (None::<String>, None::<String>);
        let mut found = false;
        loop {
            let listed = self
                .client
                .list_object_versions()
                .bucket(&self.s3.bucket)
                .prefix(key)
                .set_key_marker(key_marker)
                .set_version_id_marker(version_marker)
                .send()
                .await;
            let page = match listed {
                Ok(page) => page,
                // A server that knows no versions keeps none.
                Err(error) if error.not_there() => return self.delete_version(key, None).await,
                Err(error) => return Err(self.failed("list the versions of an object", &error)),
            };
            let versions = page.versions().iter().map(|version| (version.key(), version.version_id()));
            let markers = page.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
            for (_, version) in versions.chain(markers).filter(|(of, _)| *of == Some(key)) {
                self.delete_version(key, version).await?;
                found = true;
            }
            if page.is_truncated() != Some(true) {
                break;
            }
            (key_marker, version_marker) =
                (page.next_key_marker().map(str::to_owned), page.next_version_id_marker().map(str::to_owned));
            if key_marker.is_none() {
                return Err(self.refused(ACTION, "its versions are listed without an end"));
            }
        }
        match found {
            true => Ok(()),
            false => self.delete_unlisted(key).await,
        }
    }

    /// For a server that lists no versions without saying that it has none.
    async fn delete_unlisted(&self, key: &str) -> Result<(), VaultError> {
        match self.client.head_object().bucket(&self.s3.bucket).key(key).send().await {
            Ok(head) => self.delete_version(key, head.version_id()).await,
            Err(error) if error.status() == Some(404) => Ok(()),
            Err(error) => Err(self.failed(ACTION, &error)),
        }
    }

    async fn delete_version(&self, key: &str, version: Option<&str>) -> Result<(), VaultError> {
        let delete = self.client.delete_object().bucket(&self.s3.bucket).key(key);
        match delete.set_version_id(version.map(str::to_owned)).send().await {
            Ok(_) => Ok(()),
            // Somebody else was faster.
            Err(error) if matches!(error.code(), Some("NoSuchVersion" | "NoSuchKey")) => Ok(()),
            Err(error) => Err(self.failed(ACTION, &error)),
        }
    }
}
