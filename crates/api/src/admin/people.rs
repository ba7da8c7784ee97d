//! A tenant's people: BiometrID's users, Azure's profiles and DeepAffects' speakers, in one list, each with all enrolments.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Deserialize;
use serde_json::json;
use timbre_domain::{contract::Contract, ids::SubjectId};
use timbre_engine::{Engine, EngineError, EraseOptions, PeopleFilter};

use super::{
    Fault, OnTenant,
    caller::{ManagePeople, ReadPeople, named},
    parameters::{self, listed, one_of, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("people");
    routes
        .get("/tenants/{tenant}/people", list, "listPeople", "Lists the people whom any contract knows.")
        .takes(&[Parameter::allowed::<String>("search", "")])
        .takes(&[Parameter::allowed::<String>("contract", "")])
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes.get("/tenants/{tenant}/people/{person}", show, "showPerson", "Shows somebody and all enrolments.");
    routes
        .delete(
            "/tenants/{tenant}/people/{person}",
            erase,
            "erasePerson",
            "Erases somebody, and answers a receipt.",
        )
        .takes(&[Parameter::allowed::<String>("opt_out", "")]);
    routes.get(
        "/tenants/{tenant}/people/{person}/export",
        export,
        "exportPerson",
        "Shows all that is held about somebody.",
    );
    routes
        .post(
            "/tenants/{tenant}/people/{person}/unlock",
            unlock,
            "unlockPerson",
            "Forgets failed verifications.",
        )
        .answers_nothing(204, "Done.");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    search: Option<String>,
    contract: Option<String>,
    limit: Option<u32>,
    after: Option<String>,
}

async fn list(
    on: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { search, contract, limit, after } = parameters::read(&request)?;
    let contract = one_of::<Contract>("contract", contract.as_deref(), "biometrid, azure or deepaffects")?;
    let people =
        engine.list_people(&on.tenant, &PeopleFilter { search, contract }, &page(limit, after)?).await?;
    let now = engine.now();
    Ok(listed(people, |person| shown::person(&on.tenant, person, now)))
}

async fn show(
    on: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let person = engine.person_details(&on.tenant, id(&request)?).await?;
    Ok(HttpResponse::Ok().json(shown::person(&on.tenant, &person, engine.now())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erased {
    opt_out: Option<bool>,
}

/// Erases a person under every contract, and answers the signed receipt; 202 where the person is known no more, and the receipt comes
/// later. With `opt_out`, nobody is enrolled again under any of their names.
async fn erase(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Erased { opt_out } = parameters::read(&request)?;
    let options = EraseOptions { opt_out: opt_out.unwrap_or(false) };
    let id = id(&request)?;
    match engine.erase_person(&on.tenant, id, options).await {
        Ok(signed) => Ok(HttpResponse::Ok().json(json!({"receipt": signed.text, "says": signed.receipt}))),
        // What is left is destroyed by housekeeping; the receipt is then found by the pseudonym.
        Err(EngineError::ErasureNotOver(_)) => {
            Ok(HttpResponse::Accepted().json(json!({"receipt": null, "person": on.tenant.pseudonym(id)})))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is held about a person, without the voice itself.
async fn export(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(HttpResponse::Ok().json(engine.export_person(&on.tenant, id(&request)?).await?))
}

/// Forgets the failed verifications, in every language.
async fn unlock(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let subject = engine.subject(&on.tenant, id(&request)?).await?;
    engine.reset_lockout(&on.tenant, &subject).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn id(request: &HttpRequest) -> Result<SubjectId, Fault> {
    named(request, "person", "person")
}
