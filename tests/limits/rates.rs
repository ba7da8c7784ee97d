//! Tenants' rates: each class counts for itself, each contract says in its own words that there were too many calls.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use reqwest::Method;
use timbre_domain::rate::Rate;
use timbre_tests::{
    Application, Developer, Product, Reply, Subscriber,
    developer::{LIST, gateway, with},
    fault, send,
    subscriber::{TextDependent, V2_0, azure_error, profiles},
};

/// Two calls at once, and another in a minute.
const FEW: Rate = Rate { per_minute: 1, burst: 2 };

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

/// A tenant's application, once in each contract's words.
fn applications(product: &Product, tenant: &str) -> (Application, Subscriber, Developer) {
    let issued = product.block_on(product.engine.create_tenant(tenant, "en")).unwrap();
    let url = &product.url;
    (
        Application::new(url, &issued.biometrid.key, &issued.biometrid.secret),
        Subscriber::new(url, &issued.subscription_keys),
        Developer::new(url, &issued.apikeys),
    )
}

#[test]
fn each_contract_says_in_its_own_words_that_there_were_too_many_calls() {
    let product = Product::start();
    let (biometrid, azure, deepaffects) = applications(&product, "acme");
    let reads: [(&dyn Fn() -> Reply, String); 3] = [
        (&|| biometrid.get("/api/1.0/languages"), fault("REQUEST_RATE_EXCEEDED")),
        (&|| azure.get(&profiles(V2_0, TextDependent)), azure_error("RateLimit", "Rate limit is exceeded.")),
        (
            &|| deepaffects.get(LIST, &[]),
            with(gateway("com.deepaffects.RateLimit", "Rate limit exceeded"), "type", "rate_limit")
                .to_string(),
        ),
    ];
    for (n, (read, words)) in reads.into_iter().enumerate() {
        // Another burst is another bucket, and a full one.
        let burst = 2 + n as u32;
        product.change_policy("acme", |policy| policy.rates.read = Rate { burst, ..FEW });
        for left in (0..burst).rev() {
            let reply = read();
            assert_eq!(reply.status, 200, "{}", reply.body);
            assert_eq!(header(&reply, "ratelimit-limit"), burst.to_string());
            assert_eq!(header(&reply, "ratelimit-remaining"), left.to_string());
            assert_eq!(header(&reply, "ratelimit-policy"), format!("1;w=60;burst={burst}"));
            assert!(header(&reply, "ratelimit-reset").parse::<u64>().unwrap() > 0);
        }
        let refused = read();
        assert_eq!(refused.status, 429, "{}", refused.body);
        let said: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(said, serde_json::from_str::<serde_json::Value>(&words).unwrap());
        let seconds: u64 = header(&refused, "retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(header(&refused, "ratelimit-reset"), seconds.to_string());
        assert_eq!(header(&refused, "ratelimit-remaining"), "0");
    }
}

#[test]
fn a_class_that_is_used_up_leaves_the_other_classes_and_the_other_tenants_theirs() {
    let product = Product::start();
    let (acme, other) = (product.application("acme"), product.application("other"));
    product.change_policy("acme", |policy| policy.rates.read = FEW);
    let statuses: Vec<_> = (0..4).map(|_| acme.get("/api/1.0/languages").status).collect();
    assert_eq!(statuses, [200, 200, 429, 429]);
    let user = acme.user("7");
    assert_eq!(acme.start(timbre_tests::Purpose::Enrol, &user).status, 200);
    assert_eq!(other.get("/api/1.0/languages").status, 200);
}

#[test]
fn all_contracts_of_a_tenant_draw_from_one_bucket() {
    let product = Product::start();
    let (biometrid, azure, deepaffects) = applications(&product, "acme");
    product.change_policy("acme", |policy| policy.rates.read = FEW);
    assert_eq!(biometrid.get("/api/1.0/languages").status, 200);
    assert_eq!(azure.get(&profiles(V2_0, TextDependent)).status, 200);
    assert_eq!(deepaffects.get(LIST, &[]).status, 429);
}

#[test]
fn a_changed_rate_counts_at_the_next_call_in_every_process() {
    let product = Product::start();
    let beside = product.beside(Default::default());
    let acme = product.subscriber("acme");
    let elsewhere = acme.at(&beside.url);
    let path = profiles(V2_0, TextDependent);
    for burst in [5, 3] {
        product.change_policy("acme", |policy| policy.rates.read.burst = burst);
        for at in [&acme, &elsewhere] {
            assert_eq!(header(&at.get(&path), "ratelimit-limit"), burst.to_string());
        }
    }
}

#[test]
fn a_call_too_many_is_refused_before_anything_of_its_body_has_come() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    product.change_policy("acme", |policy| policy.rates.inference = FEW);
    let path = timbre_tests::subscriber::profile_path(V2_0, TextDependent, &"0".repeat(32), "verify");
    for _ in 0..FEW.burst {
        assert_eq!(send(acme.request(Method::POST, &path)).status, 404);
    }
    let mut stream = TcpStream::connect(product.url.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: timbre\r\nOcp-Apim-Subscription-Key: {}\r\n\
         Content-Type: audio/wav\r\nContent-Length: 1000000\r\n\r\n",
        acme.keys[0]
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).unwrap();
    assert!(status.contains(" 429 "), "{status}");
}

#[test]
fn health_is_asked_as_often_as_anybody_likes() {
    let mut setup = timbre_tests::Setup::default();
    (setup.http.unauthenticated_per_minute, setup.http.unauthenticated_burst) = (1, 1);
    let product = Product::with(setup);
    let nobody = Application::new(&product.url, "", "");
    for _ in 0..5 {
        assert_eq!(send(nobody.bare(Method::GET, "/healthz")).status, 200);
    }
    assert_eq!(send(nobody.bare(Method::GET, "/readyz")).status, 200);
}
