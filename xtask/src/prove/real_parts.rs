//! PostgreSQL, an S3 server and Redis of our own, a fault proxy in front of each, and servers that stand on them.

use std::path::Path;

use crate::failure::Failure;
use crate::parts::{FaultProxy, Postgres, Redis, S3};
use crate::server::Server;

/// The parts, and the data folder that servers on one machine share: the master key is in there, and what is on its way to the parts.
pub(super) struct RealParts {
    pub(super) data: tempfile::TempDir,
    pub(super) to_postgres: FaultProxy,
    pub(super) to_s3: FaultProxy,
    pub(super) to_redis: FaultProxy,
    postgres: Postgres,
    /// Another database of the same server, as people's keys are to be.
    keyring: String,
    s3: S3,
    redis: Redis,
}

/// Requests under way at once have places.
const ROOM: [(&str, &str); 2] = [("TIMBRE__INFERENCE__QUEUE", "256"), ("TIMBRE__HTTP__MAX_UPLOADS", "256")];

impl RealParts {
    pub(super) fn start() -> Result<Self, Failure> {
        let (postgres, s3, redis) = (Postgres::start()?, S3::start()?, Redis::start()?);
        let keyring = postgres.new_database("keyring")?;
        Ok(Self {
            keyring,
            data: tempfile::tempdir()?,
            to_postgres: FaultProxy::in_front_of(place(&postgres.url()))?,
            to_s3: FaultProxy::in_front_of(s3.address())?,
            to_redis: FaultProxy::in_front_of(place(&redis.url()))?,
            postgres,
            s3,
            redis,
        })
    }

    /// What a server must be told to stand on them.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let through = |url: String, proxy: &FaultProxy| url.replace(place(&url), &proxy.address());
        let own = [
            ("TIMBRE__DATABASE__URL", through(self.postgres.url(), &self.to_postgres)),
            ("TIMBRE__DATABASE__KEYRING_URL", through(self.keyring.clone(), &self.to_postgres)),
            ("TIMBRE__REDIS__URL", through(self.redis.url(), &self.to_redis)),
            ("TIMBRE__HTTP__SESSIONS", "redis".to_owned()),
            ("TIMBRE__OBJECTS__STORE", "s3".to_owned()),
            ("TIMBRE__OBJECTS__ENDPOINT", format!("http://{}", self.to_s3.address())),
            ("TIMBRE__OBJECTS__BUCKET", S3::BUCKET.to_owned()),
            ("TIMBRE__OBJECTS__ACCESS_KEY", S3::ACCESS_KEY.to_owned()),
            ("TIMBRE__OBJECTS__SECRET_KEY", S3::SECRET_KEY.to_owned()),
            ("TIMBRE__OBJECTS__PATH_STYLE", "true".to_owned()),
        ];
        let room = ROOM.map(|(name, value)| (name, value.to_owned()));
        own.into_iter().chain(room).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// One more server on them.
    pub(super) fn server(&self, binary: &Path, further: &[(&str, &str)]) -> Result<Server, Failure> {
        let settings = self.settings();
        let own = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let settings: Vec<_> = own.chain(further.iter().copied()).collect();
        Server::start_with(binary, self.data.path(), &settings)
    }

    /// The one column that a query gives, asked of the database itself and not through the proxy.
    pub(super) fn list(&self, query: &str) -> Result<Vec<String>, Failure> {
        self.postgres.ask(query)
    }

    /// The one number that a query gives.
    pub(super) fn count(&self, query: &str) -> Result<u64, Failure> {
        let found = self.list(query)?;
        let number = found.first().and_then(|number| number.parse().ok());
        number.ok_or_else(|| Failure::new(format!("{query} gives {found:?}")))
    }

    /// The names of all objects in the bucket.
    pub(super) fn objects(&self) -> Result<Vec<String>, Failure> {
        let (mut found, mut folders) = (Vec::new(), vec![self.s3.bucket()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).map_err(|error| Failure::at(&folder, error))? {
                let path = entry?.path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        found.push(path.file_stem().unwrap_or_default().to_string_lossy().replace('-', ""))
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The `host:port` of a URL.
fn place(url: &str) -> &str {
    let behind = url.rsplit_once('@').map_or(url, |(_, behind)| behind);
    behind.split('/').next().unwrap_or(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_where_its_url_says_behind_whatever_password() {
        assert_eq!(place("postgres://timbre:0f@127.0.0.1:5433/postgres"), "127.0.0.1:5433");
        assert_eq!(place("redis://:0f@127.0.0.1:6380/"), "127.0.0.1:6380");
    }
}
