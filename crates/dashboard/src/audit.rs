//! The audit trails: the installation's own, and each tenant's. Read by what was done, by whom, to whom and when; and checked.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::{ReadAllAudit, ReadAudit};
use timbre_engine::{AuditEvent, AuditFilter, Chain, ChainState, Engine, PageAsked, Period};
use tokio::sync::Semaphore;

use crate::{
    actors::Actors,
    caller::{Caller, May, OnTenant},
    fault::Fault,
    forms::{Nothing, Posted, read_query, with_query},
    frame::{Frame, Section, render},
    pager::{ENTRIES, Pager},
    routes::Pages,
    search::{day_in_form, period},
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/audit", installation).post("/audit/verify", verify_installation);
    pages.get("/tenants/{tenant}/audit", of_tenant).post("/tenants/{tenant}/audit/verify", verify_tenant);
}

/// Trails that are checked at a time: each is read whole.
static CHECKED: Semaphore = Semaphore::const_new(1);

/// By then the trail before is most often checked.
const CHECKED_AGAIN_SECONDS: u64 = 10;

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    action: Option<String>,
    actor: Option<String>,
    person: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    #[serde(skip_serializing)]
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Trail {
    frame: Frame,
    path: String,
    /// Whether people stand in it.
    of_tenant: bool,
    asked: Asked,
    filtered: bool,
    items: Vec<Row>,
    pager: Pager,
}

struct Row {
    event: AuditEvent,
    /// What the actor is called.
    who: String,
    /// The trail by this alone.
    by_action: String,
    by_actor: String,
    by_person: Option<String>,
}

impl Trail {
    fn text(&self, of: &Option<String>) -> String {
        of.clone().unwrap_or_default()
    }

    fn day(&self, of: &Option<NaiveDate>) -> String {
        day_in_form(*of)
    }
}

/// What is no tenant's: operators, their logins, tokens.
async fn installation(
    caller: May<ReadAllAudit>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let frame = caller.frame(Section::Audit);
    trail(&caller, frame, "/dashboard/audit".to_owned(), Chain::Platform, &request, &engine).await
}

async fn of_tenant(
    caller: OnTenant<ReadAudit>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let (frame, path, chain) =
        (caller.frame(Section::Audit), caller.path("/audit"), Chain::Tenant(caller.tenant.id));
    trail(&caller, frame, path, chain, &request, &engine).await
}

async fn trail(
    caller: &Caller,
    frame: Frame,
    path: String,
    chain: Chain,
    request: &HttpRequest,
    engine: &Engine,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(request)?;
    let Asked { action, actor, person, from, to, after } = asked.clone();
    let Period { from, to } = period(from, to);
    let filter = AuditFilter { action, actor, person, from, to };
    let page = PageAsked { limit: ENTRIES, after: after.clone() };
    let found = engine.audit_page(chain, &filter, &page).await?;
    let actors = Actors::of(engine, &caller.by, found.items.iter().map(|event| event.actor.as_str())).await?;
    let row = |event: AuditEvent| {
        let by = |asked: Asked| with_query(&path, &asked);
        Row {
            who: actors.name(&event.actor).to_owned(),
            by_action: by(Asked { action: Some(event.action.clone()), ..Asked::default() }),
            by_actor: by(Asked { actor: Some(event.actor.clone()), ..Asked::default() }),
            by_person: event
                .person
                .clone()
                .map(|person| by(Asked { person: Some(person), ..Asked::default() })),
            event,
        }
    };
    let items = found.items.into_iter().map(row).collect();
    let without_place = Asked { after: None, ..asked.clone() };
    render(&Trail {
        frame,
        pager: Pager::new(&path, &asked, after.as_deref(), found.next.as_deref()),
        path,
        of_tenant: chain != Chain::Platform,
        filtered: without_place != Asked::default(),
        asked,
        items,
    })
}

#[derive(Template)]
#[template(path = "audit_verified.html")]
struct Verified {
    frame: Frame,
    path: String,
    state: ChainState,
}

async fn verify_installation(
    caller: May<ReadAllAudit>,
    form: Posted<Nothing>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    verify(caller.frame(Section::Audit), "/dashboard/audit".to_owned(), Chain::Platform, &engine).await
}

async fn verify_tenant(
    caller: OnTenant<ReadAudit>,
    form: Posted<Nothing>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let chain = Chain::Tenant(caller.tenant.id);
    verify(caller.frame(Section::Audit), caller.path("/audit"), chain, &engine).await
}

async fn verify(frame: Frame, path: String, chain: Chain, engine: &Engine) -> Result<HttpResponse, Fault> {
    let Ok(_place) = CHECKED.try_acquire() else { return Err(Fault::Busy(CHECKED_AGAIN_SECONDS)) };
    let state = engine.verify_audit(chain).await?;
    render(&Verified { frame, path, state })
}
