//! Whatever comes, the answer is a problem out of the catalogue, and never ours.

use reqwest::Method;
use serde_json::json;
use timbre_tests::{Administrator, Dice, Product, Said, send};

#[test]
fn what_is_malformed_is_the_callers_fault_and_says_so() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let with = |kind: &str, body: Vec<u8>| {
        Said::of(send(owner.request(Method::POST, "/tenants").header("content-type", kind).body(body)))
    };
    with("text/plain", b"{}".to_vec()).is_problem(415, "unsupported-media-type");
    with("application/jsonx", b"{}".to_vec()).is_problem(415, "unsupported-media-type");
    for text in ["", "{", "nul", "{\"name\": \"\u{0}", "{\"name\": \"x\",}"] {
        with("application/json", text.into()).is_problem(400, "malformed");
    }
    with("application/json; charset=utf-8", vec![0xff, 0xfe]).is_problem(400, "malformed");
    for body in [
        json!({}),
        json!([]),
        json!({"name": 7, "language": "en"}),
        json!({"name": "x", "language": "en", "colour": "red"}),
        json!({"name": "x"}),
    ] {
        let said = owner.post("/tenants", &body);
        said.is_problem(422, "invalid-body");
        assert!(said.body["errors"][0]["detail"].is_string(), "{}", said.text);
    }
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(64 * 1024));
    with("application/json", large.into()).is_problem(413, "too-large");
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!((400..500).contains(&with("application/json", deep.into()).status));
    for path in ["", "/", "/nothing", "/tenants/", "/operators/x/y/z", "/me/x"] {
        assert!([404].contains(&owner.get(path).status), "{path}");
    }
    owner.put("/tenants", &json!({})).is_problem(404, "not-found");
    owner.get("/nothing").is_problem(404, "not-found");
    for header in ["", "Basic x", "Bearer", "Bearer ", "Bearer \u{e9}", "bearer x y"] {
        let said =
            Said::of(send(owner.nameless().request(Method::GET, "/me").header("authorization", header)));
        said.is_problem(401, "not-logged-in");
        assert_eq!(said.headers["www-authenticate"], "Bearer");
    }
}

#[test]
fn whatever_bytes_come_are_never_our_fault() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let mut dice = Dice(7);
    let bodies: Vec<Vec<u8>> = (0..120)
        .map(|_| {
            let good =
                json!({"email": "a@example.org", "name": "A", "role": "auditor", "tenant": null}).to_string();
            let mut bytes = good.into_bytes();
            for _ in 0..=dice.below(4) {
                let (at, byte) = (dice.below(bytes.len()), dice.below(256) as u8);
                bytes[at] = byte;
            }
            bytes
        })
        .collect();
    for (number, body) in bodies.into_iter().enumerate() {
        let path = ["/operators", "/tokens", "/tenants", "/login", "/refresh"][number % 5];
        let request = owner.request(Method::POST, path).header("content-type", "application/json").body(body);
        let said = Said::of(send(request));
        assert!(said.status < 500, "{path}: {}", said.text);
    }
}
