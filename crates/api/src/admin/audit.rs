//! The audit trails: the installation's own, and each tenant's.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use timbre_engine::{AuditFilter, Chain, Engine};

use super::{
    Fault, May, OnTenant,
    caller::{ReadAllAudit, ReadAudit, needs},
    parameters::{self, Items, PAGE, PERIOD, listed, page},
    shown,
};
use crate::{
    documented::Parameter,
    routes::{Routes, Row},
};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("audit");
    filtered(routes.get("/audit", list, "listAudit", "Lists what is no tenant's in the audit trail."))
        .explained("Operators, their logins, tokens, and that a tenant was made. An event is listed that passes every filter.")
        .also(&needs::<ReadAllAudit>());
    let of_tenant = "Lists the tenant's audit trail.";
    let row = routes.get("/tenants/{tenant}/audit", list_of_tenant, "listTenantAudit", of_tenant);
    filtered(row)
        .explained(
            "What applications, operators and Timbre did there. People stand in it by pseudonyms, since it outlives their erasure. An event is \
             listed that passes every filter.",
        )
        .also(&needs::<ReadAudit>())
        .refuses([Fault::NotFound("tenant")]);
}

/// The latest events first.
fn filtered(row: &mut Row) -> &mut Row {
    row.takes(&FILTER)
        .takes(&PERIOD)
        .takes(&PAGE)
        .answers::<Items<shown::Event>>(200, "Events, the latest first.")
}

const FILTER: [Parameter; 3] = [
    Parameter::allowed::<String>("action", "Only events of this action, as in `tenant.created`."),
    Parameter::allowed::<String>("actor", "Only what this actor did, as events name it."),
    Parameter::allowed::<String>("person", "Only what concerns whoever has this pseudonym."),
];

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
