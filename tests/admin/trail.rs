//! `/audit`: what was managed is told, by whom and from where, without any secret.

use serde_json::{Value, json};
use timbre_domain::operator::Role;
use timbre_tests::{Administrator, PASSWORD, Product};

#[test]
fn logins_that_succeed_or_fail_and_each_change_are_told_once() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    owner.log_in("owner@example.org", "a wrong password");
    owner.log_in("nobody@example.org", "a wrong password");
    let new = json!({"email": "new@example.org", "name": "New", "role": "auditor"});
    let made = owner.post("/operators", &new);
    let token = owner.post("/tokens", &json!({"name": "ci", "role": "auditor"}));
    owner.delete(&format!("/tokens/{}", token.text_of("id")));
    owner.post("/operators", &new);
    owner.post("/me/password", &json!({"current": PASSWORD, "new": "another password"}));
    owner.post("/logout", &json!({}));

    let owner = owner.logged_in("owner@example.org", "another password");
    let trail = owner.get("/audit?limit=200");
    let expected = [
        "operator.logged_in",
        "operator.logged_out",
        "operator.password_changed",
        "token.revoked",
        "token.issued",
        "operator.created",
        "login.failed",
        "login.failed",
        "operator.logged_in",
        "operator.created",
    ];
    assert_eq!(trail.items("action"), expected.map(Value::from));
    assert_eq!(trail.items("address")[0], "127.0.0.1");
    assert_eq!(trail.items("actor")[6], "unknown");
    let reasons: Vec<Value> =
        trail.items("detail")[6..8].iter().map(|detail| detail["reason"].clone()).collect();
    assert_eq!(reasons, ["no such operator", "wrong password"]);
    let secrets =
        [PASSWORD.to_owned(), "a wrong".to_owned(), made.text_of("password"), token.text_of("token")];
    assert!(secrets.iter().all(|secret| !trail.text.contains(secret.as_str())), "{}", trail.text);
    let found = owner.get("/audit?action=token.issued").items("target");
    assert_eq!(found, [token.body["id"].clone()]);
}

#[test]
fn a_throttled_account_is_told_of_once_however_often_it_is_tried() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    for _ in 0..20 {
        owner.log_in("owner@example.org", "a wrong password");
    }
    assert_eq!(owner.get("/audit?action=login.failed&limit=200").items("action").len(), 10);
    assert_eq!(owner.get("/audit?action=login.throttled").items("action").len(), 1);
}

#[test]
fn a_tenants_admin_sees_its_own_trail_only() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (own, other) = (owner.tenant("acme"), owner.tenant("other"));
    let admin = Administrator::of_role(&product, "admin@example.org", Role::TenantAdmin(own));
    assert_eq!(admin.get(&format!("/tenants/{own}/audit")).items("action"), ["tenant.created"]);
    admin.get(&format!("/tenants/{other}/audit")).is_problem(404, "not-found");
    admin.get("/audit").is_problem(403, "not-allowed");
}

#[test]
fn a_caller_that_is_refused_without_end_is_told_of_once_for_each_permission() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let auditor = Administrator::of_role(&product, "auditor@example.org", Role::Auditor);
    for _ in 0..20 {
        auditor.post("/tenants", &json!({})).is_problem(403, "not-allowed");
    }
    auditor.post("/tokens", &json!({})).is_problem(403, "not-allowed");
    let told = || owner.logged_in("owner@example.org", PASSWORD).get("/audit?action=access.refused");
    assert_eq!(told().items("target"), ["tokens.manage", "tenants.manage"]);
    product.clock.pass(15 * 60);
    auditor.logged_in("auditor@example.org", PASSWORD).post("/tenants", &json!({}));
    assert_eq!(told().items("target"), ["tenants.manage", "tokens.manage", "tenants.manage"]);
}

#[test]
fn what_is_done_to_tenants_is_told_in_the_installations_trail_too() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let id = owner.post("/tenants", &json!({"name": "acme", "language": "en"})).text_of("id");
    owner.patch(&format!("/tenants/{id}"), &json!({"suspended": true}));
    let told = owner.get("/audit");
    let of_tenant: Vec<_> = told.items("action").into_iter().zip(told.items("target")).collect();
    for action in ["tenant.created", "tenant.changed"] {
        assert!(of_tenant.contains(&(json!(action), json!(id))), "{action}: {of_tenant:?}");
    }
}
