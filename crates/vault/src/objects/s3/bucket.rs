//! How a bucket is set up, as far as that matters for keeping objects and for erasing them.

use aws_sdk_s3::{
    error::ProvideErrorMetadata,
    types::{BucketVersioningStatus, ExpirationStatus, LifecycleRule, ObjectLockEnabled},
};

use super::{Bucket, failure::Known};
use crate::error::VaultError;

/// What [`S3Store::inspect`](super::S3Store::inspect) found. `None`: the key may not look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketState {
    pub versions: Option<Versions>,
    pub lock: Option<ObjectLock>,
    /// The names of the lifecycle rules that delete live objects of ours after a time.
    pub expiring: Option<Vec<String>>,
}

/// Whether the bucket keeps what was overwritten or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// It does not, or the server knows none.
    Off,
    On,
    /// What it kept earlier is still there.
    Suspended,
}

/// Whether the bucket can forbid that its objects are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectLock {
    /// It cannot, or the server knows no such thing.
    Off,
    /// It can, but does so only for objects that somebody locks.
    Possible,
    /// Every new object is locked for a time: nothing can be erased before.
    Every,
}

impl Bucket {
    pub(super) async fn inspect(&self) -> Result<BucketState, VaultError> {
        let first = self
            .client
            .list_objects_v2()
            .bucket(&self.s3.bucket)
            .prefix(&self.prefix)
            .max_keys(1)
            .send()
            .await;
        first.map_err(|error| self.failed("list objects", &error))?;
        Ok(BucketState {
            versions: self.versions().await?,
            lock: self.lock().await?,
            expiring: self.expiring().await?,
        })
    }

    async fn versions(&self) -> Result<Option<Versions>, VaultError> {
        match self.client.get_bucket_versioning().bucket(&self.s3.bucket).send().await {
            Ok(found) => Ok(Some(match found.status() {
                None => Versions::Off,
                Some(BucketVersioningStatus::Suspended) => Versions::Suspended,
                Some(_) => Versions::On,
            })),
            Err(error) if error.not_there() => Ok(Some(Versions::Off)),
            Err(error) if error.status() == Some(403) => Ok(None),
            Err(error) => Err(self.failed("look at the versions", &error)),
        }
    }

    async fn lock(&self) -> Result<Option<ObjectLock>, VaultError> {
        match self.client.get_object_lock_configuration().bucket(&self.s3.bucket).send().await {
            Ok(found) => {
                let lock = found.object_lock_configuration();
                let enabled =
                    lock.is_some_and(|lock| lock.object_lock_enabled() == Some(&ObjectLockEnabled::Enabled));
                let every =
                    lock.and_then(|lock| lock.rule()).is_some_and(|rule| rule.default_retention().is_some());
                Ok(Some(match (enabled, every) {
                    (false, _) => ObjectLock::Off,
                    (true, false) => ObjectLock::Possible,
                    (true, true) => ObjectLock::Every,
                }))
            }
            Err(error) if error.not_there() || error.status() == Some(404) => Ok(Some(ObjectLock::Off)),
            Err(error) if error.status() == Some(403) => Ok(None),
            Err(error) => Err(self.failed("look at the object lock", &error)),
        }
    }

    async fn expiring(&self) -> Result<Option<Vec<String>>, VaultError> {
        match self.client.get_bucket_lifecycle_configuration().bucket(&self.s3.bucket).send().await {
            Ok(found) => Ok(Some(
                found
                    .rules()
                    .iter()
                    .filter(|rule| self.deletes_ours(rule))
                    .map(|rule| rule.id().unwrap_or("without a name").to_owned())
                    .collect(),
            )),
            Err(error) if error.not_there() || error.code() == Some("NoSuchLifecycleConfiguration") => {
                Ok(Some(Vec::new()))
            }
            Err(error) if error.status() == Some(403) => Ok(None),
            Err(error) => Err(self.failed("look at the lifecycle rules", &error)),
        }
    }

    /// Old versions and unfinished uploads may expire: nobody needs them.
    fn deletes_ours(&self, rule: &LifecycleRule) -> bool {
        let expires = rule
            .expiration()
            .is_some_and(|expiration| expiration.days().is_some() || expiration.date().is_some());
        let filter = rule.filter();
        #[allow(deprecated)] // Old rules have it there.
        let prefix = rule
            .prefix()
            .or_else(|| filter.and_then(|filter| filter.prefix()))
            .or_else(|| filter.and_then(|filter| filter.and()).and_then(|and| and.prefix()))
            .unwrap_or("");
        let ours = prefix.starts_with(&self.prefix) || self.prefix.starts_with(prefix);
        // Ours have no tags, so a rule for tagged objects is for others.
        let tagged = filter.is_some_and(|filter| {
            filter.tag().is_some() || filter.and().is_some_and(|and| !and.tags().is_empty())
        });
        *rule.status() == ExpirationStatus::Enabled && expires && ours && !tagged
    }
}
