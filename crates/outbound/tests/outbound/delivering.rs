//! A webhook is delivered, signed, and its answer is its status.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use timbre_outbound::{Answer, OutboundConfig, OutboundError, Webhook, WebhookSecret};

use crate::servers::{Server, config, outbound};

async fn deliver(server: &Server, config: &OutboundConfig) -> Result<Answer, OutboundError> {
    let secrets = [WebhookSecret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()];
    let webhook = Webhook {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: 1_614_265_330,
        secrets: &secrets,
        body: br#"{"test": 2432232314}"#.to_vec(),
    };
    outbound(config).deliver(&format!("http://public.test:{}/hook?key=1", server.port), webhook).await
}

#[tokio::test]
async fn a_webhook_arrives_with_its_id_its_time_and_its_signature() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    assert_eq!(deliver(&server, &config()).await.unwrap(), Answer { status: 200 });
    let request = server.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"test": 2432232314}"#);
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /hook?key=1 HTTP/1.1"));
    let headers: Vec<_> = lines.collect();
    for expected in [
        "content-type: application/json",
        concat!("user-agent: timbre/", env!("CARGO_PKG_VERSION")),
        "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp: 1614265330",
        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "content-length: 20",
    ] {
        assert!(headers.contains(&expected), "{expected} is not in {headers:?}");
    }
    for unwanted in ["cookie", "referer", "authorization"] {
        assert!(!head.contains(unwanted), "{head}");
    }
}

#[tokio::test]
async fn whatever_the_receiver_answers_is_its_answer_and_no_redirect_is_followed() {
    let canary = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    for status in [204, 302, 307, 410, 500] {
        let server = Server::saying(format!(
            "HTTP/1.1 {status} So\r\nlocation: http://public.test:{}/\r\ncontent-length: 0\r\n\r\n",
            canary.port
        ));
        assert_eq!(deliver(&server, &config()).await.unwrap().status, status);
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn an_answer_that_goes_on_for_ever_is_still_an_answer() {
    let endless = Server::start(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            stream.write_all(&[b's'; 4_096])?;
        }
    });
    let hanging = Server::start(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")?;
        loop {
            std::thread::park();
        }
    });
    let begun = Instant::now();
    for server in [endless, hanging] {
        assert_eq!(deliver(&server, &config()).await.unwrap().status, 200);
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_given_up_at_the_deadline() {
    let silent = Server::start(|_| {
        loop {
            std::thread::park();
        }
    });
    let short = OutboundConfig { webhook_seconds: 1, ..config() };
    let error = deliver(&silent, &short).await.unwrap_err();
    assert!(matches!(error, OutboundError::TooSlow { seconds: 1, .. }) && !error.is_lasting(), "{error:?}");
}

#[tokio::test]
async fn a_webhook_waits_for_one_before_it_and_for_no_recording() {
    let silent = Server::start(|_| {
        loop {
            std::thread::park();
        }
    });
    let receiver = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let client = Arc::new(outbound(&OutboundConfig { concurrent: 1, ..config() }));
    let silent_url = format!("http://public.test:{}/", silent.port);
    let webhook = || Webhook { id: "1", timestamp: 0, secrets: &[], body: Vec::new() };
    let (fetcher, url) = (Arc::clone(&client), silent_url.clone());
    let _fetching = tokio::spawn(async move { fetcher.fetch(&url, &mut Vec::new()).await });
    connected(&silent, 1).await;
    let url = format!("http://public.test:{}/", receiver.port);
    assert_eq!(client.deliver(&url, webhook()).await.unwrap().status, 200);

    let holder = Arc::clone(&client);
    let held = tokio::spawn(async move { holder.deliver(&silent_url, webhook()).await });
    connected(&silent, 2).await;
    let mut waiting = Box::pin(client.deliver(&url, webhook()));
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut waiting).await.is_err());
    assert_eq!(receiver.connections(), 1);
    // Whoever goes away leaves its place.
    held.abort();
    assert_eq!(waiting.await.unwrap().status, 200);
}

async fn connected(server: &Server, connections: usize) {
    while server.connections() < connections {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_id_cannot_smuggle_a_header_in() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let webhook = Webhook { id: "a\r\nx: y", timestamp: 0, secrets: &[], body: Vec::new() };
    let url = format!("http://public.test:{}/", server.port);
    let error = outbound(&config()).deliver(&url, webhook).await.unwrap_err();
    assert!(matches!(error, OutboundError::Header), "{error:?}");
    assert_eq!(server.connections(), 0);
}
