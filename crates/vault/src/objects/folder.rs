//! Objects as files below one folder: `{tenant}/{first two digits of object}/{object}.sealed`.
//!
//! Files have mode 0600 and folders 0700. A put writes a partial file beside the final one, syncs
//! it, renames it, and syncs the folders, so a power failure leaves the old state or the new one.
//! Partial files are named `.{object}.sealed.{random}.partial` and never listed. Emptied folders
//! stay: removing one could race with a put into it.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::{self, DirEntry, File, ReadDir},
    io::Read,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use timbre_domain::ids::{ObjectId, TenantId};

use super::{MAX_PAGE, ObjectEntry, ObjectName, ObjectPage, ObjectStore};
use crate::{
    disk::{PARTIAL, PartialFile, if_exists, make_private_dir, sync_dir},
    error::{VaultError, disk},
};

/// Over half an hour of 16 kHz, 16-bit, mono sound.
pub const DEFAULT_MAX_OBJECT_BYTES: u64 = 64 * 1024 * 1024;

const SEALED: &str = ".sealed";

/// An [`ObjectStore`] in a folder of this machine. Clones share the folder.
#[derive(Debug, Clone)]
pub struct FolderStore(Arc<Folder>);

impl FolderStore {
    /// Makes the folder if it is missing. Objects over [`DEFAULT_MAX_OBJECT_BYTES`] are refused.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, VaultError> {
        Self::open_with_limit(root, DEFAULT_MAX_OBJECT_BYTES)
    }

    /// Like [`open`](Self::open), with another limit on the size of what is put and read.
    pub fn open_with_limit(root: impl Into<PathBuf>, max_object_bytes: u64) -> Result<Self, VaultError> {
        let root = root.into();
        make_private_dir(&root)?;
        Ok(Self(Arc::new(Folder { root, max_object_bytes })))
    }

    /// Runs file work where it may block. It runs to its end even if the caller stops waiting.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let folder = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&folder)).await.map_err(|_| VaultError::Interrupted)?
    }
}

#[async_trait]
impl ObjectStore for FolderStore {
    async fn put(&self, tenant: TenantId, object: ObjectId, sealed: Vec<u8>) -> Result<(), VaultError> {
        self.blocking(move |folder| folder.put(tenant, object, &sealed)).await
    }

    async fn get(&self, tenant: TenantId, object: ObjectId) -> Result<Vec<u8>, VaultError> {
        self.blocking(move |folder| folder.get(tenant, object)).await
    }

    async fn size(&self, tenant: TenantId, object: ObjectId) -> Result<Option<u64>, VaultError> {
        self.blocking(move |folder| folder.size(tenant, object)).await
    }

    async fn delete(&self, tenant: TenantId, object: ObjectId) -> Result<(), VaultError> {
        self.blocking(move |folder| folder.delete(tenant, object)).await
    }

    async fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError> {
        self.blocking(move |folder| folder.list(tenant, after, limit.clamp(1, MAX_PAGE))).await
    }

    async fn sweep_temporaries(&self, age: Duration) -> Result<usize, VaultError> {
        self.blocking(move |folder| folder.sweep_temporaries(age)).await
    }
}

#[derive(Debug)]
struct Folder {
    root: PathBuf,
    max_object_bytes: u64,
}

impl Folder {
    fn tenant_dir(&self, tenant: TenantId) -> PathBuf {
        self.root.join(tenant.to_string())
    }

    /// The folder of the objects whose ids start with this byte.
    fn shard_dir(&self, tenant: TenantId, shard: u8) -> PathBuf {
        self.tenant_dir(tenant).join(format!("{shard:02x}"))
    }

    fn path(&self, tenant: TenantId, object: ObjectId) -> PathBuf {
        self.shard_dir(tenant, object.as_bytes()[0]).join(format!("{object}{SEALED}"))
    }

    fn put(&self, tenant: TenantId, object: ObjectId, sealed: &[u8]) -> Result<(), VaultError> {
        if sealed.len() as u64 > self.max_object_bytes {
            return Err(self.too_large(tenant, object));
        }
        let shard = self.shard_dir(tenant, object.as_bytes()[0]);
        make_private_dir(&shard)?;
        let path = self.path(tenant, object);
        let partial = PartialFile::write(&path, sealed)?;
        fs::rename(partial.path(), &path).map_err(disk("put in place", &path))?;
        // Each folder, not only the innermost: any of them may be new, and whoever made it may not
        // have come to syncing it yet.
        for dir in [&shard, &self.tenant_dir(tenant), &self.root] {
            if let Err(error) = sync_dir(dir) {
                // The caller will not name this object anywhere, so it must not stay.
                let _ = fs::remove_file(&path);
                return Err(error);
            }
        }
        Ok(())
    }

    fn get(&self, tenant: TenantId, object: ObjectId) -> Result<Vec<u8>, VaultError> {
        let path = self.path(tenant, object);
        let file = if_exists(File::open(&path))
            .map_err(disk("open", &path))?
            .ok_or(VaultError::ObjectNotFound { tenant, object })?;
        let length = file.metadata().map_err(disk("inspect", &path))?.len();
        if length > self.max_object_bytes {
            return Err(self.too_large(tenant, object));
        }
        let mut sealed = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        // Never more than was announced, whoever may be appending to the file.
        file.take(length).read_to_end(&mut sealed).map_err(disk("read", &path))?;
        Ok(sealed)
    }

    fn size(&self, tenant: TenantId, object: ObjectId) -> Result<Option<u64>, VaultError> {
        let path = self.path(tenant, object);
        let metadata = if_exists(fs::metadata(&path)).map_err(disk("inspect", &path))?;
        Ok(metadata.map(|metadata| metadata.len()))
    }

    fn delete(&self, tenant: TenantId, object: ObjectId) -> Result<(), VaultError> {
        let path = self.path(tenant, object);
        match if_exists(fs::remove_file(&path)).map_err(disk("delete", &path))? {
            // An erased voice must not come back after a power failure.
            Some(()) => sync_dir(&self.shard_dir(tenant, object.as_bytes()[0])),
            None => Ok(()),
        }
    }

    fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError> {
        let tenants = match tenant {
            Some(tenant) => vec![tenant],
            None => self.tenants()?,
        };
        let mut entries = Vec::new();
        for tenant in tenants {
            // The first byte of an id is the first thing ids sort by, so shards come in order.
            for shard in 0..=u8::MAX {
                let room = limit - entries.len();
                entries.extend(self.first_in_shard(tenant, shard, after, room)?);
                if entries.len() == limit {
                    let next = entries.last().map(|last| last.name);
                    return Ok(ObjectPage { entries, next });
                }
            }
        }
        Ok(ObjectPage { entries, next: None })
    }

    /// In order. Sixteen bytes for each tenant of the installation are all this holds.
    fn tenants(&self) -> Result<Vec<TenantId>, VaultError> {
        let mut tenants = Vec::new();
        for entry in entries_of(&self.root)? {
            let name = entry?.file_name();
            tenants.extend(canonical::<TenantId>(&name, ""));
        }
        tenants.sort_unstable();
        Ok(tenants)
    }

    /// The first `room` objects of a shard that come after `after`.
    fn first_in_shard(
        &self,
        tenant: TenantId,
        shard: u8,
        after: Option<ObjectName>,
        room: usize,
    ) -> Result<Vec<ObjectEntry>, VaultError> {
        // Shards that lie wholly before `after` need not be read.
        if after.is_some_and(|after| (tenant, shard) < (after.tenant, after.object.as_bytes()[0])) {
            return Ok(Vec::new());
        }
        let mut first = BTreeMap::new();
        for entry in entries_of(&self.shard_dir(tenant, shard))? {
            let entry = entry?;
            let Some(object) = canonical::<ObjectId>(&entry.file_name(), SEALED) else {
                continue;
            };
            let name = ObjectName { tenant, object };
            let full = first.len() == room;
            let past_the_page = full && first.last_key_value().is_some_and(|(last, _)| name > *last);
            let before_the_page = after.is_some_and(|after| name <= after);
            if past_the_page || before_the_page || object.as_bytes()[0] != shard {
                continue;
            }
            // `None` for one that was deleted since the folder was read.
            if let Some(modified) = modified(&entry)? {
                first.insert(name, modified);
                if full {
                    first.pop_last();
                }
            }
        }
        Ok(first.into_iter().map(|(name, modified)| ObjectEntry { name, modified }).collect())
    }

    fn sweep_temporaries(&self, age: Duration) -> Result<usize, VaultError> {
        let now = SystemTime::now();
        let mut swept = 0;
        for tenant in self.tenants()? {
            for shard in 0..=u8::MAX {
                for entry in entries_of(&self.shard_dir(tenant, shard))? {
                    let entry = entry?;
                    if !is_partial(&entry.file_name()) {
                        continue;
                    }
                    // A file from the future is young: the clock may have been set back.
                    let old = modified(&entry)?
                        .and_then(|modified| now.duration_since(modified).ok())
                        .is_some_and(|since| since > age);
                    if old {
                        let path = entry.path();
                        if_exists(fs::remove_file(&path)).map_err(disk("delete", &path))?;
                        swept += 1;
                    }
                }
            }
        }
        Ok(swept)
    }

    fn too_large(&self, tenant: TenantId, object: ObjectId) -> VaultError {
        VaultError::ObjectTooLarge { tenant, object, limit: self.max_object_bytes }
    }
}

/// What is in a folder; nothing if it does not exist.
fn entries_of(dir: &Path) -> Result<impl Iterator<Item = Result<DirEntry, VaultError>>, VaultError> {
    let entries: Option<ReadDir> = if_exists(fs::read_dir(dir)).map_err(disk("list", dir))?;
    Ok(entries.into_iter().flatten().map(|entry| entry.map_err(disk("list", dir))))
}

/// The id that a name shows, if the name is exactly as we would have written it.
fn canonical<Id: FromStr + ToString>(name: &OsStr, suffix: &str) -> Option<Id> {
    let text = name.to_str()?.strip_suffix(suffix)?;
    let id = text.parse::<Id>().ok()?;
    (id.to_string() == text).then_some(id)
}

fn is_partial(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(PARTIAL))
}

/// `None` if the file is gone.
fn modified(entry: &DirEntry) -> Result<Option<SystemTime>, VaultError> {
    if_exists(entry.metadata().and_then(|metadata| metadata.modified()))
        .map_err(disk("inspect", &entry.path()))
}
