//! The audit trails: the installation's own, and each tenant's.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use timbre_engine::{AuditFilter, Chain, Engine};

use super::{
    Fault, May, OnTenant,
    caller::{ReadAllAudit, ReadAudit},
    parameters::{self, listed, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("audit");
    routes
        .get("/audit", list, "listAudit", "Lists what is no tenant's in the audit trail.")
        .takes(&[Parameter::allowed::<String>("action", "")])
        .takes(&[Parameter::allowed::<String>("actor", "")])
        .takes(&[Parameter::allowed::<String>("person", "")])
        .takes(&[Parameter::allowed::<String>("from", "")])
        .takes(&[Parameter::allowed::<String>("to", "")])
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes
        .get("/tenants/{tenant}/audit", list_of_tenant, "listTenantAudit", "Lists the tenant's audit trail.")
        .takes(&[Parameter::allowed::<String>("action", "")])
        .takes(&[Parameter::allowed::<String>("actor", "")])
        .takes(&[Parameter::allowed::<String>("person", "")])
        .takes(&[Parameter::allowed::<String>("from", "")])
        .takes(&[Parameter::allowed::<String>("to", "")])
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    action: Option<String>,
    actor: Option<String>,
    person: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    limit: Option<u32>,
    after: Option<String>,
}

/// What is no tenant's: operators, their logins, tokens.
async fn list(
    May(_, _): May<ReadAllAudit>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    of(Chain::Platform, &request, &engine).await
}

async fn list_of_tenant(
    on: OnTenant<ReadAudit>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    of(Chain::Tenant(on.tenant.id), &request, &engine).await
}

async fn of(chain: Chain, request: &HttpRequest, engine: &Engine) -> Result<HttpResponse, Fault> {
    let Listed { action, actor, person, from, to, limit, after } = parameters::read(request)?;
    let filter = AuditFilter { action, actor, person, from, to };
    Ok(listed(engine.audit_page(chain, &filter, &page(limit, after)?).await?, shown::event))
}
