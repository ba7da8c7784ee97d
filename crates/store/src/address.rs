//! Where a database is, read before the driver sees it.
//!
//! An address may hold a password, and the driver's errors quote what it could not read. So what stands here of an address that is not
//! right is the name of the setting that it is from, and never its text.

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use url::Url;

use crate::{
    StoreError,
    files::{keep_private, named},
};

/// What may stand after the `?` of an address of PostgreSQL. The driver writes what it does not know to the log, with its value.
const OPTIONS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
];

/// An address that the driver can read.
pub(crate) struct Address {
    url: String,
    origin: Origin,
    is_sqlite: bool,
}

enum Origin {
    /// A file in this folder.
    Folder(PathBuf),
    /// What this setting says.
    Setting(&'static str),
}

impl Address {
    /// What a setting says: `postgres://…`, or `sqlite:` with a path.
    pub(crate) fn read(setting: &'static str, text: &str) -> Result<Self, StoreError> {
        let wrong = || StoreError::Address(setting);
        let url = Url::parse(text).map_err(|_| wrong())?;
        let is_sqlite = text.starts_with("sqlite:");
        let readable = match is_sqlite {
            true => text.parse::<SqliteConnectOptions>().is_ok(),
            false => is_of_postgres(&url) && text.parse::<PgConnectOptions>().is_ok(),
        };
        match readable {
            true => Ok(Self { url: text.to_owned(), origin: Origin::Setting(setting), is_sqlite }),
            false => Err(wrong()),
        }
    }

    /// An SQLite file in the data folder.
    pub(crate) fn file_in(folder: &Path, name: &str) -> Self {
        let url = format!("sqlite://{}?mode=rwc", folder.join(name).display());
        Self { url, origin: Origin::Folder(folder.to_owned()), is_sqlite: true }
    }

    /// An empty database that is nowhere, for whoever looks at one that is not there.
    pub(crate) fn nowhere() -> Self {
        Self { url: "sqlite::memory:".to_owned(), origin: Origin::Folder(PathBuf::new()), is_sqlite: true }
    }

    /// For the driver.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.is_sqlite
    }

    /// Whether it is of an SQLite file that is not there, and that is to be made.
    pub(crate) fn is_to_be_made(&self) -> bool {
        self.is_sqlite && named(&self.url).is_some_and(|(path, makes)| makes && !path.exists())
    }

    /// Makes the folder of a file in the data folder (mode 0700), and the file as its owner's alone.
    pub(crate) fn make(&self) -> Result<(), StoreError> {
        let shown = match &self.origin {
            Origin::Folder(folder) => folder.display().to_string(),
            Origin::Setting(setting) => (*setting).to_owned(),
        };
        let unmade = |source| StoreError::File { of: shown.clone(), source };
        if let Origin::Folder(folder) = &self.origin {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unmade)?;
        }
        keep_private(&self.url).map_err(unmade)
    }
}

/// Whether it is one of PostgreSQL, and nothing in it looks like a piece of a password: `#`, `/` or `?`, unencoded, cut an address in two, and
/// the rest would be looked up as a host, asked for as a database, or logged.
fn is_of_postgres(url: &Url) -> bool {
    matches!(url.scheme(), "postgres" | "postgresql")
        && url.fragment().is_none()
        && !url.path().trim_start_matches('/').contains(['/', '@'])
        && url.query_pairs().all(|(key, _)| {
            OPTIONS.contains(&&*key) || key == "options" || key.starts_with("options[") && key.ends_with(']')
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_of_both_databases_are_read() {
        for (text, is_sqlite) in [
            ("postgres://timbre@db/timbre", false),
            (
                "postgresql://timbre:a%23b%2Fc%3Fd%40e@db:5432/timbre?sslmode=verify-full&sslrootcert=/ca.pem",
                false,
            ),
            ("postgres:///timbre?host=/run/postgresql&options[search_path]=voices", false),
            ("postgres://%2Frun%2Fpostgresql/timbre?application_name=a/b@c", false),
            ("sqlite:///data/timbre.db?mode=rwc", true),
            ("sqlite://timbre.db", true),
            ("sqlite::memory:", true),
        ] {
            let address = Address::read("database.url", text).unwrap();
            assert_eq!((address.url(), address.is_sqlite()), (text, is_sqlite));
        }
    }

    #[test]
    fn what_is_none_is_called_by_its_setting_and_never_quoted() {
        for text in [
            "",
            "s3cr3t",
            "postgres",
            "/data/s3cr3t.db",
            "postgres://u:s3cr3t#1@h/x",
            "postgres://u:12#s3cr3t@h/x",
            "postgres://u:s3cr3t/1@h/x",
            "postgres://u:12/s3cr3t@h/x",
            "postgres://u:s3cr3t?1@h/x",
            "postgres://u:12?s3cr3t@h/x",
            "postgres://u:12?s3cr3t=1@h/x",
            "postgres://u@h/x?passwort=s3cr3t",
            "postgres://u@h/x?sslmode=s3cr3t",
            "postgres://u:s3cr3t@h:port/x",
            "postgres://u:s3cr3t@h/x/y",
            "mysql://u:s3cr3t@h/x",
            "postgre://u:s3cr3t@h/x",
            "redis://:s3cr3t@h/0",
            "sqlite://timbre.db?mode=s3cr3t",
            "sqlite://timbre.db?s3cr3t=1",
        ] {
            let refused = Address::read("database.keyring_url", text).err().unwrap();
            let said = format!("{refused} {refused:?}");
            assert!(said.starts_with("database.keyring_url is not an address of"), "{text}: {said}");
            assert!(!said.contains("s3cr3t"), "{said}");
        }
    }

    #[test]
    fn what_is_to_be_made_is_a_file_that_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = Address::file_in(folder.path(), "timbre.db");
        assert!(file.is_to_be_made());
        file.make().unwrap();
        assert!(!file.is_to_be_made() && folder.path().join("timbre.db").exists());
        for elsewhere in ["sqlite::memory:", "sqlite:///nonexistent/timbre.db", "postgres://db/timbre"] {
            assert!(!Address::read("database.url", elsewhere).unwrap().is_to_be_made(), "{elsewhere}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_made_is_called_by_its_setting() {
        let text = "sqlite:///nonexistent/s3cr3t.db?mode=rwc";
        let refused = Address::read("database.url", text).unwrap().make().unwrap_err().to_string();
        assert!(refused.contains("database.url") && !refused.contains("s3cr3t"), "{refused}");
    }
}
