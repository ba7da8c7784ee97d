//! A policy that keeps things for less time is saved once its operator has read what that destroys, and agreed to those days.

use timbre_domain::operator::Role;
use timbre_engine::Retained;
use timbre_tests::{Administrator, Product, Purpose::Enrol, Reply};

use super::{
    furnished::{ADMIN, OWNER, below},
    policies::{acme, filled, is_saved, sent},
    visitor::Visitor,
};

const DAY: i64 = 86_400;
const DIALOGUES: &str = "retention.dialogue_days";
const PEOPLE: &str = "retention.unused_person_days";
/// What a form has to carry through: two lines, and what HTML writes otherwise.
const PHRASES: (&str, &str) =
    ("profiles.phrases", "en-GB every morning the baker's son opens early\nen-US nobody else speaks as i do");

/// Opens the page of the policy, and saves it with these texts.
#[track_caller]
fn saves(visitor: &Visitor, path: &str, texts: &[(&str, &str)]) -> Reply {
    let texts = [&[PHRASES], texts].concat();
    sent(visitor, path, &filled(&visitor.get(path), path, &texts))
}

/// Whether what would go is said, and nothing else.
#[track_caller]
fn asks(reply: &Reply, number: &str, days: &str) {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body.matches("<h1").count(), 1, "{}", reply.body);
    let said: Vec<_> = reply.body.split("<li><strong>").skip(1).collect();
    let [said] = said[..] else { panic!("{}", reply.body) };
    assert!(
        said.starts_with(&format!("{number}</strong>")) && said.contains(&format!(" for {days}:")),
        "{said}"
    );
}

#[test]
fn who_is_not_heard_any_more_is_counted_before_a_shorter_time_is_saved_and_the_agreement_is_to_that_time() {
    let product = Product::start();
    let app = product.application("acme");
    app.user("unheard");
    product.clock.pass(3 * DAY);
    app.user("heard");
    Administrator::owner(&product);
    let owner = Visitor::logged_in(&product, OWNER);
    let before = acme(&product);
    let path = below(before.id, "/policy");

    let asked = saves(&owner, &path, &[(PEOPLE, "1"), ("lockout.delay_after", "7")]);
    asks(&asked, "1 person", "1 day");
    let other = sent(&owner, &path, &filled(&asked, &path, &[(PEOPLE, "2")]));
    asks(&other, "1 person", "2 days");
    let both = sent(&owner, &path, &filled(&asked, &path, &[(DIALOGUES, "1")]));
    asks(&both, "1 person", "1 day");
    assert_eq!(acme(&product).policy_version, before.policy_version, "nothing is saved");
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().retained, Retained::default());

    is_saved(&sent(&owner, &path, &filled(&asked, &path, &[])), &path);
    let mut expected = before.policy;
    expected.retention.unused_person_days = Some(1);
    expected.lockout.delay_after = 7;
    for line in PHRASES.1.lines() {
        let (locale, phrase) = line.split_once(' ').unwrap();
        expected.profiles.phrases.insert(locale.parse().unwrap(), vec![phrase.to_owned()]);
    }
    assert_eq!(acme(&product).policy, expected, "what was typed, all of it");
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().retained.people, 1);
}

#[test]
fn dialogues_that_are_over_are_counted_and_those_that_go_anyway_are_not() {
    let product = Product::start();
    let app = product.application("acme");
    app.start(Enrol, &app.user("somebody"));
    product.clock.pass(DAY);
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().dialogues, 1, "it is over from now on");
    product.clock.pass(8 * DAY);
    Administrator::owner(&product);
    let owner = Visitor::logged_in(&product, OWNER);
    let path = below(acme(&product).id, "/policy");

    let asked = saves(&owner, &path, &[(DIALOGUES, "7")]);
    asks(&asked, "1 dialogue", "7 days");
    is_saved(&sent(&owner, &path, &filled(&asked, &path, &[])), &path);
    // Housekeeping has not come by, and will by seven days as by three.
    is_saved(&saves(&owner, &path, &[(DIALOGUES, "3")]), &path);
    assert_eq!(acme(&product).policy.retention.dialogue_days, Some(3));
}

#[test]
fn what_puts_nothing_away_is_saved_at_once() {
    let product = Product::start();
    let app = product.application("acme");
    app.user("unheard");
    product.clock.pass(3 * DAY);
    Administrator::owner(&product);
    let owner = Visitor::logged_in(&product, OWNER);
    let path = below(acme(&product).id, "/policy");
    // By three days nobody goes yet. By one they would: more days than that put nobody away who would not go anyway, nor does what is no retention.
    is_saved(&saves(&owner, &path, &[(PEOPLE, "3"), (DIALOGUES, "1")]), &path);
    product.change_policy("acme", |policy| policy.retention.unused_person_days = Some(1));
    is_saved(&saves(&owner, &path, &[("lockout.delay_after", "7")]), &path);
    is_saved(&saves(&owner, &path, &[(PEOPLE, "2")]), &path);
    assert_eq!(acme(&product).policy.retention.unused_person_days, Some(2));
}

#[test]
fn whoever_may_not_is_refused_and_whoever_was_slower_is_told_so_before_they_are_asked() {
    let product = Product::start();
    let app = product.application("acme");
    app.user("unheard");
    product.clock.pass(3 * DAY);
    let tenant = acme(&product);
    let path = below(tenant.id, "/policy");
    Administrator::owner(&product);
    Administrator::of_role(&product, ADMIN, Role::TenantAdmin(tenant.id));
    let (owner, admin) = (Visitor::logged_in(&product, OWNER), Visitor::logged_in(&product, ADMIN));
    for agreed in ["", "never 1"] {
        let refused = saves(&admin, &path, &[(PEOPLE, "1"), ("agreed", agreed)]);
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(!refused.body.contains("1 person"), "{}", refused.body);
    }
    is_saved(&saves(&admin, &path, &[]), &path);

    let shown = owner.get(&path);
    let asked = saves(&owner, &path, &[(PEOPLE, "1")]);
    asks(&asked, "1 person", "1 day");
    product.change_policy("acme", |policy| policy.lockout.delay_after = 7);
    for form in [filled(&shown, &path, &[PHRASES, (PEOPLE, "1")]), filled(&asked, &path, &[])] {
        let slower = sent(&owner, &path, &form);
        assert_eq!(slower.status, 409, "{}", slower.body);
        let merged = filled(&slower, &path, &[PHRASES]);
        assert!(merged.contains(&("lockout.delay_after".to_owned(), "7".to_owned())), "{merged:?}");
        asks(&sent(&owner, &path, &merged), "1 person", "1 day");
    }
    assert_eq!(acme(&product).policy.retention, tenant.policy.retention, "nothing is saved");
}
