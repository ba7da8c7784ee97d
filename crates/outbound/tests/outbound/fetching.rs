//! A recording is fetched, and its limits hold.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::GzEncoder;
use timbre_outbound::{OutboundConfig, OutboundError};

use crate::servers::{Server, config, outbound};

async fn fetch(server: &Server, config: &OutboundConfig) -> (Result<u64, OutboundError>, Vec<u8>) {
    let mut into = Vec::new();
    let url = format!("http://public.test:{}/a/b.wav?key=secret", server.port);
    (outbound(config).fetch(&url, &mut into).await, into)
}

#[tokio::test]
async fn a_recording_arrives_whole_and_the_request_says_no_more_than_it_must() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nset-cookie: a=b\r\n\r\nsound");
    let (fetched, bytes) = fetch(&server, &config()).await;
    assert_eq!((fetched.unwrap(), bytes.as_slice()), (5, b"sound".as_slice()));
    let expected = format!(
        "GET /a/b.wav?key=secret HTTP/1.1\r\nhost: public.test:{}\r\naccept: */*\r\naccept-encoding: identity\r\n\
         connection: close\r\nuser-agent: timbre/{}\r\n\r\n",
        server.port,
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(server.requests(), [expected]);
}

#[tokio::test]
async fn a_recording_lands_in_a_file_without_a_name() {
    let server = Server::saying(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nsou\r\n2\r\nnd\r\n0\r\n\r\n",
    );
    let file = tempfile::tempfile().unwrap();
    let url = format!("http://public.test:{}/", server.port);
    // In a task: whoever awaits it may be moved between threads.
    let work = tokio::spawn(async move {
        let mut file = tokio::fs::File::from_std(file);
        outbound(&config()).fetch(&url, &mut file).await.map(|bytes| (bytes, file))
    });
    let (bytes, file) = work.await.unwrap().unwrap();
    let mut file = file.into_std().await;
    std::io::Seek::rewind(&mut file).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!((bytes, text.as_str()), (5, "sound"));
}

#[tokio::test]
async fn what_announces_too_much_is_refused_before_any_of_it_is_read() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\nsound");
    let (fetched, bytes) = fetch(&server, &config()).await;
    assert!(matches!(fetched, Err(OutboundError::TooLarge { limit: 1_000_000, .. })), "{fetched:?}");
    assert!(bytes.is_empty());
    // The limit itself is no excess.
    let just = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{}", "s".repeat(1_000_000));
    assert_eq!(fetch(&Server::saying(just), &config()).await.0.unwrap(), 1_000_000);
}

#[tokio::test]
async fn what_never_ends_is_cut_off_at_the_limit() {
    let chunked = Server::start(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
        loop {
            stream.write_all(format!("1000\r\n{}\r\n", "s".repeat(4_096)).as_bytes())?;
        }
    });
    let bare = Server::start(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            stream.write_all(&[b's'; 4_096])?;
        }
    });
    for server in [chunked, bare] {
        let (fetched, bytes) = fetch(&server, &config()).await;
        assert!(matches!(fetched, Err(OutboundError::TooLarge { .. })), "{fetched:?}");
        assert!(bytes.len() <= 1_000_000);
    }
}

#[tokio::test]
async fn what_drips_in_is_given_up_at_the_deadline() {
    let drip = || {
        Server::start(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(b"s")?;
                std::thread::sleep(Duration::from_millis(20));
            }
        })
    };
    let silent = Server::start(|_| {
        loop {
            std::thread::park();
        }
    });
    let short = OutboundConfig { fetch_seconds: 1, ..config() };
    for server in [drip(), silent] {
        let begun = Instant::now();
        let (fetched, _) = fetch(&server, &short).await;
        assert!(matches!(fetched, Err(OutboundError::TooSlow { seconds: 1, .. })), "{fetched:?}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn an_endless_head_is_cut_off() {
    let server = Server::start(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\na: ")?;
        loop {
            stream.write_all(&[b'a'; 4_096])?;
        }
    });
    let (fetched, _) = fetch(&server, &config()).await;
    assert!(matches!(fetched, Err(OutboundError::Exchange { .. })), "{fetched:?}");
}

#[tokio::test]
async fn what_breaks_off_is_no_recording() {
    for cut in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nsound",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nsound\r\n",
        "no HTTP at all\r\n\r\n",
    ] {
        let (fetched, _) = fetch(&Server::saying(cut), &config()).await;
        let error = fetched.unwrap_err();
        assert!(matches!(error, OutboundError::Exchange { .. }) && !error.is_lasting(), "{error:?}");
    }
}

#[tokio::test]
async fn a_gzip_bomb_stays_as_small_as_it_came() {
    let mut bomb = Vec::new();
    GzEncoder::new(std::io::repeat(0).take(50_000_000), Compression::best()).read_to_end(&mut bomb).unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
    let server = Server::saying([head.as_bytes(), &bomb].concat());
    let (fetched, bytes) = fetch(&server, &config()).await;
    assert_eq!(fetched.unwrap(), bomb.len() as u64);
    assert!(bytes == bomb && bomb.len() < 100_000);
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let canary = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret");
    for status in [301, 302, 303, 307, 308] {
        let server = Server::saying(format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://public.test:{}/\r\ncontent-length: 0\r\n\r\n",
            canary.port
        ));
        let (fetched, bytes) = fetch(&server, &config()).await;
        let error = fetched.unwrap_err();
        assert!(matches!(error, OutboundError::Status { status: seen, .. } if seen == status), "{error:?}");
        assert!(error.is_lasting() && bytes.is_empty());
    }
    assert_eq!(canary.connections(), 0);
    assert_eq!(fetch(&canary, &config()).await.0.unwrap(), 6);
}

#[tokio::test]
async fn no_error_tells_more_of_a_url_than_host_and_port() {
    let client = outbound(&config());
    let closed = Server::saying("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").port;
    for url in [
        format!("http://public.test:{closed}/hidden?key=hidden#hidden"),
        "http://public.test:1/hidden?key=hidden".to_owned(),
        "https://10.0.0.1/hidden?key=hidden".to_owned(),
        "http://hidden:hidden@public.test/hidden".to_owned(),
        "ftp://hidden:hidden@public.test/hidden".to_owned(),
        "http://public.test:x/hidden?hidden".to_owned(),
        "hidden".to_owned(),
    ] {
        let error = client.fetch(&url, &mut Vec::new()).await.unwrap_err();
        assert!(!format!("{error} {error:?} {error:#?}").contains("hidden"), "{error:?}");
    }
}
