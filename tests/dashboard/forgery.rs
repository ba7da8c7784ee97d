//! Forms that are not of the session, not from our pages, or not of a role that may: refused, and nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::header::ORIGIN;
use serde_json::Value;
use timbre_tests::{Administrator, Reply, form, send};

use super::{
    furnished::{AUDITOR, Furnished, NEIGHBOUR, OWNER},
    visitor::{Visitor, forms, location},
};

/// What an auditor may do: with its own account.
const OWN: [&str; 2] = ["/dashboard/logout", "/dashboard/account/password"];

/// What there must be among the forms, so that the test cannot pass by finding none.
const EXPECTED: [&str; 10] = [
    "/dashboard/tenants",
    "/policy",
    "/credentials",
    "/unlock",
    "/erase",
    "/consents",
    "/cancel",
    "/retry",
    "/replay",
    "/webhook-secrets",
];

/// What is told of and changes nothing.
const UNCHANGING: [&str; 4] =
    ["access.refused", "operator.logged_in", "webhook_secret.shown", "recording.played"];

/// Everything that was told of changes, in all trails.
fn told(owner: &Administrator, furnished: &Furnished) -> Vec<Value> {
    let tenants = [furnished.acme.tenant, furnished.other.tenant].map(|id| format!("/tenants/{id}/audit"));
    let mut all = Vec::new();
    for path in tenants.iter().map(String::as_str).chain(["/audit"]) {
        let mut after = String::new();
        loop {
            let page = owner.get(&format!("{path}?limit=200{after}"));
            let events = page.body["items"].as_array().unwrap().iter();
            let changes = events.filter(|event| !UNCHANGING.iter().any(|action| event["action"] == *action));
            all.extend(changes.cloned());
            match page.body["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
    }
    all
}

#[test]
fn a_form_is_taken_from_its_own_session_its_own_site_and_who_may_and_else_changes_nothing() {
    let furnished = Furnished::new();
    let (product, owner) = (&furnished.product, Visitor::logged_in(&furnished.product, OWNER));
    let mut found = BTreeMap::new();
    for (path, page) in owner.all_pages(&["/dashboard"]) {
        for (action, fields) in forms(&page.body) {
            let action = if action.is_empty() { path.clone() } else { action };
            found.entry(action).or_insert(fields);
        }
    }
    let bare: BTreeSet<_> = found.keys().map(|action| action.split('?').next().unwrap()).collect();
    for expected in EXPECTED {
        assert!(
            bare.iter().any(|action| action.ends_with(expected)),
            "there is no form for {expected}: {bare:#?}"
        );
    }

    let api = furnished.owner.logged_in(OWNER, timbre_tests::PASSWORD);
    let before = told(&api, &furnished);
    let (token, of_another) = (owner.token(), Visitor::logged_in(product, OWNER).token());
    assert_ne!(token, of_another);
    let (auditor, neighbour) = (Visitor::logged_in(product, AUDITOR), Visitor::logged_in(product, NEIGHBOUR));
    let [auditors, neighbours] = [&auditor, &neighbour].map(Visitor::token);
    let [others, its_own] =
        [furnished.acme.tenant, furnished.other.tenant].map(|id| format!("/dashboard/tenants/{id}"));
    let mut wrong = Vec::new();
    for (action, fields) in &found {
        let with = |token: Option<&str>| {
            let mut fields = fields.clone();
            fields.retain(|(name, _)| name != "csrf");
            fields.extend(token.map(|token| ("csrf".to_owned(), token.to_owned())));
            fields
        };
        let sent = |who: &Visitor, token: Option<&str>, header: Option<(&str, &str)>| -> Reply {
            let request = form(who.request(reqwest::Method::POST, action), &with(token));
            send(match header {
                Some((name, value)) => request.header(name, value),
                None => request,
            })
        };
        let zeros = "0".repeat(token.len());
        let cases = [
            ("without a token", sent(&owner, None, None)),
            ("with a token of nobody", sent(&owner, Some(&zeros), None)),
            ("with half of the token", sent(&owner, Some(&token[..token.len() / 2]), None)),
            ("with the token of another session", sent(&owner, Some(&of_another), None)),
            (
                "from another site",
                sent(&owner, Some(&token), Some((ORIGIN.as_str(), "https://evil.example"))),
            ),
            ("from nowhere", sent(&owner, Some(&token), Some((ORIGIN.as_str(), "null")))),
            ("across sites", sent(&owner, Some(&token), Some(("sec-fetch-site", "cross-site")))),
            ("from a neighbouring host", sent(&owner, Some(&token), Some(("sec-fetch-site", "same-site")))),
        ];
        let twice = [with(Some(&token)), vec![("csrf".to_owned(), token.clone())]].concat();
        let twice = send(form(owner.request(reqwest::Method::POST, action), &twice));
        for (case, reply) in cases.into_iter().chain([("with the token twice", twice)]) {
            if reply.status != 403 {
                wrong.push(format!("{action} {case}: {}", reply.status));
            }
        }
        if OWN.contains(&action.as_str()) {
            continue;
        }
        let reply = sent(&auditor, Some(&auditors), None);
        // Whether a trail is whole is an auditor's to ask.
        let allowed = if action.ends_with("/audit/verify") { 200 } else { 403 };
        if reply.status != allowed {
            wrong.push(format!("{action} by an auditor: {}", reply.status));
        }
        if !action.starts_with(&its_own) {
            let reply = sent(&neighbour, Some(&neighbours), None);
            let expected: &[u16] = if action.starts_with(&others) { &[403, 404] } else { &[403] };
            if !expected.contains(&reply.status) {
                wrong.push(format!("{action} by another tenant's admin: {}", reply.status));
            }
        }
        let reply = sent(&Visitor::nobody(product), Some(&token), None);
        let to_the_login = location(&reply).split('?').next() == Some("/dashboard/login");
        if reply.status != 303 || !to_the_login {
            wrong.push(format!("{action} by nobody: {}", reply.status));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(told(&api, &furnished), before, "nothing was changed");
    assert_eq!(owner.get("/dashboard/account").status, 200, "nobody was logged out");
}
