//! `/tokens`.

use serde_json::{Value, json};
use timbre_tests::{Administrator, Product, Setup, contains};

#[test]
fn a_token_is_shown_once_is_good_at_once_and_is_revoked_at_once_on_every_server() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    let issued = owner.post("/tokens", &json!({"name": "ci", "role": "auditor"}));
    let token = issued.text_of("token");
    assert!(token.starts_with("tbo_"), "{token}");
    let program = owner.with_token(&token).at(&beside);
    let me = program.get("/me");
    assert_eq!((me.status, &me.body["role"], &me.body["operator"]), (200, &json!("auditor"), &Value::Null));
    program.post("/tenants", &json!({"name": "x", "language": "en"})).is_problem(403, "not-allowed");
    // A token has no session, name or password of its own.
    program.put("/me", &json!({"name": "x"})).is_problem(409, "conflict");
    program.post("/logout", &json!({})).is_problem(409, "conflict");
    let passwords = json!({"current": "x", "new": "another password"});
    program.post("/me/password", &passwords).is_problem(409, "conflict");

    let listed = owner.get("/tokens");
    assert!(listed.items("last_used_at")[0].is_string(), "{}", listed.text);
    let (public, secret) = token.rsplit_once('_').unwrap();
    assert_eq!(listed.items("prefix"), [public]);
    assert!(!listed.text.contains(secret) && !contains(&product.database(), secret.as_bytes()));
    program.with_token(&format!("{public}_{}", "0".repeat(64))).get("/me").is_problem(401, "not-logged-in");

    let path = format!("/tokens/{}", issued.text_of("id"));
    assert_eq!(owner.delete(&path).status, 204);
    program.get("/me").is_problem(401, "not-logged-in");
    owner.delete(&path).is_problem(404, "not-found");
}

#[test]
fn two_tokens_of_a_name_are_alive_at_a_time() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let issue = || owner.post("/tokens", &json!({"name": "ci", "role": "auditor"}));
    let (first, second) = (issue(), issue());
    issue().is_problem(409, "conflict");
    for token in [&first, &second] {
        assert_eq!(owner.with_token(&token.text_of("token")).get("/me").status, 200);
    }
    assert_eq!(owner.post("/tokens", &json!({"name": "other", "role": "auditor"})).status, 201);
    assert_eq!(owner.delete(&format!("/tokens/{}", first.text_of("id"))).status, 204);
    assert_eq!(issue().status, 201);
}

#[test]
fn a_token_whose_time_is_over_is_none_and_leaves_its_place() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let soon = chrono::DateTime::from_timestamp(product.clock.seconds() + 60, 0).unwrap().to_rfc3339();
    let issue = || owner.post("/tokens", &json!({"name": "ci", "role": "auditor", "expires_at": soon}));
    let short = issue().text_of("token");
    issue();
    assert_eq!(owner.with_token(&short).get("/me").status, 200);
    product.clock.pass(60);
    owner.with_token(&short).get("/me").is_problem(401, "not-logged-in");
    let lasting = owner.post("/tokens", &json!({"name": "ci", "role": "auditor"}));
    assert_eq!(lasting.status, 201);
}

#[test]
fn a_token_that_would_be_over_already_and_one_of_no_tenant_are_refused_where_they_are_wrong() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let past = chrono::DateTime::from_timestamp(product.clock.seconds(), 0).unwrap().to_rfc3339();
    let nowhere = "8bdd983a-c6bd-4159-982d-6a2471406d62";
    for (field, body) in [
        ("/expires_at", json!({"name": "ci", "role": "auditor", "expires_at": past})),
        ("/expires_at", json!({"name": "ci", "role": "auditor", "expires_at": "tomorrow"})),
        ("/tenant", json!({"name": "ci", "role": "tenant-admin", "tenant": nowhere})),
        ("/tenant", json!({"name": "ci", "role": "tenant-admin"})),
        ("/tenant", json!({"name": "ci", "role": "auditor", "tenant": nowhere})),
        ("/role", json!({"name": "ci", "role": "king"})),
    ] {
        let said = owner.post("/tokens", &body);
        said.is_problem(422, "invalid-body");
        assert_eq!(said.body["errors"][0]["pointer"], field, "{}", said.text);
    }
    assert_eq!(owner.get("/tokens").items("id"), Vec::<Value>::new());
}
