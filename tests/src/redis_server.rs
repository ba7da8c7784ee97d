//! A Redis of a test's own, which it can stop, halt and start again: the program `redis-server`, keeping nothing on disk.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use redis::{Client, Connection, TlsCertificates};
use tempfile::TempDir;
use timbre_api::RedisConfig;

/// It runs until it is dropped.
pub struct RedisServer {
    port: u16,
    process: Option<Child>,
    tls: bool,
    folder: TempDir,
}

/// Longer than it takes anywhere.
const PATIENCE: Duration = Duration::from_secs(30);

impl RedisServer {
    /// Fails where the program is not installed: a test that needs it must not pass without.
    pub fn start() -> Self {
        Self::started(false)
    }

    /// One that speaks TLS only, with a certificate for 127.0.0.1 by an authority of its own.
    pub fn start_with_tls() -> Self {
        Self::started(true)
    }

    fn started(tls: bool) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut server = Self { port, process: None, tls, folder: tempfile::tempdir().unwrap() };
        if tls {
            server.write_certificates();
        }
        server.start_again();
        server
    }

    fn write_certificates(&self) {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        for (name, text) in [
            ("authority.pem", authority.pem()),
            ("server.pem", certificate.pem()),
            ("key.pem", key.serialize_pem()),
        ] {
            fs::write(self.folder.path().join(name), text).unwrap();
        }
    }

    /// After [`RedisServer::stop`]: at the same address, and without what it held.
    pub fn start_again(&mut self) {
        let port = self.port.to_string();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        match self.tls {
            false => command.args(["--port", &port]),
            true => command
                .args(["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"])
                .args(["--tls-cert-file", "server.pem", "--tls-key-file", "key.pem"])
                .args(["--tls-ca-cert-file", "authority.pem"]),
        };
        let process = command.current_dir(self.folder.path()).stdout(Stdio::null()).spawn();
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
            authorities: match self.tls {
                true => self.folder.path().join("authority.pem"),
                false => PathBuf::new(),
            },
            session_milliseconds: 1_000,
            // A busy machine must not make a test of what is shared one of what is not.
            rate_milliseconds: 1_000,
        }
    }

    fn url(&self) -> String {
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    fn try_connect(&self) -> Option<Connection> {
        let client = match self.tls {
            false => Client::open(self.url()),
            true => {
                let root_cert = Some(fs::read(self.folder.path().join("authority.pem")).unwrap());
                Client::build_with_tls(self.url(), TlsCertificates { client_tls: None, root_cert })
            }
        };
        let mut connection = client.unwrap().get_connection().ok()?;
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
