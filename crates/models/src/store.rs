//! The folder the model files live in: `<folder>/<artefact>/<file>`.
//!
//! A file appears under its final name all at once and only after its checksum held; the store never holds half
//! a model.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::Error;
use crate::digest::{self, Hasher};
use crate::manifest::{Artefact, Manifest, ModelFile, Platform, Purpose, plain_name};

/// The model folder of one machine.
#[derive(Debug, Clone)]
pub struct ModelStore {
    folder: PathBuf,
}

/// How a file of the store compares with the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    Ok,
    Missing,
    WrongChecksum,
}

impl std::fmt::Display for FileState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::WrongChecksum => "wrong checksum",
        })
    }
}

/// One line of [`ModelStore::verify`].
#[derive(Debug, Clone)]
pub struct Verified<'m> {
    pub artefact: &'m Artefact,
    pub file: &'m ModelFile,
    pub state: FileState,
}

impl ModelStore {
    /// The store in this folder; the folder need not exist yet.
    #[must_use]
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The store of this machine: `TIMBRE_MODELS_DIR`, else `timbre/models` in the user's cache folder.
    ///
    /// # Errors
    /// [`Error::NoStoreFolder`] when the environment names no folder at all.
    pub fn open_default() -> Result<Self, Error> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        set("TIMBRE_MODELS_DIR")
            .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("timbre/models")))
            .or_else(|| set("HOME").map(|home| home.join(".cache/timbre/models")))
            .map(Self::open)
            .ok_or(Error::NoStoreFolder)
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a file of an artefact lies.
    ///
    /// # Errors
    /// [`Error::MissingModel`] when it has not been fetched; the message says how.
    pub fn path(&self, artefact: &str, file: &str) -> Result<PathBuf, Error> {
        for name in [artefact, file] {
            plain_name(name).map_err(Error::Manifest)?;
        }
        let path = self.place(artefact, file);
        if path.is_file() { Ok(path) } else { Err(Error::MissingModel(path)) }
    }

    /// Where the ONNX Runtime library of this platform lies.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`] where none is known, [`Error::MissingModel`] when it has not been fetched.
    pub fn runtime_library(&self, manifest: &Manifest) -> Result<PathBuf, Error> {
        manifest
            .artefacts
            .iter()
            .filter(|artefact| artefact.purpose == Purpose::Runtime)
            .flat_map(|artefact| artefact.files.iter().map(move |file| (artefact, file)))
            .find(|(_, file)| file.platform.is_some() && file.platform == Platform::current())
            .map_or(Err(Error::UnknownPlatform), |(artefact, file)| self.path(&artefact.name, &file.name))
    }

    /// The default artefacts of which a file is absent. Looks at names only; [`Self::verify`] looks at bytes.
    #[must_use]
    pub fn missing<'m>(&self, manifest: &'m Manifest) -> Vec<&'m Artefact> {
        manifest
            .fetched_by_default()
            .filter(|artefact| {
                artefact.files_here().any(|file| !self.place(&artefact.name, &file.name).is_file())
            })
            .collect()
    }

    /// Checksums every file of every artefact this platform may use.
    ///
    /// # Errors
    /// [`Error::Io`] when a file is there but cannot be read.
    pub fn verify<'m>(&self, manifest: &'m Manifest) -> Result<Vec<Verified<'m>>, Error> {
        let mut lines = Vec::new();
        for artefact in &manifest.artefacts {
            for file in artefact.files_here() {
                lines.push(Verified { artefact, file, state: self.state(artefact, file)? });
            }
        }
        Ok(lines)
    }

    pub(crate) fn state(&self, artefact: &Artefact, file: &ModelFile) -> Result<FileState, Error> {
        let (size, sha256) = file.installed();
        Ok(match digest::of_file(&self.place(&artefact.name, &file.name))? {
            None => FileState::Missing,
            Some(found) if found.0 == size && found.1 == sha256 => FileState::Ok,
            Some(_) => FileState::WrongChecksum,
        })
    }

    /// Writes a file next to its final place, checks it, and only then gives it its name.
    pub(crate) fn install(
        &self,
        artefact: &Artefact,
        file: &ModelFile,
        bytes: impl Read,
    ) -> Result<(), Error> {
        let place = self.place(&artefact.name, &file.name);
        let folder = self.folder.join(&artefact.name);
        fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let (size, sha256) = file.installed();
        let what = format!("{}/{}", artefact.name, file.name);

        let mut draft = new_draft(&folder).map_err(Error::io(&folder))?;
        let found = copy_hashed(bytes, &mut draft, size).map_err(Error::io(&place))?;
        digest::check(&what, found, size, sha256)?;
        draft.as_file().sync_all().map_err(Error::io(&place))?;
        draft.persist(&place).map_err(|error| Error::io(&place)(error.error))?;
        // The name is durable only once its folder is.
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(Error::io(&folder))
    }

    fn place(&self, artefact: &str, file: &str) -> PathBuf {
        self.folder.join(artefact).join(file)
    }
}

/// A temporary file that other users may read once it has its name: the server may run as another user.
fn new_draft(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.prefix(".draft-").tempfile_in(folder)
}

/// Copies at most one byte more than `size`, enough to notice that there is too much.
fn copy_hashed(source: impl Read, target: &mut NamedTempFile, size: u64) -> io::Result<(u64, String)> {
    let mut source = source.take(size.saturating_add(1));
    let mut hasher = Hasher::default();
    let mut piece = vec![0; 1 << 16];
    loop {
        match source.read(&mut piece)? {
            0 => return Ok(hasher.finish()),
            n => {
                hasher.update(&piece[..n]);
                target.write_all(&piece[..n])?;
            }
        }
    }
}
