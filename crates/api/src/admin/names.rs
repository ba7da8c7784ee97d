//! People by the names that a tenant has for them: whoever opted out, and the receipts of those who are known no more.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_engine::{Engine, OptedOut, PersonName};

use super::{
    Fault, OnTenant,
    caller::{ManagePeople, ReadPeople, needs},
    parameters::{self, Items},
};
use crate::{
    documented::Parameter,
    routes::{Routes, Row},
};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("people");
    let path = "/tenants/{tenant}/opt-out";
    called(routes.get(path, opted_out, "showOptOut", "Says whether whoever is called so opted out."))
        .explained("What they were called is not kept: only somebody who has the name can ask.")
        .also(&needs::<ReadPeople>())
        .answers::<Out>(200, "Whether they did.");
    called(routes.put(path, put, "putOptOut", "Has nobody be made known by a name that nobody has."))
        .explained(
            "Every contract turns down whoever would be made known by it. Somebody who is known already is a 409: erase them with `opt_out`. \
             Twice is once.",
        )
        .also(&needs::<ManagePeople>())
        .answers::<Out>(200, "Nobody is made known by it from now on.")
        .refuses([known_by_it()]);
    called(routes.delete(path, lift, "liftOptOut", "Lets whoever opted out be made known again."))
        .explained("Under all names that they opted out with. What was erased does not come back.")
        .also(&needs::<ManagePeople>())
        .answers::<Lifted>(200, "Under all of their names.");
    routes
        .get("/tenants/{tenant}/receipts", receipts, "listReceipts", "Lists the receipts of erasures.")
        .explained(
            "The pseudonym is what an erasure answered, and what the audit trail has. Whoever has the public key can check a receipt without \
             Timbre.",
        )
        .also(&needs::<ReadPeople>())
        .takes(&[Parameter::needed::<String>("person", "The pseudonym of whoever was erased.")])
        .answers::<Items<Kept>>(200, "Receipts, the latest first.")
        .refuses([Fault::NotFound("tenant")]);
}

/// A route that asks for a name and its kind.
pub(super) fn called(row: &mut Row) -> &mut Row {
    row.takes(&CALLED).refuses([Fault::NotFound("tenant"), not_of_kind()])
}

const CALLED: [Parameter; 2] = [
    Parameter::needed::<Kind>("kind", "What the name is."),
    Parameter::needed::<String>(
        "name",
        "The name: a BiometrID reference, a device's MAC address, a DeepAffects speaker's id, an Azure profile's id, or a person's id.",
    ),
];

/// What a name is.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "it stands for its shape")]
enum Kind {
    Reference,
    Device,
    Speaker,
    Profile,
    Person,
}

/// Whether somebody opted out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OptOut")]
struct Out {
    /// Whether nobody is made known by this name.
    opted_out: bool,
}

/// An opt-out that is over.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LiftedOptOut")]
struct Lifted {
    /// Whether there was one.
    lifted: bool,
}

fn not_of_kind() -> Fault {
    let wrong = "it is reference, device, speaker, profile or person, and name is of that kind";
    Fault::Parameter("kind", wrong.to_owned())
}

fn known_by_it() -> Fault {
    Fault::Conflict("somebody is known by this name: erase them with opt_out=true".to_owned())
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
    PersonName::parse(&kind, &name).ok_or_else(not_of_kind)
}

async fn opted_out(
    on: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let opted_out = engine.opted_out(&on.tenant, &name(&request)?).await?;
    Ok(HttpResponse::Ok().json(Out { opted_out }))
}

/// Of somebody who is known, or being made known, nothing is said under one name: they are erased, with all of their names.
async fn put(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    match engine.opt_out(&on.tenant, &name(&request)?).await? {
        OptedOut::Known => Err(known_by_it()),
        OptedOut::Now | OptedOut::Before => Ok(HttpResponse::Ok().json(Out { opted_out: true })),
    }
}

/// Under all of their names.
async fn lift(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let lifted = engine.lift_opt_out(&on.tenant, &name(&request)?).await?;
    Ok(HttpResponse::Ok().json(Lifted { lifted }))
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
    let receipts = receipts.into_iter().map(|receipt| Kept { receipt });
    Ok(HttpResponse::Ok().json(Items::all(receipts)))
}

/// The receipt of an erasure.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "KeptReceipt")]
struct Kept {
    /// A JSON Web Signature (RFC 7515).
    receipt: String,
}
