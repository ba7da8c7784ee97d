//! Filters that cannot be taken as they were typed, and the audit's filter by who: a name leads to exactly what its bearer did.

use serde_json::json;
use timbre_domain::{
    audit::{Actor, Origin},
    ids::{CredentialId, TenantId},
    operator::Role,
};
use timbre_store::{Chain, NewEvent};
use timbre_tests::{Administrator, Product, Reply};
use timbre_vault::MasterKey;

use super::{
    furnished::{ADMIN, OWNER, below},
    visitor::{Visitor, value_of},
};

const TYPED: &str = "a\"<b";

/// A product with a tenant, and its owner, at the admin API and at the pages.
fn looked_after() -> (Product, Administrator, TenantId, Visitor) {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let tenant = owner.tenant("acme");
    let visitor = Visitor::logged_in(&product, OWNER);
    (product, owner, tenant, visitor)
}

/// The page came again: the field is marked, why is said beside it, and nothing was looked for.
#[track_caller]
fn marked(page: &Reply, field: &str) {
    assert_eq!(page.status, 400, "{}", page.body);
    assert!(page.body.contains("<title>Error: ") && page.body.contains(r#"role="alert""#), "{}", page.body);
    let tag = page.body.split('<').find(|tag| tag.contains(&format!(r#" id="{field}" "#)));
    let tag = tag.unwrap_or_else(|| panic!("no {field}: {}", page.body)).split('>').next().unwrap();
    assert!(tag.contains(r#"aria-invalid="true""#), "{tag}");
    assert!(tag.contains(&format!(r#"aria-describedby="{field}-wrong""#)), "{tag}");
    assert!(page.body.contains(&format!(r#"<p class="wrong" id="{field}-wrong">"#)), "{}", page.body);
    assert_eq!(page.body.matches("aria-invalid").count(), 1, "{}", page.body);
    assert!(!page.body.contains("<tbody>") && !page.body.contains(r#"class="empty""#), "{}", page.body);
}

#[test]
fn a_filter_that_does_not_read_comes_again_as_it_was_typed() {
    let (_product, _owner, tenant, visitor) = looked_after();
    let here = |path: &str| below(tenant, path);
    let pages = [
        (here("/dialogues"), &["person", "purpose", "state", "from", "to"][..]),
        (here("/jobs"), &["kind", "state", "from", "to"]),
        (here("/audit"), &["actor", "from", "to"]),
        ("/dashboard/audit".to_owned(), &["actor", "from", "to"]),
        (here("/people"), &["contract"]),
        (here("/usage"), &["from", "to"]),
        ("/dashboard/calibration".to_owned(), &["one_in"]),
    ];
    for (path, fields) in &pages {
        let plain = visitor.get(path);
        assert!(plain.status == 200 && !plain.body.contains("aria-invalid"), "{path}: {}", plain.body);
        for field in *fields {
            let page = visitor.get(&format!("{path}?{field}=a%22%3Cb"));
            marked(&page, field);
            assert!(!page.body.contains(TYPED), "{path} {field}: {}", page.body);
            let chosen = page.body.contains(r#"<option value="a&#34;&#60;b" selected>a&#34;&#60;b</option>"#);
            let kept = chosen || value_of(&page.body, field).as_deref() == Some(TYPED);
            assert!(kept, "{path} {field}: {}", page.body);
        }
        // What is no field is a fault of the address, and has no form to stand in.
        let unknown = visitor.get(&format!("{path}?nonsense=1"));
        assert!(unknown.status == 400 && !unknown.body.contains(r#"class="search""#), "{}", unknown.body);
    }
}

#[test]
fn what_else_was_typed_stays_and_days_have_an_order() {
    let (_product, _owner, tenant, visitor) = looked_after();
    let page = visitor.get(&below(tenant, "/jobs?state=foo&request_id=talk-1&kind=Diarize"));
    marked(&page, "state");
    assert_eq!(value_of(&page.body, "request_id").as_deref(), Some("talk-1"));
    assert!(page.body.contains(r#"<option value="Diarize" selected>"#), "{}", page.body);

    let swapped = "from=2026-11-30&to=2026-11-01";
    for path in ["/dialogues", "/jobs", "/audit", "/usage"] {
        let page = visitor.get(&below(tenant, &format!("{path}?{swapped}")));
        marked(&page, "to");
        let kept = ["from", "to"].map(|day| value_of(&page.body, day).unwrap());
        assert_eq!(kept, ["2026-11-30", "2026-11-01"], "{path}");
    }
    assert_eq!(
        visitor.get(&below(tenant, &format!("/usage.csv?{swapped}"))).status,
        400,
        "a file has no form"
    );

    let page = visitor.get("/dashboard/calibration?one_in=5");
    marked(&page, "one_in");
    assert_eq!(value_of(&page.body, "one_in").as_deref(), Some("5"));
}

/// Where a name in the list leads.
#[track_caller]
fn by(page: &str, name: &str) -> String {
    let (before, _) = page.split_once(&format!(r#""><bdi>{name}</bdi></a>"#)).unwrap_or_else(|| {
        panic!("{name} is not in {page}");
    });
    before.rsplit_once(r#"<a href=""#).unwrap().1.to_owned()
}

/// What is to be read on a page.
fn text(page: &str) -> String {
    page.split('<').filter_map(|rest| rest.split_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn a_name_in_the_audit_leads_to_what_its_bearer_did() {
    let (product, owner, tenant, visitor) = looked_after();
    let credentials = format!("/tenants/{tenant}/credentials");
    let new = json!({"contract": "biometrid", "label": "call centre"});
    assert_eq!(owner.post(&credentials, &new).status, 201);
    let listed = owner.get(&credentials);
    let at = listed.items("label").iter().position(|label| label == "call centre").unwrap();
    let id = listed.items("id")[at].as_str().unwrap().to_owned();
    // Who called with it is known by its label ever after.
    assert_eq!(visitor.posts(&below(tenant, &format!("/credentials/{id}/revoke")), &[]).status, 303);
    assert!(visitor.get(&below(tenant, "/credentials")).body.contains(&format!(">{id}<")));

    let credential: CredentialId = id.parse().unwrap();
    let master = MasterKey::load_or_create(&product.folder().join("master.key")).unwrap();
    let store = product.store().with_audit_key(master.derive(timbre_engine::AUDIT_KEY).unwrap());
    for actor in [Actor::Application(credential), Actor::CommandLine(String::new())] {
        let event = NewEvent {
            origin: Origin::new(actor, None),
            action: "person.exported",
            person: None,
            target: None,
            detail: None,
        };
        let chain = Chain::Tenant(tenant);
        product.block_on(store.append_event(chain, event, product.engine.now())).unwrap();
    }

    let operators = owner.get("/operators");
    let at = operators.items("email").iter().position(|email| email == OWNER).unwrap();
    let me = operators.items("id")[at].as_str().unwrap().to_owned();
    let name = operators.items("name")[at].as_str().unwrap().to_owned();
    let path = below(tenant, "/audit");
    let everybody = visitor.get(&path).body;
    for (shown, actor) in [
        ("BiometrID, “call centre”".to_owned(), format!("application:{id}")),
        (format!("{name} (you)"), format!("operator:{me}")),
        ("command line".to_owned(), "command-line:".to_owned()),
    ] {
        let page = visitor.get(&by(&everybody, &shown));
        assert_eq!(page.status, 200, "{}", page.body);
        let known = owner.get(&format!("/tenants/{tenant}/audit?actor={actor}")).items("number").len();
        assert!(known > 0, "{actor}");
        let rows = page.body.matches(r#"<th scope="row""#).count();
        let theirs = page.body.matches(&format!("<bdi>{shown}</bdi></a>")).count();
        assert_eq!((rows, theirs), (known, known), "{actor}: {}", page.body);
        let kept = format!(r#"<option value="{actor}" selected>{shown}</option>"#);
        assert!(page.body.contains(&kept), "{kept}: {}", page.body);
    }
    // A name as it is shown is told how to be looked for.
    marked(&visitor.get(&format!("{path}?actor=call+centre")), "actor");

    Administrator::of_role(&product, ADMIN, Role::TenantAdmin(tenant));
    let admin = Visitor::logged_in(&product, ADMIN);
    let stranger = "an operator of the installation";
    let all = admin.get(&path).body;
    let theirs = admin.get(&by(&all, stranger)).body;
    assert!(theirs.contains(&format!("selected>{stranger}</option>")), "{theirs}");
    for page in [all, theirs] {
        let text = text(&page);
        assert!(!text.contains("operator:") && !text.contains(&me), "{text}");
    }
}
