//! `/dashboard/login`, `/dashboard/logout`, `/dashboard/account`: who is let in, for how long, and where the login leads.

use reqwest::{Method, header::SET_COOKIE};
use serde_json::json;
use timbre_domain::operator::Role;
use timbre_tests::{Administrator, PASSWORD, Product, Reply, Setup, form, send};

use super::visitor::{Visitor, location, notice};

const OWNER: &str = "owner@example.org";
const AUDITOR: &str = "auditor@example.org";
const ANOTHER: &str = "another long password of theirs";

/// Whether somebody is sent to the login.
#[track_caller]
fn is_out(visitor: &Visitor) {
    let reply = visitor.get("/dashboard/account");
    assert_eq!(
        (reply.status, location(&reply).as_str()),
        (303, "/dashboard/login?to=%2Fdashboard%2Faccount")
    );
}

#[track_caller]
fn is_in(visitor: &Visitor) {
    assert_eq!(visitor.get("/dashboard/account").status, 200);
}

#[test]
fn a_login_sets_a_cookie_for_these_pages_which_no_script_reads_and_no_other_site_has_sent() {
    let product = Product::start();
    Administrator::owner(&product);
    let nobody = Visitor::nobody(&product);
    let wrong = nobody.log_in(OWNER, "not the password");
    assert_eq!((wrong.status, wrong.set_cookie()), (401, None));
    let unknown = nobody.log_in("nobody@example.org", "not the password");
    let without_address = |reply: &Reply, address: &str| reply.body.replace(address, "");
    assert_eq!(
        (unknown.status, without_address(&unknown, "nobody@example.org")),
        (401, without_address(&wrong, OWNER)),
        "who has an account is not told"
    );
    let right = nobody.log_in(" Owner@Example.org", PASSWORD);
    assert_eq!((right.status, location(&right).as_str()), (303, "/dashboard"));
    let cookies: Vec<_> =
        right.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    let [cookie] = cookies[..] else { panic!("{cookies:?}") };
    let (pair, rest) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("timbre.operator=") && pair.len() > 60, "{pair}");
    assert_eq!(rest, "HttpOnly; SameSite=Strict; Path=/dashboard");
    is_in(&nobody);

    let secure = product.beside({
        let mut setup = Setup::default();
        setup.http.cookie_secure = true;
        setup
    });
    let set = Visitor::nobody(&secure).log_in(OWNER, PASSWORD);
    assert!(set.set_cookie().unwrap().contains("; Secure"), "{:?}", set.set_cookie());
}

#[test]
fn a_login_leads_on_to_the_page_that_was_asked_for_and_to_no_other_site() {
    let product = Product::start();
    Administrator::owner(&product);
    let log_in_to = |to: &str| {
        let visitor = Visitor::nobody(&product);
        location(&visitor.sends("/dashboard/login", &[("email", OWNER), ("password", PASSWORD), ("to", to)]))
    };
    let visitor = Visitor::nobody(&product);
    let asked = visitor.get("/dashboard/tenants?name=acme");
    assert_eq!(location(&asked), "/dashboard/login?to=%2Fdashboard%2Ftenants%3Fname%3Dacme");
    let form = visitor.get(&location(&asked));
    assert_eq!(super::visitor::value_of(&form.body, "to").as_deref(), Some("/dashboard/tenants?name=acme"));
    assert_eq!(log_in_to("/dashboard/tenants?name=acme"), "/dashboard/tenants?name=acme");
    assert_eq!(log_in_to("/dashboard/logout"), "/dashboard", "there only a form is taken");
    for to in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/dashboard//evil.example",
        "/dashboard/../..//evil.example",
        "/dashboard.evil.example",
        "/dashboard@evil.example",
        "javascript:alert(1)",
        "/dashboard/\r\nlocation: https://evil.example",
        "/admin/v1/me",
        "/dashboard/login",
        "/dashboard/logout",
        "",
    ] {
        let led = log_in_to(to);
        let is_ours = led == "/dashboard" || (led.starts_with("/dashboard/") && !led.contains("evil"));
        assert!(is_ours, "{to:?} leads to {led}");
        // Who is in already is led on as well. An operator has only so many sessions: of those that began at one time, any may be over.
        product.clock.pass(1);
        let inside = Visitor::logged_in(&product, OWNER);
        let query = timbre_tests::encoded(&[("to", to)]);
        let led = location(&inside.get(&format!("/dashboard/login?{query}")));
        assert!(led.starts_with("/dashboard") && !led.contains("evil"), "{to:?} leads to {led}");
    }
}

#[test]
fn a_session_ends_when_its_operator_logs_out_and_on_every_server() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    Administrator::owner(&product);
    let (first, second) = (Visitor::logged_in(&product, OWNER), Visitor::logged_in(&product, OWNER));
    let there = first.at(&beside);
    is_in(&there);
    // By its form alone: a link that somebody is made to follow logs nobody out.
    assert_eq!(first.get("/dashboard/logout").status, 405);
    is_in(&first);
    let out = first.posts("/dashboard/logout", &[]);
    assert_eq!((out.status, location(&out).as_str()), (303, "/dashboard/login"));
    assert_eq!(notice(&out).as_deref(), Some("logged-out"));
    assert!(out.set_cookie().unwrap().contains("Max-Age=0"), "{:?}", out.set_cookie());
    is_out(&there);
    is_in(&second);
}

#[test]
fn another_login_ends_the_session_that_the_browser_had() {
    let product = Product::start();
    let api = Administrator::owner(&product);
    Administrator::of_role(&product, AUDITOR, Role::Auditor);
    let (browser, elsewhere) = (Visitor::logged_in(&product, OWNER), Visitor::logged_in(&product, OWNER));
    let before = browser.at(&product);
    let ended = || api.get("/audit?action=operator.logged_out").items("id").len();
    assert_eq!(browser.log_in(AUDITOR, "not the password").status, 401);
    is_in(&before);
    assert_eq!(ended(), 0);
    assert_eq!(browser.log_in(AUDITOR, PASSWORD).status, 303);
    assert!(browser.get("/dashboard/account").body.contains(AUDITOR));
    is_out(&before);
    is_in(&elsewhere);
    assert_eq!(ended(), 1);
    // What is over already does not end again, and keeps nobody out.
    assert_eq!(before.log_in(AUDITOR, PASSWORD).status, 303);
    is_in(&before);
    is_in(&browser);
    assert_eq!(ended(), 1);
}

#[test]
fn a_form_that_comes_after_its_session_is_told_so_and_the_login_leads_back_to_its_page() {
    let product = Product::start();
    Administrator::owner(&product);
    let owner = Visitor::logged_in(&product, OWNER);
    let fields = [("csrf", owner.token()), ("name", "umbrella".to_owned())];
    let page = "/dashboard/tenants?name=umb";
    assert_eq!(owner.get(page).status, 200);
    product.clock.pass(12 * 3_600);
    let sent = |headers: &[(&'static str, String)]| {
        let request = form(owner.request(Method::POST, "/dashboard/tenants"), &fields);
        send(headers.iter().fold(request, |request, (name, value)| request.header(*name, value)))
    };

    let origin = ("origin", product.url.clone());
    let late = sent(&[origin.clone(), ("referer", format!("{}{page}", product.url))]);
    assert_eq!(
        (late.status, location(&late).as_str()),
        (303, "/dashboard/login?to=%2Fdashboard%2Ftenants%3Fname%3Dumb")
    );
    let login = owner.get(&location(&late));
    assert!(login.body.contains("Your session had ended: nothing was saved."), "{}", login.body);
    let to = super::visitor::value_of(&login.body, "to").unwrap();
    let again = owner.sends("/dashboard/login", &[("email", OWNER), ("password", PASSWORD), ("to", &to)]);
    assert_eq!((again.status, location(&again).as_str()), (303, page));
    let shown = owner.get(page);
    assert!(shown.status == 200 && !shown.body.contains("had ended"), "{}", shown.body);

    // Where the browser does not say which page it was, or says another site's, it is the one of the form's own address.
    product.clock.pass(12 * 3_600);
    for headers in [vec![origin.clone()], vec![origin, ("referer", format!("https://evil.example{page}"))]] {
        let late = sent(&headers);
        assert_eq!(location(&late), "/dashboard/login?to=%2Fdashboard%2Ftenants", "{headers:?}");
        assert_eq!(notice(&late).as_deref(), Some("session-ended"));
    }
    // Another site's form is nobody's who had a session here.
    let forged = sent(&[("origin", "https://evil.example".to_owned())]);
    assert_eq!((forged.status, location(&forged).as_str(), notice(&forged)), (303, "/dashboard/login", None));
}

#[test]
fn what_was_done_is_said_once_on_the_next_whole_page_and_no_address_says_it() {
    let product = Product::start();
    Administrator::owner(&product);
    let changed = "Your password is changed.";
    let says = |reply: &Reply, words: &str| reply.status == 200 && reply.body.contains(words);
    let owner = Visitor::logged_in(&product, OWNER);

    for forged in ["/dashboard/account?done=password-changed", "/dashboard?done=password-changed"] {
        let reply = owner.get(forged);
        assert!(reply.status == 400 && !reply.body.contains(changed), "{forged}: {}", reply.body);
    }
    let forged = Visitor::nobody(&product).get("/dashboard/login?done=logged-out");
    assert!(forged.status == 400 && !forged.body.contains("You are logged out."), "{}", forged.body);

    let fields = [("current", PASSWORD), ("new", ANOTHER), ("again", ANOTHER)];
    let reply = owner.posts("/dashboard/account/password", &fields);
    let cookies: Vec<_> =
        reply.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(
        cookies,
        ["timbre.notice=password-changed; HttpOnly; SameSite=Strict; Path=/dashboard; Max-Age=60"]
    );
    // What a script asks for, what a page is made of and what is refused leave it to the page that comes.
    let part = send(owner.request(Method::GET, "/dashboard").header("hx-request", "true"));
    assert!(part.status == 200 && !part.body.contains(changed), "{}", part.body);
    let asset =
        part.body.split("href=\"").find(|rest| rest.starts_with("/dashboard/assets/timbre.css")).unwrap();
    let asset = owner.get(asset.split('"').next().unwrap());
    let refused = owner.get("/dashboard/account?x=1");
    assert!(refused.status == 400 && !refused.body.contains(changed), "{}", refused.body);
    let headless = send(owner.request(Method::HEAD, "/dashboard/account"));
    for reply in [part, asset, refused, headless] {
        assert_eq!(reply.set_cookie(), None, "{}", reply.status);
    }
    let shown = owner.get(&location(&reply));
    assert!(says(&shown, changed), "{}", shown.body);
    assert_eq!(notice(&shown).as_deref(), Some(""), "it is taken away");
    for reload in [owner.get(&location(&reply)), owner.get("/dashboard")] {
        assert!(reload.status == 200 && !reload.body.contains(changed), "{}", reload.body);
    }

    // Nobody who has no session is told otherwise; and a cookie is a name, not a sentence.
    let out = owner.posts("/dashboard/logout", &[]);
    assert!(says(&owner.get(&location(&out)), "You are logged out."));
    let again = owner.get(&location(&out));
    assert!(again.status == 200 && !again.body.contains("You are logged out."), "{}", again.body);
    owner.takes("timbre.notice=Call-this-number");
    let made_up = owner.get("/dashboard/login");
    assert!(made_up.status == 200 && !made_up.body.contains("Call-this-number"), "{}", made_up.body);

    let secure = product.beside({
        let mut setup = Setup::default();
        setup.http.cookie_secure = true;
        setup
    });
    let reply = Visitor::nobody(&secure).sends("/dashboard/tenants", &[]);
    assert!(reply.set_cookie().unwrap().contains("; Secure;"), "{:?}", reply.set_cookie());
}

#[test]
fn a_session_ends_after_twelve_hours_however_often_it_is_used() {
    let product = Product::start();
    Administrator::owner(&product);
    let owner = Visitor::logged_in(&product, OWNER);
    for _ in 0..11 {
        product.clock.pass(3_600);
        is_in(&owner);
    }
    product.clock.pass(3_600);
    is_out(&owner);
}

#[test]
fn sessions_end_with_the_role_the_account_and_the_password_that_they_were_begun_with() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    Administrator::of_role(&product, AUDITOR, Role::Auditor);
    let (auditor, at_home) = (Visitor::logged_in(&product, AUDITOR), Visitor::logged_in(&product, AUDITOR));
    let fields = [("current", PASSWORD), ("new", ANOTHER), ("again", ANOTHER)];
    let wrong = [("current", ANOTHER), ("new", ANOTHER), ("again", ANOTHER)];
    let unlike = [("current", PASSWORD), ("new", ANOTHER), ("again", PASSWORD)];
    for fields in [wrong, unlike] {
        assert_eq!(auditor.posts("/dashboard/account/password", &fields).status, 422);
    }
    is_in(&at_home);
    let changed = auditor.posts("/dashboard/account/password", &fields);
    assert_eq!(location(&changed), "/dashboard/account", "{}", changed.body);
    assert_eq!(notice(&changed).as_deref(), Some("password-changed"));
    is_in(&auditor);
    is_out(&at_home);

    let operators = owner.get("/operators");
    let mut listed = operators.body["items"].as_array().unwrap().iter();
    let known = listed.find(|operator| operator["email"] == AUDITOR).unwrap();
    let path = format!("/operators/{}", known["id"].as_str().unwrap());
    assert_eq!(owner.patch(&path, &json!({"role": "operator"})).status, 200);
    is_out(&auditor);
    let again = Visitor::nobody(&product);
    assert_eq!(again.log_in(AUDITOR, ANOTHER).status, 303);
    is_in(&again);
    assert_eq!(owner.delete(&path).status, 204);
    is_out(&again);
    assert_eq!(again.log_in(AUDITOR, ANOTHER).status, 401);
}

#[test]
fn too_many_failed_logins_shut_an_account_for_a_while_here_as_in_the_admin_api() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let nobody = Visitor::nobody(&product);
    for _ in 0..10 {
        assert_eq!(nobody.log_in(OWNER, "not the password").status, 401);
    }
    let shut = nobody.log_in(OWNER, PASSWORD);
    assert_eq!(shut.status, 429, "{}", shut.body);
    let seconds: i64 = shut.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=901).contains(&seconds), "{seconds}");
    owner.log_in(OWNER, PASSWORD).is_problem(429, "login-throttled");
    product.clock.pass(seconds);
    assert_eq!(nobody.log_in(OWNER, PASSWORD).status, 303);
    let trail = owner.nameless().logged_in(OWNER, PASSWORD).get("/audit?action=login.failed&limit=200");
    assert!(trail.items("action").len() >= 10, "{}", trail.text);
}

#[test]
fn nobody_is_let_in_by_a_cookie_that_is_made_up_or_by_what_lets_into_the_admin_api() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let inside = Visitor::logged_in(&product, OWNER);
    let (_, value) =
        inside.cookie().unwrap().split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned())).unwrap();
    let (session, secret) = value.split_once('_').unwrap();
    let zeros = "0".repeat(secret.len());
    for made_up in [
        String::new(),
        "x".to_owned(),
        format!("{session}_"),
        format!("{session}_{zeros}"),
        format!("_{secret}"),
        format!("{}_{secret}", "0".repeat(session.len())),
        owner.token.clone().unwrap(),
        owner.refresh_token.clone(),
    ] {
        let request = Visitor::nobody(&product).request(Method::GET, "/dashboard/account");
        let reply = send(request.header("cookie", format!("timbre.operator={made_up}")));
        assert_eq!(reply.status, 303, "{made_up}: {}", reply.body);
    }
    // And a cookie lets nobody into the API: what another site has a browser send would be a call.
    let request = inside.request(Method::GET, "/admin/v1/me").header("cookie", inside.cookie().unwrap());
    assert_eq!(send(request).status, 401);
    owner.with_token(&value).get("/me").is_problem(401, "not-logged-in");
}
