//! What a test's data is kept in: SQLite files in its folder, or, where `TIMBRE_TEST_POSTGRES` names a server, two databases there
//! (the main one and the keyring) that are this folder's own, and go with it.
//!
//! Which databases are a folder's stands in a file in it, so that whoever is given the folder finds them. `cargo xtask test` starts the
//! server and sets the variable. Tests of every crate stand on this; it is no part of serving.
//!
//! Nothing here is async: tests call it from inside and from outside of a runtime.

#![allow(clippy::unwrap_used)]

mod connection;
mod contents;
mod postgres;

use std::{
    fs,
    path::{Path, PathBuf},
};

use sea_orm::ConnectionTrait;
use tempfile::TempDir;

/// Where the tests' PostgreSQL server is: a `postgres://` URL of somebody who may create databases. Without it: SQLite.
pub const POSTGRES: &str = "TIMBRE_TEST_POSTGRES";
/// The file in a data folder that says which databases are its own, a URL a line.
const OWN: &str = "databases";

/// A folder's two databases, as settings name them. Both are empty on SQLite, which is files in the folder.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Databases {
    pub url: String,
    pub keyring_url: String,
}

impl Databases {
    /// A folder's own, made with today's tables when they are first asked for.
    pub fn of(folder: &Path) -> Self {
        Self::found_or_made(folder, true)
    }

    /// As [`Databases::of`], and without a table when they are made.
    pub fn empty(folder: &Path) -> Self {
        Self::found_or_made(folder, false)
    }

    fn found_or_made(folder: &Path, migrated: bool) -> Self {
        let Some(server) = server() else { return Self::default() };
        if let Some(found) = Self::found(folder) {
            return found;
        }
        let [url, keyring_url] = postgres::create(&server, migrated);
        let made = Self { url, keyring_url };
        made.note(folder);
        made
    }

    fn found(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(OWN)).ok()?;
        let (url, keyring_url) = text.split_once('\n').unwrap();
        Some(Self { url: url.to_owned(), keyring_url: keyring_url.to_owned() })
    }

    /// Those of a folder, and of every one in it.
    fn below(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let folders = entries.map(|entry| entry.path()).filter(|path| path.is_dir());
        folders.flat_map(|folder| Self::below(&folder)).chain(Self::found(folder)).collect()
    }

    fn note(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(OWN), format!("{}\n{}", self.url, self.keyring_url)).unwrap();
    }
}

/// Whether tests run on PostgreSQL.
pub fn on_postgres() -> bool {
    server().is_some()
}

/// Whether a test is about what only SQLite has, and is left out now that there is no SQLite. The reason is for its reader. Its name ends
/// in `_on_sqlite`, by which runners that can skip it do.
///
/// # Panics
/// Where such a runner has not: what does nothing would count as passed.
pub fn left_out_on_postgres(reason: &str) -> bool {
    left_out(on_postgres(), "_on_sqlite", reason)
}

/// The same of what only PostgreSQL has, where there is none. Its name ends in `_on_postgres`.
///
/// # Panics
/// As [`left_out_on_postgres`].
pub fn left_out_on_sqlite(reason: &str) -> bool {
    left_out(!on_postgres(), "_on_postgres", reason)
}

/// `cargo test` itself knows no test that turns out to have nothing to do; nextest leaves those out whose names say so (.config/nextest.toml).
#[allow(clippy::print_stderr)]
fn left_out(left_out: bool, ending: &str, reason: &str) -> bool {
    if left_out {
        let counted = std::env::var_os("NEXTEST").is_some();
        assert!(
            !counted,
            "a name that ends in {ending} has this test skipped; without it, it counts as passed"
        );
        eprintln!("left out: {reason}");
    }
    left_out
}

/// Every byte of the databases that are a folder's own on a server, as if they were files in it: each row's columns as text, and those
/// of bytes as they are. Nothing on SQLite, whose files are there.
pub fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Some(Databases { url, keyring_url }) = Databases::found(folder) else { return Vec::new() };
    let both = [("timbre.db", url), ("keyring.db", keyring_url)];
    // A backup has no keyring of its own.
    let there = both.into_iter().filter(|(_, url)| !url.is_empty());
    there.map(|(name, url)| (folder.join(name), contents::of(url))).collect()
}

/// Keeps a backup of a folder's main database in another folder. On SQLite the files do that.
pub fn back_up(from: &Path, to: &Path) {
    if let Some(Databases { url, .. }) = Databases::found(from) {
        Databases { url: postgres::copy(&url), keyring_url: String::new() }.note(to);
    }
}

/// Gives a backup the keyring as it is now. On SQLite the files do that.
pub fn add_keyring(from: &Path, to: &Path) {
    if let (Some(Databases { keyring_url, .. }), Some(backup)) =
        (Databases::found(from), Databases::found(to))
    {
        Databases { keyring_url: postgres::copy(&keyring_url), ..backup }.note(to);
    }
}

/// Runs a statement in a folder's main database, as somebody would who has it and nothing else, and says how many rows it changed.
pub fn run(folder: &Path, statement: &str) -> u64 {
    let url = match Databases::found(folder) {
        Some(found) => found.url,
        None => format!("sqlite://{}", folder.join("timbre.db").display()),
    };
    connection::wait(async {
        let db = connection::connect(&url).await;
        let done = db.execute_unprepared(statement).await.unwrap();
        db.close().await.unwrap();
        done.rows_affected()
    })
}

/// A data folder. It goes when it is dropped, with the databases that are its own or of a folder in it.
pub struct DataFolder {
    folder: TempDir,
}

impl DataFolder {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self::from(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl From<TempDir> for DataFolder {
    fn from(folder: TempDir) -> Self {
        Self { folder }
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let urls: Vec<_> = Databases::below(self.folder.path())
            .into_iter()
            .flat_map(|Databases { url, keyring_url }| [url, keyring_url])
            .filter(|url| !url.is_empty())
            .collect();
        if !urls.is_empty() {
            postgres::drop_databases(&urls);
        }
    }
}

/// The server that the environment names.
fn server() -> Option<String> {
    std::env::var(POSTGRES).ok().filter(|url| !url.is_empty())
}
