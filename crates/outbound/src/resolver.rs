//! How names become addresses. The answer is judged by whoever asked; it is asked for once in a request.

use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Semaphore;

/// Most addresses of one name that are looked at.
const MOST_ADDRESSES: usize = 16;

/// Looks names up. No setting chooses another than [`SystemResolver`]: tests and proofs hand one in.
#[async_trait]
pub trait Resolver: Send + Sync {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver, with its hosts file and its name servers.
pub struct SystemResolver {
    places: Arc<Semaphore>,
}

impl SystemResolver {
    /// `concurrent`: how many lookups may go on at a time.
    pub fn new(concurrent: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(concurrent)) }
    }
}

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        // The lookup keeps its place until it has ended, though its caller may long have gone: nothing stops it, and a
        // tenant's dead name server must not take all threads.
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(io::Error::other)?;
        let name = name.to_owned();
        let lookup = tokio::task::spawn_blocking(move || {
            let _place = place;
            let found = (name.as_str(), 0).to_socket_addrs()?;
            io::Result::Ok(found.map(|address| address.ip()).take(MOST_ADDRESSES).collect())
        });
        lookup.await.map_err(io::Error::other)?
    }
}
