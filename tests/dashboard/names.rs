//! What somebody else chose or typed, on pages: names that would pass for others, addresses that ask for what there is not, a form that is not
//! taken; and what a voice is made of, in figures.

use serde_json::Value;
use timbre_tests::{Administrator, Person, Product};

use super::visitor::{Visitor, value_of};

const OWNER: &str = "owner@example.org";

/// A product with its owner, at the admin API and at the pages.
fn looked_after() -> (Product, Administrator, Visitor) {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let visitor = Visitor::logged_in(&product, OWNER);
    (product, owner, visitor)
}

/// The pages of the tenant of this name.
fn pages_of(owner: &Administrator, name: &str) -> String {
    let found = owner.get(&format!("/tenants?name={name}"));
    format!("/dashboard/tenants/{}", found.items("id")[0].as_str().unwrap())
}

#[test]
fn a_name_that_would_turn_around_what_follows_is_shown_as_what_it_is() {
    let (product, owner, visitor) = looked_after();
    let acme = product.application("acme");
    let user = acme.user("ann\u{202e}gpj\u{200b}");
    let pages = pages_of(&owner, "acme");
    for path in ["/people", &format!("/people/{user}"), &format!("/people/{user}/erase")] {
        let page = visitor.get(&format!("{pages}{path}")).body;
        assert!(page.contains("<bdi>ann[U+202E]gpj[U+200B]</bdi>"), "{path}: {page}");
        assert!(!page.contains(['\u{202e}', '\u{200b}']), "{path}: {page}");
    }
    // What a form sends again stays what it was; what is said of it does not.
    let typed = visitor.get(&format!("{pages}/opt-out?kind=reference&name=bob%E2%80%AE")).body;
    assert_eq!(value_of(&typed, "name").as_deref(), Some("bob\u{202e}"));
    assert!(typed.contains("<bdi>bob[U+202E]</bdi>"), "{typed}");
    let refused = visitor.get(&format!("{pages}/people?b%E2%80%AE=1"));
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("[U+202E]") && !refused.body.contains('\u{202e}'), "{}", refused.body);

    // A tenant's own name, in every page's frame too.
    let renamed = visitor.posts(&format!("{pages}/name"), &[("name", "acme\u{2066}")]);
    assert_eq!(renamed.status, 303, "{}", renamed.body);
    let page = visitor.get(&format!("{pages}/people")).body;
    assert!(page.contains("<bdi>acme[U+2066]</bdi>") && !page.contains('\u{2066}'), "{page}");
}

#[test]
fn a_page_that_asks_for_nothing_refuses_what_is_asked_of_it() {
    let (product, owner, visitor) = looked_after();
    let user = product.application("acme").user("client 7");
    let pages = pages_of(&owner, "acme");
    let credentials = owner.get(&format!("/tenants/{}/credentials", pages.rsplit('/').next().unwrap()));
    let credential = credentials.items("id")[0].as_str().unwrap().to_owned();
    let here = [
        format!("/people/{user}"),
        format!("/people/{user}/withdraw"),
        format!("/people/{user}/erase"),
        format!("/credentials/{credential}/revoke"),
        "/webhook-secrets/change".to_owned(),
        "/opt-out".to_owned(),
    ];
    for path in here.map(|path| format!("{pages}{path}")).iter() {
        assert_eq!(visitor.get(path).status, 200, "{path}");
        assert_eq!(visitor.get(&format!("{path}?x=1")).status, 400, "{path}");
    }
    // What there is not reads no further either.
    let job = format!("{pages}/jobs/8bdd983a-c6bd-4159-982d-6a2471406d62");
    for path in ["", "/progress", "/cancel", "/retry"].map(|below| format!("{job}{below}")) {
        assert_eq!(visitor.get(&path).status, 404, "{path}");
        assert_eq!(visitor.get(&format!("{path}?x=1")).status, 400, "{path}");
    }
    for path in ["/dashboard/login?x=1".to_owned(), format!("{pages}/opt-out/lift?x=1")] {
        assert_eq!(visitor.get(&path).status, 400, "{path}");
    }
}

#[test]
fn a_credential_too_many_keeps_the_form_as_it_was_filled_in() {
    let (product, owner, visitor) = looked_after();
    product.application("acme");
    let path = format!("{}/credentials", pages_of(&owner, "acme"));
    let once = value_of(&visitor.get(&path).body, "once").unwrap();
    // A tenant begins with two keys of Azure's contract.
    let fields = [("once", once.as_str()), ("contract", "azure"), ("label", "third \u{202e}")];
    let refused = visitor.posts(&path, &fields);
    assert_eq!(refused.status, 409, "{}", refused.body);
    let alert = refused.body.split(r#"role="alert""#).nth(1).and_then(|rest| rest.split("</p>").next());
    assert!(alert.is_some_and(|alert| alert.ends_with("revoke one first.")), "{}", refused.body);
    let kept = ["label", "once"].map(|name| value_of(&refused.body, name).unwrap());
    assert_eq!(kept, ["third \u{202e}", once.as_str()]);
    assert!(refused.body.contains(r#"<option value="azure" selected>"#), "{}", refused.body);
    assert!(!refused.body.contains("aria-invalid"), "the label is not what is wrong: {}", refused.body);

    let listed = owner.get(&path.replace("/dashboard", ""));
    let of_azure = |item: &&Value| item["contract"] == "azure";
    let first =
        listed.body["items"].as_array().unwrap().iter().find(of_azure).unwrap()["id"].as_str().unwrap();
    assert_eq!(visitor.posts(&format!("{path}/{first}/revoke"), &[]).status, 303);
    assert_eq!(visitor.posts(&path, &fields).status, 201, "the same form, once there is room");
    let page = visitor.get(&path).body;
    assert!(page.contains("<bdi>third [U+202E]</bdi>"), "{page}");

    // A label that cannot be is the label's own fault.
    let once = value_of(&page, "once").unwrap();
    let fields = [("once", once.as_str()), ("contract", "biometrid"), ("label", "a\u{7}b")];
    let refused = visitor.posts(&path, &fields);
    assert!(
        refused.status == 422 && refused.body.contains("aria-invalid"),
        "{} {}",
        refused.status,
        refused.body
    );
}

#[test]
fn what_codes_enrolled_is_told_in_figures_and_a_word() {
    let (product, owner, visitor) = looked_after();
    let acme = product.application("acme");
    let user = acme.enrolled("client 7", &Person::english("af_heart"));
    let kept = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.recordings_of(&tenant, user.parse().unwrap()).await.unwrap()
    });
    assert!(kept.len() == 3 && kept.iter().all(|recording| recording.snr_db.is_some()), "{kept:?}");
    let seconds: f64 = kept.iter().map(|recording| recording.speech_seconds.unwrap()).sum();
    let places = if seconds < 9.95 { 2 } else { 1 };
    let page = visitor.get(&format!("{}/people/{user}", pages_of(&owner, "acme"))).body;
    let made_of = format!("<td>3 recordings, {seconds:.places$} s of speech</td>");
    let (_, behind) = page.split_once(&made_of).unwrap_or_else(|| panic!("no {made_of}: {page}"));
    let word = behind.split("<td>").nth(1).and_then(|rest| rest.split("</td>").next()).unwrap();
    // Nobody keeps how well codes agree, so they are never the best; how short they are is held against nobody.
    assert!(["average", "good"].contains(&word), "{word}: {kept:?}");
}
