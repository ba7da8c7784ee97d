//! SHA-256 as the manifest writes it: 64 lower-case hexadecimal digits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::Error;

/// A SHA-256 under way that also counts the bytes it has seen.
#[derive(Default)]
pub(crate) struct Hasher {
    state: Sha256,
    bytes: u64,
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// Bytes seen and their checksum.
    pub(crate) fn finish(self) -> (u64, String) {
        (self.bytes, hex::encode(self.state.finalize()))
    }
}

/// Size and checksum of all a reader gives, read in pieces.
pub(crate) fn of_reader(mut reader: impl Read) -> io::Result<(u64, String)> {
    let mut hasher = Hasher::default();
    let mut piece = vec![0; 1 << 16];
    loop {
        match reader.read(&mut piece)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(&piece[..n]),
        }
    }
}

/// Size and checksum of a file; `None` when there is no such file.
pub(crate) fn of_file(path: &Path) -> Result<Option<(u64, String)>, Error> {
    match File::open(path) {
        Ok(file) => of_reader(file).map(Some).map_err(Error::io(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

/// Refuses bytes that are not the ones promised.
pub(crate) fn check(what: &str, found: (u64, String), size: u64, sha256: &str) -> Result<(), Error> {
    if found.0 != size {
        return Err(Error::WrongSize { what: what.into(), expected: size, found: found.0 });
    }
    if found.1 != sha256 {
        return Err(Error::WrongChecksum { what: what.into(), expected: sha256.into(), found: found.1 });
    }
    Ok(())
}
