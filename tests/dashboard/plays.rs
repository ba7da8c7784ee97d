//! Recordings are played to whoever may hear them, and each time is told.

use std::collections::BTreeSet;

use reqwest::{
    Method,
    blocking::RequestBuilder,
    header::{ACCEPT_ENCODING, HeaderMap, IF_RANGE, RANGE},
};
use serde_json::{Value, json};
use timbre_domain::operator::Role;
use timbre_tests::{
    Administrator, Developer, Person, Product, Reply, Speaker,
    developer::{VAD_LATER, content},
    reaching, send,
};

use super::visitor::{Visitor, location};

const EMAIL: &str = "somebody@example.org";

/// Where a page has something to be played from.
fn sounds(page: &Reply) -> Vec<String> {
    let players = page.body.split("<audio ").skip(1).filter_map(|rest| rest.split("src=\"").nth(1));
    players.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// A reply that is sound: its status, its headers, and its bytes as they came.
fn heard(request: RequestBuilder) -> (u16, HeaderMap, Vec<u8>) {
    let reply = request.send().unwrap();
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    (status, headers, reply.bytes().unwrap().to_vec())
}

/// The id of the tenant, as addresses have it.
fn id_of(owner: &Administrator, tenant: &str) -> String {
    owner.get(&format!("/tenants?name={tenant}")).items("id")[0].as_str().unwrap().to_owned()
}

/// What is told of each play, the latest first.
fn details(owner: &Administrator, tenant: &str) -> Vec<Value> {
    owner.get(&format!("/tenants/{tenant}/audit?action=recording.played")).items("detail")
}

#[test]
fn each_play_is_told_and_who_may_not_hear_is_offered_nothing_and_refused() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (acme, other) = (product.application("acme"), product.application("other"));
    let user = acme.enrolled("client 7", &Person::english("af_heart"));
    let stranger = other.user("client 7");
    let (own, others) = (id_of(&owner, "acme"), id_of(&owner, "other"));
    let plays = || owner.get(&format!("/tenants/{own}/audit?action=recording.played")).items("target");
    let page = format!("/dashboard/tenants/{own}/people/{user}");

    let visitor = Visitor::logged_in(&product, "owner@example.org");
    let shown = visitor.get(&page);
    let sounds_there = sounds(&shown);
    assert_eq!(sounds_there.len(), 3, "{}", shown.body);
    assert_eq!(plays().len(), 0, "a page that is looked at plays nothing");
    assert_eq!(send(visitor.request(Method::HEAD, &sounds_there[0])).status, 405);
    assert_eq!(plays().len(), 0, "who asks for no sound hears none");
    for (number, sound) in sounds_there.iter().enumerate() {
        let reply = visitor.get(sound);
        assert_eq!((reply.status, reply.headers["content-type"].to_str().unwrap()), (200, "audio/wav"));
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert!(reply.body.starts_with("RIFF") && reply.body.len() > 20_000, "{} bytes", reply.body.len());
        assert_eq!(plays().len(), number + 1);
    }
    let told: BTreeSet<_> = plays().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "which recording was played is told: {told:?}");
    // The trail outlives the recordings, so it does not call them by their ids.
    let recording = sounds_there[0].rsplit('/').next().unwrap();
    assert!(!told.iter().any(|target| target.contains(recording)), "{told:?}");

    let tenants_admin = |id: &str| Role::TenantAdmin(id.parse().unwrap());
    for (number, (role, expected)) in [
        (Role::Operator, 403),
        (Role::Auditor, 403),
        (tenants_admin(&own), 200),
        (tenants_admin(&others), 404),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("{number}{EMAIL}");
        Administrator::of_role(&product, &email, role);
        let visitor = Visitor::logged_in(&product, &email);
        let before = plays().len();
        assert_eq!(visitor.get(&sounds_there[0]).status, expected, "by {}", role.name());
        assert_eq!(plays().len() - before, usize::from(expected == 200), "by {}", role.name());
        assert_eq!(
            sounds(&visitor.get(&page)).len(),
            if expected == 200 { 3 } else { 0 },
            "by {}",
            role.name()
        );
    }
    let nobody = Visitor::nobody(&product).get(&sounds_there[0]);
    assert_eq!(
        (nobody.status, location(&nobody).as_str()),
        (303, "/dashboard/login"),
        "a login plays nothing"
    );
    // A recording is one of its person's, and of nobody else's.
    let moved = sounds_there[0].replace(&own, &others).replace(&user, &stranger);
    for wrong in [moved, sounds_there[0].replace(recording, &"0".repeat(recording.len()))] {
        assert_eq!(visitor.get(&wrong).status, 404, "{wrong}");
    }
}

#[test]
fn a_part_is_played_and_told_as_that_part_and_one_that_there_is_not_is_neither() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let user = product.application("acme").enrolled("client 7", &Person::english("af_heart"));
    let own = id_of(&owner, "acme");
    let visitor = Visitor::logged_in(&product, "owner@example.org");
    let sound = &sounds(&visitor.get(&format!("/dashboard/tenants/{own}/people/{user}")))[0];
    let ask = |range: &str| heard(visitor.request(Method::GET, sound).header(RANGE, range));

    // Even who takes compressed pages gets the sound as it is: parts are counted in it.
    let (status, headers, whole) = heard(visitor.request(Method::GET, sound).header(ACCEPT_ENCODING, "gzip"));
    let of = whole.len();
    assert_eq!((status, headers["accept-ranges"].to_str().unwrap()), (200, "bytes"));
    assert_eq!(headers["content-length"].to_str().unwrap(), of.to_string());
    assert!(whole.starts_with(b"RIFF") && of > 20_000, "{of} bytes");
    let mut told = vec![Value::Null];
    assert_eq!(details(&owner, &own), told, "of the whole nothing else is to be said");

    let all = format!("bytes=0-{}", of + 7);
    for (range, first, last) in [
        ("bytes=0-1", 0, 1),
        ("bytes=-4", of - 4, of - 1),
        ("bytes=0-", 0, of - 1),
        (all.as_str(), 0, of - 1),
        ("bytes=20000-20999", 20_000, 20_999),
    ] {
        for encoding in ["identity", "gzip"] {
            let request = visitor.request(Method::GET, sound).header(RANGE, range);
            let (status, headers, part) = heard(request.header(ACCEPT_ENCODING, encoding));
            assert_eq!(status, 206, "{range}");
            assert!(part == whole[first..=last], "{range}: {} bytes", part.len());
            assert_eq!(headers["content-range"].to_str().unwrap(), format!("bytes {first}-{last}/{of}"));
            assert_eq!(headers["content-length"].to_str().unwrap(), part.len().to_string(), "{range}");
            for (name, value) in
                [("accept-ranges", "bytes"), ("content-type", "audio/wav"), ("cache-control", "no-store")]
            {
                assert_eq!(headers[name], value, "{range}");
            }
            assert!(headers.contains_key("content-security-policy"), "{range}");
            told.insert(0, json!({"first": first, "last": last, "of": of}));
            assert_eq!(details(&owner, &own), told, "{range}");
        }
    }

    // Nothing is heard, so nothing is told.
    for range in [format!("bytes={of}-"), format!("bytes={of}-{}", of + 1), "bytes=-0".to_owned()] {
        let (status, headers, nothing) = ask(&range);
        assert_eq!((status, nothing.len()), (416, 0), "{range}");
        assert_eq!(headers["content-range"].to_str().unwrap(), format!("bytes */{of}"), "{range}");
        assert_eq!(headers["accept-ranges"], "bytes");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(details(&owner, &own), told, "{range}");
    }

    // What is not one part in bytes is passed over, and so is one on a condition that cannot hold.
    let conditional = visitor.request(Method::GET, sound).header(RANGE, "bytes=0-1");
    let mut passed_over = vec![heard(conditional.header(IF_RANGE, "\"1\""))];
    passed_over.extend(["bytes=0-1,4-5", "bytes=0-1,x", "seconds=0-1", "bytes=1-0", "nonsense"].map(ask));
    for (status, headers, bytes) in passed_over {
        assert_eq!((status, headers.get("content-range")), (200, None));
        assert!(bytes == whole, "{} bytes", bytes.len());
        told.insert(0, Value::Null);
    }
    assert_eq!(details(&owner, &own), told);
}

#[test]
fn a_part_of_a_jobs_recording_is_played_and_told_too() {
    let mut setup = reaching();
    setup.jobs.embedded = false;
    let product = Product::with(setup);
    let owner = Administrator::owner(&product);
    let whole = Speaker("af_heart").says("other_0");
    let developer = Developer::of(&product, "acme");
    developer.order(VAD_LATER, "https://receiver.example/hook", &content(&whole));
    let own = id_of(&owner, "acme");
    let visitor = Visitor::logged_in(&product, "owner@example.org");
    let job = owner.get(&format!("/tenants/{own}/jobs")).items("id")[0].as_str().unwrap().to_owned();
    let sound = &sounds(&visitor.get(&format!("/dashboard/tenants/{own}/jobs/{job}")))[0];
    let ask = |range: &str| heard(visitor.request(Method::GET, sound).header(RANGE, range));

    let (of, (status, headers, part)) = (whole.len(), ask("bytes=4-11"));
    assert_eq!((status, &part[..]), (206, &whole[4..12]));
    assert_eq!(headers["content-range"].to_str().unwrap(), format!("bytes 4-11/{of}"));
    assert_eq!(ask(&format!("bytes={of}-")).0, 416);
    assert_eq!(details(&owner, &own), [json!({"first": 4, "last": 11, "of": of})]);
}
