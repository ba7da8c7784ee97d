//! A Redis of a test's own, which it can stop, halt and start again: the program `redis-server`, keeping nothing on disk.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use redis::{Client, Connection};
use tempfile::TempDir;
use timbre_api::RedisConfig;

/// It runs until it is dropped.
pub struct RedisServer {
    port: u16,
    process: Option<Child>,
    folder: TempDir,
}

/// Longer than it takes anywhere.
const PATIENCE: Duration = Duration::from_secs(30);

impl RedisServer {
    /// Fails where the program is not installed: a test that needs it must not pass without.
    pub fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut server = Self { port, process: None, folder: tempfile::tempdir().unwrap() };
        server.start_again();
        server
    }

    /// After [`RedisServer::stop`]: at the same address, and without what it held.
    pub fn start_again(&mut self) {
        let port = self.port.to_string();
        let process = Command::new("redis-server")
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(process.unwrap_or_else(|error| {
            panic!("redis-server (Debian: the package redis-server) is needed by this test: {error}")
        }));
        let end = Instant::now() + PATIENCE;
        while self.try_connect().is_none() {
            assert!(Instant::now() < end, "redis-server does not answer");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// As when its machine fails: connections end, and nobody listens.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// As when its machine hangs: it takes connections and answers nothing.
    pub fn halt(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }

    /// The settings of a server that uses it.
    pub fn config(&self) -> RedisConfig {
        RedisConfig {
            url: self.url(),
            url_file: PathBuf::new(),
            authorities: PathBuf::new(),
            session_milliseconds: 1_000,
            // A busy machine must not make a test of what is shared one of what is not.
            rate_milliseconds: 1_000,
        }
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn try_connect(&self) -> Option<Connection> {
        let mut connection = Client::open(self.url()).unwrap().get_connection().ok()?;
        redis::cmd("PING").exec(&mut connection).ok()?;
        Some(connection)
    }

    /// Asks it itself.
    pub fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let mut connection = self.try_connect().unwrap();
        redis::cmd(command[0]).arg(&command[1..]).query(&mut connection).unwrap()
    }

    /// Its own time, in seconds.
    pub fn seconds(&self) -> f64 {
        let (seconds, microseconds): (u64, u64) = self.ask(&["TIME"]);
        seconds as f64 + microseconds as f64 / 1e6
    }

    /// Everything that it holds: names and values.
    pub fn held(&self) -> Vec<(String, String)> {
        let names: Vec<String> = self.ask(&["KEYS", "*"]);
        names.into_iter().map(|name| (name.clone(), self.ask(&["GET", &name]))).collect()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
