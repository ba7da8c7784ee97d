//! [dashboard] Every page as each role sees it, in Chromium: on a desk's screen and a telephone's, light and dark, by keyboard, and without
//! scripts.

use serde_json::json;
use timbre_tests::PASSWORD;

use super::{
    chromium::{Script, artefacts},
    furnished::{ADMIN, AUDITOR, Furnished, OPERATOR, OWNER, below},
};

/// What everybody is led to of a tenant.
const OF_TENANT: [&str; 12] = [
    "",
    "/people",
    "/receipts",
    "/opt-out",
    "/dialogues",
    "/recordings",
    "/jobs",
    "/usage",
    "/policy",
    "/policy/versions",
    "/credentials",
    "/audit",
];
/// And whoever manages it, besides.
const TO_MANAGE: [&str; 2] = ["/webhook-secrets", "/webhook-secrets/change"];

/// Has every page opened that a role can reach. Among them must be these of the installation, of a tenant, and of what the tenant has.
fn every_page_is_right(role: &str, email: &str, installation: &[&str], tenant: &[&str]) {
    let furnished = Furnished::new().with_longest_names();
    let Furnished { acme, person, conversation, running, .. } = &furnished;
    let all = |what: &str, ids: &[String]| ids.iter().map(|id| format!("/{what}/{id}")).collect::<Vec<_>>();
    let mut pages: Vec<_> = OF_TENANT.iter().chain(tenant).map(|page| (*page).to_owned()).collect();
    pages.extend(all("people", &acme.people));
    pages.extend(all("dialogues", &acme.dialogues));
    pages.extend(all("jobs", &acme.jobs));
    pages.push(format!("/recordings/{conversation}"));
    if !tenant.is_empty() {
        pages.extend(["erase", "withdraw"].map(|action| format!("/people/{person}/{action}")));
        pages.push(format!("/jobs/{running}/cancel"));
        pages.push(format!("/credentials/{}/revoke", acme.credential));
    }
    let mut must: Vec<_> = pages.iter().map(|page| below(acme.tenant, page)).collect();
    must.extend(installation.iter().map(|page| format!("/dashboard{page}")));
    let given = json!({
        "url": furnished.product.url,
        "role": role,
        "email": email,
        "password": PASSWORD,
        "must": must,
        "pictures": artefacts(),
    });
    let Some(mut script) = Script::start("pages.mjs", given) else { return };
    script.ends_well();
}

#[test]
fn every_page_that_an_owner_sees_is_right() {
    let installation =
        ["", "/tenants", "/calibration", "/audit", "/operators", "/system", "/system/checks", "/account"];
    every_page_is_right("owner", OWNER, &installation, &[&TO_MANAGE[..], &["/suspend"]].concat());
}

#[test]
fn every_page_that_an_operator_sees_is_right() {
    let installation = ["", "/tenants", "/calibration", "/system", "/system/checks", "/account"];
    every_page_is_right("operator", OPERATOR, &installation, &[&TO_MANAGE[..], &["/suspend"]].concat());
}

#[test]
fn every_page_that_an_auditor_sees_is_right() {
    let installation =
        ["", "/tenants", "/calibration", "/audit", "/operators", "/system", "/system/checks", "/account"];
    every_page_is_right("auditor", AUDITOR, &installation, &[]);
}

#[test]
fn every_page_that_a_tenants_admin_sees_is_right() {
    every_page_is_right("tenant-admin", ADMIN, &["/account"], &TO_MANAGE);
}
