//! What a tenant's people agreed to; those too whom it will know by a name that it has for them.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::ids::ConsentId;
use timbre_engine::{Consent, ConsentRecord, Engine, PersonName, Tenant};

use super::{
    Fault, OnTenant,
    body::{Body, reads},
    caller::{ManagePeople, ReadPeople, needs},
    names::{called, name},
    parameters::Items,
    people::id,
};
use crate::routes::{Routes, Row};

const PATH: &str = "/tenants/{tenant}/people/{person}/consents";

/// Of whoever is called so.
const BY_NAME: &str = "/tenants/{tenant}/consents";

pub(super) fn routes(routes: &mut Routes) {
    routes.about("consents");
    for (path, of, whose) in [(PATH, "", of_person as fn(&mut Row) -> &mut Row), (BY_NAME, "Of", called as _)]
    {
        let id = |verb: &str| format!("{verb}{of}");
        let says = "Lists what somebody agreed to.";
        whose(routes.get(path, list, &id("listConsents"), says))
            .explained("Those that were withdrawn too, and refusals, which have no text.")
            .also(&needs::<ReadPeople>())
            .answers::<Items<Consented>>(200, "Consents, withdrawn ones too.");
        let says = "Records a consent; of a name, that of somebody to come too.";
        reads::<Given>(whose(routes.post(path, record, &id("recordConsent"), says)))
            .explained(
                "The same once more is the same record. Where the policy asks for consent, a voice is neither enrolled nor compared with until \
                 there is one.",
            )
            .also(&needs::<ManagePeople>())
            .answers::<Recorded>(201, "It is recorded.");
        let says = "Withdraws all that somebody agreed to.";
        whose(routes.delete(path, withdraw, &id("withdrawConsents"), says))
            .explained(
                "They stay listed. Of whom nothing was recorded a refusal is. The voice is kept until it is erased, and a new consent lets it be \
                 used again.",
            )
            .also(&needs::<ManagePeople>())
            .answers::<Withdrawn>(200, "From now on the voice is neither enrolled nor compared with.");
    }
}

fn of_person(row: &mut Row) -> &mut Row {
    row.refuses([Fault::NotFound("tenant"), Fault::NotFound("person")])
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
    let consents = engine.consents(&on.tenant, &whose).await?;
    Ok(HttpResponse::Ok().json(Items::all(consents.into_iter().map(Consented::from))))
}

/// A consent, as it is recorded.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewConsent")]
struct Given {
    /// SHA-256 of the text that was agreed to, as 64 hexadecimal digits.
    #[schemars(regex(pattern = "^[0-9A-Fa-f]{64}$"))]
    text_sha256: String,
    /// A time that was.
    given_at: DateTime<Utc>,
    /// The tenant's reference to who signed.
    #[schemars(length(min = 1, max = 255))]
    signer: String,
}

/// A consent that was recorded.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecordedConsent")]
struct Recorded {
    /// The consent's id; where the same was recorded before, that one's.
    id: ConsentId,
}

/// Consents that were withdrawn.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WithdrawnConsents")]
struct Withdrawn {
    /// How many.
    withdrawn: u64,
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
    Ok(HttpResponse::Created().json(Recorded { id }))
}

/// From now on the voice is neither enrolled nor compared with, until consent is given again; of whom nothing was recorded too.
async fn withdraw(
    on: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let whose = person(&on.tenant, &request, &engine).await?;
    let withdrawn = engine.withdraw_consent(&on.tenant, &whose).await?;
    Ok(HttpResponse::Ok().json(Withdrawn { withdrawn }))
}

/// A consent, or a refusal of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Consent")]
struct Consented {
    /// The consent's id.
    id: ConsentId,
    /// Of the text that was agreed to. Null of a refusal: of whom nothing was recorded before.
    text_sha256: Option<String>,
    /// When the person agreed, by the tenant's word.
    given_at: DateTime<Utc>,
    /// The tenant's reference to who signed.
    signer: String,
    /// When Timbre was told.
    recorded_at: DateTime<Utc>,
    /// Since when it does not count; null of one that was not withdrawn.
    withdrawn_at: Option<DateTime<Utc>>,
}

impl From<ConsentRecord> for Consented {
    fn from(consent: ConsentRecord) -> Self {
        let digits: String = consent.text_sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            id: consent.id,
            text_sha256: (!digits.is_empty()).then_some(digits),
            given_at: consent.given_at,
            signer: consent.signer,
            recorded_at: consent.recorded_at,
            withdrawn_at: consent.withdrawn_at,
        }
    }
}
