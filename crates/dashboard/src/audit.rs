//! The audit trails: the installation's own, and each tenant's. Read by what was done, by whom, to whom and when; and checked.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::{ReadAllAudit, ReadAudit};
use timbre_engine::{AuditEvent, AuditFilter, Chain, ChainState, Engine, PageAsked, Tenant};
use tokio::sync::Semaphore;

use crate::{
    actors::{Actors, could_be},
    caller::{Caller, May, OnTenant},
    fault::Fault,
    filters::Wrong,
    forms::{Nothing, Posted, read_query, with_query},
    frame::{Frame, Section, render, render_as},
    pager::{ENTRIES, Pager},
    routes::Pages,
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
    from: Option<String>,
    to: Option<String>,
    #[serde(skip_serializing)]
    after: Option<String>,
}

impl Asked {
    /// What is looked for, and what cannot be.
    fn filter(&self) -> (AuditFilter, Wrong) {
        let mut wrong = Wrong::default();
        if self.actor.as_deref().is_some_and(|actor| !could_be(actor)) {
            let why = "The trail names nobody so. Follow a name in the list, or type one as the trail has it: system, unknown, command-line: and a \
                       name, or application:, operator: or token: and an id.";
            wrong.add("actor", why);
        }
        let period = wrong.period(&self.from, &self.to);
        let (action, actor, person) = (self.action.clone(), self.actor.clone(), self.person.clone());
        (AuditFilter { action, actor, person, from: period.from, to: period.to }, wrong)
    }
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Trail {
    frame: Frame,
    path: String,
    /// Whether people stand in it.
    of_tenant: bool,
    asked: Asked,
    /// What the actor that is looked for is called, where it is otherwise than the trail has it.
    actor: Option<String>,
    wrong: Wrong,
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
}

/// What is no tenant's: operators, their logins, tokens.
async fn installation(
    caller: May<ReadAllAudit>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let frame = caller.frame(Section::Audit);
    trail(&caller, frame, "/dashboard/audit".to_owned(), None, &request, &engine).await
}

async fn of_tenant(
    caller: OnTenant<ReadAudit>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let (frame, path) = (caller.frame(Section::Audit), caller.path("/audit"));
    trail(&caller, frame, path, Some(&caller.tenant), &request, &engine).await
}

async fn trail(
    caller: &Caller,
    frame: Frame,
    path: String,
    tenant: Option<&Tenant>,
    request: &HttpRequest,
    engine: &Engine,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(request)?;
    let page = PageAsked { limit: ENTRIES, after: asked.after.clone() };
    let (filter, wrong) = asked.filter();
    let chain = tenant.map_or(Chain::Platform, |tenant| Chain::Tenant(tenant.id));
    let found = wrong.or(engine.audit_page(chain, &filter, &page)).await?;
    let named = || found.items.iter().map(|event| event.actor.as_str()).chain(asked.actor.as_deref());
    let mut actors = Actors::of(engine, &caller.by, named()).await?;
    if let Some(tenant) = tenant {
        actors = actors.and_applications(engine, tenant, named()).await?;
    }
    let called = |actor: &String| Some(actors.name(actor).to_owned()).filter(|name| name != actor);
    let actor = asked.actor.as_ref().filter(|_| wrong.is_empty()).and_then(called);
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
    let page = Trail {
        frame,
        pager: Pager::new(&path, &asked, asked.after.as_deref(), found.next.as_deref()),
        path,
        of_tenant: tenant.is_some(),
        filtered: without_place != Asked::default(),
        asked,
        actor,
        wrong,
        items,
    };
    render_as(page.wrong.status(), &page)
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
