//! A tenant's people: whoever any contract knows, found by whatever they are called.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ReadPeople;
use timbre_domain::contract::Contract;
use timbre_engine::{Engine, PageAsked, PeopleFilter};

use crate::{
    caller::OnTenant,
    contracts,
    fault::Fault,
    filters::Wrong,
    forms::read_query,
    frame::{Frame, Section, render_as},
    pager::{ENTRIES, Pager},
    routes::Pages,
    search::{Choice, choices},
    voices::Voice,
    words,
};

pub(crate) const PEOPLE: &str = "/people";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/people", list);
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    search: Option<String>,
    contract: Option<String>,
    #[serde(skip_serializing)]
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "people.html")]
struct List {
    frame: Frame,
    path: String,
    tenant: String,
    search: String,
    contracts: Vec<Choice>,
    wrong: Wrong,
    filtered: bool,
    items: Vec<Row>,
    pager: Pager,
}

struct Row {
    id: String,
    reference: Option<String>,
    device: Option<String>,
    created_at: DateTime<Utc>,
    voices: Vec<Voice>,
}

async fn list(
    caller: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let mut asked: Asked = read_query(&request)?;
    // Ids are copied with what stands around them.
    asked.search = asked.search.map(|search| search.trim().to_owned());
    let Asked { search, contract, after } = asked.clone();
    let page = PageAsked { limit: ENTRIES, after: after.clone() };
    let mut wrong = Wrong::default();
    let filter =
        PeopleFilter { search, contract: wrong.read("contract", &contract, "There is no such contract.") };
    let found = wrong.or(engine.list_people(&caller.tenant, &filter, &page)).await?;
    let now = engine.now();
    let path = caller.path(PEOPLE);
    let items = found.items.into_iter().map(|person| Row {
        id: person.id.to_string(),
        reference: person.reference_id,
        device: person.mac_address,
        created_at: person.created_at,
        voices: person.enrolments.into_iter().map(|this| Voice::of(&caller.tenant, this, &[], now)).collect(),
    });
    let all = Contract::ALL.iter().map(|contract| (contract.name(), contracts::name(contract)));
    let page = List {
        frame: caller.frame(Section::People),
        pager: Pager::new(&path, &asked, after.as_deref(), found.next.as_deref()),
        path,
        tenant: caller.path(""),
        filtered: asked.search.is_some() || asked.contract.is_some(),
        search: asked.search.unwrap_or_default(),
        contracts: choices(all, &asked.contract),
        items: items.collect(),
        wrong,
    };
    render_as(page.wrong.status(), &page)
}
