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

#[test]
fn a_rotation_and_a_reset_that_are_sent_again_are_done_once() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    let secrets = format!("/tenants/{}/webhook-secrets", owner.tenant("acme"));
    let before = owner.get(&secrets).body["secrets"][0].clone();
    let first = owner.post_once(&secrets, "rotate", &json!({}));
    let again = owner.post_once(&secrets, "rotate", &json!({}));
    assert_eq!((first.status, again.status, &again.body), (201, 201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(first.body["secrets"][1], before, "what receivers know is still signed with");
    assert_eq!(owner.get(&secrets).body, first.body);
    assert_eq!(owner.post(&secrets, &json!({})).status, 201);
    let replies: Vec<_> = thread::scope(|scope| {
        let calls: Vec<_> = (0..6)
            .map(|number| {
                let (owner, path) =
                    (if number % 2 == 0 { owner.clone() } else { owner.at(&beside) }, &secrets);
                scope.spawn(move || owner.post_once(path, "at once", &json!({})))
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    for said in &replies {
        assert_eq!((said.status, &said.body), (201, &replies[0].body), "{}", said.text);
    }
    assert_eq!(owner.get(&secrets).body, replies[0].body);

    let new = json!({"email": "new@example.org", "name": "New", "role": "auditor"});
    let id = owner.post("/operators", &new).text_of("id");
    let path = format!("/operators/{id}/password");
    let first = owner.post_once(&path, "reset", &json!({}));
    let begun = owner.logged_in("new@example.org", &first.text_of("password"));
    let again = owner.post_once(&path, "reset", &json!({}));
    assert_eq!((first.status, again.status, &again.body), (200, 200, &first.body));
    assert_eq!(begun.get("/me").status, 200, "nobody is logged out a second time");
    owner.post_once(&secrets, "reset", &json!({})).is_problem(422, "idempotency-key-reused");
    assert_ne!(owner.post(&path, &json!({})).body, first.body);
}
