//! A tenant's people: BiometrID's users, Azure's profiles and DeepAffects' speakers, in one list, each with all enrolments.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::{contract::Contract, ids::SubjectId};
use timbre_engine::{Engine, EngineError, EraseOptions, Held, PeopleFilter, Receipt};

use super::{
    Fault, OnTenant,
    caller::{ManagePeople, ReadPeople, named, needs},
    parameters::{self, Items, PAGE, listed, one_of, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("people");
    let no_such = [Fault::NotFound("tenant"), Fault::NotFound("person")];
    routes
        .get("/tenants/{tenant}/people", list, "listPeople", "Lists the people whom any contract knows.")
        .explained("BiometrID's users, Azure's profiles and DeepAffects' speakers, the newest first.")
        .also(&needs::<ReadPeople>())
        .takes(&FILTER)
        .takes(&PAGE)
        .answers::<Items<shown::Person>>(200, "People, the latest first.")
        .refuses([Fault::NotFound("tenant")]);
    let path = "/tenants/{tenant}/people/{person}";
    routes
        .get(path, show, "showPerson", "Shows somebody and all enrolments.")
        .explained("With failed verifications and locks; no voice and no recording.")
        .also(&needs::<ReadPeople>())
        .answers::<shown::Person>(200, "Whoever it is.")
        .refuses(no_such.clone());
    let opt_out = "Whether nobody may be enrolled again under any of their names.";
    routes
        .delete(path, erase, "erasePerson", "Erases somebody under every contract, and answers a receipt.")
        .explained(
            "Nothing brings them back: rows, recordings and the person's key are destroyed. Where something is still to be destroyed the reply \
             is a 202: the person is known no more, and `listReceipts` has the receipt once housekeeping has ended it.",
        )
        .also(&needs::<ManagePeople>())
        .takes(&[Parameter::allowed::<bool>("opt_out", opt_out)])
        .answers::<Gone>(200, "They are erased.")
        .answers::<Going>(202, "They are known no more; the receipt comes when all of them is destroyed.")
        .refuses(no_such.clone());
    let says = "Shows all that is held about somebody, without the voice itself.";
    routes
        .get("/tenants/{tenant}/people/{person}/export", export, "exportPerson", says)
        .explained(
            "For whoever asks what is kept about them: names, consents, enrolments, how long recordings are, and the latest 1000 dialogues with \
             what was measured. The audit trail tells that it was asked for.",
        )
        .also(&needs::<ManagePeople>())
        .answers::<Held>(200, "What is held.")
        .refuses(no_such.clone());
    let says = "Forgets failed verifications, in every language.";
    routes
        .post("/tenants/{tenant}/people/{person}/unlock", unlock, "unlockPerson", says)
        .explained("The next verification may be tried at once: do it for somebody whom you know otherwise. Twice is once.")
        .also(&needs::<ManagePeople>())
        .answers_nothing(204, "They are forgotten.")
        .refuses(no_such);
}

const FILTER: [Parameter; 2] = [
    Parameter::allowed::<String>(
        "search",
        "Only whoever this leads to: a person's id, a BiometrID reference, a device's address, an Azure profile's id or a speaker's name, whole.",
    ),
    Parameter::allowed::<Contract>("contract", "Only those whom this contract knows."),
];

/// A person's id.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
pub(super) struct PersonId(#[schemars(regex(pattern = "^[0-9a-f]{24}$"))] String);

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

/// An erasure that is over.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Erased")]
struct Gone {
    /// A JSON Web Signature (RFC 7515), which anybody who has the public key can check.
    receipt: String,
    /// What the receipt says.
    says: Receipt,
}

/// An erasure of which something is left to do.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Erasing")]
struct Going {
    /// Null: it is found later among the receipts.
    receipt: Option<String>,
    /// By which pseudonym.
    person: String,
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
        Ok(signed) => Ok(HttpResponse::Ok().json(Gone { receipt: signed.text, says: signed.receipt })),
        // What is left is destroyed by housekeeping; the receipt is then found by the pseudonym.
        Err(EngineError::ErasureNotOver(_)) => {
            let person = on.tenant.pseudonym(id);
            Ok(HttpResponse::Accepted().json(Going { receipt: None, person }))
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
