//! The form of a policy: what becomes of it where others were faster, where it was sent twice, and where it says something twice.

use timbre_engine::Tenant;
use timbre_tests::{Administrator, Product, Reply};

use super::{
    furnished::{OWNER, below},
    visitor::{Visitor, forms, location, notice},
};

const LENGTH: &str = "dialogue.code_length";
const SECONDS: &str = "dialogue.code_seconds";
/// A text area says what is in it between its tags, which [`forms`] does not read.
const NO_PHRASES: (&str, &str) = ("profiles.phrases", "");

pub fn acme(product: &Product) -> Tenant {
    product.block_on(product.engine.tenant_for_operator("acme")).unwrap()
}

/// The form for the policy that a page has, with these texts in it.
#[track_caller]
pub fn filled(page: &Reply, path: &str, texts: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = forms(&page.body).into_iter().find(|(action, _)| action == path);
    let (_, mut fields) = form.unwrap_or_else(|| panic!("no form: {} {}", page.status, page.body));
    fields.retain(|(name, _)| texts.iter().all(|(typed, _)| typed != name));
    fields.extend(texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    fields
}

pub fn sent(visitor: &Visitor, path: &str, fields: &[(String, String)]) -> Reply {
    let fields: Vec<_> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    visitor.sends(path, &fields)
}

#[track_caller]
pub fn is_saved(reply: &Reply, path: &str) {
    assert_eq!((reply.status, location(reply).as_str()), (303, path), "{}", reply.body);
    assert_eq!(notice(reply).as_deref(), Some("policy-saved"));
}

/// A product whose owner looks at the policy of its tenant.
#[track_caller]
fn opened() -> (Product, Visitor, String) {
    let product = Product::start();
    product.application("acme");
    Administrator::owner(&product);
    let owner = Visitor::logged_in(&product, OWNER);
    let path = below(acme(&product).id, "/policy");
    (product, owner, path)
}

/// What a form says of a setting.
#[track_caller]
fn said<'a>(form: &'a [(String, String)], setting: &str) -> &'a str {
    let mut texts = form.iter().filter(|(name, _)| name == setting).map(|(_, text)| text.as_str());
    texts.next().unwrap_or_else(|| panic!("{setting} is not in {form:?}"))
}

/// What is marked: the settings that are said to have another value in force, and that value.
fn marked(reply: &Reply) -> Vec<&str> {
    let marks = reply.body.split("<strong>In force by now is ").skip(1);
    marks.filter_map(|rest| rest.split(". Saved once more").next()).collect()
}

#[test]
fn what_one_tab_changed_is_not_undone_by_another_that_changed_something_else() {
    let (product, owner, path) = opened();
    let mut expected = acme(&product).policy;
    let (first, second) = (owner.get(&path), owner.get(&path));
    is_saved(&sent(&owner, &path, &filled(&first, &path, &[NO_PHRASES, (LENGTH, "5")])), &path);

    let told = sent(&owner, &path, &filled(&second, &path, &[NO_PHRASES, (SECONDS, "60")]));
    assert_eq!(told.status, 409, "{}", told.body);
    assert!(told.body.contains("Somebody was faster"), "{}", told.body);
    assert!(told.body.contains("Code length</a> from 4 to 5"), "{}", told.body);
    assert!(marked(&told).is_empty(), "{:?}", marked(&told));
    expected.dialogue.code_length = 5;
    assert_eq!(acme(&product).policy, expected, "nothing of the second is saved yet");

    let merged = filled(&told, &path, &[NO_PHRASES]);
    assert_eq!((said(&merged, LENGTH), said(&merged, SECONDS)), ("5", "60"));
    is_saved(&sent(&owner, &path, &merged), &path);
    expected.dialogue.code_seconds = 60;
    assert_eq!(acme(&product).policy, expected);
}

#[test]
fn what_both_changed_stays_as_it_was_typed_beside_what_is_in_force() {
    let (product, owner, path) = opened();
    let (first, second) = (owner.get(&path), owner.get(&path));
    is_saved(&sent(&owner, &path, &filled(&first, &path, &[NO_PHRASES, (LENGTH, "5")])), &path);

    let told = sent(&owner, &path, &filled(&second, &path, &[NO_PHRASES, (LENGTH, "6")]));
    assert_eq!((told.status, marked(&told)), (409, vec!["5"]), "{}", told.body);
    let merged = filled(&told, &path, &[NO_PHRASES]);
    assert_eq!(said(&merged, LENGTH), "6");
    is_saved(&sent(&owner, &path, &merged), &path);
    assert_eq!(acme(&product).policy.dialogue.code_length, 6);
}

#[test]
fn a_form_that_is_sent_again_is_saved_already_whatever_others_changed_meanwhile() {
    let (product, owner, path) = opened();
    let form = filled(&owner.get(&path), &path, &[NO_PHRASES, (LENGTH, "5")]);
    for _ in 0..2 {
        is_saved(&sent(&owner, &path, &form), &path);
    }
    assert_eq!(acme(&product).policy_version, 2, "it is one change");
    product.change_policy("acme", |policy| policy.lockout.delay_after = 7);
    is_saved(&sent(&owner, &path, &form), &path);
    let tenant = acme(&product);
    let policy = &tenant.policy;
    assert_eq!((policy.dialogue.code_length, policy.lockout.delay_after), (5, 7));
    assert_eq!(tenant.policy_version, 3);
}

#[test]
fn a_form_of_no_version_that_there_was_is_refused() {
    let (product, owner, path) = opened();
    let page = owner.get(&path);
    for version in ["0", "2", "999", "4294967295"] {
        let form = filled(&page, &path, &[NO_PHRASES, ("version", version), (LENGTH, "5")]);
        let refused = sent(&owner, &path, &form);
        assert_eq!(refused.status, 422, "{version}: {}", refused.body);
        let why = "This form was made of a version that there is not.";
        assert!(refused.body.contains(why), "{version}: {}", refused.body);
    }
    assert_eq!(acme(&product).policy_version, 1, "nothing is saved");
}

#[test]
fn a_form_that_says_something_twice_is_refused() {
    let (product, owner, path) = opened();
    let form = filled(&owner.get(&path), &path, &[NO_PHRASES, ("consent.required", "on")]);
    for (name, text) in
        [("version", "1"), ("agreed", "never never"), (LENGTH, "5"), ("consent.required", "on")]
    {
        let mut twice = form.clone();
        twice.retain(|(other, _)| other != name);
        twice.extend([(name.to_owned(), text.to_owned()), (name.to_owned(), text.to_owned())]);
        let refused = sent(&owner, &path, &twice);
        assert_eq!(refused.status, 422, "{name}: {}", refused.body);
        assert!(refused.body.contains("more than once"), "{name}: {}", refused.body);
    }
    assert_eq!(acme(&product).policy_version, 1, "nothing is saved");
    is_saved(&sent(&owner, &path, &form), &path);
}
