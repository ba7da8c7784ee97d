//! Who may log in here: to be read. Operators are made and changed at the command line, or through the admin API.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;
use timbre_api::admin::needs::ReadOperators;
use timbre_engine::{Engine, OperatorRecord, PageAsked};

use crate::{
    caller::May,
    fault::Fault,
    forms::read_query,
    frame::{Frame, Section, render},
    pager::{ENTRIES, Pager},
    routes::Pages,
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/operators", list);
}

#[derive(Template)]
#[template(path = "operators.html")]
struct List {
    frame: Frame,
    items: Vec<OperatorRecord>,
    pager: Pager,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    after: Option<String>,
}

/// Those of the installation and those of a tenant.
async fn list(
    caller: May<ReadOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Asked { after } = read_query(&request)?;
    let found = engine.operators(&caller.by, &PageAsked { limit: ENTRIES, after: after.clone() }).await?;
    render(&List {
        frame: caller.frame(Section::System),
        pager: Pager::new("/dashboard/operators", &(), after.as_deref(), found.next.as_deref()),
        items: found.items,
    })
}
