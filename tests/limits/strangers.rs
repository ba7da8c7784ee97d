//! Whoever is not known to be a tenant's application is counted by address.

use reqwest::Method;
use timbre_tests::{
    Application, Product, Reply, Setup,
    developer::{LIST, gateway, with},
    fault, send,
    subscriber::{TextDependent, V2_0, azure_error, profiles},
};

const BURST: u32 = 3;

/// A server that lets strangers call three times, behind these proxies.
fn product(proxies: &[&str]) -> Product {
    let mut setup = Setup::default();
    (setup.http.unauthenticated_per_minute, setup.http.unauthenticated_burst) = (1, BURST);
    setup.http.trusted_proxies = proxies.iter().map(|proxy| (*proxy).to_owned()).collect();
    Product::with(setup)
}

/// A call from behind a proxy which says that it comes from there.
fn from(product: &Product, forwarded: &str, path: &str) -> Reply {
    let nobody = Application::new(&product.url, "", "");
    let request = nobody.bare(Method::GET, path);
    send(if forwarded.is_empty() { request } else { request.header("x-forwarded-for", forwarded) })
}

#[test]
fn who_fails_to_be_let_in_too_often_is_told_so_in_each_contracts_words_and_who_is_known_is_let_in() {
    // Of each contract, and of what none has: what is told first, and what then.
    let languages = "/api/1.0/languages";
    let azure = profiles(V2_0, TextDependent);
    let too_many = azure_error("RateLimit", "Rate limit is exceeded.");
    let deepaffects = with(gateway("com.deepaffects.RateLimit", "Rate limit exceeded"), "type", "rate_limit");
    let rows = [
        (languages, 400, fault("REQUEST_RATE_EXCEEDED")),
        ("/api/1.0/nothing", 404, fault("REQUEST_RATE_EXCEEDED")),
        ("/nothing", 404, fault("REQUEST_RATE_EXCEEDED")),
        ("/openapi/azure.json", 200, fault("REQUEST_RATE_EXCEEDED")),
        ("/biometrics/liveness", 405, fault("REQUEST_RATE_EXCEEDED")),
        (&azure, 401, too_many.clone()),
        ("/speaker/verification/v2.0/nothing", 404, too_many),
        (LIST, 401, deepaffects.to_string()),
        ("/audio/generic/api/nothing", 404, deepaffects.to_string()),
    ];
    // Each stranger has an address of its own.
    let product = product(&["127.0.0.0/8"]);
    let acme = product.application("acme");
    for (n, (path, first, words)) in rows.into_iter().enumerate() {
        let stranger = format!("203.0.113.{n}");
        for _ in 0..BURST {
            let reply = from(&product, &stranger, path);
            assert_eq!(reply.status, first, "{path}: {}", reply.body);
            assert!(!reply.headers.contains_key("ratelimit-limit"), "{path}: that is for who is known");
        }
        let refused = from(&product, &stranger, path);
        let said: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
        let words: serde_json::Value = serde_json::from_str(&words).unwrap();
        assert_eq!((refused.status, said), (429, words), "{path}");
        let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{path}: {seconds}");
        // Of the same address, but known.
        let known = send(acme.request(Method::GET, languages).header("x-forwarded-for", &stranger));
        assert_eq!(known.status, 200, "{}", known.body);
    }
}

#[test]
fn a_wrong_secret_counts_and_so_does_an_unknown_key() {
    let product = product(&[]);
    let acme = product.application("acme");
    let wrong = Application::new(&product.url, &acme.key, "tbs_wrong");
    let unknown = Application::new(&product.url, "tbk_unknown", &acme.secret);
    let statuses =
        [&wrong, &unknown, &wrong, &unknown, &acme].map(|who| who.get("/api/1.0/languages").status);
    assert_eq!(statuses, [401, 404, 401, 429, 200]);
}

#[test]
fn nobody_gets_a_fresh_start_by_claiming_another_address() {
    let product = product(&["198.51.100.0/24"]);
    let claims = ["203.0.113.1", "203.0.113.2", "198.51.100.1, 203.0.113.3", "203.0.113.4"];
    let statuses = claims.map(|claim| from(&product, claim, "/nothing").status);
    assert_eq!(statuses, [404, 404, 404, 429], "no trusted proxy said any of this");
}

#[test]
fn behind_a_trusted_proxy_everybody_is_counted_alone_and_lies_further_left_are_not_believed() {
    let product = product(&["127.0.0.1", "10.0.0.0/8"]);
    for n in 0..BURST {
        let lie = format!("192.0.2.{n}, 203.0.113.1, 10.1.1.1");
        assert_eq!(from(&product, &lie, "/nothing").status, 404);
    }
    assert_eq!(from(&product, "192.0.2.99, 203.0.113.1", "/nothing").status, 429);
    assert_eq!(from(&product, "203.0.113.2", "/nothing").status, 404);
    assert_eq!(from(&product, "", "/nothing").status, 404, "the proxy itself");
}

#[test]
fn an_application_behind_a_trusted_proxy_is_written_down_by_its_own_address() {
    let product = product(&["127.0.0.1"]);
    let acme = product.application("acme");
    let request = acme.post("/api/1.0/users").header("x-forwarded-for", "203.0.113.77");
    assert_eq!(send(timbre_tests::form(request, &[("reference_id", "7")])).status, 200);
    let store = product.store();
    let told = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let chain = timbre_engine::Chain::Tenant(tenant.id);
        store.audit_events(chain, &Default::default(), None, 10).await.unwrap()
    });
    let made = told.iter().find(|event| event.actor.starts_with("application:"));
    assert_eq!(made.unwrap().address.as_deref(), Some("203.0.113.77"));
}
