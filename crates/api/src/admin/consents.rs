//! What a tenant's people agreed to; those too whom it will know by a name that it has for them.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_engine::{Consent, ConsentRecord, Engine, PersonName, Tenant};

use super::{
    Fault, OnTenant,
    body::{Body, JSON},
    caller::{ManagePeople, ReadPeople},
    names::{called, name},
    people::id,
    shown::time,
};
use crate::routes::Routes;

const PATH: &str = "/tenants/{tenant}/people/{person}/consents";

/// Of whoever is called so.
const BY_NAME: &str = "/tenants/{tenant}/consents";

pub(super) fn routes(routes: &mut Routes) {
    routes.about("consents");
    routes.get(PATH, list, "listConsents", "Lists what somebody agreed to.");
    routes
        .post(PATH, record, "recordConsent", "Records a consent.")
        .reads(JSON)
        .answers_nothing(201, "Done.");
    routes.delete(PATH, withdraw, "withdrawConsents", "Withdraws all that somebody agreed to.");
    called(routes.get(BY_NAME, list, "listConsentsOf", "Lists what somebody of a name agreed to."));
    let record =
        routes.post(BY_NAME, record, "recordConsentOf", "Records a consent, of somebody to come too.");
    called(record.reads(JSON).answers_nothing(201, "Done."));
    called(routes.delete(BY_NAME, withdraw, "withdrawConsentsOf", "Withdraws all that they agreed to."));
}

/// The person of the path, whom the tenant knows; or whoever the query names.
async fn person(on: &Tenant, request: &HttpRequest, engine: &Engine) -> Result<PersonName, Fault> {
    if request.match_info().get("person").is_none() {
        return name(request);
    }
    let id = id(request)?;
    engine.person_details(on, id).await?;
    Ok(PersonName::Person(id))
}

/// Withdrawn ones too.
async fn list(
    on: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let whose = person(&on.tenant, &request, &engine).await?;
    let items: Vec<Value> = engine.consents(&on.tenant, &whose).await?.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({"items": items, "next": null})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    /// SHA-256 of the text that was agreed to, as 64 hexadecimal digits.
    text_sha256: String,
    given_at: DateTime<Utc>,
    /// The tenant's reference to who signed.
    signer: String,
}

async fn record(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let whose = person(&on.tenant, &request, &engine).await?;
    let Given { text_sha256, given_at, signer } = Body::read(&request, payload).await?.fields;
    let digits = text_sha256.len() == 64 && text_sha256.bytes().all(|digit| digit.is_ascii_hexdigit());
    let now = engine.now();
    let (pointer, wrong) = match (digits, Consent::new(&text_sha256, given_at, "somebody", now)) {
        (false, _) => ("/text_sha256", "it has 64 hexadecimal digits"),
        (true, None) => ("/given_at", "it is a time that was"),
        (true, Some(_)) => ("/signer", "it has 1 to 255 characters"),
    };
    let consent = Consent::new(&text_sha256, given_at, &signer, now);
    let consent = consent.ok_or_else(|| Fault::Invalid(pointer.into(), wrong.to_owned()))?;
    let id = engine.record_consent(&on.tenant, &whose, consent).await?;
    Ok(HttpResponse::Created().json(json!({"id": id})))
}

/// From now on the voice is neither enrolled nor compared with, until consent is given again; of whom nothing was recorded too.
async fn withdraw(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let whose = person(&on.tenant, &request, &engine).await?;
    let withdrawn = engine.withdraw_consent(&on.tenant, &whose).await?;
    Ok(HttpResponse::Ok().json(json!({"withdrawn": withdrawn})))
}

fn shown(consent: &ConsentRecord) -> Value {
    let digits: String = consent.text_sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "id": consent.id,
        // None of a refusal: of whom nothing was recorded before.
        "text_sha256": (!digits.is_empty()).then_some(digits),
        "given_at": time(consent.given_at),
        "signer": consent.signer,
        "recorded_at": time(consent.recorded_at),
        "withdrawn_at": consent.withdrawn_at.map(time),
    })
}
