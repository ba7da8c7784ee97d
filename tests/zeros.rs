//! U+0000, which no text of PostgreSQL's can hold, is refused by every contract in its own words, whatever the database is.

use reqwest::Method;
use serde_json::json;
use timbre_tests::{
    Administrator, Developer, Product,
    developer::{ENROLL, STATUS, content, with},
    send, subscriber,
    subscriber::{TextDependent, V2_0, profiles},
};

const ZERO: &str = "a\u{0}b";

#[test]
fn a_zero_is_the_callers_fault_and_told_in_biometrids_words() {
    let product = Product::start();
    let acme = product.application("acme");
    let users = "/api/1.0/users";
    for name in ["reference_id", "mac_address", "app_token"] {
        let queried = acme.post(&format!("{users}?{name}=a%00b"));
        for call in [acme.post(users).json(&json!({ name: ZERO })), queried] {
            let reply = send(call);
            assert_eq!((reply.status, reply.message()), (400, "INVALID_PARAMETERS".to_owned()), "{name}");
        }
    }
}

#[test]
fn a_zero_is_the_callers_fault_and_told_in_azures_words() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let path = profiles(V2_0, TextDependent);
    let reply = acme.create(V2_0, TextDependent, &json!({ "locale": ZERO }).to_string());
    assert_eq!(reply.status, 400);
    assert!(subscriber::json(&reply)["error"]["code"].is_string());
    let reply = acme.get(&subscriber::with(&path, "top=a%00b"));
    assert_eq!(reply.status, 400);
    assert!(subscriber::json(&reply)["error"]["code"].is_string());
}

#[test]
fn a_zero_is_the_callers_fault_and_told_in_deepaffects_words() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    for field in ["speakerId", "languageCode", "encoding"] {
        let body = with(with(content(b"no recording"), "speakerId", "ada"), field, ZERO);
        assert_eq!(acme.ask(ENROLL, &body).status, 400, "{field}");
    }
    assert_eq!(acme.get(STATUS, &[("request_id", ZERO)]).status, 400);
    assert_eq!(acme.with_key(ZERO).get(STATUS, &[("request_id", "r")]).status, 401);
}

#[test]
fn a_zero_is_the_callers_fault_and_told_as_a_problem_in_the_admin_api() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    owner.post("/tenants", &json!({"name": ZERO, "language": "en"})).is_problem(422, "invalid-body");
    owner.get("/tenants?name=a%00b").is_problem(400, "invalid-parameter");
    let said = owner.log_in(&format!("{ZERO}@example.com"), "a long enough password");
    assert_eq!(said.status, 422, "{}", said.text);
    let list = owner.request(Method::GET, "/operators?after=%00");
    assert_eq!(send(list).status, 400);
}
