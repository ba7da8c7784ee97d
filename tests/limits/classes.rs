//! What each route costs: the class that it is counted in.

use reqwest::Method;
use timbre_domain::rate::{Rate, RouteClass};
use timbre_tests::{
    Application, Developer, Product, Subscriber,
    developer::{
        DELETE, DIARIZE, DIARIZE_LATER, ENROLL, ENROLL_V1, IDENTIFY, IDENTIFY_LATER, IDENTIFY_V1, LIST,
        STATUS, VAD_LATER,
    },
    send,
    subscriber::{Base, V2_0, V2021, Verification, identify_path, profile_path, profiles},
};

use RouteClass::{Inference, Management, Read};

/// Each class has a burst that nothing else has, by which a reply tells it.
fn burst(class: RouteClass) -> u32 {
    match class {
        Inference => 1_001,
        Management => 1_002,
        Read => 1_003,
    }
}

#[test]
fn every_route_of_every_contract_is_counted_in_its_class() {
    let product = Product::start();
    let issued = product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    product.change_policy("acme", |policy| {
        let rate = |class| Rate { per_minute: 1_000, burst: burst(class) };
        policy.rates.inference = rate(Inference);
        policy.rates.management = rate(Management);
        policy.rates.read = rate(Read);
    });
    let biometrid = Application::new(&product.url, &issued.biometrid.key, &issued.biometrid.secret);
    let azure = Subscriber::new(&product.url, &issued.subscription_keys);
    let deepaffects = Developer::new(&product.url, &issued.apikeys);

    let mut requests = Vec::new();
    for (method, path, class) in of_biometrid() {
        requests.push((biometrid.request(method.clone(), &path), format!("{method} {path}"), class));
    }
    for (method, path, class) in of_azure() {
        requests.push((azure.request(method.clone(), &path), format!("{method} {path}"), class));
    }
    for (method, path, class) in of_deepaffects() {
        requests.push((deepaffects.request(method.clone(), path, &[]), format!("{method} {path}"), class));
    }
    assert!(requests.len() > 100, "{}", requests.len());
    for (request, of, class) in requests {
        let reply = send(request);
        let limit = reply.headers.get("ratelimit-limit").unwrap_or_else(|| panic!("{of}: not counted"));
        assert_eq!(limit.to_str().unwrap(), burst(class).to_string(), "{of} should be {class:?}");
    }
}

fn of_biometrid() -> Vec<(Method, String, RouteClass)> {
    let user = format!("users/{}", "0".repeat(24));
    let both = [
        (Method::POST, "users".to_owned(), Management),
        (Method::GET, "users/find-by-address".to_owned(), Read),
        (Method::DELETE, user.clone(), Management),
        (Method::DELETE, format!("{user}/voice/delete"), Management),
        (Method::POST, format!("{user}/dialogue/enroll/voice"), Inference),
        (Method::POST, format!("{user}/dialogue/verify/voice"), Inference),
        (Method::GET, format!("{user}/enroll/status"), Read),
        (Method::GET, format!("{user}/voice/is-pending"), Read),
        (Method::GET, format!("{user}/restart-state"), Management),
        (Method::POST, format!("{user}/voice/unlock"), Management),
        (Method::GET, "languages".to_owned(), Read),
        (Method::POST, format!("{user}/dialogue/enroll/face"), Management),
        (Method::POST, format!("{user}/dialogue/verify/face"), Management),
        (Method::POST, format!("{user}/dialogue/adapt/face"), Management),
        (Method::DELETE, format!("{user}/face/delete"), Management),
        (Method::POST, "users/find-by-face".to_owned(), Management),
        (Method::POST, "users/find-face-properties".to_owned(), Management),
        (Method::POST, "liveness/validate".to_owned(), Management),
        (Method::POST, "document/validate".to_owned(), Management),
        (Method::POST, "document/validate-base64".to_owned(), Management),
        (Method::POST, "document/selfie-compare".to_owned(), Management),
        (Method::POST, "document/selfie-compare-base64".to_owned(), Management),
    ];
    let below = |version: &str, (method, path, class): &(Method, String, RouteClass)| {
        (method.clone(), format!("/api/{version}/{path}"), *class)
    };
    let of = |version| both.iter().map(move |row| below(version, row));
    let adapt = (Method::POST, format!("/api/1.0/{user}/adapt/voice"), Inference);
    of("1.0").chain(of("1.1")).chain([adapt]).collect()
}

fn of_azure() -> Vec<(Method, String, RouteClass)> {
    let mut rows = Vec::new();
    for version in [V2_0, V2021] {
        for base in Base::ALL {
            let (list, id) = (profiles(version, base), "0".repeat(32));
            let one = |action: &str| profile_path(version, base, &id, action);
            rows.extend([
                (Method::POST, list.clone(), Management),
                (Method::GET, list.replace("/profiles", "/phrases/en-us"), Read),
                (Method::GET, list, Read),
                (Method::GET, one(""), Read),
                (Method::DELETE, one(""), Management),
                (Method::POST, one("reset"), Management),
                (Method::POST, one("enrollments"), Inference),
            ]);
            if base != Base::Identification {
                rows.push((Method::POST, one("verify"), Inference));
            }
        }
        rows.push((Method::POST, identify_path(version, "profileIds=0"), Inference));
    }
    // The documented base path without its hyphenated name.
    let short = profile_path(V2021, Verification, &"0".repeat(32), "verify");
    rows.push((Method::POST, short.replace("/speaker-recognition/", "/speaker/"), Inference));
    rows
}

fn of_deepaffects() -> Vec<(Method, &'static str, RouteClass)> {
    let reads = [ENROLL, LIST, STATUS].map(|path| (Method::GET, path, Read));
    let listens = [ENROLL, ENROLL_V1, IDENTIFY, IDENTIFY_V1, DIARIZE, VAD_LATER];
    let listens = listens.into_iter().chain(IDENTIFY_LATER).chain(DIARIZE_LATER);
    let listens = listens.map(|path| (Method::POST, path, Inference));
    reads.into_iter().chain(listens).chain([(Method::POST, DELETE, Management)]).collect()
}
