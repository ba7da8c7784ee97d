//! Recordings are played to whoever may hear them, and each time is told.

use std::collections::BTreeSet;

use reqwest::Method;
use timbre_domain::operator::Role;
use timbre_tests::{Administrator, Person, Product, Reply, send};

use super::visitor::{Visitor, location};

const EMAIL: &str = "somebody@example.org";

/// Where a page has something to be played from.
fn sounds(page: &Reply) -> Vec<String> {
    let players = page.body.split("<audio ").skip(1).filter_map(|rest| rest.split("src=\"").nth(1));
    players.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn each_play_is_told_and_who_may_not_hear_is_offered_nothing_and_refused() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (acme, other) = (product.application("acme"), product.application("other"));
    let user = acme.enrolled("client 7", &Person::english("af_heart"));
    let stranger = other.user("client 7");
    let tenant =
        |name: &str| owner.get(&format!("/tenants?name={name}")).items("id")[0].as_str().unwrap().to_owned();
    let (own, others) = (tenant("acme"), tenant("other"));
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
