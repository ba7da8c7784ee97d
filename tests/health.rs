//! `GET /healthz`, `GET /readyz`, and what every reply carries.

use reqwest::Method;
use timbre_tests::{Product, Setup, send};

#[test]
fn a_migrated_server_lives_and_is_ready_and_its_replies_are_not_cached() {
    let product = Product::start();
    let caller = product.application("acme");
    for (path, body) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let reply = send(caller.bare(Method::GET, path));
        assert_eq!((reply.status, reply.body.as_str()), (200, body));
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert!(!reply.headers["x-request-id"].is_empty());
    }
    let again = send(caller.bare(Method::GET, "/healthz"));
    let other = send(caller.bare(Method::GET, "/healthz"));
    assert_ne!(again.headers["x-request-id"], other.headers["x-request-id"]);
    assert!(other.set_cookie().is_none());
}

#[test]
fn a_server_says_the_same_to_head_and_that_there_is_no_other_method() {
    let product = Product::start();
    let caller = product.application("acme");
    for path in ["/healthz", "/readyz"] {
        let reply = send(caller.bare(Method::HEAD, path));
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        let reply = send(caller.bare(Method::POST, path));
        assert_eq!((reply.status, reply.headers["allow"].to_str().unwrap()), (405, "GET, HEAD"));
    }
}

#[test]
fn a_server_whose_database_is_not_migrated_lives_but_is_not_ready() {
    let product = Product::with(Setup { migrate: false, ..Setup::default() });
    let caller = timbre_tests::Application::new(&product.url, "", "");
    assert_eq!(send(caller.bare(Method::GET, "/healthz")).status, 200);
    let reply = send(caller.bare(Method::GET, "/readyz"));
    assert_eq!((reply.status, reply.headers["retry-after"].to_str().unwrap()), (503, "5"));
}
