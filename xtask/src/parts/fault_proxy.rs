//! A TCP proxy that fails as networks and machines do, on demand.
//!
//! Promises that a fault begins and ends for all connections within a blink, those that stand already included.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// What becomes of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They pass.
    None,
    /// Nobody listens; those that stand are ended.
    Cut,
    /// What comes, from either side, goes on so much later.
    Delay(Duration),
    /// Whoever sends something has the connection reset.
    Reset,
    /// A connection of PostgreSQL on which something is committed is ended once the server has answered, and before the caller hears of it.
    LoseCommits,
}

/// The end of the message that commits.
const COMMIT: &[u8] = b"COMMIT\0";

/// A proxy in front of one address. Dropping it ends it.
pub(crate) struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listens: Option<JoinHandle<()>>,
}

struct Shared {
    fault: Mutex<Fault>,
    /// Faults so far: a connection of before a cut is ended even if the cut was over in a blink.
    cuts: AtomicU64,
    ends: AtomicBool,
}

/// A connection: the caller's end and the server's. It is closed when nobody holds it any more; what the caller sent and nobody read
/// makes of that a reset.
struct Pair {
    caller: TcpStream,
    server: TcpStream,
    cuts: u64,
    over: AtomicBool,
    /// The next answer is not to be heard of.
    deaf: AtomicBool,
}

/// How long a change may go unnoticed.
const BLINK: Duration = Duration::from_millis(10);

/// Ports that no outgoing connection is given, so that this one is still free after a cut.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

impl FaultProxy {
    /// Listens on a port of 127.0.0.1, and passes what comes on to `host:port`.
    pub(crate) fn in_front_of(server: &str) -> Result<Self, Failure> {
        let server = server.to_socket_addrs()?.next();
        let server = server.ok_or_else(|| Failure::new("there is no such address"))?;
        let listener = listener()?;
        let address = listener.local_addr()?;
        let (fault, cuts) = (Mutex::new(Fault::None), AtomicU64::new(0));
        let shared = Arc::new(Shared { fault, cuts, ends: AtomicBool::new(false) });
        let listens = thread::spawn({
            let shared = Arc::clone(&shared);
            move || listen(listener, address, server, &shared)
        });
        Ok(Self { address, shared, listens: Some(listens) })
    }

    /// `host:port`, to be called instead.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn set(&self, fault: Fault) {
        *self.shared.fault() = fault;
        if fault == Fault::Cut {
            self.shared.cuts.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        if let Some(listens) = self.listens.take() {
            // One that panicked has been heard of.
            let _ = listens.join();
        }
    }
}

impl Shared {
    fn fault(&self) -> MutexGuard<'_, Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ends(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }
}

/// A free port among [`PORTS`].
fn listener() -> Result<TcpListener, Failure> {
    let start = PORTS.start + (std::process::id() % u32::from(PORTS.end - PORTS.start)) as u16;
    let mut tried = (start..PORTS.end).chain(PORTS.start..start);
    let found = tried.find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    found.ok_or_else(|| Failure::new("there is no free port"))
}

fn listen(first: TcpListener, address: SocketAddr, server: SocketAddr, shared: &Arc<Shared>) {
    let mut listener = Some(first);
    while !shared.ends() {
        let fault = *shared.fault();
        if fault == Fault::Cut {
            // Only what listens not at all refuses.
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).ok();
        }
        let accepted =
            listener.as_ref().filter(|it| it.set_nonblocking(true).is_ok()).map(TcpListener::accept);
        match accepted {
            Some(Ok((caller, _))) => {
                let shared = Arc::clone(shared);
                thread::spawn(move || connect(caller, server, &shared));
            }
            _ => thread::sleep(BLINK / 4),
        }
    }
}

fn connect(caller: TcpStream, server: SocketAddr, shared: &Arc<Shared>) {
    let cuts = shared.cuts.load(Ordering::SeqCst);
    let Ok(server) = TcpStream::connect(server) else { return };
    for end in [&caller, &server] {
        let set = end
            .set_nonblocking(false)
            .and_then(|()| end.set_nodelay(true))
            .and_then(|()| end.set_read_timeout(Some(BLINK)));
        if set.is_err() {
            return;
        }
    }
    let there =
        Arc::new(Pair { caller, server, cuts, over: AtomicBool::new(false), deaf: AtomicBool::new(false) });
    let (back, shared_back) = (Arc::clone(&there), Arc::clone(shared));
    thread::spawn(move || back.pump(&back.server, &back.caller, &shared_back));
    there.pump(&there.caller, &there.server, shared);
}

impl Pair {
    /// Moves what comes from one to the other, until that ends, or a fault or the other end ends both.
    fn pump(&self, from: &TcpStream, to: &TcpStream, shared: &Shared) {
        match self.moves_all(from, to, shared) {
            // The other direction may still have something to say.
            Some(()) => drop(to.shutdown(Shutdown::Write)),
            None => self.over.store(true, Ordering::SeqCst),
        }
    }

    /// Nothing, if the connection broke.
    fn moves_all(&self, mut from: &TcpStream, mut to: &TcpStream, shared: &Shared) -> Option<()> {
        let mut bytes = vec![0; 65_536];
        while !self.over.load(Ordering::SeqCst) && !shared.ends() && !self.is_cut(shared) {
            // What is not read, because of a reset, makes the reset.
            match from.peek(&mut bytes) {
                Ok(0) => return Some(()),
                Ok(_) if *shared.fault() == Fault::Reset => return None,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
                Err(_) => return None,
            }
            let (came, count) = (Instant::now(), from.read(&mut bytes).ok()?);
            if !self.waited(came, shared) || self.deaf.load(Ordering::SeqCst) {
                return None;
            }
            let commits = bytes[..count].windows(COMMIT.len()).any(|window| window == COMMIT);
            if commits && *shared.fault() == Fault::LoseCommits {
                self.deaf.store(true, Ordering::SeqCst);
            }
            to.write_all(&bytes[..count]).ok()?;
        }
        None
    }

    /// Keeps what came back for as long as there is a delay. False: the connection is over.
    fn waited(&self, came: Instant, shared: &Shared) -> bool {
        loop {
            let Fault::Delay(delay) = *shared.fault() else { return !self.is_cut(shared) };
            if came.elapsed() >= delay {
                return true;
            }
            if self.over.load(Ordering::SeqCst) || shared.ends() {
                return false;
            }
            thread::sleep(BLINK);
        }
    }

    fn is_cut(&self, shared: &Shared) -> bool {
        shared.cuts.load(Ordering::SeqCst) != self.cuts
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A server that says everything back, for as long as the test runs.
    fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || std::io::copy(&mut &stream, &mut &stream));
            }
        });
        address
    }

    fn asked(stream: &mut TcpStream) -> std::io::Result<u8> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"?")?;
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    #[test]
    fn each_fault_meets_old_and_new_connections_and_is_over_when_it_is_over() {
        let proxy = FaultProxy::in_front_of(&echo()).unwrap();
        let connect = || TcpStream::connect(proxy.address());
        let mut old = connect().unwrap();
        assert_eq!(asked(&mut old).unwrap(), b'?');

        proxy.set(Fault::Delay(Duration::from_millis(300)));
        for stream in [&mut old, &mut connect().unwrap()] {
            let begun = Instant::now();
            assert_eq!(asked(stream).unwrap(), b'?');
            assert!(begun.elapsed() >= Duration::from_millis(600), "there and back");
        }

        proxy.set(Fault::Reset);
        for stream in [&mut old, &mut connect().unwrap()] {
            assert_eq!(asked(stream).unwrap_err().kind(), ErrorKind::ConnectionReset);
        }

        proxy.set(Fault::LoseCommits);
        let mut old = connect().unwrap();
        assert_eq!(asked(&mut old).unwrap(), b'?');
        old.write_all(COMMIT).unwrap();
        assert!(!matches!(old.read(&mut [0]), Ok(1..)), "the answer is heard");

        proxy.set(Fault::None);
        let mut old = connect().unwrap();
        assert_eq!(asked(&mut old).unwrap(), b'?');
        proxy.set(Fault::Cut);
        assert!(asked(&mut old).is_err());
        let begun = Instant::now();
        while connect().is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(10), "it goes on to listen");
        }
        proxy.set(Fault::None);
        let begun = Instant::now();
        while !connect().is_ok_and(|mut new| asked(&mut new).is_ok()) {
            assert!(begun.elapsed() < Duration::from_secs(10), "it does not recover");
        }
    }
}
