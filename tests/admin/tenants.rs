//! `/tenants`.

use serde_json::{Value, json};
use timbre_tests::{Administrator, Application, Product, Setup, send};

#[test]
fn a_tenants_first_credentials_are_shown_once_and_are_good() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let made = owner.post("/tenants", &json!({"name": " acme ", "language": "en"}));
    assert_eq!((made.status, made.body["name"].as_str()), (201, Some("acme")));
    let given = &made.body["credentials"]["biometrid"];
    let app =
        Application::new(&product.url, given["key"].as_str().unwrap(), given["secret"].as_str().unwrap());
    assert_eq!(app.user("somebody").len(), 24);

    let secrets = [
        given["secret"].as_str().unwrap(),
        made.body["credentials"]["azure"]["subscription_keys"][0].as_str().unwrap(),
        made.body["credentials"]["deepaffects"]["apikeys"][1].as_str().unwrap(),
    ];
    let id = made.text_of("id");
    for path in
        ["/tenants".to_owned(), format!("/tenants/{id}"), format!("/tenants/{id}/audit"), "/audit".to_owned()]
    {
        let said = owner.get(&path);
        assert_eq!(said.status, 200);
        assert!(secrets.iter().all(|secret| !said.text.contains(secret)), "{path} shows a secret");
    }
    owner.post("/tenants", &json!({"name": "acme", "language": "en"})).is_problem(409, "conflict");
    owner.post("/tenants", &json!({"name": "b", "language": "xx"})).is_problem(422, "invalid-body");
    for bad in ["", "  ", &"x".repeat(256), "a\nb"] {
        owner.post("/tenants", &json!({"name": bad, "language": "en"})).is_problem(422, "invalid-body");
    }
}

#[test]
fn a_suspended_tenants_credentials_are_unknown_at_once_on_every_server_until_it_goes_on() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    let there = Application::new(&beside.url, &app.key, &app.secret);
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let unknown = Application::new(&product.url, "tbk_000000000000000000000000", &app.secret);
    assert_eq!(there.user("before").len(), 24);

    assert_eq!(owner.patch(&format!("/tenants/{id}"), &json!({"suspended": true})).status, 200);
    for suspended in [&app, &there] {
        let (said, expected) = (send(suspended.post("/api/1.0/users")), send(unknown.post("/api/1.0/users")));
        assert_ne!(said.status, 200);
        assert_eq!((said.status, said.body), (expected.status, expected.body));
    }
    assert_eq!(owner.get("/tenants?suspended=true").items("name"), ["acme"]);
    assert_eq!(owner.patch(&format!("/tenants/{id}"), &json!({"suspended": false})).status, 200);
    assert_eq!(app.user("after").len(), 24);
    let told = owner.get(&format!("/tenants/{id}/audit?action=tenant.changed"));
    assert_eq!(told.items("detail").len(), 2);
}

#[test]
fn a_tenant_is_renamed_unless_another_has_the_name() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (one, _) = (owner.tenant("one"), owner.tenant("other"));
    let path = format!("/tenants/{one}");
    owner.patch(&path, &json!({"name": "other"})).is_problem(409, "conflict");
    let renamed = owner.patch(&path, &json!({"name": "first"}));
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("first")));
    assert_eq!(renamed.body["suspended_at"], Value::Null);
    let unknown = "/tenants/8bdd983a-c6bd-4159-982d-6a2471406d62";
    owner.patch(unknown, &json!({"name": "x"})).is_problem(404, "not-found");
}
