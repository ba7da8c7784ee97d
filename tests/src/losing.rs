//! A network before PostgreSQL that loses a commit, or the reply to one: whoever commits is cut off, and cannot know which of the two it was.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// What does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The server never hears of the commit.
    Commit,
    /// The server has made it, and its reply is lost.
    Reply,
}

/// How a commit is asked for, as a whole message of PostgreSQL's protocol.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// Such a network. It goes when nobody has it any more.
#[derive(Clone, Default)]
pub struct Losing(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Where it listens; nowhere before it is put before a server.
    address: Mutex<Option<SocketAddr>>,
    next: Mutex<Option<Lost>>,
    lost: AtomicUsize,
}

impl Losing {
    /// Has the next commit lost, whoever makes it.
    pub fn loses(&self, what: Lost) {
        *self.0.next.lock().unwrap() = Some(what);
    }

    /// How many were lost.
    pub fn lost(&self) -> usize {
        self.0.lost.load(Ordering::SeqCst)
    }

    /// The same database, reached over this network.
    pub(crate) fn before(&self, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let (user, server) = authority.rsplit_once('@').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        *self.0.address.lock().unwrap() = Some(address);
        let (network, server) = (Arc::downgrade(&self.0), server.to_owned());
        thread::spawn(move || listen(&listener, &network, &server));
        format!("{scheme}://{user}@{address}/{path}")
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let address = self.address.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Wakes who listens, to find nobody there.
        drop(address.map(TcpStream::connect));
    }
}

fn listen(listener: &TcpListener, network: &Weak<Shared>, server: &str) {
    for near in listener.incoming() {
        let (Some(network), Ok(near)) = (network.upgrade(), near) else { return };
        let Ok(far) = TcpStream::connect(server) else { continue };
        let pair = Arc::new(Pair { near, far, cut_off: AtomicBool::new(false), network });
        let back = Arc::clone(&pair);
        thread::spawn(move || pair.forth());
        thread::spawn(move || back.back());
    }
}

/// A connection of a caller's, and the one to the server that goes with it.
struct Pair {
    near: TcpStream,
    far: TcpStream,
    /// What comes back from here on is lost.
    cut_off: AtomicBool,
    network: Arc<Shared>,
}

impl Pair {
    fn forth(&self) {
        let mut bytes = [0; 16 * 1024];
        while let Ok(read @ 1..) = (&self.near).read(&mut bytes) {
            let said = &bytes[..read];
            let commits = said.windows(COMMIT.len()).any(|window| window == COMMIT);
            let lost = if commits { self.network.next.lock().unwrap().take() } else { None };
            match lost {
                Some(Lost::Commit) => {
                    self.network.lost.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                Some(Lost::Reply) => self.cut_off.store(true, Ordering::SeqCst),
                None => {}
            }
            if (&self.far).write_all(said).is_err() {
                break;
            }
        }
        self.end();
    }

    fn back(&self) {
        let mut bytes = [0; 16 * 1024];
        while let Ok(read @ 1..) = (&self.far).read(&mut bytes) {
            if self.cut_off.load(Ordering::SeqCst) {
                // The reply: the commit was made.
                self.network.lost.fetch_add(1, Ordering::SeqCst);
                break;
            }
            if (&self.near).write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        self.end();
    }

    fn end(&self) {
        // One that is over already is as well.
        let _ = (self.near.shutdown(Shutdown::Both), self.far.shutdown(Shutdown::Both));
    }
}
