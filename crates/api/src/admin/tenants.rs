//! Tenants.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use serde::Deserialize;
use serde_json::json;
use timbre_engine::{Engine, IssuedTenant, TenantChange, TenantFilter, TenantRecord};

use super::{
    Fault, May,
    body::{Body, JSON, created},
    caller::{ManageTenants, ReadTenants, named},
    parameters::{self, listed, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("tenants");
    routes
        .get("/tenants", list, "listTenants", "Lists the tenants.")
        .takes(&[Parameter::allowed::<String>("name", "")])
        .takes(&[Parameter::allowed::<String>("suspended", "")])
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes
        .post("/tenants", create, "createTenant", "Makes a tenant with its first credentials.")
        .reads(JSON)
        .answers_nothing(201, "Done.");
    routes.get("/tenants/{tenant}", show, "showTenant", "Shows a tenant.");
    routes
        .patch(
            "/tenants/{tenant}",
            change,
            "changeTenant",
            "Renames a tenant, suspends it, or lets it go on.",
        )
        .reads(JSON);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: Option<String>,
    suspended: Option<bool>,
    limit: Option<u32>,
    after: Option<String>,
}

/// A tenant's admin sees its own.
async fn list(
    May(by, _): May<ReadTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { name, suspended, limit, after } = parameters::read(&request)?;
    let filter = TenantFilter { name, suspended, ..TenantFilter::default() };
    Ok(listed(engine.tenants(&by, filter, &page(limit, after)?).await?, shown::tenant))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    language: String,
}

/// The secrets of its first credentials are shown in this reply only.
async fn create(
    May(by, _): May<ManageTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let body = Body::<Asked>::read(&request, payload).await?;
    let once = body.once(&request)?;
    let Asked { name, language } = body.fields;
    let tell = |tenant: &TenantRecord, issued: &IssuedTenant| {
        let mut told = shown::tenant(tenant);
        told["credentials"] = json!({
            "biometrid": {"key": issued.biometrid.key, "secret": *issued.biometrid.secret},
            "azure": {"subscription_keys": issued.subscription_keys.each_ref().map(|key| key.as_str())},
            "deepaffects": {"apikeys": issued.apikeys.each_ref().map(|key| key.as_str())},
        });
        told
    };
    Ok(created(&engine.register_tenant(&by, &name, &language, once, tell).await?))
}

async fn show(
    May(by, _): May<ReadTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "tenant", "tenant")?;
    Ok(HttpResponse::Ok().json(shown::tenant(&engine.tenant_record(&by, id).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    suspended: Option<bool>,
}

/// While a tenant is suspended, its credentials are unknown.
async fn change(
    May(by, _): May<ManageTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "tenant", "tenant")?;
    let Change { name, suspended } = Body::read(&request, payload).await?.fields;
    let changed = engine.change_tenant(&by, id, TenantChange { name, suspended }).await?;
    Ok(HttpResponse::Ok().json(shown::tenant(&changed)))
}
