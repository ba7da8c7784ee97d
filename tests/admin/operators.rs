//! `/operators`.

use serde_json::json;
use timbre_tests::{Administrator, PASSWORD, Product};

#[test]
fn an_operator_is_made_with_a_password_that_is_shown_once() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let new = json!({"email": "New@Example.org", "name": "New", "role": "operator"});
    let made = owner.post("/operators", &new);
    assert_eq!((made.status, &made.body["email"]), (201, &json!("new@example.org")));
    let password = made.text_of("password");
    let new_one = owner.logged_in("new@example.org", &password);
    assert_eq!(new_one.get("/me").body["role"], "operator");
    let list = owner.get("/operators");
    assert_eq!(list.items("email").len(), 2);
    assert!(!list.text.contains(&password) && !list.text.contains("argon2"), "{}", list.text);
    owner.post("/operators", &new).is_problem(409, "conflict");

    let path = format!("/operators/{}", made.text_of("id"));
    let other = owner.post(&format!("{path}/password"), &json!({})).text_of("password");
    new_one.get("/me").is_problem(401, "not-logged-in");
    owner.log_in("new@example.org", &password).is_problem(401, "wrong-login");
    assert_eq!(owner.log_in("new@example.org", &other).status, 200);
}

#[test]
fn a_role_goes_with_a_tenant_if_it_is_a_tenants_admin_and_only_then() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let tenant = owner.tenant("acme");
    let make = |role: &str, tenant: serde_json::Value| {
        owner.post(
            "/operators",
            &json!({"email": "a@example.org", "name": "A", "role": role, "tenant": tenant}),
        )
    };
    make("tenant-admin", json!(null)).is_problem(422, "invalid-body");
    make("owner", json!(tenant)).is_problem(422, "invalid-body");
    make("root", json!(null)).is_problem(422, "invalid-body");
    make("tenant-admin", json!("8bdd983a-c6bd-4159-982d-6a2471406d62")).is_problem(422, "invalid-body");
    assert_eq!(make("tenant-admin", json!(tenant)).status, 201);
}

#[test]
fn the_last_owner_stays_one() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let id = owner.get("/me").body["operator"]["id"].as_str().unwrap().to_owned();
    let path = format!("/operators/{id}");
    owner.delete(&path).is_problem(409, "conflict");
    owner.patch(&path, &json!({"role": "auditor"})).is_problem(409, "conflict");
    assert_eq!(owner.put("/me", &json!({"name": "Somebody else"})).status, 200);

    let new = json!({"email": "second@example.org", "name": "Second", "role": "owner"});
    let second = owner.post("/operators", &new);
    let second = owner.logged_in("second@example.org", &second.text_of("password"));
    assert_eq!(second.delete(&path).status, 204);
    owner.log_in("owner@example.org", PASSWORD).is_problem(401, "wrong-login");
    second
        .delete(&format!("/operators/{}", "8bdd983a-c6bd-4159-982d-6a2471406d62"))
        .is_problem(404, "not-found");
}
