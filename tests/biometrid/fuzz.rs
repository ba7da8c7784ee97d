//! Nonsense, in large numbers: whatever comes, the answer is in the contract's envelope, and it is never a 500.

use reqwest::{Method, blocking::RequestBuilder};
use timbre_tests::{Application, Dice, Person, Product, send};

/// Every route below both versions, with `{user}` where an id belongs.
const ROUTES: [(&str, &str); 25] = [
    ("POST", "/users"),
    ("DELETE", "/users/{user}"),
    ("GET", "/users/find-by-address"),
    ("POST", "/users/{user}/dialogue/enroll/voice"),
    ("POST", "/users/{user}/dialogue/verify/voice"),
    ("POST", "/users/{user}/adapt/voice"),
    ("DELETE", "/users/{user}/voice/delete"),
    ("POST", "/users/{user}/voice/unlock"),
    ("GET", "/users/{user}/voice/is-pending"),
    ("GET", "/users/{user}/restart-state"),
    ("GET", "/users/{user}/enroll/status"),
    ("GET", "/languages"),
    ("POST", "/users/{user}/dialogue/enroll/face"),
    ("POST", "/users/{user}/dialogue/verify/face"),
    ("POST", "/users/{user}/dialogue/adapt/face"),
    ("DELETE", "/users/{user}/face/delete"),
    ("POST", "/users/find-by-face"),
    ("POST", "/users/find-face-properties"),
    ("POST", "/liveness/validate"),
    ("POST", "/document/validate"),
    ("POST", "/document/validate-base64"),
    ("POST", "/document/selfie-compare"),
    ("POST", "/document/selfie-compare-base64"),
    ("POST", "/{user}"),
    ("GET", "/no/such/{user}"),
];

const REQUESTS: usize = 200;

const TYPES: [&str; 9] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=\"",
    "audio/wav",
    "text/html; charset=utf-7",
    "application/xml",
    "/",
];

const BODIES: [&str; 14] = [
    "",
    "{}",
    "[]",
    "null",
    "{\"reference_id\": {\"deep\": [1, 2]}, \"mac_address\": 5}",
    "{\"mac_address\": \"\\u0000\", \"language\": true}",
    "{\"language\": \"en\", \"reference_id\":",
    "reference_id=%ff%fe&mac_address=%00",
    "language=en&language=pt&&&=",
    "--x\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n--x--\r\n",
    "--x\r\nContent-Disposition: form-data; name=\"audio\"\r\n\r\n",
    "--x\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\n\u{fffd}\r\n--x--\r\n",
    "--x\r\nContent-Type: audio/wav\r\n\r\nRIFF....WAVEfmt \r\n--x--\r\n",
    "--x--",
];

const USERS: [&str; 9] =
    ["", "7", "59147e5afdda9b0ac0f5e31f", "%00", "%ff%fe", "..", "a%2Fb", "\u{1f600}", "' OR 1=1 --"];

fn nonsense(
    acme: &Application,
    known: &[String],
    method: &Method,
    path: &str,
    dice: &mut Dice,
) -> RequestBuilder {
    let user = match dice.below(2) {
        0 => known[dice.below(known.len())].clone(),
        _ => dice.one_of(&USERS).to_owned(),
    };
    let query =
        dice.one_of(&["", "?", "?language=pt", "?mac_address=%zz&x", "?reference_id[]=1&language=%00"]);
    let path = format!("{}{query}", path.replace("{user}", &user));
    let method = if dice.below(10) == 0 { Method::PATCH } else { method.clone() };
    let mut request = acme.bare(method, &path);
    // Mostly as a known caller: what is refused at the door tests nothing behind it.
    let (key, secret) = match dice.below(12) {
        0 => (None, None),
        1 => (Some("\u{ff}".to_owned()), Some(acme.secret.clone())),
        2 => (Some(acme.key.clone()), Some("x".repeat(dice.below(3_000)))),
        _ => (Some(acme.key.clone()), Some(acme.secret.clone())),
    };
    for (name, value) in [("x-biometrid-key", key), ("x-biometrid-secret", secret)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    if dice.below(4) == 0 {
        request = request.header("cookie", format!("biometrid.sid={}", dice.one_of(&["", "x", "%", "a=b"])));
    }
    request = request.header("content-type", dice.one_of(&TYPES));
    match dice.below(4) {
        0 => request.body(dice.bytes(300)),
        1 => request.body("9".repeat(20_000)),
        _ => request.body(dice.one_of(&BODIES)),
    }
}

#[test]
fn two_hundred_kinds_of_nonsense_for_each_route_are_answered_in_the_envelope_and_never_with_500() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let enrolled = acme.enrolled("enrolled", &heart);
    let mut answered = 0;
    let below = |version: &'static str| {
        ROUTES.into_iter().map(move |(method, path)| (method, format!("/api/{version}{path}")))
    };
    let elsewhere = [("POST", "/biometrics/liveness"), ("POST", "/api/2.0/users"), ("GET", "/{user}")];
    let elsewhere = elsewhere.map(|(method, path)| (method, path.to_owned()));
    let routes: Vec<_> = below("1.0").chain(below("1.1")).chain(elsewhere).collect();
    for (place, (method, path)) in routes.iter().enumerate() {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        // Routes that delete take them along: each has its own.
        let deletes = method == Method::DELETE;
        let enrolled =
            if deletes { acme.enrolled(&format!("enrolled {place}"), &heart) } else { enrolled.clone() };
        let known = [acme.user(&format!("new {place}")), enrolled];
        let mut dice = Dice(place as u64);
        for number in 0..REQUESTS {
            let reply = send(nonsense(&acme, &known, &method, path, &mut dice));
            let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap_or_default();
            let told = format!("{method} {path}, number {number}: {} {}", reply.status, reply.body);
            assert!(reply.status < 500, "{told}");
            assert!(body["status"].is_boolean(), "{told}");
            assert!(reply.status == 200 || body["data"]["message"].is_string(), "{told}");
            answered += 1;
        }
    }
    timbre_tests::found(&serde_json::json!({ "requests": answered, "routes": routes.len() }));
}
