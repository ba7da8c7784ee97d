//! A tenant's policy, and those before it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ETAG, IF_MATCH},
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    operator::Permission,
    policy::{InvalidPolicy, Policy},
};
use timbre_engine::{Engine, EngineError, PolicyVersion};

use super::{
    Fault, OnTenant,
    body::{Body, reads},
    caller::{ChangePolicy, ReadPolicy, needs},
    parameters::Items,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("policy");
    let path = "/tenants/{tenant}/policy";
    routes
        .get(path, show, "showPolicy", "Shows the policy.")
        .explained("Every value of it. Its `ETag` goes into `If-Match` where it is to be replaced.")
        .also(&needs::<ReadPolicy>())
        .answers::<Policy>(200, "The policy in force.")
        .tells("ETag", TAG)
        .refuses([Fault::NotFound("tenant")]);
    let row = routes
        .put(path, replace, "replacePolicy", "Replaces the policy that was read.")
        .explained(
            "It is in force at the next call, at every replica, and is checked as a whole: settings that do not go together are a 422, and \
             nothing is changed. A value that is absent is the shipped default. Where somebody else was faster, the reply is a 412: read it again. \
             The sections access, rates, quotas and retention are an owner's or an operator's to change; a tenant's admin who changes one is told 403.",
        )
        .also(&needs::<ChangePolicy>())
        .takes(&[IF_SEEN])
        .answers::<Policy>(200, "The policy in force now.")
        .tells("ETag", TAG)
        .refuses([
            Fault::NotFound("tenant"),
            Fault::ChangesWhat,
            Fault::Changed,
            EngineError::Policy(InvalidPolicy { setting: "dialogue.code_length", bounds: "4 to 10" }).into(),
        ]);
    reads::<Policy>(row);
    let path = "/tenants/{tenant}/policy/versions";
    routes
        .get(path, versions, "listPolicyVersions", "Lists the policies there were.")
        .explained("Each whole, with who changed it and when: the latest 200.")
        .also(&needs::<ReadPolicy>())
        .answers::<Items<Version>>(200, "The latest 200, the one in force first.")
        .refuses([Fault::NotFound("tenant")]);
}

const TAG: &str = "Which version this is.";

const IF_SEEN: Parameter =
    Parameter::header::<String>("If-Match", "The ETag of the policy that was read.").must_be_there();

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
    let policy = Body::<Policy>::read(&request, payload).await?.if_as_documented()?.fields;
    if !policy.has_limits_of(&on.tenant.policy) {
        engine.permit(&on.by, Permission::ChangeLimits).await?;
    }
    let version = engine.set_policy(&on.tenant, policy.clone(), Some(seen)).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, tag(version))).json(&policy))
}

/// The latest first: the one in force and, of those before it, at most 199.
async fn versions(on: OnTenant<ReadPolicy>, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    let versions = engine.policy_versions(&on.tenant).await?.into_iter();
    Ok(HttpResponse::Ok().json(Items::all(versions.map(Version::from))))
}

/// A policy that is in force, or was.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyVersion")]
struct Version {
    /// From 1; the entity tag of the policy in force.
    version: u32,
    /// When it came into force.
    changed_at: DateTime<Utc>,
    /// As the audit trail names actors.
    changed_by: String,
    /// The whole of it.
    policy: Policy,
}

impl From<PolicyVersion> for Version {
    fn from(version: PolicyVersion) -> Self {
        let PolicyVersion { version, policy, changed_at, changed_by } = version;
        Self { version, changed_at, changed_by, policy }
    }
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
