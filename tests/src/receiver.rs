//! A receiver of webhooks that is a host of recordings too: a small HTTP server of a test's own on 127.0.0.1.
//!
//! What a product may reach of it must be allowed: [`reaching`].

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::{Product, Setup};

/// How long a message may take to come. A job in a build without optimisation on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server of webhooks and recordings. It stops when it is dropped.
pub struct Receiver {
    address: SocketAddr,
    messages: mpsc::Receiver<Message>,
    shelf: Arc<Shelf>,
    thread: Option<JoinHandle<()>>,
}

/// What requests are answered with.
#[derive(Default)]
struct Shelf {
    statuses: Mutex<HashMap<String, VecDeque<u16>>>,
    recordings: Mutex<HashMap<String, Recording>>,
    held: Mutex<HashMap<String, Gate>>,
    over: AtomicBool,
}

/// Says that somebody has come, and waits to be let on.
type Gate = (mpsc::Sender<()>, mpsc::Receiver<()>);

/// A request for a recording that is kept waiting until this is dropped.
pub struct Held {
    arrived: mpsc::Receiver<()>,
    _going_on: mpsc::Sender<()>,
}

impl Held {
    /// Waits until somebody asks for the recording.
    #[track_caller]
    pub fn is_asked_for(&self) {
        self.arrived.recv_timeout(PATIENCE).expect("nobody asks for the recording");
    }
}

#[derive(Clone)]
struct Recording {
    bytes: Vec<u8>,
    announced: bool,
}

/// A webhook as it came.
#[derive(Debug, Clone)]
pub struct Message {
    /// With its query.
    pub path: String,
    headers: HashMap<String, String>,
    pub body: String,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// A header, by its name in small letters.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    /// The receiver's side of Standard Webhooks: whether one of the signatures is made with this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, timestamp) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{timestamp}.{}", self.body).as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').any(|signature| signature == wanted)
    }
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shelf = Arc::new(Shelf::default());
        let (sender, messages) = mpsc::channel();
        let kept = Arc::clone(&shelf);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if kept.over.load(Ordering::SeqCst) {
                    break;
                }
                let (stream, kept, sender) = (stream.unwrap(), Arc::clone(&kept), sender.clone());
                // A caller that goes away half-way is the product's to explain.
                thread::spawn(move || answer(stream, &kept, &sender));
            }
        });
        Self { address, messages, shelf, thread: Some(thread) }
    }

    /// An address on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Keeps the next request for a recording waiting.
    pub fn holds(&self, path: &str) -> Held {
        let (arrival, arrived) = mpsc::channel();
        let (going_on, wait) = mpsc::channel();
        self.shelf.held.lock().unwrap().insert(path.to_owned(), (arrival, wait));
        Held { arrived, _going_on: going_on }
    }

    /// The next requests to this path are answered with these, and then with 200 again.
    pub fn answers(&self, path: &str, statuses: &[u16]) {
        self.shelf.statuses.lock().unwrap().entry(path.to_owned()).or_default().extend(statuses);
    }

    /// Hosts a recording and gives its address. Unless it is announced, it ends where the connection does.
    pub fn hosts(&self, path: &str, bytes: Vec<u8>, announced: bool) -> String {
        self.shelf.recordings.lock().unwrap().insert(path.to_owned(), Recording { bytes, announced });
        self.url(path)
    }

    /// The next webhook.
    #[track_caller]
    pub fn next(&self) -> Message {
        self.messages.recv_timeout(PATIENCE).expect("no webhook came")
    }

    /// The next webhook, for which so many seconds of the product's time may have to pass, again and again.
    #[track_caller]
    pub fn next_passing(&self, product: &Product, seconds: i64) -> Message {
        for _ in 0..PATIENCE.as_secs() {
            match self.messages.recv_timeout(Duration::from_secs(1)) {
                Ok(message) => return message,
                Err(_) => product.clock.pass(seconds),
            }
        }
        panic!("no webhook came");
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shelf.over.store(true, Ordering::SeqCst);
        // It waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads one request and answers it.
fn answer(stream: TcpStream, shelf: &Shelf, messages: &mpsc::Sender<Message>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut stream = reader.into_inner();
    let bare = path.split('?').next().unwrap_or_default();
    let status = shelf.statuses.lock().unwrap().get_mut(bare).and_then(VecDeque::pop_front).unwrap_or(200);
    if method == "POST" {
        let body = String::from_utf8_lossy(&body).into_owned();
        messages.send(Message { path, headers, body }).map_err(std::io::Error::other)?;
        return write!(
            stream,
            "HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nLocation: /elsewhere\r\nConnection: close\r\n\r\n"
        );
    }
    let held = shelf.held.lock().unwrap().remove(bare);
    if let Some((arrival, wait)) = held {
        // Whoever holds it may have gone.
        let _ = arrival.send(());
        let _ = wait.recv();
    }
    if status != 200 {
        return write!(stream, "HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    let Some(Recording { bytes, announced }) = shelf.recordings.lock().unwrap().get(bare).cloned() else {
        return write!(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    let length = if announced { format!("Content-Length: {}\r\n", bytes.len()) } else { String::new() };
    write!(stream, "HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n")?;
    stream.write_all(&bytes)
}

/// The shipped configuration, but that this machine may be reached.
pub fn reaching() -> Setup {
    let mut setup = Setup::default();
    setup.outbound.allow = vec!["127.0.0.1".to_owned()];
    setup
}
