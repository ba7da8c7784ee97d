//! `/tenants/{tenant}/people`: whoever a contract knows.

use serde_json::{Value, json};
use timbre_tests::{Administrator, Developer, Product, developer::ENROLL, form, send};

use crate::deepaffects::HEART;

#[test]
fn users_profiles_and_speakers_are_people_and_each_is_found_by_whatever_leads_to_them() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let made = owner.post("/tenants", &json!({"name": "acme", "language": "en"}));
    let keys = &made.body["credentials"];
    let (id, text) = (made.text_of("id"), |value: &Value| value.as_str().unwrap().to_owned());
    let app = timbre_tests::Application::new(
        &product.url,
        &text(&keys["biometrid"]["key"]),
        &text(&keys["biometrid"]["secret"]),
    );
    let user = app.user("client 7");
    let profile = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let kind = timbre_domain::profile::ProfileKind::TextIndependentVerification;
        product
            .engine
            .create_profile(&tenant, kind, "en-us".parse().unwrap(), None)
            .await
            .unwrap()
            .id
            .to_string()
    });

    let people = format!("/tenants/{id}/people");
    let all = owner.get(&people);
    assert_eq!(all.items("id").len(), 2, "{}", all.text);
    let found = |query: &str| owner.get(&format!("{people}?{query}")).items("id");
    let person = found(&format!("search={profile}"));
    assert_eq!(person.len(), 1);
    assert_eq!(found("search=client%207"), [json!(user)]);
    assert_eq!(found(&format!("search={user}")), [json!(user)]);
    assert_eq!(found("search=client"), Vec::<Value>::new(), "exactly");
    assert_eq!(found("contract=biometrid"), [json!(user)]);
    assert_eq!(found("contract=azure"), person);
    assert_eq!(found("contract=deepaffects"), Vec::<Value>::new());

    let one = owner.get(&format!("{people}/{}", person[0].as_str().unwrap()));
    assert_eq!(one.body["enrolments"][0]["id"], json!(profile));
    assert_eq!(one.body["enrolments"][0]["contract"], "azure");
    assert_eq!(one.body["enrolments"][0]["profile"]["status"], "Enrolling");
    let other = owner.tenant("other");
    owner.get(&format!("/tenants/{other}/people/{user}")).is_problem(404, "not-found");
    assert_eq!(owner.get(&format!("/tenants/{other}/people?search={user}")).items("id"), Vec::<Value>::new());
    for malformed in ["x", "zz0000000000000000000000", "59147e5afdda9b0ac0f5e31"] {
        owner.get(&format!("{people}/{malformed}")).is_problem(404, "not-found");
    }
}

#[test]
fn somebody_is_unlocked_and_the_trail_knows_them_by_pseudonym_only() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    let user = app.user("a reference");
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let person = owner.get(&format!("/tenants/{id}/people/{user}"));
    assert_eq!(owner.post(&format!("/tenants/{id}/people/{user}/unlock"), &json!({})).status, 204);
    let trail = owner.get(&format!("/tenants/{id}/audit?action=lockout.reset"));
    assert_eq!(trail.items("person"), [person.body["pseudonym"].clone()]);
    assert!(trail.items("actor")[0].as_str().unwrap().starts_with("operator:"));
    assert!(!trail.text.contains(&user) && !trail.text.contains("a reference"), "{}", trail.text);
    let nobody = format!("/tenants/{id}/people/000000000000000000000000/unlock");
    owner.post(&nobody, &json!({})).is_problem(404, "not-found");
}

#[test]
fn a_speaker_is_a_person_who_is_found_by_name() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let developer = Developer::of(&product, "acme");
    developer.enrolled("heart", &HEART.free(&[0, 1]));
    assert_eq!(developer.get(ENROLL, &[("speakerId", "heart")]).status, 200);
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let found = owner.get(&format!("/tenants/{id}/people?search=heart&contract=deepaffects"));
    let enrolment = &found.body["items"][0]["enrolments"][0];
    assert_eq!(enrolment["profile"]["name"], "heart", "{}", found.text);
    assert_eq!((&enrolment["locked"], &enrolment["locked_until"]), (&Value::Bool(false), &Value::Null));
    assert_eq!(owner.get(&format!("/tenants/{id}/people?search=hear")).items("id"), Vec::<Value>::new());
}

#[test]
fn somebody_agrees_withdraws_is_exported_and_is_erased_with_a_receipt() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    let user = app.user("a reference");
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let person = format!("/tenants/{id}/people/{user}");
    let consents = format!("{person}/consents");
    let given =
        json!({"text_sha256": "ab".repeat(32), "given_at": "2026-09-01T12:00:00Z", "signer": "form 7"});
    assert_eq!(owner.post(&consents, &given).status, 201);
    let bad = json!({"text_sha256": "ab", "given_at": "2026-09-01T12:00:00Z", "signer": "form 7"});
    owner.post(&consents, &bad).is_problem(422, "invalid-body");
    let listed = owner.get(&consents);
    assert_eq!(
        (listed.items("signer"), listed.items("withdrawn_at")),
        (vec![json!("form 7")], vec![Value::Null])
    );
    assert_eq!(owner.delete(&consents).body["withdrawn"], 1);
    assert!(owner.get(&consents).items("withdrawn_at")[0].is_string());
    let held = owner.get(&format!("{person}/export"));
    assert_eq!((held.status, &held.body["reference_id"]), (200, &json!("a reference")), "{}", held.text);

    owner.delete(&format!("{person}?colour=red")).is_problem(400, "invalid-parameter");
    let erased = owner.delete(&format!("{person}?opt_out=true"));
    assert_eq!((erased.status, &erased.body["says"]["opted_out"]), (200, &json!(true)), "{}", erased.text);
    let receipt = product.engine.verify_receipt(&erased.text_of("receipt")).unwrap();
    assert_eq!(json!(receipt), erased.body["says"]);
    for gone in [&person, &consents, &format!("{person}/export")] {
        owner.get(gone).is_problem(404, "not-found");
    }
    owner.delete(&person).is_problem(404, "not-found");
    let trail = owner.get(&format!("/tenants/{id}/audit?limit=200"));
    assert!(!trail.text.contains(&user) && !trail.text.contains("a reference"), "{}", trail.text);
}

#[test]
fn who_is_known_no_more_opts_out_by_a_name_and_a_device_is_found_however_it_is_written() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    let create = || {
        let fields = [("reference_id", "a reference"), ("mac_address", "AA-BB-CC-DD-EE-0F")];
        send(form(app.post("/api/1.0/users"), &fields))
    };
    create();
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let people = format!("/tenants/{id}/people");
    let found = owner.get(&format!("{people}?search=aabb.ccDD.ee0f"));
    assert_eq!(found.items("reference_id"), [json!("a reference")], "{}", found.text);
    let opt_out = format!("/tenants/{id}/opt-out?kind=device&name=AABBCCDDEE0F");
    owner.put(&opt_out, &json!({})).is_problem(409, "conflict");
    assert_eq!(owner.get(&opt_out).body["opted_out"], false);

    let person = format!("{people}/{}", found.items("id")[0].as_str().unwrap());
    assert_eq!(owner.delete(&person).status, 200);
    owner.delete(&format!("{person}?opt_out=true")).is_problem(404, "not-found");
    for _ in 0..2 {
        let put = owner.put(&opt_out, &json!({}));
        assert_eq!((put.status, &put.body["opted_out"]), (200, &json!(true)), "{}", put.text);
    }
    create().is_fault(403, "USER_OPTED_OUT");
    assert_eq!(owner.get(&format!("/tenants/{id}/audit?action=person.opted_out")).items("action").len(), 1);
    assert_eq!(owner.delete(&opt_out).body["lifted"], true);
    assert_eq!(create().message(), "NEW_USER_CREATED");
}
