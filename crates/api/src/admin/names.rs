//! People by the names that a tenant has for them: whoever opted out, and the receipts of those who are known no more.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_engine::{Engine, OptedOut, PersonName};

use super::{
    Fault, OnTenant,
    caller::{ManagePeople, ReadPeople},
    parameters,
};
use crate::routes::{Routes, Row};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("people");
    let path = "/tenants/{tenant}/opt-out";
    called(routes.get(path, opted_out, "showOptOut", "Says whether whoever is called so opted out."));
    called(routes.put(path, put, "putOptOut", "Has nobody be made known by a name that nobody has."));
    called(routes.delete(path, lift, "liftOptOut", "Lets whoever opted out be made known again."));
    routes
        .get("/tenants/{tenant}/receipts", receipts, "listReceipts", "Lists the receipts of erasures.")
        .takes(&[Parameter::needed::<String>("person", "")]);
}

/// A route that asks for a name and its kind.
pub(super) fn called(row: &mut Row) {
    row.takes(&[Parameter::needed::<String>("kind", "")]).takes(&[Parameter::needed::<String>("name", "")]);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Called {
    kind: String,
    name: String,
}

/// Whoever the query names.
pub(super) fn name(request: &HttpRequest) -> Result<PersonName, Fault> {
    let Called { kind, name } = parameters::read(request)?;
    let wrong = "it is reference, device, speaker, profile or person, and name is of that kind";
    PersonName::parse(&kind, &name).ok_or_else(|| Fault::Parameter("kind", wrong.to_owned()))
}

async fn opted_out(
    on: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let opted_out = engine.opted_out(&on.tenant, &name(&request)?).await?;
    Ok(HttpResponse::Ok().json(json!({"opted_out": opted_out})))
}

/// Of somebody who is known, or being made known, nothing is said under one name: they are erased, with all of their names.
async fn put(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    match engine.opt_out(&on.tenant, &name(&request)?).await? {
        OptedOut::Known => {
            Err(Fault::Conflict("somebody is known by this name: erase them with opt_out=true".to_owned()))
        }
        OptedOut::Now | OptedOut::Before => Ok(HttpResponse::Ok().json(json!({"opted_out": true}))),
    }
}

/// Under all of their names.
async fn lift(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let lifted = engine.lift_opt_out(&on.tenant, &name(&request)?).await?;
    Ok(HttpResponse::Ok().json(json!({"lifted": lifted})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    /// The pseudonym that stood with the person, and stands in the audit trail.
    person: String,
}

/// The latest first.
async fn receipts(
    on: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Of { person } = parameters::read(&request)?;
    let receipts = engine.receipts_of(&on.tenant, &person).await?;
    let items: Vec<Value> = receipts.into_iter().map(|text| json!({"receipt": text})).collect();
    Ok(HttpResponse::Ok().json(json!({"items": items, "next": null})))
}
