//! A tenant: how it stands, what it may use and has used, and where the rest of it is.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::{Days as Span, NaiveDate};
use serde::Deserialize;
use timbre_api::admin::needs::{ManageTenants, ReadTenants};
use timbre_domain::{
    operator::Permission,
    rate::RouteClass,
    usage::{Meter, Usage},
};
use timbre_engine::{Engine, EngineError, TenantChange, TenantRecord, Used};

use crate::{
    caller::OnTenant,
    contracts,
    drawing::Days,
    fault::Fault,
    forms::{Nothing, Notice, Posted, done, no_query},
    frame::{Frame, Section, render},
    meters::{self, Quota},
    routes::Pages,
    words,
};

/// Days of the drawing, today's included.
const SHOWN: u64 = 30;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}", show).post("/tenants/{tenant}/name", rename);
    pages.get("/tenants/{tenant}/suspend", ask).post("/tenants/{tenant}/suspend", suspend);
    pages.post("/tenants/{tenant}/resume", resume);
}

#[derive(Template)]
#[template(path = "tenant.html")]
struct Page {
    frame: Frame,
    path: String,
    tenant: TenantRecord,
    /// The month that quotas are of.
    month: String,
    quotas: Vec<Quota>,
    requests: Days,
    contracts: String,
    formats: String,
    /// What calls cost, and how many may come.
    rates: Vec<(&'static str, u32, u32)>,
    /// The name that was typed and not taken, and why.
    refused: Option<(String, String)>,
}

impl Page {
    /// What the field of the name has in it.
    fn name(&self) -> &str {
        self.refused.as_ref().map_or(self.tenant.name.as_str(), |(typed, _)| typed.as_str())
    }
}

async fn show(
    caller: OnTenant<ReadTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&page(&caller, &engine, None).await?)
}

async fn page<P>(
    caller: &OnTenant<P>,
    engine: &Engine,
    refused: Option<(String, String)>,
) -> Result<Page, Fault> {
    let tenant = engine.tenant_record(&caller.by, caller.tenant.id).await?;
    let today = engine.now().date_naive();
    let from = today.checked_sub_days(Span::new(SHOWN - 1)).unwrap_or(today);
    let month = words::first_of_month(today);
    let used = used(caller, engine, from.min(month), today).await?;
    let this_month = used.iter().filter(|used| used.period >= month.to_string());
    let this_month = this_month.fold(Usage::default(), |sum, used| sum + used.usage);
    let policy = &caller.tenant.policy;
    let rate = |class: RouteClass| {
        let rate = policy.rates.of(class);
        (class.name(), rate.per_minute, rate.burst)
    };
    Ok(Page {
        frame: caller.frame(Section::Tenants),
        path: caller.path(""),
        tenant,
        month: words::month(today),
        quotas: meters::quotas(this_month, &policy.quotas),
        requests: meters::by_day(Meter::Requests, &used, from, today),
        contracts: policy.access.contracts.iter().map(contracts::name).collect::<Vec<_>>().join(", "),
        formats: policy.access.formats.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        rates: RouteClass::ALL.map(rate).into(),
        refused,
    })
}

/// What the tenant used on each of these days.
async fn used<P>(
    caller: &OnTenant<P>,
    engine: &Engine,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Used>, Fault> {
    Ok(engine.used_by_day(&caller.tenant, &from.to_string(), &to.to_string()).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    #[serde(default)]
    name: String,
}

async fn rename(
    caller: OnTenant<ManageTenants>,
    form: Posted<Name>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Name { name } = form.read()?;
    let renamed = TenantChange { name: Some(name.clone()), suspended: None };
    match engine.change_tenant(&caller.by, caller.tenant.id, renamed).await {
        Ok(_) => Ok(done(&caller.path(""), Notice::TenantChanged)),
        Err(error @ (EngineError::InvalidName | EngineError::TenantNameTaken(_))) => {
            let fault = Fault::from(error);
            let refused = Some((name, fault.to_string()));
            fault.said_by(&page(&caller, &engine, refused).await?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "tenant_suspend.html")]
struct Suspend {
    frame: Frame,
    path: String,
    name: String,
    /// Credentials that will be unknown.
    alive: usize,
}

/// Says what suspending does.
async fn ask(
    caller: OnTenant<ManageTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let credentials = engine.credentials(&caller.tenant).await?;
    render(&Suspend {
        frame: caller.frame(Section::Tenants),
        path: caller.path(""),
        name: caller.tenant.name.clone(),
        alive: credentials.iter().filter(|credential| credential.revoked_at.is_none()).count(),
    })
}

async fn suspend(
    caller: OnTenant<ManageTenants>,
    form: Posted<Nothing>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    change(&caller, &engine, TenantChange { name: None, suspended: Some(true) }, Notice::TenantSuspended)
        .await
}

async fn resume(
    caller: OnTenant<ManageTenants>,
    form: Posted<Nothing>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    change(&caller, &engine, TenantChange { name: None, suspended: Some(false) }, Notice::TenantResumed).await
}

async fn change(
    caller: &OnTenant<ManageTenants>,
    engine: &Engine,
    change: TenantChange,
    notice: Notice,
) -> Result<HttpResponse, Fault> {
    engine.change_tenant(&caller.by, caller.tenant.id, change).await?;
    Ok(done(&caller.path(""), notice))
}
