//! Every page over HTTP, as each role finds it: what it must have, what it must not tell, and for whom it is there.

use reqwest::{Method, header::CACHE_CONTROL};
use timbre_tests::{Reply, encoded, send};

use super::{
    furnished::{ADMIN, AUDITOR, Furnished, NEIGHBOUR, OPERATOR, OWNER, below},
    visitor::{Visitor, is_page, location},
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What is not as every reply of the pages must be.
fn headers(path: &str, reply: &Reply) -> Vec<String> {
    let expected = [
        ("content-security-policy", POLICY),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    let said = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    expected
        .iter()
        .filter(|(name, value)| said(name) != *value)
        .map(|(name, _)| format!("{path}: {name}: {}", said(name)))
        .collect()
}

/// What a page tells that it must not.
fn told(furnished: &Furnished, path: &str, reply: &Reply) -> Vec<String> {
    let secrets = furnished.secrets.iter().filter(|(_, secret)| reply.body.contains(secret.as_str()));
    secrets.map(|(what, _)| format!("{path} tells a {what}")).collect()
}

#[test]
fn every_page_is_there_for_whom_it_is_and_tells_nobody_a_secret_or_another_tenants_anything() {
    let furnished = Furnished::new();
    let product = &furnished.product;
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    for email in [OWNER, OPERATOR, AUDITOR, ADMIN] {
        let visitor = Visitor::logged_in(product, email);
        let pages = visitor.all_pages(&["/dashboard"]);
        let token = visitor.token();
        let cookie = visitor.cookie().unwrap();
        for (path, reply) in &pages {
            let ended = matches!(reply.status, 200 | 303);
            wrong.extend((!ended).then(|| format!("{path} for {email}: {}", reply.status)));
            wrong.extend(headers(path, reply));
            wrong.extend(told(&furnished, path, reply));
            let (_, value) = cookie.split_once('=').unwrap();
            wrong.extend(reply.body.contains(value).then(|| format!("{path} tells the session")));
            // The form's token is in forms, and in no address.
            wrong.extend(location(reply).contains(&token).then(|| format!("{path} leads on with a token")));
            let played = is_page(reply) && reply.body.contains("<audio") && ![OWNER, ADMIN].contains(&email);
            wrong.extend(played.then(|| format!("{path} has something to play for {email}")));
            if email == ADMIN {
                let other = &furnished.other;
                let ids =
                    other.people.iter().chain(&other.dialogues).chain(&other.jobs).chain([&other.credential]);
                let of_others =
                    ids.cloned().chain([other.tenant.to_string(), "neighbour@example.org".to_owned()]);
                for id in of_others {
                    wrong.extend(
                        reply.body.contains(&id).then(|| format!("{path} tells {id} to another tenant")),
                    );
                }
            }
        }
        let known = |path: &String| pages.iter().any(|(known, _)| known == path);
        let acme = &furnished.acme;
        let of_people = acme.people.iter().map(|id| below(acme.tenant, &format!("/people/{id}")));
        let of_dialogues = acme.dialogues.iter().map(|id| below(acme.tenant, &format!("/dialogues/{id}")));
        let of_jobs = acme.jobs.iter().map(|id| below(acme.tenant, &format!("/jobs/{id}")));
        let lost = of_people.chain(of_dialogues).chain(of_jobs).filter(|path| !known(path));
        wrong.extend(lost.map(|path| format!("{email} is not led to {path}")));
        if email == OWNER {
            all = pages;
        }
    }

    // Nobody, and whoever is at home in the other tenant.
    let (nobody, neighbour) = (Visitor::nobody(product), Visitor::logged_in(product, NEIGHBOUR));
    let (own, theirs) = (furnished.other.tenant.to_string(), furnished.acme.tenant.to_string());
    let nowhere = "8bdd983a-c6bd-4159-982d-6a2471406d62";
    // Their ids in the words of a request's number differ from call to call.
    let words = |reply: &Reply| {
        let text = reply.body.replace(nowhere, "").replace(&theirs, "");
        text.lines().filter(|line| !line.starts_with("<p>Request <code>")).collect::<Vec<_>>().join("\n")
    };
    for (path, page) in &all {
        let reply = nobody.get(path);
        let to = location(&reply);
        let expected = match path.as_str() {
            "/dashboard" => "/dashboard/login".to_owned(),
            // A file, or a part of a page.
            _ if !is_page(page) => "/dashboard/login".to_owned(),
            path => format!("/dashboard/login?{}", encoded(&[("to", path)])),
        };
        let is_login = path.starts_with("/dashboard/login");
        wrong.extend(
            (!is_login && (reply.status, to.as_str()) != (303, expected.as_str()))
                .then(|| format!("{path} for nobody: {} {to}", reply.status)),
        );
        wrong.extend(
            (!is_login && !reply.body.is_empty()).then(|| format!("{path} tells nobody {}", reply.body)),
        );
        let part = send(nobody.request(Method::GET, path).header("hx-request", "true"));
        wrong.extend(
            (!is_login && part.status != 401)
                .then(|| format!("a part of {path} for nobody: {}", part.status)),
        );
        if !path.contains(&theirs) {
            continue;
        }
        let (foreign, unknown) = (neighbour.get(path), neighbour.get(&path.replace(&theirs, nowhere)));
        // What no tenant's admin may do is refused before anybody looks whose tenant it is.
        let refused = [403, 404].contains(&unknown.status);
        if !refused || (foreign.status, words(&foreign)) != (unknown.status, words(&unknown)) {
            wrong.push(format!(
                "{path} for another tenant's admin: {}, unlike of nobody's {}",
                foreign.status, unknown.status
            ));
        }
        // At home, with ids that are not of there.
        let at_home = path.replace(&theirs, &own);
        let ids = furnished.acme.people.iter().chain(&furnished.acme.dialogues).chain(&furnished.acme.jobs);
        if ids.clone().any(|id| at_home.split(['/', '?']).any(|part| part == id)) {
            let reply = neighbour.get(&at_home);
            wrong.extend(
                (reply.status != 404)
                    .then(|| format!("{at_home} for another tenant's admin: {}", reply.status)),
            );
        }
    }

    // Where there is nothing, and what is no page.
    let owner = Visitor::logged_in(product, OWNER);
    for path in
        ["/dashboard/x", "/dashboard/tenants/x", "/dashboard/tenants/%2e%2e/people", "/dashboard/assets/x.js"]
    {
        let reply = owner.get(path);
        wrong.extend((reply.status != 404).then(|| format!("{path}: {}", reply.status)));
        wrong.extend(headers(path, &reply));
    }
    let unknown = ["", "/policy/versions", "/policy", "/suspend", "/webhook-secrets"];
    let unknown = unknown.map(|page| below(furnished.acme.tenant, &format!("{page}?x=1")));
    let others = [
        "?x=1",
        "/tenants?colour=red",
        "/tenants?after=x",
        "/system?x=1",
        "/system/checks?x=1",
        "/account?x=1",
    ];
    for path in others.map(|page| format!("/dashboard{page}")).iter().chain(&unknown) {
        let reply = owner.get(path);
        wrong.extend((reply.status != 400).then(|| format!("{path}: {}", reply.status)));
    }
    let page = owner.get("/dashboard");
    let asset =
        page.body.split("href=\"").find(|rest| rest.starts_with("/dashboard/assets/timbre.css")).unwrap();
    let asset = nobody.get(asset.split('"').next().unwrap());
    let kept = asset.headers[CACHE_CONTROL].to_str().unwrap();
    wrong.extend(
        (asset.status != 200 || !kept.contains("immutable"))
            .then(|| format!("styles: {} {kept}", asset.status)),
    );
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all.len() > 40, "{} pages", all.len());
}
