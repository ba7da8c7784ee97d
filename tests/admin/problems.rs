//! Whatever comes, the answer is a problem out of the catalogue, and never ours.

use jsonschema::Draft;
use reqwest::Method;
use serde_json::json;
use timbre_tests::{Administrator, Dice, Product, Said, send};

#[test]
fn what_is_malformed_is_the_callers_fault_and_says_so() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let with = |kind: &str, body: Vec<u8>| {
        Said::of(send(owner.request(Method::POST, "/tenants").header("content-type", kind).body(body)))
    };
    with("text/plain", b"{}".to_vec()).is_problem(415, "unsupported-media-type");
    with("application/jsonx", b"{}".to_vec()).is_problem(415, "unsupported-media-type");
    for text in ["", "{", "nul", "{\"name\": \"\u{0}", "{\"name\": \"x\",}"] {
        with("application/json", text.into()).is_problem(400, "malformed");
    }
    with("application/json; charset=utf-8", vec![0xff, 0xfe]).is_problem(400, "malformed");
    for body in [
        json!({}),
        json!([]),
        json!(["acme", "en"]),
        json!("acme"),
        json!({"name": 7, "language": "en"}),
        json!({"name": "x", "language": "en", "colour": "red"}),
        json!({"name": "x"}),
    ] {
        let said = owner.post("/tenants", &body);
        said.is_problem(422, "invalid-body");
        assert!(said.body["errors"][0]["detail"].is_string(), "{}", said.text);
    }
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(64 * 1024));
    with("application/json", large.into()).is_problem(413, "too-large");
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!((400..500).contains(&with("application/json", deep.into()).status));
    for path in ["", "/", "/nothing", "/tenants/", "/operators/x/y/z", "/me/x"] {
        assert!([404].contains(&owner.get(path).status), "{path}");
    }
    let wrong_method = owner.put("/tenants", &json!({}));
    wrong_method.is_problem(405, "method-not-allowed");
    assert_eq!(wrong_method.headers["allow"], "GET, POST");
    owner.get("/nothing").is_problem(404, "not-found");
    for header in ["", "Basic x", "Bearer", "Bearer ", "Bearer \u{e9}", "bearer x y"] {
        let said =
            Said::of(send(owner.nameless().request(Method::GET, "/me").header("authorization", header)));
        said.is_problem(401, "not-logged-in");
        assert_eq!(said.headers["www-authenticate"], "Bearer");
    }
}

#[test]
fn whatever_bytes_come_are_never_our_fault() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let mut dice = Dice(7);
    let bodies: Vec<Vec<u8>> = (0..120)
        .map(|_| {
            let good =
                json!({"email": "a@example.org", "name": "A", "role": "auditor", "tenant": null}).to_string();
            let mut bytes = good.into_bytes();
            for _ in 0..=dice.below(4) {
                let (at, byte) = (dice.below(bytes.len()), dice.below(256) as u8);
                bytes[at] = byte;
            }
            bytes
        })
        .collect();
    for (number, body) in bodies.into_iter().enumerate() {
        let path = ["/operators", "/tokens", "/tenants", "/login", "/refresh"][number % 5];
        let request = owner.request(Method::POST, path).header("content-type", "application/json").body(body);
        let said = Said::of(send(request));
        assert!(said.status < 500, "{path}: {}", said.text);
    }
}

/// A path of this document's, with something for each of its parameters.
fn filled(path: &str, tenant: &str) -> String {
    let path = path.trim_start_matches("/admin/v1").replace("{tenant}", tenant);
    path.replace("{person}", &"0".repeat(24))
        .split('/')
        .map(|part| if part.starts_with('{') { "8bdd983a-c6bd-4159-982d-6a2471406d62" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn a_parameter_that_a_route_does_not_know_is_refused_on_every_route() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let tenant = owner.tenant("acme").to_string();
    let (_, document) =
        timbre_api::openapi::documents().into_iter().find(|(name, _)| *name == "admin").unwrap();
    let mut tried = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = format!("{}?colour=red", filled(path, &tenant));
            let said = Said::of(send(owner.request(method.clone(), &path).json(&json!({}))));
            assert_eq!(said.status, 400, "{method} {path}: {}", said.text);
            said.is_problem(400, "invalid-parameter");
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
    assert_eq!(owner.get("/me").status, 200, "none of them was done");
    owner.nameless().get("/me?colour=red").is_problem(401, "not-logged-in");
}

#[test]
fn an_invalid_body_is_told_where_it_is_wrong() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let tenant = owner.tenant("acme");
    let where_wrong = |said: Said| {
        said.is_problem(422, "invalid-body");
        said.body["errors"][0]["pointer"].clone()
    };
    let made = |body| where_wrong(owner.post("/tenants", &body));
    assert_eq!(made(json!({"name": 7, "language": "en"})), "/name");
    assert_eq!(made(json!({"name": "x", "language": "en", "colour": "red"})), "/colour");
    assert_eq!(made(json!({"name": "x", "language": "en", "a/b~c": 1})), "/a~1b~0c");
    assert_eq!(made(json!({"name": "x", "language": "xx"})), "/language");
    assert_eq!(made(json!({"name": "x"})), "");

    let path = format!("/tenants/{tenant}/policy");
    let read = owner.get(&path);
    let changed = |section: &str, setting: &str, value: serde_json::Value| {
        let mut policy = read.body.clone();
        policy[section][setting] = value;
        let request = owner.request(Method::PUT, &path).header("if-match", read.headers["etag"].clone());
        where_wrong(Said::of(send(request.json(&policy))))
    };
    assert_eq!(changed("dialogue", "code_length", json!("x")), "/dialogue/code_length");
    assert_eq!(changed("dialogue", "code_length", json!(3)), "/dialogue/code_length");
    assert_eq!(changed("dialogue", "colour", json!(3)), "/dialogue/colour");
    assert_eq!(changed("matching", "sure_reject", json!(0.7)), "/matching/sure_reject");

    let consents = format!("/tenants/{tenant}/consents?kind=reference&name=ada");
    let agreed = |digits: &str, at: &str, signer: &str| {
        let body = json!({"text_sha256": digits, "given_at": at, "signer": signer});
        where_wrong(owner.post(&consents, &body))
    };
    let (good, at) = ("0".repeat(64), "2026-01-01T00:00:00Z");
    assert_eq!(agreed("x", at, "ada"), "/text_sha256");
    assert_eq!(agreed(&good, "then", "ada"), "/given_at");
    assert_eq!(agreed(&good, "9999-01-01T00:00:00Z", "ada"), "/given_at");
    assert_eq!(agreed(&good, at, ""), "/signer");
}

#[test]
fn a_name_is_turned_down_where_the_document_does_not_allow_it_and_nowhere_else() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let tenant = owner.tenant("acme");
    let (_, document) =
        timbre_api::openapi::documents().into_iter().find(|(name, _)| *name == "admin").unwrap();
    let of = |schema: &str| document["components"]["schemas"][schema]["properties"]["name"].clone();
    let shape = jsonschema::options().with_draft(Draft::Draft202012).build(&of("TenantChange")).unwrap();
    for schema in ["NewTenant", "NewOperator", "OperatorChange", "OwnName", "NewToken"] {
        assert_eq!(of(schema)["pattern"], of("TenantChange")["pattern"], "{schema}");
    }
    let around = ["\u{1}", "\t", "\n", "\u{7f}", "\u{85}", "\u{a0}", "\u{200b}", "\u{3000}", " "];
    let around = around.into_iter().flat_map(|letter| {
        [
            letter.to_owned(),
            format!("{letter}{letter}"),
            format!("{letter}x"),
            format!("x{letter}y"),
            format!("x{letter}"),
        ]
    });
    let long = ["", "x", "ä ö", &"ö".repeat(255), &"ö".repeat(256), &format!("{}x ", "ö".repeat(254))]
        .map(str::to_owned);
    for name in around.chain(long) {
        let said = owner.patch(&format!("/tenants/{tenant}"), &json!({"name": name}));
        assert_eq!(said.status == 200, shape.is_valid(&json!(name)), "{name:?}: {}", said.text);
        if said.status != 200 {
            said.is_problem(422, "invalid-body");
            assert_eq!(said.body["errors"][0]["pointer"], "/name");
        }
    }
}
