//! Servers that do exactly what a test wants, byte by byte, and count who comes; names that have the addresses it wants.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use async_trait::async_trait;
use timbre_outbound::resolver::Resolver;
use timbre_outbound::{Outbound, OutboundConfig};

pub const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Listens on 127.0.0.1 as long as the test program runs.
pub struct Server {
    pub port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Reads each request whole, then lets `answer` write what it likes; then the connection ends.
    pub fn start(answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(SocketAddr::new(LOOPBACK, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<String>>>::default());
        let server = Self { port, connections: Arc::clone(&connections), requests: Arc::clone(&requests) };
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (mut stream, requests, answer) =
                    (stream.unwrap(), Arc::clone(&requests), Arc::clone(&answer));
                thread::spawn(move || {
                    if let Ok(request) = request(&stream) {
                        requests.lock().unwrap().push(request);
                        // The client may have gone by now, as some tests want it to.
                        let _ = answer(&mut stream);
                    }
                });
            }
        });
        server
    }

    /// Answers each request with the same bytes.
    pub fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |stream| io::Write::write_all(stream, &answer))
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Heads and bodies of what was asked, in order.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn request(stream: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        request.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    reader.take(length).read_to_string(&mut request)?;
    Ok(request)
}

/// Gives one answer after the other, the last one for ever, whatever the name is.
pub struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    lookups: Arc<AtomicUsize>,
}

impl Names {
    pub fn answering(answers: &[&[&str]]) -> Self {
        let parsed = answers.iter().map(|answer| answer.iter().map(|a| a.parse().unwrap()).collect());
        Self { answers: Mutex::new(parsed.collect()), lookups: Arc::default() }
    }

    pub fn lookups(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.lookups)
    }
}

#[async_trait]
impl Resolver for Names {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(next.unwrap_or_default())
    }
}

/// Limits that a test can reach.
pub fn config() -> OutboundConfig {
    OutboundConfig {
        allow: vec!["public.test".to_owned()],
        connect_seconds: 2,
        fetch_seconds: 20,
        fetch_bytes: 1_000_000,
        webhook_seconds: 20,
        ..OutboundConfig::default()
    }
}

/// Takes `public.test`, which is at 127.0.0.1, for a machine of the public internet, and no other.
pub fn outbound(config: &OutboundConfig) -> Outbound {
    Outbound::with_resolver(config, Names::answering(&[&["127.0.0.1"]])).unwrap()
}
