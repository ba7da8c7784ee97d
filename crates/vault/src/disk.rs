//! How bytes reach the disk: private to the owner, and there for good once a call returns.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use crate::error::{VaultError, disk};

/// Ends the name of a file that is still being written.
pub(crate) const PARTIAL: &str = ".partial";

/// A file under a name of its own, complete and on disk, but not yet where it belongs. Dropping it
/// removes that name, whatever happened; the caller links or renames it into place before.
pub(crate) struct PartialFile {
    path: PathBuf,
}

impl PartialFile {
    /// Writes `bytes` to a new file, mode 0600, in the folder of `target` and named after it.
    pub(crate) fn write(target: &Path, bytes: &[u8]) -> Result<Self, VaultError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(VaultError::Randomness)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = target.with_file_name(format!(".{name}.{}{PARTIAL}", hex::encode(random)));

        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(disk("create", &path))?;
        // From here on the file exists, so a failed write must take it away again.
        let partial = Self { path };
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(disk("write", &partial.path))?;
        Ok(partial)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // After a rename the name is gone already. Nothing better can be done about a failure
        // here: the sweep of partial files finds the rest.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Makes `path` and the folders above it that are missing, mode 0700; leaves existing ones as the
/// operator made them.
pub(crate) fn make_private_dir(path: &Path) -> Result<(), VaultError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(disk("create folder", path))
}

/// A new, renamed or removed name survives a power failure only once its folder is synced.
pub(crate) fn sync_dir(path: &Path) -> Result<(), VaultError> {
    File::open(path).and_then(|dir| dir.sync_all()).map_err(disk("sync folder", path))
}

/// The folder that `path` lies in; for a bare file name, the current one.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// `None` where the file or folder does not exist.
pub(crate) fn if_exists<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
