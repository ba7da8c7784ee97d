//! Addresses that people type or keep: the server's alone, one with a slash too many, that of a part of a page.

use reqwest::{Method, header::ACCEPT};
use timbre_tests::{Administrator, PASSWORD, Product, Reply, Setup, send};

use super::{
    furnished::{Furnished, OWNER, below},
    try_it::tried,
    visitor::{Visitor, is_page, location},
};

/// What browsers accept where somebody opens an address.
const PAGES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn opens(product: &Product, path: &str) -> Reply {
    send(Visitor::nobody(product).request(Method::GET, path).header(ACCEPT, PAGES))
}

#[track_caller]
fn leads(reply: &Reply, to: &str) {
    assert_eq!((reply.status, location(reply).as_str()), (303, to), "{}", reply.body);
}

#[test]
fn a_browser_is_led_from_the_servers_address_to_its_pages_and_a_program_finds_what_the_contracts_say() {
    let (plain, tried) = (Product::start(), Product::with(tried()));
    for (product, to) in [(&plain, "/dashboard"), (&tried, "/try")] {
        let led = opens(product, "/");
        leads(&led, to);
        assert!(led.headers.contains_key("content-security-policy"), "{:?}", led.headers);
        opens(product, "/nothing").is_fault(404, "ROUTE_NOT_FOUND");
        let nobody = Visitor::nobody(product);
        nobody.get("/").is_fault(404, "ROUTE_NOT_FOUND");
        for (method, accepted) in
            [(Method::GET, "*/*"), (Method::GET, "application/json"), (Method::POST, PAGES)]
        {
            send(nobody.request(method, "/").header(ACCEPT, accepted)).is_fault(404, "ROUTE_NOT_FOUND");
        }
    }
    let mut closed = Setup::default();
    closed.http.dashboard = false;
    opens(&Product::with(closed), "/").is_fault(404, "ROUTE_NOT_FOUND");
}

#[test]
fn a_slash_too_many_leads_to_the_page_without_it_and_to_nothing_else() {
    let product = Product::with(tried());
    let owner = Administrator::owner(&product);
    let tenant = owner.get("/tenants?name=demo").items("id")[0].as_str().unwrap().to_owned();
    let tenant = format!("/dashboard/tenants/{tenant}");
    let (visitor, nobody) = (Visitor::logged_in(&product, OWNER), Visitor::nobody(&product));
    for page in ["/dashboard", "/dashboard/tenants", tenant.as_str(), "/dashboard/login", "/try"] {
        leads(&visitor.get(&format!("{page}/")), page);
        leads(&nobody.get(&format!("{page}/")), page);
    }
    leads(&visitor.get("/dashboard/tenants/?name=a%2Fb"), "/dashboard/tenants?name=a%2Fb");
    let file = format!("{tenant}/usage.csv/");
    for nothing in [
        "/dashboard//",
        "/dashboard/tenants//",
        "/dashboard/nowhere/",
        "/dashboard/logout/",
        "/try//",
        "/try/x/",
        file.as_str(),
    ] {
        assert_eq!(visitor.get(nothing).status, 404, "{nothing}");
    }
    assert_eq!(visitor.posts("/dashboard/tenants/", &[("name", "acme")]).status, 404);
}

#[test]
fn a_part_of_a_page_leads_to_the_page_and_no_login_leads_to_a_part_or_a_file() {
    let furnished = Furnished::new();
    let visitor = Visitor::logged_in(&furnished.product, OWNER);
    let job = below(furnished.acme.tenant, &format!("/jobs/{}", furnished.running));
    let part = format!("{job}/progress");
    leads(&visitor.get(&part), &job);
    let asked = send(visitor.request(Method::GET, &part).header("hx-request", "true"));
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert!(is_page(&asked) && !asked.body.contains("<html"), "{}", asked.body);

    let file = below(furnished.acme.tenant, "/usage.csv");
    let asset = visitor.get("/dashboard").body.split("href=\"").find_map(|rest| {
        rest.starts_with("/dashboard/assets/").then(|| rest.split('"').next().unwrap().to_owned())
    });
    for path in [part, file, asset.unwrap()] {
        let nobody = Visitor::nobody(&furnished.product);
        if !path.starts_with("/dashboard/assets/") {
            leads(&nobody.get(&path), "/dashboard/login");
        }
        let fields = [("email", OWNER), ("password", PASSWORD), ("to", path.as_str())];
        leads(&nobody.sends("/dashboard/login", &fields), "/dashboard");
    }
}
