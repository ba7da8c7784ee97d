//! SQLite's files: nobody but their owner reads them.

use std::{
    fs::{OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::PathBuf,
};

const PRIVATE: u32 = 0o600;

/// Has the files of an SQLite database be their owner's alone (mode 0600), before SQLite opens them: the database, which is made
/// if it is to be, and what lies beside it, which SQLite makes with the database's mode. Of another database's address nothing is done.
pub(crate) fn keep_private(url: &str) -> io::Result<()> {
    let Some((path, makes)) = named(url) else { return Ok(()) };
    if makes {
        match OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    for beside in ["", "-wal", "-shm"] {
        let mut file = path.clone().into_os_string();
        file.push(beside);
        match std::fs::set_permissions(&file, Permissions::from_mode(PRIVATE)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The file that an address names, and whether it is made where there is none.
pub(crate) fn named(url: &str) -> Option<(PathBuf, bool)> {
    let rest = url.strip_prefix("sqlite:")?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    // In memory there is no file.
    let nowhere = path.is_empty() || path == ":memory:" || query.contains("mode=memory");
    (!nowhere).then(|| (PathBuf::from(path), query.split('&').any(|part| part == "mode=rwc")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_file_or_none() {
        let file = |path: &str, makes| Some((PathBuf::from(path), makes));
        assert_eq!(named("sqlite:///data/timbre.db?mode=rwc"), file("/data/timbre.db", true));
        assert_eq!(named("sqlite://timbre.db"), file("timbre.db", false));
        assert_eq!(named("sqlite:timbre.db?cache=shared&mode=rwc"), file("timbre.db", true));
        assert_eq!(named("sqlite::memory:"), None);
        assert_eq!(named("sqlite://shared?mode=memory"), None);
        assert_eq!(named("postgres://db/timbre"), None);
    }
}
