//! Tenants.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data, Payload, ServiceConfig},
};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_engine::{Engine, IssuedTenant, TenantChange, TenantFilter, TenantRecord};

use super::{
    Fault, May,
    body::{Body, created},
    caller::{ManageTenants, ReadTenants, named},
    parameters::{self, listed, page, time},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/tenants", web::get().to(list)).route("/tenants", web::post().to(create));
}

pub(super) fn of_tenant(config: &mut ServiceConfig) {
    config.route("", web::get().to(show)).route("", web::patch().to(change));
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
    Ok(listed(engine.tenants(&by, filter, &page(limit, after)?).await?, shown))
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
        let mut told = shown(tenant);
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
    Ok(HttpResponse::Ok().json(shown(&engine.tenant_record(&by, id).await?)))
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
    Ok(HttpResponse::Ok().json(shown(&changed)))
}

fn shown(tenant: &TenantRecord) -> Value {
    json!({
        "id": tenant.id,
        "name": tenant.name,
        "language": tenant.default_language,
        "voice_engine": tenant.voice_engine,
        "created_at": time(tenant.created_at),
        "suspended_at": tenant.suspended_at.map(time),
    })
}
