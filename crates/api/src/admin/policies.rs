//! A tenant's policy, and those before it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ETAG, IF_MATCH},
    web::{Data, Payload},
};
use serde_json::{Value, json};
use timbre_domain::{operator::Permission, policy::Policy};
use timbre_engine::{Engine, PolicyVersion};

use super::{
    Fault, OnTenant,
    body::{Body, JSON},
    caller::{ChangePolicy, ReadPolicy},
    shown::time,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("policy");
    routes.get("/tenants/{tenant}/policy", show, "showPolicy", "Shows the policy.");
    routes
        .put("/tenants/{tenant}/policy", replace, "replacePolicy", "Replaces the policy that was read.")
        .reads(JSON);
    routes.get(
        "/tenants/{tenant}/policy/versions",
        versions,
        "listPolicyVersions",
        "Lists the policies there were.",
    );
}

async fn show(on: OnTenant<ReadPolicy>) -> Result<HttpResponse, Fault> {
    let tag = tag(on.tenant.policy_version);
    Ok(HttpResponse::Ok().insert_header((ETAG, tag)).json(&on.tenant.policy))
}

/// Replaces the policy that was read: `If-Match` says which. A value that is absent is the shipped default. What the tenant may call,
/// how much and how often, and what is kept of it, is its operator's to change.
async fn replace(
    on: OnTenant<ChangePolicy>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let seen = seen(&request)?;
    let policy = Body::<Policy>::read(&request, payload).await?.fields;
    if limits(&policy) != limits(&on.tenant.policy) {
        engine.permit(&on.by, Permission::ChangeLimits).await?;
    }
    let version = engine.set_policy(&on.tenant, policy.clone(), Some(seen)).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, tag(version))).json(&policy))
}

/// The latest first: the one in force and, of those before it, at most 199.
async fn versions(on: OnTenant<ReadPolicy>, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    let shown = |version: &PolicyVersion| {
        json!({
            "version": version.version,
            "changed_at": time(version.changed_at),
            "changed_by": version.changed_by,
            "policy": version.policy,
        })
    };
    let items: Vec<Value> = engine.policy_versions(&on.tenant).await?.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({"items": items, "next": null})))
}

/// The sections that are the operator's.
fn limits(policy: &Policy) -> impl PartialEq {
    (policy.access.clone(), policy.rates, policy.quotas, policy.retention.clone())
}

fn tag(version: u32) -> String {
    format!("\"{version}\"")
}

fn seen(request: &HttpRequest) -> Result<u32, Fault> {
    let header = request.headers().get(IF_MATCH).ok_or(Fault::ChangesWhat)?;
    let version = header.to_str().ok().and_then(|tag| tag.trim().strip_prefix('"')?.strip_suffix('"'));
    // A tag that was never given matches nothing.
    version.and_then(|version| version.parse().ok()).ok_or(Fault::Changed)
}
