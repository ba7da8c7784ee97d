//! A server of S3's protocol for tests: in the test's own process, on a port of its own, over a folder of its own.
//!
//! [`Server::start`] is s3s-fs: requests are parsed, signatures and checksums checked as a real server does it, and objects
//! are files. It has no versions; [`Versioned`] is a bucket in memory that has, behind the same protocol. [`faults`] are
//! servers that misbehave.

#![allow(clippy::unwrap_used)]

pub mod faults;
mod versioned;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use hyper_util::rt::TokioIo;
use s3s::{S3, auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot};

pub use versioned::Versioned;

/// The one bucket, and the key that may use it.
pub const BUCKET: &str = "timbre-test";
pub const ACCESS_KEY: &str = "test-access-key";
pub const SECRET_KEY: &str = "test-secret-key-that-no-log-may-show";
pub const REGION: &str = "us-east-1";

/// A running server. It ends when this is dropped.
pub struct Server {
    url: String,
    folder: PathBuf,
    /// Removed with the server, if it was made for it.
    _home: Option<TempDir>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Over a new folder, with the bucket in it.
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut server = Self::over(home.path(), "127.0.0.1:0");
        server._home = Some(home);
        server
    }

    /// Over a folder that there is already, on this address.
    pub fn over(folder: &Path, address: &str) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).unwrap();
        let mut server = Self::serving(FileSystem::new(folder).unwrap(), address);
        server.folder = folder.to_owned();
        server
    }

    /// Over a bucket in memory.
    pub fn with(bucket: &Versioned) -> Self {
        Self::serving(bucket.clone(), "127.0.0.1:0")
    }

    fn serving(s3: impl S3, address: &str) -> Self {
        let mut service = S3ServiceBuilder::new(s3);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let (told, address_of) = mpsc::channel::<SocketAddr>();
        let (stop, mut stopped) = oneshot::channel();
        let address = address.to_owned();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind(address).await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                loop {
                    let socket = tokio::select! {
                        accepted = listener.accept() => match accepted {
                            Ok((socket, _)) => socket,
                            Err(_) => continue,
                        },
                        _ = &mut stopped => return,
                    };
                    let service = service.clone();
                    tokio::spawn(async move {
                        let http = hyper::server::conn::http1::Builder::new();
                        // One that goes away is the client's business.
                        let _ = http.serve_connection(TokioIo::new(socket), service).await;
                    });
                }
            });
        });
        let url = format!("http://{}", address_of.recv().unwrap());
        Self { url, folder: PathBuf::new(), _home: None, stop: Some(stop), thread: Some(thread) }
    }

    /// The endpoint.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bucket's folder; only where the server is over one.
    pub fn bucket(&self) -> PathBuf {
        self.folder.join(BUCKET)
    }

    /// The folder of the server itself, where parts of uploads are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Serves until the process is ended.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
