//! The object store as the settings describe it, and whether it can be relied upon.

use std::sync::Arc;

use timbre_engine::{Finding, FindingState};
use timbre_vault::{BucketState, FolderStore, ObjectLock, ObjectStore, S3Store, VaultError, Versions, probe};

use crate::{
    failure::Failure,
    settings::{Place, Settings},
};

const PART: &str = "objects";
const PERMISSIONS: &str = "allow the access key what docs/objects.md lists";

pub enum Objects {
    Folder(FolderStore),
    S3(S3Store),
}

impl Objects {
    /// Asks nothing of a bucket yet.
    pub fn open(settings: &Settings) -> Result<Self, Failure> {
        Ok(match settings.objects.store {
            Place::Folder => Self::Folder(FolderStore::open(settings.data.dir.join("objects"))?),
            Place::S3 => Self::S3(S3Store::open(settings.objects.s3()?)?),
        })
    }

    pub fn shared(self) -> Arc<dyn ObjectStore> {
        match self {
            Self::Folder(folder) => Arc::new(folder),
            Self::S3(bucket) => Arc::new(bucket),
        }
    }

    /// Whether objects can be put, read and erased here, now and later. An error where the store does not answer.
    pub async fn findings(&self) -> Result<Vec<Finding>, VaultError> {
        match self {
            Self::Folder(folder) => Ok(vec![tried(folder, "a folder of this machine").await?]),
            Self::S3(bucket) => match bucket.inspect().await {
                Ok(state) => {
                    let mut findings = vec![tried(bucket, "the bucket answers").await?];
                    findings.extend(of_bucket(&state));
                    Ok(findings)
                }
                Err(error @ VaultError::Unavailable(_)) => Err(error),
                Err(error) => Ok(vec![refused(&error)]),
            },
        }
    }
}

/// Ends the start where nothing could be kept or erased. A bucket that only does not answer now may answer later: requests that
/// need it are answered 503 until then, and the others are served.
pub async fn check_at_start(settings: &Settings) -> Result<(), Failure> {
    if settings.objects.store == Place::Folder {
        return Ok(());
    }
    let findings = match Objects::open(settings)?.findings().await {
        Ok(findings) => findings,
        Err(error) => {
            tracing::warn!(%error, "starting all the same: what needs the object store is refused until it answers");
            return Ok(());
        }
    };
    for finding in findings {
        match finding.state {
            FindingState::Ok => {}
            FindingState::Warn => tracing::warn!("{}", finding.line()),
            FindingState::Fail => {
                return Err(Failure::new(format!(
                    "{}\nrun `timbre doctor` for the whole picture",
                    finding.line()
                )));
            }
        }
    }
    Ok(())
}

async fn tried(store: &dyn ObjectStore, text: &str) -> Result<Finding, VaultError> {
    match probe(store).await {
        Ok(()) => Ok(Finding::ok(PART, format!("{text}; an object was put, read and deleted"))),
        Err(error @ VaultError::Unavailable(_)) => Err(error),
        Err(error) => Ok(refused(&error)),
    }
}

fn refused(error: &VaultError) -> Finding {
    let advice = match error {
        VaultError::Disk { .. } => "let the user that Timbre runs as write there",
        _ => "set [objects] right, and see docs/objects.md for what the access key must be allowed",
    };
    Finding::fail(PART, error.to_string(), advice)
}

fn of_bucket(state: &BucketState) -> Vec<Finding> {
    let versions = match state.versions {
        Some(Versions::Off) => Finding::ok("versions", "the bucket keeps none"),
        Some(Versions::On) => {
            Finding::ok("versions", "the bucket keeps them; each is deleted with its object")
        }
        Some(Versions::Suspended) => {
            Finding::ok("versions", "suspended; those that are kept are deleted with their object")
        }
        None => Finding::warn(
            "versions",
            "the access key may not look whether the bucket keeps them",
            PERMISSIONS,
        ),
    };
    let lock = match state.lock {
        Some(ObjectLock::Off) => Finding::ok("object lock", "off"),
        Some(ObjectLock::Possible) => Finding::warn(
            "object lock",
            "the bucket can lock objects",
            "lock none: what is locked cannot be erased",
        ),
        Some(ObjectLock::Every) => Finding::fail(
            "object lock",
            "every new object is locked for a time, so nobody could be erased",
            "take the default retention from the bucket, or use another",
        ),
        None => Finding::warn("object lock", "the access key may not look at it", PERMISSIONS),
    };
    let lifecycle = match &state.expiring {
        Some(rules) if rules.is_empty() => Finding::ok("lifecycle", "no rule deletes live objects"),
        Some(rules) => Finding::warn(
            "lifecycle",
            format!("these rules delete audio that is still needed: {}", rules.join(", ")),
            "let them end old versions and unfinished uploads only",
        ),
        None => Finding::warn("lifecycle", "the access key may not look at the rules", PERMISSIONS),
    };
    vec![versions, lock, lifecycle]
}
