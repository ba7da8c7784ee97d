//! Servers that misbehave.

use std::{
    io::{self, Read},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Takes connections and bytes, and never answers. The endpoint; it lasts as long as the process.
pub fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = url(&listener);
    thread::spawn(move || {
        let mut held = Vec::new();
        for connection in listener.incoming().flatten() {
            held.push(connection);
        }
    });
    url
}

/// In front of another: resets as many connections as there are resets left, once a request has begun on them, and passes the
/// others on.
#[derive(Clone)]
pub struct Resetting {
    url: String,
    resets: Arc<AtomicUsize>,
}

impl Resetting {
    pub fn before(upstream: &str, resets: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let resetting = Self { url: url(&listener), resets: Arc::new(AtomicUsize::new(resets)) };
        let (left, upstream) = (Arc::clone(&resetting.resets), upstream.replace("http://", ""));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (left, upstream) = (Arc::clone(&left), upstream.clone());
                thread::spawn(move || serve(client, &upstream, &left));
            }
        });
        resetting
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many resets are still to come.
    pub fn left(&self) -> usize {
        self.resets.load(Ordering::SeqCst)
    }
}

fn serve(mut client: TcpStream, upstream: &str, left: &AtomicUsize) {
    let take = |left: usize| left.checked_sub(1);
    if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
        // One byte read and the rest left unread: the kernel then resets instead of closing.
        let _ = client.read(&mut [0]);
        return;
    }
    let Ok(server) = TcpStream::connect(upstream) else { return };
    let (Ok(mut from_client), Ok(mut to_server)) = (client.try_clone(), server.try_clone()) else { return };
    let up = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut &server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    let _ = up.join();
}

fn url(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().unwrap())
}
