//! `/tenants/{tenant}/policy`.

use reqwest::Method;
use serde_json::{Value, json};
use timbre_domain::operator::Role;
use timbre_tests::{Administrator, Product, Said, send};

fn put(who: &Administrator, path: &str, tag: &str, policy: &Value) -> Said {
    Said::of(send(who.request(Method::PUT, path).header("if-match", tag).json(policy)))
}

#[test]
fn a_policy_is_replaced_by_who_has_read_it_and_its_versions_are_kept() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let path = format!("/tenants/{}/policy", owner.tenant("acme"));
    let read = owner.get(&path);
    assert_eq!((read.status, &read.headers["etag"]), (200, &"\"1\"".parse().unwrap()));
    let mut policy = read.body.clone();
    policy["dialogue"]["enrol_codes"] = json!(5);
    owner.put(&path, &policy).is_problem(428, "precondition-required");
    for stale in ["\"7\"", "1", "*", "W/\"1\"", "\"x\""] {
        put(&owner, &path, stale, &policy).is_problem(412, "changed-meanwhile");
    }
    let changed = put(&owner, &path, "\"1\"", &policy);
    assert_eq!((changed.status, &changed.headers["etag"]), (200, &"\"2\"".parse().unwrap()));
    put(&owner, &path, "\"1\"", &policy).is_problem(412, "changed-meanwhile");
    assert_eq!(owner.get(&path).body["dialogue"]["enrol_codes"], 5);
    let versions = owner.get(&format!("{path}/versions"));
    assert_eq!(versions.items("version"), [json!(2), json!(1)]);
    assert!(versions.items("changed_by")[0].as_str().unwrap().starts_with("operator:"));

    policy["dialogue"]["enrol_codes"] = json!(50);
    put(&owner, &path, "\"2\"", &policy).is_problem(422, "invalid-body");
    policy["dialogue"]["colour"] = json!("red");
    put(&owner, &path, "\"2\"", &policy).is_problem(422, "invalid-body");
    for (section, written, pointer) in [
        ("retention", json!([null, null]), "/retention"),
        ("rates", json!({"read": [7, 7]}), "/rates/read"),
        ("consent", json!([false]), "/consent"),
        ("access", json!({"formats": ["wav", "wav"]}), "/access/formats"),
    ] {
        let mut policy = read.body.clone();
        policy[section] = written;
        let refused = put(&owner, &path, "\"2\"", &policy);
        refused.is_problem(422, "invalid-body");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    }
}

#[test]
fn a_tenants_admin_changes_how_voices_are_judged_and_not_its_own_limits() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let own = owner.tenant("acme");
    let admin = Administrator::of_role(&product, "admin@example.org", Role::TenantAdmin(own));
    let path = format!("/tenants/{own}/policy");
    let before = owner.get(&path).body;
    for (section, key, value) in [
        ("access", "formats", json!(["wav"])),
        ("rates", "read", json!({"per_minute": 7, "burst": 7})),
        ("quotas", "requests", json!({"per_month": 1_000_000, "hard": false})),
        ("retention", "dialogue_days", json!(1)),
    ] {
        let mut policy = before.clone();
        policy[section][key] = value;
        put(&admin, &path, "\"1\"", &policy).is_problem(403, "not-allowed");
    }
    let mut policy = before;
    policy["matching"]["false_match_rate"] = json!(0.001);
    policy["consent"]["required"] = json!(true);
    assert_eq!(put(&admin, &path, "\"1\"", &policy).status, 200);
    policy["retention"]["dialogue_days"] = json!(30);
    assert_eq!(put(&owner, &path, "\"2\"", &policy).status, 200);
}
