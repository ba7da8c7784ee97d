//! The data folder and the master key.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::PermissionsExt,
};

use timbre_engine::Finding;
use timbre_vault::{MasterKey, VaultError};

use crate::settings::Settings;

const NOT_OWNER: u32 = 0o077;

pub fn data_folder(settings: &Settings) -> Finding {
    const PART: &str = "data";
    let dir = &settings.data.dir;
    let shown = dir.display();
    let mode = match fs::metadata(dir) {
        Ok(found) if !found.is_dir() => {
            return Finding::fail(PART, format!("{shown} is no folder"), "set data.dir right");
        }
        Ok(found) => found.permissions().mode() & 0o7777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Finding::ok(PART, format!("{shown} is not there yet; the first start makes it"));
        }
        Err(error) => {
            return Finding::fail(PART, format!("{shown}: {error}"), "let Timbre's user look into it");
        }
    };
    let trial = dir.join(format!(".doctor-{}", std::process::id()));
    let written =
        OpenOptions::new().write(true).create_new(true).open(&trial).and_then(|_| fs::remove_file(&trial));
    if let Err(error) = written {
        return Finding::fail(
            PART,
            format!("{shown} cannot be written to: {error}"),
            "let Timbre's user write there",
        );
    }
    match mode & NOT_OWNER {
        0 => Finding::ok(PART, format!("{shown} is writable, and its owner's alone")),
        _ => Finding::warn(
            PART,
            format!("{shown} is open to others than its owner (mode {mode:04o})"),
            format!("run: chmod 700 '{shown}'"),
        ),
    }
}

/// The key, where there is a sound one. Without one there may be nothing yet that it would open: the database says.
pub fn master_key(settings: &Settings) -> (Option<MasterKey>, Option<Finding>) {
    const PART: &str = "master key";
    let path = settings.master_key();
    match MasterKey::load(&path) {
        Ok(key) => (Some(key), Some(Finding::ok(PART, format!("{} is there, and private", path.display())))),
        Err(VaultError::MasterKeyMissing { .. }) => (None, None),
        Err(error) => {
            (None, Some(Finding::fail(PART, error.to_string(), "put the installation's own key there")))
        }
    }
}
