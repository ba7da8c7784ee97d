//! Redis, over which replicas share sessions and rates.
//!
//! Promises that nobody waits for Redis for longer than they say, that a connection which failed is given up at once and made anew beside
//! the calls, for as long as that takes, and that the address, which holds a password, is never written anywhere.

use std::{
    fmt, fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use redis::{Client, RedisError, RedisResult, TlsCertificates, aio::MultiplexedConnection};
use serde::Deserialize;
use tokio::{
    runtime::Builder,
    sync::watch,
    time::{sleep, timeout, timeout_at},
};
use tokio_rustls::rustls::crypto::ring;
use zeroize::Zeroizing;

/// `[redis]` of the configuration.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://…`, or `rediss://…` with TLS, with user, password and number of the database. Empty: there is no Redis.
    pub url: String,
    /// A file that holds the address instead, as secrets are mounted.
    pub url_file: PathBuf,
    /// A PEM file of the authorities that the certificate of `rediss://…` may be from. Empty: those of the system.
    pub authorities: PathBuf,
    /// Milliseconds in which a session must have been read or written.
    pub session_milliseconds: u64,
    /// Milliseconds in which a call must have been counted.
    pub rate_milliseconds: u64,
}

/// Without the address, which holds the password.
impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig").field("is_set", &self.is_set()).finish_non_exhaustive()
    }
}

impl RedisConfig {
    /// Whether there is a Redis.
    pub fn is_set(&self) -> bool {
        !self.url.is_empty() || !self.url_file.as_os_str().is_empty()
    }

    /// Refuses what nothing could be asked under, and names the key.
    pub fn check(&self) -> Result<(), &'static str> {
        let both = !self.url.is_empty() && !self.url_file.as_os_str().is_empty();
        let rules = [
            (!both, "url and url_file are two ways to say the same: set one"),
            ((10..=1_500).contains(&self.session_milliseconds), "session_milliseconds must be 10 to 1500"),
            ((10..=1_500).contains(&self.rate_milliseconds), "rate_milliseconds must be 10 to 1500"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, text)| Err(text))
    }

    pub(crate) fn session_wait(&self) -> Duration {
        Duration::from_millis(self.session_milliseconds)
    }

    pub(crate) fn rate_wait(&self) -> Duration {
        Duration::from_millis(self.rate_milliseconds)
    }

    /// What connects to it. No error says anything of the address.
    pub(crate) fn client(&self) -> Result<Client, String> {
        // Redis' client asks for the process's own. If there is one already, it is this one: there is no other in the program.
        let _ = ring::default_provider().install_default();
        let unreadable = |what: &str, error| format!("redis.{what}: {error}");
        let url = match self.url.is_empty() {
            false => Zeroizing::new(self.url.clone()),
            true => {
                let read = fs::read_to_string(&self.url_file).map(Zeroizing::new);
                read.map_err(|error| unreadable("url_file", error))?
            }
        };
        let client = match self.authorities.as_os_str().is_empty() {
            true => Client::open(url.trim()),
            false => {
                let read = fs::read(&self.authorities);
                let root_cert = Some(read.map_err(|error| unreadable("authorities", error))?);
                Client::build_with_tls(url.trim(), TlsCertificates { client_tls: None, root_cert })
            }
        };
        let wrong = "must be redis://host:port/database, or rediss://… where there are authorities";
        client.map_err(|_| format!("redis.url {wrong}"))
    }
}

/// Why Redis did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Away {
    #[error("Redis is not connected")]
    NotConnected,
    #[error("Redis did not answer within {0:?}")]
    Slow(Duration),
    #[error("Redis: {0}")]
    Failed(#[from] RedisError),
}

/// One of the connections that are made one after the other.
#[derive(Clone)]
struct Numbered {
    number: u64,
    connection: MultiplexedConnection,
}

/// Why a connection is no good.
struct Complaint {
    about: u64,
    why: String,
}

/// The connection to Redis, shared by all threads. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Link {
    connection: watch::Receiver<Option<Numbered>>,
    /// About the latest connection that somebody had to complain about.
    broken: watch::Sender<Option<Complaint>>,
}

/// In which a connection must stand, TLS and password included.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// Between a connection's end and the next try.
const PAUSE: Duration = Duration::from_millis(100);

/// Of what goes on for long, one line in so long is enough.
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

impl Link {
    /// Begins to connect, on a thread of its own: an answer must not wait for what other threads are at. Whoever starts without Redis goes
    /// on as if it were lost later. None where the settings name none.
    pub(crate) fn open(config: &RedisConfig) -> Result<Option<Self>, String> {
        if !config.is_set() {
            return Ok(None);
        }
        let client = config.client()?;
        let (connected, connection) = watch::channel(None);
        let (broken, complaints) = watch::channel(None);
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("redis: {error}"))?;
        let kept = move || runtime.block_on(keep(client, connected, complaints));
        // It ends with the last link.
        thread::Builder::new()
            .name("redis".to_owned())
            .spawn(kept)
            .map_err(|error| format!("redis: {error}"))?;
        Ok(Some(Self { connection, broken }))
    }

    /// Waits until Redis is connected.
    pub(crate) async fn connected(&self, within: Duration) -> Result<(), Away> {
        let mut connection = self.connection.clone();
        let waited = timeout(within, connection.wait_for(Option::is_some)).await;
        waited.map_err(|_| Away::NotConnected)?.map(|_| ()).map_err(|_| Away::NotConnected)
    }

    /// Asks once, and only where Redis is connected: for what must not be done twice and can be done without.
    pub(crate) async fn ask_once<T>(
        &self,
        within: Duration,
        asking: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Result<T, Away> {
        let Numbered { number, connection } = self.connection.borrow().clone().ok_or(Away::NotConnected)?;
        match timeout(within, asking(connection)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.give_up(number, error.into())),
            Err(_) => Err(self.give_up(number, Away::Slow(within))),
        }
    }

    /// Asks, over another connection where one breaks, until there is an answer or the time is over: for what may be done twice.
    pub(crate) async fn ask<T>(
        &self,
        within: Duration,
        asking: impl AsyncFn(MultiplexedConnection) -> RedisResult<T>,
    ) -> Result<T, Away> {
        let end = tokio::time::Instant::now() + within;
        let mut connection = self.connection.clone();
        loop {
            let waited = timeout_at(end, connection.wait_for(Option::is_some)).await;
            let found = waited.map_err(|_| Away::NotConnected)?.map_err(|_| Away::NotConnected)?.clone();
            let Numbered { number, connection: found } = found.ok_or(Away::NotConnected)?;
            match timeout_at(end, asking(found)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => {
                    let away = self.give_up(number, error.into());
                    // The same connection would only fail again.
                    timeout_at(end, connection.changed())
                        .await
                        .map_err(|_| away)?
                        .map_err(|_| Away::NotConnected)?;
                }
                Err(_) => return Err(self.give_up(number, Away::Slow(within))),
            }
        }
    }

    /// Has the connection of this number made anew, unless it was already. It may be well and the answer merely slow, or one that Redis
    /// gives to everybody; who knows?
    fn give_up(&self, number: u64, why: Away) -> Away {
        self.broken.send_if_modified(|latest| {
            // Many calls fail with one connection, and some of them late: the one after it is none of their business.
            let news = latest.as_ref().is_none_or(|latest| latest.about < number);
            if news {
                *latest = Some(Complaint { about: number, why: why.to_string() });
            }
            news
        });
        why
    }
}

/// Keeps a connection, until nobody is left who could use it.
async fn keep(
    client: Client,
    connection: watch::Sender<Option<Numbered>>,
    mut broken: watch::Receiver<Option<Complaint>>,
) {
    let (mut complained, mut away): (Option<Instant>, bool) = (None, false);
    let mut number = 0;
    // It is an error once nobody is left.
    while broken.has_changed().is_ok() {
        let why = match timeout(CONNECT_WITHIN, connect(&client)).await {
            Ok(Ok(connected)) => {
                if away {
                    (complained, away) = (None, false);
                    tracing::info!("Redis answers again");
                }
                number += 1;
                connection.send_replace(Some(Numbered { number, connection: connected }));
                let why = match broken
                    .wait_for(|latest| latest.as_ref().is_some_and(|it| it.about == number))
                    .await
                {
                    Ok(complaint) => complaint.as_ref().map(|it| it.why.clone()).unwrap_or_default(),
                    Err(_) => return,
                };
                connection.send_replace(None);
                why
            }
            Ok(Err(error)) => {
                away = true;
                error.to_string()
            }
            Err(_) => {
                away = true;
                format!("no connection within {CONNECT_WITHIN:?}")
            }
        };
        if complained.is_none_or(|at| at.elapsed() >= COMPLAIN_EVERY) {
            complained = Some(Instant::now());
            tracing::warn!(%why, "Redis does not answer as it should; connecting anew");
        }
        sleep(PAUSE).await;
    }
}

/// A connection that has answered.
pub(crate) async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let mut connection = client.get_multiplexed_async_connection().await?;
    redis::cmd("PING").exec_async(&mut connection).await?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
    };

    use super::*;

    fn config(url: &str) -> RedisConfig {
        RedisConfig {
            url: url.to_owned(),
            url_file: PathBuf::new(),
            authorities: PathBuf::new(),
            session_milliseconds: 100,
            rate_milliseconds: 100,
        }
    }

    #[test]
    fn neither_debug_nor_an_error_shows_the_address() {
        let secret = "redis://timbre:a-password@redis.internal:6379/0";
        assert!(!format!("{:?}", config(secret)).contains("password"));
        for wrong in ["http://x:a-password@host", "a-password", "redis://x:a-password@host:port/x"] {
            let error = config(wrong).client().err().unwrap();
            assert!(error.starts_with("redis.url must be") && !error.contains("a-password"), "{error}");
        }
        assert!(config(secret).client().is_ok());
    }

    #[test]
    fn the_address_may_be_in_a_file_but_not_in_two_places() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        fs::write(&file, "rediss://:a-password@redis.internal/2\n").unwrap();
        let from_file = RedisConfig { url_file: file.clone(), ..config("") };
        assert!(from_file.is_set() && from_file.check().is_ok());
        assert_eq!(from_file.client().unwrap().get_connection_info().redis.db, 2);
        assert!(RedisConfig { url_file: file, ..config("redis://host") }.check().is_err());
        assert!(!config("").is_set() && config("").check().is_ok());
    }

    /// Says yes to whatever it is asked. What it hands over says how many connections were made.
    fn agreeing() -> (String, Arc<AtomicU64>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let made = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&made);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    let mut answers = near.try_clone().unwrap();
                    // Each command is an array, whose first line begins so.
                    for line in BufReader::new(near).lines().map_while(Result::ok) {
                        if line.starts_with('*') && answers.write_all(b"+OK\r\n").is_err() {
                            return;
                        }
                    }
                });
            }
        });
        (url, made)
    }

    #[tokio::test]
    async fn a_late_complaint_about_the_connection_before_is_none_about_this_one() {
        let (url, made) = agreeing();
        let link = Link::open(&config(&url)).unwrap().unwrap();
        let long = Duration::from_secs(60);
        link.connected(long).await.unwrap();
        // Two calls are under way; one fails, and the other does so while another connection is being made.
        let (fail, failing) = tokio::sync::oneshot::channel::<()>();
        let broken = || RedisError::from((redis::ErrorKind::IoError, "broken"));
        let late = async {
            let asked = link.ask_once(long, async |_| failing.await.map_err(|_| broken()));
            assert!(matches!(asked.await, Err(Away::Failed(_))));
        };
        let first = async {
            let mut connection = link.connection.clone();
            let asked = link.ask_once(long, async |_| RedisResult::<()>::Err(broken()));
            assert!(matches!(asked.await, Err(Away::Failed(_))));
            let given_up = connection.wait_for(|it| it.as_ref().is_none_or(|it| it.number > 1));
            timeout(long, given_up).await.unwrap().unwrap();
            drop(fail);
        };
        tokio::join!(late, first);
        link.connected(long).await.unwrap();
        let answered =
            link.ask_once(long, async |mut connection| redis::cmd("PING").exec_async(&mut connection).await);
        answered.await.unwrap();
        assert_eq!(made.load(Ordering::SeqCst), 2, "the second is a good one");
        assert!(link.connection.borrow().as_ref().is_some_and(|it| it.number == 2), "and stays");
    }

    #[tokio::test]
    async fn where_nothing_listens_nobody_waits_longer_than_they_say() {
        let link = Link::open(&config("redis://127.0.0.1:1")).unwrap().unwrap();
        let begun = Instant::now();
        let asked = link.ask(Duration::from_millis(100), async |mut connection| {
            redis::cmd("PING").exec_async(&mut connection).await
        });
        assert!(matches!(asked.await, Err(Away::NotConnected)));
        assert!(begun.elapsed() >= Duration::from_millis(100), "it might have come back");
        let once = link.ask_once(Duration::from_secs(60), async |mut connection| {
            redis::cmd("PING").exec_async(&mut connection).await
        });
        assert!(matches!(once.await, Err(Away::NotConnected)));
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
