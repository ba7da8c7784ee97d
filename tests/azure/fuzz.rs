//! Nonsense, in large numbers: whatever comes, the answer is in the contract's shape, and it is never a 500.

use reqwest::{Method, blocking::RequestBuilder};
use timbre_tests::{
    Dice, Product, Speaker, Subscriber, send,
    subscriber::{Base, Identification, V2_0, V2021, identify_path, json, profile_path, profiles},
};

const REQUESTS: usize = 100;

const TYPES: [&str; 6] =
    ["application/json", "audio/wav", "audio/wav; codecs=audio/pcm", "audio/wav; codecs=", "text/html", "/"];

const BODIES: [&str; 8] = [
    "",
    "{}",
    "null",
    r#"{"locale":"en-us"}"#,
    r#"{"locale":["en-us"]}"#,
    "{\"locale\":\"\\u0000\"}",
    "RIFF\u{1}\u{0}\u{0}\u{0}WAVEfmt ",
    "RIFF....WAVEdata",
];

const IDS: [&str; 8] =
    ["", "7", "49a36324-fc4b-4387-aa06-090cfbf0064f", "%00", "%ff%fe", "..", "a%2Fb", "' OR 1=1 --"];

const QUERIES: [&str; 8] = [
    "",
    "$top=%ff",
    "maxpagesize=1&continuationToken=%00",
    "ignoreMinLength=TRUE",
    "profileIds=,,,",
    "api-version=2021-09-05",
    "&&&=",
    "$top=99999999999999999999",
];

fn nonsense(acme: &Subscriber, known: &str, method: &Method, path: &str, dice: &mut Dice) -> RequestBuilder {
    let id = if dice.below(2) == 0 { known } else { dice.one_of(&IDS) };
    let path = timbre_tests::subscriber::with(&path.replace("{id}", id), dice.one_of(&QUERIES));
    let method = if dice.below(10) == 0 { Method::PATCH } else { method.clone() };
    let request = match dice.below(12) {
        0 => acme.bare(method, &path),
        1 => acme.bare(method, &path).header("Ocp-Apim-Subscription-Key", "_".repeat(dice.below(3_000))),
        _ => acme.request(method, &path),
    };
    let request = request.header("content-type", dice.one_of(&TYPES));
    match dice.below(4) {
        0 => request.body(dice.bytes(300)),
        1 => request.body("9".repeat(20_000)),
        2 => request.body(Speaker("af_heart").passport(0)[..44 + dice.below(9_000)].to_vec()),
        _ => request.body(dice.one_of(&BODIES)),
    }
}

#[test]
fn a_hundred_kinds_of_nonsense_for_each_route_are_answered_in_the_contracts_shape_and_never_with_500() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let mut routes = Vec::new();
    for version in [V2_0, V2021] {
        for base in Base::ALL {
            let of = |action| profile_path(version, base, "{id}", action);
            routes.extend([
                (base, Method::POST, profiles(version, base)),
                (base, Method::GET, profiles(version, base)),
                (base, Method::GET, of("")),
                (base, Method::POST, of("reset")),
                (base, Method::POST, of("enrollments")),
                (base, Method::POST, of("verify")),
                (base, Method::GET, profiles(version, base).replace("/profiles", "/phrases/{id}")),
                (base, Method::DELETE, of("")),
            ]);
        }
        routes.push((Identification, Method::POST, identify_path(version, "profileIds={id}")));
    }
    for (place, (base, method, path)) in routes.iter().enumerate() {
        let mut known = acme.profile(V2_0, *base);
        let mut dice = Dice(place as u64);
        for number in 0..REQUESTS {
            let reply = send(nonsense(&acme, &known, method, path, &mut dice));
            let told = format!("{method} {path}, number {number}: {} {}", reply.status, reply.body);
            assert!(reply.status < 500, "{told}");
            if reply.status >= 400 {
                let error = &json(&reply)["error"];
                assert!(error["code"].is_string() && error["message"].is_string(), "{told}");
            } else if reply.status == 204 {
                known = acme.profile(V2_0, *base);
            }
        }
    }
    timbre_tests::found(&serde_json::json!({ "requests": REQUESTS * routes.len(), "routes": routes.len() }));
}
