//! A form that is sent again, or that cannot be taken: it leads to how things stand, or is shown as it was filled in, and says of nothing that it
//! was done which was not.

use timbre_domain::ids::TenantId;
use timbre_tests::{Administrator, Application, Person, Product, Purpose::Verify, Reply};

use super::{
    furnished::{OWNER, below},
    visitor::{Visitor, location, notice, value_of},
};

const NOBODY: &str = "000000000000000000000000";
const NO_CREDENTIAL: &str = "8bdd983a-c6bd-4159-982d-6a2471406d62";
/// More digits than any code has: enough speech without a code.
const AT_LENGTH: &str = "0653192847";

/// A product with two tenants, and its owner, at the admin API and at the pages.
struct Place {
    _product: Product,
    api: Administrator,
    app: Application,
    tenant: TenantId,
    other: TenantId,
    owner: Visitor,
}

impl Place {
    fn new() -> Self {
        let product = Product::start();
        let api = Administrator::owner(&product);
        let app = product.application("acme");
        let tenant = api.get("/tenants?name=acme").items("id")[0].as_str().unwrap().parse().unwrap();
        let other = api.tenant("other");
        let owner = Visitor::logged_in(&product, OWNER);
        Self { _product: product, api, app, tenant, other, owner }
    }

    fn page(&self, rest: &str) -> String {
        below(self.tenant, rest)
    }

    /// How often the tenant's trail tells of this.
    fn told(&self, action: &str) -> usize {
        self.api.get(&format!("/tenants/{}/audit?action={action}", self.tenant)).items("id").len()
    }

    /// The form leads there, and the page there says this.
    #[track_caller]
    fn leads(&self, path: &str, fields: &[(&str, &str)], to: &str, says: &str) -> Reply {
        let reply = self.owner.posts(path, fields);
        self.led(&reply, to, says)
    }

    #[track_caller]
    fn led(&self, reply: &Reply, to: &str, says: &str) -> Reply {
        assert_eq!((reply.status, location(reply).as_str()), (303, to), "{}", reply.body);
        assert_eq!(notice(reply).as_deref(), Some(says));
        let page = self.owner.get(to);
        assert_eq!(page.status, 200, "{to}: {}", page.body);
        page
    }

    /// The form comes back with this status and what was typed, its field is marked, and why stands in words.
    #[track_caller]
    fn comes_back(&self, path: &str, fields: &[(&str, &str)], status: u16, why: &str) -> Reply {
        let page = self.owner.posts(path, fields);
        assert_eq!(page.status, status, "{}", page.body);
        assert!(page.body.contains("<title>Error: "), "{}", page.body);
        let alert = page.body.split(r#"role="alert" id="wrong">"#).nth(1);
        let alert = alert.and_then(|rest| rest.split("</p>").next());
        assert!(alert.is_some_and(|alert| alert.contains(why)), "{alert:?}, not {why:?}");
        let typed = fields.iter().find(|(name, _)| *name == "name").unwrap().1;
        let field = page.body.split("<input ").find(|rest| rest.starts_with(r#"id="name""#)).unwrap();
        let field = field.split('>').next().unwrap();
        assert!(field.contains(r#"aria-invalid="true""#), "{field}");
        assert!(field.contains(r#"aria-describedby="wrong"#), "{field}");
        assert_eq!(value_of(&format!("<input {field}>"), "name").as_deref(), Some(typed));
        page
    }
}

#[test]
fn an_erasure_that_is_sent_again_leads_to_the_receipt_of_the_first() {
    let place = Place::new();
    let user = place.app.user("client 7");
    let erase = place.page(&format!("/people/{user}/erase"));
    let form = [("id", user.as_str())];
    let pseudonym = place.api.get(&format!("/tenants/{}/people/{user}", place.tenant)).text_of("pseudonym");
    let receipts = place.page(&format!("/receipts?person={pseudonym}"));

    let first = place.leads(&erase, &form, &receipts, "person-erased");
    assert!(first.body.contains("signature verified"), "{}", first.body);
    let again = place.leads(&erase, &form, &receipts, "person-erased-before");
    assert_eq!(again.body.matches("signature verified").count(), 1, "{}", again.body);
    assert_eq!(place.told("person.erased"), 1);

    // Whoever was never known, and whoever another tenant erased, was not erased here.
    let nobody = place.owner.posts(&place.page(&format!("/people/{NOBODY}/erase")), &[("id", NOBODY)]);
    let elsewhere = place.owner.posts(&below(place.other, &format!("/people/{user}/erase")), &form);
    assert_eq!((nobody.status, elsewhere.status), (404, 404), "{}", elsewhere.body);
}

#[test]
fn a_credential_that_was_revoked_is_listed_when_it_is_revoked_again() {
    let place = Place::new();
    let credentials = |tenant: TenantId| place.api.get(&format!("/tenants/{tenant}/credentials")).items("id");
    let [own, theirs] = [place.tenant, place.other].map(|tenant| credentials(tenant).remove(0));
    let list = place.page("/credentials");
    let revoke = |id: &str| format!("{list}/{id}/revoke");

    let own = revoke(own.as_str().unwrap());
    assert_eq!(place.owner.get(&own).status, 200);
    place.leads(&own, &[], &list, "credential-revoked");
    place.leads(&own, &[], &list, "credential-revoked-before");
    place.led(&place.owner.get(&own), &list, "credential-revoked-before");
    assert_eq!(place.told("credential.revoked"), 1);
    for unknown in [revoke(NO_CREDENTIAL), revoke(theirs.as_str().unwrap())] {
        let replies = [place.owner.get(&unknown), place.owner.posts(&unknown, &[])];
        assert_eq!(replies.map(|reply| reply.status), [404, 404], "{unknown}");
    }
}

#[test]
fn only_a_lock_that_there_was_is_said_to_be_reset() {
    let place = Place::new();
    let user = place.app.enrolled("client 7", &Person::english("af_heart"));
    let page = place.page(&format!("/people/{user}"));
    let unlock = format!("{page}/unlock");
    let offered = "Forget the failed verifications";

    let shown = place.leads(&unlock, &[], &page, "nothing-to-forget");
    assert!(!shown.body.contains(offered), "{}", shown.body);
    place.app.attempt(Verify, &user, Some(Person::english("am_fenrir").says(AT_LENGTH)));
    assert!(place.owner.get(&page).body.contains(offered), "nothing failed");
    assert_eq!(place.told("lockout.reset"), 0);
    let shown = place.leads(&unlock, &[], &page, "unlocked");
    assert!(!shown.body.contains(offered), "{}", shown.body);
    place.leads(&unlock, &[], &page, "nothing-to-forget");
    assert_eq!(place.told("lockout.reset"), 1);
    let nobody = place.owner.posts(&place.page(&format!("/people/{NOBODY}/unlock")), &[]);
    assert_eq!(nobody.status, 404, "{}", nobody.body);
}

#[test]
fn an_opt_out_that_cannot_be_put_keeps_what_was_typed_and_leads_on() {
    let place = Place::new();
    let user = place.app.user("client-7");
    let put = place.page("/opt-out");
    let fields = |kind, name| [("kind", kind), ("name", name)];

    let known =
        place.comes_back(&put, &fields("reference", "client-7"), 409, "somebody is known by this name");
    let erase = place.page(&format!("/people/{user}/erase"));
    assert!(known.body.contains(&format!("href=\"{erase}\"")), "{}", known.body);
    for (kind, name) in
        [("person", "client-8"), ("profile", "client-8"), ("reference", ""), ("reference", " ")]
    {
        let page = place.comes_back(&put, &fields(kind, name), 422, "This is no name of that kind.");
        assert!(page.body.contains(&format!(r#"<option value="{kind}" selected>"#)), "{}", page.body);
    }
    assert_eq!(place.told("person.opted_out"), 0);
    let to = format!("{put}?kind=reference&name=client-8");
    let page = place.leads(&put, &fields("reference", "client-8"), &to, "opted-out");
    assert!(!page.body.contains("aria-invalid"), "{}", page.body);
    assert_eq!(place.told("person.opted_out"), 1);
}

#[test]
fn a_name_that_a_tenant_cannot_have_comes_back_with_its_form() {
    let place = Place::new();
    let (page, rename) = (place.page(""), place.page("/name"));
    let once = value_of(&place.owner.get("/dashboard/tenants").body, "once").unwrap();
    let make = |name| [("once", once.as_str()), ("name", name), ("language", "en")];
    let long = "x".repeat(256);
    let refused = [
        ("", 422, "A name has 1 to 255 characters"),
        (" ", 422, "A name has 1 to 255 characters"),
        (long.as_str(), 422, "A name has 1 to 255 characters"),
        ("other", 409, "exists already."),
    ];
    for (name, status, why) in refused {
        let reply = place.comes_back(&rename, &[("name", name)], status, why);
        assert!(reply.body.contains("<h1><bdi>acme</bdi></h1>"), "{}", reply.body);
        place.comes_back("/dashboard/tenants", &make(name), status, why);
    }
    let stands = || place.api.get(&format!("/tenants/{}", place.tenant)).text_of("name");
    assert_eq!(stands(), "acme");
    let shown = place.leads(&rename, &[("name", "umbrella")], &page, "tenant-changed");
    assert_eq!(value_of(&shown.body, "name").as_deref(), Some("umbrella"));
    assert!(!shown.body.contains("aria-invalid"), "{}", shown.body);
    assert_eq!(stands(), "umbrella");
}
