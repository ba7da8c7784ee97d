//! `/tenants/{tenant}/credentials`.

use serde_json::{Value, json};
use timbre_tests::{Administrator, Application, Product, send};

#[test]
fn a_credential_is_issued_once_whatever_comes_twice_is_good_at_once_and_revoked_at_once() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let path = format!("/tenants/{}/credentials", owner.tenant("acme"));
    let asked = json!({"contract": "biometrid", "label": "new servers"});
    let issued = owner.post_once(&path, "key", &asked);
    assert_eq!((issued.status, &issued.body["label"]), (201, &json!("new servers")));
    // Both of the contract are alive now: the same call again is answered all the same.
    let again = owner.post_once(&path, "key", &asked);
    assert_eq!((again.status, &again.body), (201, &issued.body));
    owner.post(&path, &asked).is_problem(409, "conflict");

    let app = Application::new(&product.url, &issued.text_of("key"), &issued.text_of("secret"));
    assert_eq!(app.user("somebody").len(), 24);
    let listed = owner.get(&path);
    assert!(!listed.text.contains(&issued.text_of("secret")[4..]), "{}", listed.text);
    assert!(listed.items("key").contains(&issued.body["key"]));
    let one = format!("{path}/{}", issued.text_of("id"));
    assert_eq!(owner.delete(&one).status, 204);
    owner.delete(&one).is_problem(404, "not-found");
    let unknown = Application::new(&product.url, "tbk_000000000000000000000000", &app.secret);
    let asked_by = |app: &Application| send(app.post("/api/1.0/users"));
    assert_eq!(asked_by(&app).body, asked_by(&unknown).body);
    assert_ne!(asked_by(&app).status, 200);

    let azure = owner.get(&path).body["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["contract"] == "azure")
        .cloned();
    assert_eq!(owner.delete(&format!("{path}/{}", azure.unwrap()["id"].as_str().unwrap())).status, 204);
    let key = owner.post(&path, &json!({"contract": "azure"})).text_of("subscription_key");
    assert!(key.starts_with("tba_"), "{key}");
    for bad in [json!({"contract": "x"}), json!({"contract": "azure", "label": "x".repeat(256)})] {
        owner.post(&path, &bad).is_problem(422, "invalid-body");
    }
}

#[test]
fn another_tenants_credential_is_like_one_that_does_not_exist() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (one, other) = (owner.tenant("one"), owner.tenant("other"));
    let foreign = owner.get(&format!("/tenants/{one}/credentials")).items("id");
    let at = |id: &Value| owner.delete(&format!("/tenants/{other}/credentials/{}", id.as_str().unwrap()));
    let unknown = at(&json!("8bdd983a-c6bd-4159-982d-6a2471406d62"));
    assert_eq!(at(&foreign[0]).without_instance(), unknown.without_instance());
    unknown.is_problem(404, "not-found");
    assert!(owner.get(&format!("/tenants/{one}/credentials")).items("revoked_at").iter().all(Value::is_null));
}
