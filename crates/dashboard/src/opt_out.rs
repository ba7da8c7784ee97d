//! Whoever opted out: asked for by a name, since nobody's name is kept.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::{ManagePeople, ReadPeople};
use timbre_domain::operator::Permission;
use timbre_engine::{Engine, OptedOut, PersonName};

use crate::{
    caller::OnTenant,
    fault::Fault,
    forms::{Notice, Posted, done, read_query, see, with_query},
    frame::{Frame, Section, render, render_as},
    people::PEOPLE,
    routes::Pages,
    words,
};

const OPT_OUT: &str = "/opt-out";
const LIFT: &str = "/opt-out/lift";

/// What a name can be, as the admin API has it, and as people call it.
const KINDS: [(&str, &str); 5] = [
    ("reference", "BiometrID's reference"),
    ("device", "a device's MAC address"),
    ("speaker", "a DeepAffects speaker's id"),
    ("profile", "an Azure profile's id"),
    ("person", "a person's id"),
];

/// Why a name is not taken.
const NOT_OF_KIND: &str = "This is no name of that kind.";
const KNOWN: &str = "No opt-out is put: somebody is known by this name, or is being made known.";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/opt-out", show).post("/tenants/{tenant}/opt-out", put);
    pages.get("/tenants/{tenant}/opt-out/lift", ask_to_lift).post("/tenants/{tenant}/opt-out/lift", lift);
}

/// A name, as a form has it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Called {
    kind: String,
    name: String,
}

impl Called {
    /// None where it is no name of its kind.
    fn read(&self) -> Option<PersonName> {
        let name = Some(self.name.trim()).filter(|name| !name.is_empty())?;
        PersonName::parse(&self.kind, name)
    }

    fn is_of(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

/// How it stands with a name.
enum Standing {
    /// None was asked for, or none that reads.
    Unasked,
    /// They may be lifted there, which is asked once more.
    OptedOut(String),
    /// Somebody has it: they are erased instead, under all of their names.
    Known(String),
    Free,
}

#[derive(Template)]
#[template(path = "opt_out.html")]
struct Page {
    frame: Frame,
    path: String,
    called: Called,
    standing: Standing,
    /// What is wrong with the name.
    wrong: Option<&'static str>,
}

impl Page {
    fn kinds(&self) -> [(&'static str, &'static str); 5] {
        KINDS
    }
}

async fn show(
    caller: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let called: Called = read_query(&request)?;
    let (standing, wrong) = match called.read() {
        _ if called.name.is_empty() => (Standing::Unasked, None),
        None => (Standing::Unasked, Some(NOT_OF_KIND)),
        Some(name) => (standing(&caller, &engine, &called, &name).await?, None),
    };
    render(&page(&caller, called, standing, wrong))
}

fn page<P>(caller: &OnTenant<P>, called: Called, standing: Standing, wrong: Option<&'static str>) -> Page {
    Page { frame: caller.frame(Section::People), path: caller.path(OPT_OUT), called, standing, wrong }
}

/// What was sent is no name of its kind: it is asked for again.
fn not_of_kind<P>(caller: &OnTenant<P>, called: Called) -> Result<HttpResponse, Fault> {
    let page = page(caller, called, Standing::Unasked, Some(NOT_OF_KIND));
    render_as(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn standing<P>(
    caller: &OnTenant<P>,
    engine: &Engine,
    called: &Called,
    name: &PersonName,
) -> Result<Standing, Fault> {
    if engine.opted_out(&caller.tenant, name).await? {
        return Ok(Standing::OptedOut(with_query(&caller.path(LIFT), called)));
    }
    Ok(match engine.find_person(&caller.tenant, name).await? {
        Some(person) => Standing::Known(caller.path(&format!("{PEOPLE}/{person}/erase"))),
        None => Standing::Free,
    })
}

/// The page of a name.
fn page_of<P>(caller: &OnTenant<P>, called: &Called) -> String {
    with_query(&caller.path(OPT_OUT), called)
}

async fn put(
    caller: OnTenant<ManagePeople>,
    form: Posted<Called>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let called = form.read()?;
    let Some(name) = called.read() else { return not_of_kind(&caller, called) };
    match engine.opt_out(&caller.tenant, &name).await? {
        OptedOut::Now | OptedOut::Before => Ok(done(&page_of(&caller, &called), Notice::OptedOut)),
        OptedOut::Known => {
            let standing = standing(&caller, &engine, &called, &name).await?;
            render_as(StatusCode::CONFLICT, &page(&caller, called, standing, Some(KNOWN)))
        }
    }
}

#[derive(Template)]
#[template(path = "opt_out_lift.html")]
struct AskToLift {
    frame: Frame,
    path: String,
    back: String,
    called: Called,
}

/// Says what lifting does. Where nobody opted out, how it stands is said instead.
async fn ask_to_lift(
    caller: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let called: Called = read_query(&request)?;
    let Some(name) = called.read() else { return not_of_kind(&caller, called) };
    let back = page_of(&caller, &called);
    if !engine.opted_out(&caller.tenant, &name).await? {
        return Ok(see(&back));
    }
    render(&AskToLift { frame: caller.frame(Section::People), path: caller.path(OPT_OUT), back, called })
}

/// Under all of their names. Where nobody opted out, how it stands is said instead.
async fn lift(
    caller: OnTenant<ManagePeople>,
    form: Posted<Called>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let called = form.read()?;
    let Some(name) = called.read() else { return not_of_kind(&caller, called) };
    let to = page_of(&caller, &called);
    Ok(match engine.lift_opt_out(&caller.tenant, &name).await? {
        true => done(&to, Notice::OptOutLifted),
        false => see(&to),
    })
}
