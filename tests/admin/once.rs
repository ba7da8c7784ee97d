//! `Idempotency-Key`: calls that make something, sent again.

use std::thread;

use serde_json::{Value, json};
use timbre_domain::operator::Role;
use timbre_tests::{Administrator, Product, Setup, contains};

#[test]
fn a_call_that_is_sent_again_is_answered_the_same_and_makes_nothing() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let acme = json!({"name": "acme", "language": "en"});
    let first = owner.post_once("/tenants", "one", &acme);
    let again = owner.post_once("/tenants", "one", &acme);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body, "secrets and all");
    assert!(!first.headers.contains_key("idempotency-replayed"));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(owner.get("/tenants").items("name"), ["acme"]);

    owner
        .post_once("/tenants", "one", &json!({"name": "b", "language": "en"}))
        .is_problem(422, "idempotency-key-reused");
    let token = json!({"name": "t", "role": "auditor"});
    owner.post_once("/tokens", "one", &token).is_problem(422, "idempotency-key-reused");
    owner.post_once("/tenants", "two", &acme).is_problem(409, "conflict");

    let issued = owner.post_once("/tokens", "three", &token);
    assert_eq!(owner.post_once("/tokens", "three", &token).body, issued.body);
    let new = json!({"email": "new@example.org", "name": "New", "role": "auditor"});
    let made = owner.post_once("/operators", "four", &new);
    assert_eq!(owner.post_once("/operators", "four", &new).body, made.body);
    for secret in [issued.text_of("token"), made.text_of("password")] {
        let secret = secret.rsplit('_').next().unwrap().to_owned();
        assert!(!contains(&product.database(), secret.as_bytes()), "what is to be answered again is sealed");
    }
}

#[test]
fn of_many_equal_calls_at_once_on_two_servers_one_makes_and_all_are_answered_the_same() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    let replies: Vec<_> = thread::scope(|scope| {
        let calls: Vec<_> = (0..12)
            .map(|number| {
                let owner = if number % 2 == 0 { owner.clone() } else { owner.at(&beside) };
                let acme = json!({"name": "acme", "language": "en"});
                scope.spawn(move || owner.post_once("/tenants", "key", &acme))
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    for said in &replies {
        assert_eq!((said.status, &said.body), (201, &replies[0].body), "{}", said.text);
    }
    assert_eq!(replies.iter().filter(|said| !said.headers.contains_key("idempotency-replayed")).count(), 1);
    assert_eq!(owner.get("/tenants").items("name"), ["acme"]);
}

#[test]
fn a_key_is_its_askers_own_and_is_forgotten_after_a_day() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let operator = Administrator::of_role(&product, "operator@example.org", Role::Operator);
    let tenant = |name: &str| json!({"name": name, "language": "en"});
    assert_eq!(owner.post_once("/tenants", "key", &tenant("a")).status, 201);
    assert_eq!(operator.post_once("/tenants", "key", &tenant("b")).status, 201);

    product.clock.pass(24 * 3_600 + 1);
    product.block_on(product.engine.sweep()).unwrap();
    let owner = owner.logged_in("owner@example.org", timbre_tests::PASSWORD);
    assert_eq!(owner.post_once("/tenants", "key", &tenant("c")).status, 201);
    for bad in ["", &"x".repeat(256)] {
        owner.post_once("/tenants", bad, &tenant("d")).is_problem(400, "invalid-parameter");
    }
    assert_eq!(owner.get("/tenants?name=d").items("id"), Vec::<Value>::new());
}
