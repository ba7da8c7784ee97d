//! Every route, called by nobody, by somebody with a token that is none, and by each role.

use reqwest::Method;
use serde_json::{Value, json};
use timbre_domain::{
    ids::TenantId,
    operator::{Permission, Role},
};
use timbre_tests::{Administrator, Product, Said, send};

const ID: &str = "8bdd983a-c6bd-4159-982d-6a2471406d62";

/// Each route with a permission, and a body that does as little as can be.
fn routes(tenant: TenantId) -> Vec<(Method, String, Permission, Value)> {
    use Permission::*;
    let [get, post, put] = [Method::GET, Method::POST, Method::PUT];
    let [patch, delete] = [Method::PATCH, Method::DELETE];
    let none = Value::Null;
    let plain = [
        (&get, "/operators".to_owned(), ReadOperators, none.clone()),
        (&post, "/operators".to_owned(), ManageOperators, json!({})),
        (&get, format!("/operators/{ID}"), ReadOperators, none.clone()),
        (&patch, format!("/operators/{ID}"), ManageOperators, json!({})),
        (&delete, format!("/operators/{ID}"), ManageOperators, none.clone()),
        (&post, format!("/operators/{ID}/password"), ManageOperators, json!({})),
        (&get, "/tokens".to_owned(), ReadTokens, none.clone()),
        (&post, "/tokens".to_owned(), ManageTokens, json!({})),
        (&delete, format!("/tokens/{ID}"), ManageTokens, none.clone()),
        (&get, "/audit".to_owned(), ReadAllAudit, none.clone()),
        (&get, "/tenants".to_owned(), ReadTenants, none.clone()),
        (&post, "/tenants".to_owned(), ManageTenants, json!({})),
    ];
    let of_tenant = [
        (&get, "", ReadTenants),
        (&patch, "", ManageTenants),
        (&get, "/people", ReadPeople),
        (&get, "/people/000000000000000000000000", ReadPeople),
        (&post, "/people/000000000000000000000000/unlock", ManagePeople),
        (&delete, "/people/000000000000000000000000", ManagePeople),
        (&get, "/people/000000000000000000000000/export", ManagePeople),
        (&get, "/people/000000000000000000000000/consents", ReadPeople),
        (&post, "/people/000000000000000000000000/consents", ManagePeople),
        (&delete, "/people/000000000000000000000000/consents", ManagePeople),
        (&get, "/consents?kind=reference&name=ada", ReadPeople),
        (&post, "/consents?kind=reference&name=ada", ManagePeople),
        (&delete, "/consents?kind=reference&name=ada", ManagePeople),
        (&get, "/opt-out?kind=reference&name=ada", ReadPeople),
        (&put, "/opt-out?kind=reference&name=ada", ManagePeople),
        (&delete, "/opt-out?kind=reference&name=ada", ManagePeople),
        (&get, "/receipts?person=nobody", ReadPeople),
        (&get, "/dialogues", ReadDialogues),
        (&get, "/dialogues/8bdd983a-c6bd-4159-982d-6a2471406d62", ReadDialogues),
        (&get, "/jobs", ReadJobs),
        (&get, "/jobs/8bdd983a-c6bd-4159-982d-6a2471406d62", ReadJobs),
        (&get, "/jobs/8bdd983a-c6bd-4159-982d-6a2471406d62/messages", ReadJobs),
        (&post, "/jobs/8bdd983a-c6bd-4159-982d-6a2471406d62/cancel", ManageJobs),
        (&post, "/jobs/8bdd983a-c6bd-4159-982d-6a2471406d62/retry", ManageJobs),
        (&post, "/messages/8bdd983a-c6bd-4159-982d-6a2471406d62/replay", ManageJobs),
        (&get, "/webhook-secrets", ManageWebhooks),
        (&post, "/webhook-secrets", ManageWebhooks),
        (&get, "/credentials", ReadCredentials),
        (&post, "/credentials", ManageCredentials),
        (&delete, "/credentials/8bdd983a-c6bd-4159-982d-6a2471406d62", ManageCredentials),
        (&get, "/policy", ReadPolicy),
        (&put, "/policy", ChangePolicy),
        (&get, "/policy/versions", ReadPolicy),
        (&get, "/usage", ReadUsage),
        (&get, "/audit", ReadAudit),
    ];
    let of_tenant = of_tenant.into_iter().map(|(method, path, permission)| {
        let body = if *method == Method::GET { Value::Null } else { json!({}) };
        (method, format!("/tenants/{tenant}{path}"), permission, body)
    });
    plain
        .into_iter()
        .chain(of_tenant)
        .map(|(m, path, permission, body)| (m.clone(), path, permission, body))
        .collect()
}

fn call(who: &Administrator, method: &Method, path: &str, body: &Value) -> Said {
    let request = who.request(method.clone(), path);
    Said::of(send(if body.is_null() { request } else { request.json(body) }))
}

#[test]
fn each_role_reaches_what_its_permissions_say_and_nobody_reaches_anything() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let own = owner.tenant("acme");
    let callers = [
        (Role::Owner, owner.clone()),
        (Role::Operator, Administrator::of_role(&product, "operator@example.org", Role::Operator)),
        (Role::Auditor, Administrator::of_role(&product, "auditor@example.org", Role::Auditor)),
        (
            Role::TenantAdmin(own),
            Administrator::of_role(&product, "admin@example.org", Role::TenantAdmin(own)),
        ),
    ];
    for (method, path, permission, body) in routes(own) {
        let what = format!("{method} {path}");
        call(&owner.nameless(), &method, &path, &body).is_problem(401, "not-logged-in");
        for bad in ["x", "tbo_x", "tbo_x_y", "a.b.c", "Bearer"] {
            call(&owner.with_token(bad), &method, &path, &body).is_problem(401, "not-logged-in");
        }
        for (role, caller) in &callers {
            let said = call(caller, &method, &path, &body);
            assert!(said.status < 500, "{what} by {}: {}", role.name(), said.text);
            let refused = said.status == 403;
            assert_eq!(
                refused,
                !role.may(permission),
                "{what} by {}: {} {}",
                role.name(),
                said.status,
                said.text
            );
            if refused {
                said.is_problem(403, "not-allowed");
            }
        }
    }
}

#[test]
fn another_tenant_is_to_its_admin_exactly_like_one_that_does_not_exist() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (own, other) = (owner.tenant("acme"), owner.tenant("other"));
    let admin = Administrator::of_role(&product, "admin@example.org", Role::TenantAdmin(own));
    let nowhere: TenantId = ID.parse().unwrap();
    assert_eq!(admin.get("/tenants").items("name"), ["acme"]);
    for ((method, path, ..), (_, missing, ..)) in routes(other).into_iter().zip(routes(nowhere)) {
        let body = if method == Method::GET { Value::Null } else { json!({}) };
        let (foreign, unknown) =
            (call(&admin, &method, &path, &body), call(&admin, &method, &missing, &body));
        assert_eq!(foreign.without_instance(), unknown.without_instance(), "{method} {path}");
        if path.starts_with("/tenants/") && foreign.status != 403 {
            foreign.is_problem(404, "not-found");
        }
    }
    assert_eq!(admin.get(&format!("/tenants/{own}")).status, 200);
    for malformed in ["x", "00000000-0000-0000-0000-00000000000", "%2e%2e", "8bdd983a"] {
        admin.get(&format!("/tenants/{malformed}/people")).is_problem(404, "not-found");
    }
}

#[test]
fn what_a_role_may_not_do_is_in_the_audit_trail() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let auditor = Administrator::of_role(&product, "auditor@example.org", Role::Auditor);
    auditor.post("/tenants", &json!({"name": "acme", "language": "en"})).is_problem(403, "not-allowed");
    let trail = owner.get("/audit?action=access.refused");
    assert_eq!(trail.items("target"), ["tenants.manage"]);
    let id = auditor.get("/me").body["operator"]["id"].as_str().unwrap().to_owned();
    assert_eq!(trail.items("actor"), [format!("operator:{id}")]);
    assert_eq!(owner.get("/tenants").items("name"), Vec::<Value>::new());
}

/// Those that need no permission: what begins and ends a session, and one's own account.
const OWN: [&str; 6] =
    ["GET /me", "POST /login", "POST /logout", "POST /me/password", "POST /refresh", "PUT /me"];

#[test]
fn the_table_of_these_tests_has_every_operation_of_the_document() {
    let tenant: TenantId = "11111111-1111-4111-8111-111111111111".parse().unwrap();
    let nameless = |path: &str| {
        let path = path.split('?').next().unwrap_or_default();
        let ids = [tenant.to_string(), ID.to_owned(), "0".repeat(24)];
        ids.iter().fold(path.to_owned(), |path, id| path.replace(id.as_str(), "{}"))
    };
    let mut tried: Vec<String> =
        routes(tenant).iter().map(|(method, path, ..)| format!("{method} {}", nameless(path))).collect();
    tried.extend(OWN.map(str::to_owned));
    tried.sort();
    let (_, document) =
        timbre_api::openapi::documents().into_iter().find(|(name, _)| *name == "admin").unwrap();
    let mut documented = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.trim_start_matches("/admin/v1");
        let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        documented.extend(
            methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    documented.sort();
    assert_eq!(tried, documented);
}
