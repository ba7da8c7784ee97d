//! Where sealed blobs live that are too large for a database row.
//!
//! An object has a name, is written whole and read whole. What a caller may rely on is only what
//! both a folder and an S3 bucket can give: no renaming, no appending, no transaction with the
//! database. The engine therefore puts an object before it commits the row that names it, deletes
//! one after, and lets a sweep over [`ObjectStore::list`] remove what no row names.

mod folder;
mod measured;
mod probe;
mod s3;

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use timbre_domain::ids::{ObjectId, TenantId};

pub use folder::{DEFAULT_MAX_OBJECT_BYTES, FolderStore};
pub use measured::Measured;
pub use probe::{PROBES, probe};
pub use s3::{ATTEMPTS, BYTES_A_SECOND, BucketState, ObjectLock, S3, S3Store, Versions};

use crate::error::VaultError;

/// The most names one page lists: what one S3 listing request returns.
pub const MAX_PAGE: usize = 1000;

/// Which object: names sort by tenant, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    pub tenant: TenantId,
    pub object: ObjectId,
}

/// One object as the sweep sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectEntry {
    pub name: ObjectName,
    /// When it was last put.
    pub modified: SystemTime,
}

/// Some objects in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPage {
    pub entries: Vec<ObjectEntry>,
    /// Where the next page starts; `None` at the end. A page may be short, even empty, before it.
    pub next: Option<ObjectName>,
}

/// Keeps bytes that are already sealed: implementations neither seal nor look inside.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Stores the object, durably once this returns, in place of one of the same name. It appears
    /// as a whole or not at all; a put that fails leaves nothing of `sealed` behind, but for one that ends as
    /// [`VaultError::Unavailable`]: nobody can tell then, and the sweep removes what no row names.
    async fn put(&self, tenant: TenantId, object: ObjectId, sealed: Vec<u8>) -> Result<(), VaultError>;

    /// The object, or [`VaultError::ObjectNotFound`].
    async fn get(&self, tenant: TenantId, object: ObjectId) -> Result<Vec<u8>, VaultError>;

    /// Bytes of the object as it is stored; `None` where there is no such object. Does not read it.
    async fn size(&self, tenant: TenantId, object: ObjectId) -> Result<Option<u64>, VaultError>;

    /// Removes the object, durably once this returns; one that is gone already is no error.
    async fn delete(&self, tenant: TenantId, object: ObjectId) -> Result<(), VaultError>;

    /// Up to `limit` (1 to [`MAX_PAGE`]) objects, of one tenant or of all, whose names come
    /// after `after`. Objects put or deleted meanwhile may or may not show.
    async fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError>;

    /// Removes what puts that a crash cut short left behind, once it is older than `age`, and says
    /// how much that was. `age` must exceed the longest put, or it takes one in progress.
    async fn sweep_temporaries(&self, age: Duration) -> Result<usize, VaultError>;

    /// Whether it did not answer a moment ago. Asks nothing of it.
    fn is_away(&self) -> bool {
        false
    }
}
