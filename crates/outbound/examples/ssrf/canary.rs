//! Counts whoever connects to it, on every address of this machine.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub struct Canary {
    pub port: u16,
    pub has_ipv6: bool,
    /// One address of each listener.
    doors: Vec<IpAddr>,
    knocks: AtomicUsize,
    visits: Arc<AtomicUsize>,
}

impl Canary {
    /// Answers with 200 and nothing, or with 302 to what `redirect` says of the path that was asked for.
    pub fn start(redirect: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> io::Result<Self> {
        // The wildcard of IPv6 takes IPv4 as well, unless the system is told otherwise; then both are bound.
        let six = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0));
        let port = six.as_ref().ok().map_or(Ok(0), |six| six.local_addr().map(|address| address.port()))?;
        let four = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
        let has_ipv6 = six.is_ok();
        let port = match (&six, &four) {
            (Ok(_), _) => port,
            (Err(_), Ok(four)) => four.local_addr()?.port(),
            (Err(_), Err(_)) => return Err(io::Error::other("no canary can listen here")),
        };
        let mut doors = Vec::new();
        if six.is_ok() {
            doors.push(IpAddr::V6(Ipv6Addr::LOCALHOST));
        }
        if four.is_ok() {
            doors.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        let (visits, redirect) = (Arc::<AtomicUsize>::default(), Arc::new(redirect));
        for listener in [six, four].into_iter().flatten() {
            let (visits, redirect) = (Arc::clone(&visits), Arc::clone(&redirect));
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    // Who connects is counted, whether it says anything or not.
                    visits.fetch_add(1, Ordering::SeqCst);
                    let redirect = Arc::clone(&redirect);
                    thread::spawn(move || answer(stream, &*redirect));
                }
            });
        }
        Ok(Self { port, has_ipv6, doors, knocks: AtomicUsize::new(0), visits })
    }

    /// How many have connected until now. Those who come are taken in their order: once the canary has answered
    /// somebody who has just knocked, everybody before has been counted.
    pub fn visits(&self) -> io::Result<usize> {
        for door in &self.doors {
            let mut stream = TcpStream::connect((*door, self.port))?;
            stream.write_all(b"GET /count HTTP/1.1\r\n\r\n")?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            self.knocks.fetch_add(1, Ordering::SeqCst);
        }
        Ok(self.visits.load(Ordering::SeqCst) - self.knocks.load(Ordering::SeqCst))
    }
}

/// Whoever asked over TLS gets no answer that it could read: its visit counts all the same.
fn answer(mut stream: TcpStream, redirect: &dyn Fn(&str) -> Option<String>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut asked = Vec::new();
    reader.read_until(b'\n', &mut asked)?;
    let asked = String::from_utf8_lossy(&asked);
    let path = asked.split(' ').nth(1).unwrap_or_default();
    match redirect(path) {
        Some(location) => write!(
            stream,
            "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ),
        None => write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
    }
}
