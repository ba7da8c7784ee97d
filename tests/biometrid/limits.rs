//! No more inference than there is place for.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::{Arc, mpsc},
    thread,
};

use timbre_inference::Whose;
use timbre_tests::{Person, Product, Purpose::Enrol, Setup, submitted};

#[test]
fn a_full_queue_is_answered_at_once_and_leaves_the_dialogue_as_it_was() {
    let mut setup = Setup::default();
    setup.inference.queue = 1;
    let product = Product::with(setup);
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let code = acme.start(Enrol, &user).code();

    // The one worker is held, and the one place in the queue is taken.
    let (release, held) = mpsc::channel::<()>();
    let (running, runs) = mpsc::channel();
    let pool = Arc::clone(&product.pool);
    let working = product.spawn(async move {
        let job = move |_: &mut _| {
            running.send(()).unwrap();
            held.recv().unwrap_err();
        };
        pool.run(Whose(0), job).await.map(|_| ())
    });
    runs.recv().unwrap();
    let pool = Arc::clone(&product.pool);
    let waiting = product.spawn(async move { pool.run(Whose(0), |_| ()).await.map(|_| ()) });
    while product.pool.waiting() == 0 {
        thread::yield_now();
    }

    let spoken = heart.says(&code);
    for _ in 0..4 {
        let busy = acme.speak(Enrol, &user, spoken.clone());
        busy.is_fault(503, "PROBLEM_OCURRED_REPEAT_REQUEST");
        let seconds: u64 = busy.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    drop(release);
    product.block_on(async { (working.await.unwrap().unwrap(), waiting.await.unwrap().unwrap()) });

    // Repeated as the reply asks, the very same request is taken, and nothing was counted.
    let reply = acme.speak(Enrol, &user, spoken);
    reply.is_outcome(&submitted(&reply.code(), "OK"));
}

#[test]
fn a_server_that_is_stopping_says_when_to_come_back() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let code = acme.start(Enrol, &user).code();
    product.engine.stop();
    let reply = acme.speak(Enrol, &user, heart.says(&code));
    reply.is_fault(503, "PROBLEM_OCURRED_REPEAT_REQUEST");
    assert_eq!(reply.headers["retry-after"], "5");
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for_without_end() {
    let mut setup = Setup::default();
    setup.http.body_seconds = 1;
    let product = Product::with(setup);
    let acme = product.application("acme");
    let mut connection = TcpStream::connect(product.url.trim_start_matches("http://")).unwrap();
    let (key, secret) = (&acme.key, &acme.secret);
    let head = format!(
        "POST /api/1.0/users HTTP/1.1\r\nHost: timbre\r\nx-biometrid-key: {key}\r\nx-biometrid-secret: {secret}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    connection.write_all(head.as_bytes()).unwrap();
    let mut reply = String::new();
    BufReader::new(connection).read_line(&mut reply).unwrap();
    assert_eq!(reply.trim_end(), "HTTP/1.1 408 Request Timeout");
}
