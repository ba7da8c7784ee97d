//! The installation's master key: 32 random bytes in a file that only its owner can read, or that was handed in to be read and no more.
//!
//! The file is one line, `timbre-master-1:` and 64 hexadecimal digits. An existing key is never
//! overwritten, and processes that start at the same moment agree on one key.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use zeroize::Zeroizing;

use crate::{
    disk::{PartialFile, folder_of, if_exists, make_private_dir, sync_dir},
    error::{VaultError, disk},
};

const PREFIX: &str = "timbre-master-1:";
const KEY_BYTES: usize = 32;
/// The prefix, the digits and the end of the line.
const FILE_BYTES: usize = PREFIX.len() + 2 * KEY_BYTES + 1;
/// Mode bits of the group and of others.
const NOT_OWNER: u32 = 0o077;
/// How an orchestrator or a service manager hands a secret to a process that does not own it: through the group, and to be
/// written by nobody. No file gets this mode by neglect.
const HANDED_IN: u32 = 0o440;

/// Wraps tenant keys. Wiped on drop; it cannot be printed:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_vault::MasterKey>();
/// ```
pub struct MasterKey(Zeroizing<[u8; KEY_BYTES]>);

impl MasterKey {
    /// For an installation that has data already: a missing key is an error, because a new one
    /// could open none of it.
    pub fn load(path: &Path) -> Result<Self, VaultError> {
        Self::read(path)?.ok_or_else(|| VaultError::MasterKeyMissing { path: path.to_owned() })
    }

    /// For a first start: makes the key, and its folder with mode 0700, where there is none.
    pub fn load_or_create(path: &Path) -> Result<Self, VaultError> {
        match Self::read(path)? {
            Some(key) => Ok(key),
            None => {
                Self::create(path)?;
                Self::load(path)
            }
        }
    }

    /// Leaves a complete key at `path`: ours, or that of a process that was faster.
    fn create(path: &Path) -> Result<(), VaultError> {
        let folder = folder_of(path);
        make_private_dir(folder)?;

        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(VaultError::Randomness)?;
        let partial = PartialFile::write(path, &file_text(&key))?;
        // A hard link fails where the name exists, which a rename would overwrite; and the name
        // appears with the whole key behind it, which creating the file in place would not give.
        match fs::hard_link(partial.path(), path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(disk("hard-link the new master key to", path)(error));
            }
            _ => {}
        }
        drop(partial);
        // Also when another process won: its key must be safe on disk before we wrap anything.
        sync_dir(folder)?;
        sync_dir(folder_of(folder))
    }

    fn read(path: &Path) -> Result<Option<Self>, VaultError> {
        let Some(file) = if_exists(File::open(path)).map_err(disk("open", path))? else {
            return Ok(None);
        };
        // Asked of the open file, so that what was checked is what is read.
        let mode = file.metadata().map_err(disk("inspect", path))?.permissions().mode() & 0o7777;
        if mode & NOT_OWNER != 0 && mode != HANDED_IN {
            return Err(VaultError::MasterKeyExposed { path: path.to_owned(), mode });
        }
        // Room to spare: growing the buffer would leave an unwiped copy of the key behind.
        let mut text = Zeroizing::new(Vec::with_capacity(2 * FILE_BYTES));
        file.take(FILE_BYTES as u64 + 1).read_to_end(&mut text).map_err(disk("read", path))?;
        match parse(&text) {
            Some(key) => Ok(Some(Self(key))),
            None => Err(VaultError::MasterKeyMalformed { path: path.to_owned() }),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

fn file_text(key: &[u8; KEY_BYTES]) -> Zeroizing<Vec<u8>> {
    let digits = Zeroizing::new(hex::encode(key));
    let mut text = Zeroizing::new(Vec::with_capacity(FILE_BYTES));
    text.extend_from_slice(PREFIX.as_bytes());
    text.extend_from_slice(digits.as_bytes());
    text.push(b'\n');
    text
}

/// The end of the line may be missing, as editors and secret managers drop it.
fn parse(text: &[u8]) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let line = text.strip_suffix(b"\n").unwrap_or(text);
    let digits = line.strip_prefix(PREFIX.as_bytes())?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    hex::decode_to_slice(digits, key.as_mut_slice()).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{os::unix::fs::MetadataExt, sync::Barrier, thread};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn write_key_file(path: &Path, text: &str, mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_first_start_makes_a_private_key_that_later_starts_read() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keys").join("master.key");
        let made = MasterKey::load_or_create(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_ne!(made.bytes(), &[0; 32]);
        assert_eq!(MasterKey::load_or_create(&path).unwrap().bytes(), made.bytes());
        assert_eq!(MasterKey::load(&path).unwrap().bytes(), made.bytes());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn starts_that_race_agree_on_one_key() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keys").join("master.key");
        let racers = 16;
        let barrier = Barrier::new(racers);
        let keys: Vec<[u8; 32]> = thread::scope(|scope| {
            let starts: Vec<_> = (0..racers)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        *MasterKey::load_or_create(&path).unwrap().bytes()
                    })
                })
                .collect();
            starts.into_iter().map(|s| s.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn creating_never_overwrites_a_key_that_appeared_meanwhile() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let made = MasterKey::load_or_create(&path).unwrap();
        MasterKey::create(&path).unwrap();
        assert_eq!(MasterKey::load(&path).unwrap().bytes(), made.bytes());
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_remedy() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        MasterKey::load_or_create(&path).unwrap();
        for exposed in [0o640, 0o604, 0o660, 0o644, 0o444, 0o540, 0o450] {
            fs::set_permissions(&path, fs::Permissions::from_mode(exposed)).unwrap();
            let error = MasterKey::load_or_create(&path).err().unwrap();
            assert!(matches!(error, VaultError::MasterKeyExposed { mode, .. } if mode == exposed));
            let remedy = format!("chmod 600 '{}'", path.display());
            assert!(error.to_string().contains(&remedy), "{error}");
        }
    }

    #[test]
    fn a_key_that_an_orchestrator_hands_in_through_the_group_is_read() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let made = MasterKey::load_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert_eq!(MasterKey::load(&path).unwrap().bytes(), made.bytes());
    }

    #[test]
    fn a_missing_key_is_an_error_where_it_must_exist() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let error = MasterKey::load(&path).err().unwrap();
        assert!(matches!(error, VaultError::MasterKeyMissing { .. }));
        assert!(!path.exists());
    }

    #[test]
    fn anything_but_the_documented_line_is_refused_and_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let digits = "ab".repeat(32);
        for bad in [
            String::new(),
            digits.clone(),
            format!("timbre-master-2:{digits}\n"),
            format!("timbre-master-1:{}\n", &digits[2..]),
            format!("timbre-master-1:{digits}ab\n"),
            format!("timbre-master-1:{}\n", digits.replace('b', "g")),
            format!("timbre-master-1:{digits}\n\n"),
        ] {
            write_key_file(&path, &bad, 0o600);
            let error = MasterKey::load_or_create(&path).err().unwrap();
            assert!(matches!(error, VaultError::MasterKeyMalformed { .. }), "{bad}");
            assert!(!error.to_string().contains(&digits));
            assert_eq!(fs::read_to_string(&path).unwrap(), bad);
        }
        write_key_file(&path, &format!("timbre-master-1:{digits}"), 0o400);
        assert_eq!(MasterKey::load(&path).unwrap().bytes(), &[0xab; 32]);
    }
}
