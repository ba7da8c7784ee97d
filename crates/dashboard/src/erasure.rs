//! Erasing a person, and the receipts that say it was done.
//!
//! Promises that whoever erases has read how much will be destroyed and has typed whose it is, and that a receipt is shown with what it says
//! only where its signature holds.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use serde::Deserialize;
use timbre_api::admin::needs::{ManagePeople, ReadPeople};
use timbre_domain::ids::SubjectId;
use timbre_engine::{Counted, Engine, EngineError, EraseOptions, Receipt};

use crate::{
    caller::OnTenant,
    fault::Fault,
    forms::{Notice, Posted, done, no_query, read_query},
    frame::{Frame, Section, render, render_as},
    people::PEOPLE,
    person::{id, path_of},
    routes::Pages,
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    let path = "/tenants/{tenant}/people/{person}/erase";
    pages.get(path, ask).post(path, erase);
    pages.get("/tenants/{tenant}/receipts", receipts);
}

#[derive(Template)]
#[template(path = "person_erase.html")]
struct Ask {
    frame: Frame,
    path: String,
    id: String,
    called: Option<String>,
    counts: Vec<(&'static str, u64)>,
    opt_out: bool,
    wrong: bool,
}

async fn page<P>(caller: &OnTenant<P>, engine: &Engine, id: SubjectId, opt_out: bool) -> Result<Ask, Fault> {
    let person = engine.person_details(&caller.tenant, id).await?;
    let counted = engine.to_be_erased(&caller.tenant, id).await?;
    Ok(Ask {
        frame: caller.frame(Section::People),
        path: path_of(caller, id, ""),
        id: id.to_string(),
        called: person.reference_id,
        counts: counts(&counted),
        opt_out,
        wrong: false,
    })
}

/// How much of what, as pages and receipts name it.
fn counts(counted: &Counted) -> Vec<(&'static str, u64)> {
    let Counted { enrolments, voiceprints, samples, dialogues, turns, consents, objects } = counted;
    vec![
        ("Voices: enrolments, profiles and speakers", *enrolments),
        ("Voiceprints", *voiceprints),
        ("Recordings that were enrolled from", *samples),
        ("Sealed objects in the vault", *objects),
        ("Dialogues", *dialogues),
        ("Turns of dialogues, with what was measured", *turns),
        ("Consents and refusals", *consents),
    ]
}

/// Says what erasing the person will destroy.
async fn ask(
    caller: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&page(&caller, &engine, id(&request)?, false).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erase {
    /// The person's id, typed.
    #[serde(default)]
    id: String,
    opt_out: Option<String>,
}

/// Leads to the receipt, or to where it will be.
async fn erase(
    caller: OnTenant<ManagePeople>,
    form: Posted<Erase>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Erase { id: typed, opt_out } = form.read()?;
    let id = id(&request)?;
    let opt_out = opt_out.is_some();
    if !typed.trim().eq_ignore_ascii_case(&id.to_string()) {
        let page = Ask { wrong: true, ..page(&caller, &engine, id, opt_out).await? };
        return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let to = caller.path(&format!("/receipts?person={}", caller.tenant.pseudonym(id)));
    match engine.erase_person(&caller.tenant, id, EraseOptions { opt_out }).await {
        Ok(_) => Ok(done(&to, Notice::PersonErased)),
        // The tenant knows the person no more; housekeeping destroys what is left, and signs the receipt.
        Err(EngineError::ErasureNotOver(_)) => Ok(done(&to, Notice::ErasureBegun)),
        // As where this form came before.
        Err(EngineError::UnknownSubject) => match engine.was_erased(&caller.tenant, id).await? {
            true => Ok(done(&to, Notice::PersonErasedBefore)),
            false => Err(EngineError::UnknownSubject.into()),
        },
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    person: Option<String>,
}

#[derive(Template)]
#[template(path = "receipts.html")]
struct Receipts {
    frame: Frame,
    path: String,
    people: String,
    audit: String,
    /// The pseudonym that was asked for.
    person: Option<String>,
    items: Vec<Signed>,
}

/// A receipt as it is handed out, and what it says if it is this installation's and unaltered.
struct Signed {
    text: String,
    says: Option<Receipt>,
}

impl Signed {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.says.as_ref().map_or_else(Vec::new, |says| counts(&says.erased))
    }
}

/// The receipts of whoever had this pseudonym, the latest first.
async fn receipts(
    caller: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Asked { person } = read_query(&request)?;
    let person = person.map(|person| person.trim().to_ascii_lowercase());
    let found = match &person {
        Some(person) => engine.receipts_of(&caller.tenant, person).await?,
        None => Vec::new(),
    };
    let signed = |text: String| Signed { says: engine.verify_receipt(&text).ok(), text };
    render(&Receipts {
        frame: caller.frame(Section::People),
        path: caller.path("/receipts"),
        people: caller.path(PEOPLE),
        audit: caller.path("/audit?action=person.erased"),
        person,
        items: found.into_iter().map(signed).collect(),
    })
}
