//! The credentials of a tenant's applications.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::{contract::Contract, ids::CredentialId};
use timbre_engine::{CredentialInfo, Engine, EngineError, IssuedCredential};

use super::{
    Fault, OnTenant,
    body::{Body, created, once_for_a_key, reads},
    caller::{ManageCredentials, ReadCredentials, named, needs},
    parameters::{Items, PAGE, listed, only_page},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("credentials");
    let path = "/tenants/{tenant}/credentials";
    routes
        .get(path, list, "listCredentials", "Lists the credentials.")
        .explained("Of every contract, the newest first, and never a secret.")
        .also(&needs::<ReadCredentials>())
        .takes(&PAGE)
        .answers::<Items<Shown>>(200, "Credentials, revoked ones too.")
        .refuses([Fault::NotFound("tenant")]);
    let row = routes
        .post(path, issue, "issueCredential", "Issues a credential.")
        .explained(
            "Two of a contract are alive at a time: issue the second, change the application over, revoke the first. A third is a 409. The \
             secret is shown in this reply only.",
        )
        .also(&needs::<ManageCredentials>())
        .answers::<Told<'static>>(201, "The credential. Its secret is shown in this reply only.")
        .refuses([Fault::NotFound("tenant"), EngineError::Label.into(), EngineError::TooManyCredentials.into()]);
    once_for_a_key(reads::<Asked>(row));
    let path = "/tenants/{tenant}/credentials/{credential}";
    routes
        .delete(path, revoke, "revokeCredential", "Revokes a credential.")
        .explained("For good, from the next call on and at every replica.")
        .also(&needs::<ManageCredentials>())
        .answers_nothing(204, "Its calls are refused from now on.")
        .refuses([Fault::NotFound("tenant"), Fault::NotFound("credential")]);
}

/// Revoked ones too.
async fn list(
    on: OnTenant<ReadCredentials>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(listed(engine.credentials_page(&on.tenant, &only_page(&request)?).await?, shown))
}

/// A credential that is asked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCredential")]
struct Asked {
    /// Whose words the application speaks.
    contract: Contract,
    /// For people, to know it again.
    #[schemars(length(max = 255))]
    label: Option<String>,
}

/// A credential just issued, as applications of its contract present it: shown in this reply only.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IssuedCredential")]
struct Told<'a> {
    /// The credential's id, by which it is revoked.
    id: CredentialId,
    /// Whose words the application speaks.
    contract: Contract,
    /// What it is known by.
    key: &'a str,
    /// What it was given to be known again by.
    label: Option<&'a str>,
    /// Of BiometrID: goes with the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    /// Of Azure.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_key: Option<&'a str>,
    /// Of DeepAffects.
    #[serde(skip_serializing_if = "Option::is_none")]
    apikey: Option<&'a str>,
}

/// The secret is shown in this reply only. Two of a contract are alive at a time.
async fn issue(
    on: OnTenant<ManageCredentials>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let body = Body::<Asked>::read(&request, payload).await?;
    let once = body.once(&request)?;
    let Asked { contract, label } = body.fields;
    let tell = |issued: &IssuedCredential| {
        let whole = issued.whole();
        let of = |which, text| (contract == which).then_some(text);
        serde_json::to_value(&Told {
            id: issued.id,
            contract,
            key: &issued.key,
            label: label.as_deref(),
            secret: of(Contract::Biometrid, issued.secret.as_str()),
            subscription_key: of(Contract::Azure, whole.as_str()),
            apikey: of(Contract::Deepaffects, whole.as_str()),
        })
    };
    let told =
        engine.issue_credential_once(&on.by, &on.tenant, contract, label.as_deref(), once, tell).await?;
    Ok(created(&told))
}

async fn revoke(
    on: OnTenant<ManageCredentials>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    engine.revoke_credential(&on.tenant, named(&request, "credential", "credential")?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A credential, without its secret.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Credential")]
struct Shown {
    /// The credential's id, by which it is revoked.
    id: CredentialId,
    /// Whose words the application speaks.
    contract: Contract,
    /// Which of the two that may be alive it is; null once it is revoked.
    slot: Option<u8>,
    /// What it is known by.
    key: String,
    /// What it was given to be known again by.
    label: Option<String>,
    /// When it was issued.
    created_at: DateTime<Utc>,
    /// When it was last used, to the minute; null of one that never was.
    last_used_at: Option<DateTime<Utc>>,
    /// Since when its calls are refused; null of one that was not revoked.
    revoked_at: Option<DateTime<Utc>>,
}

fn shown(credential: &CredentialInfo) -> Shown {
    Shown {
        id: credential.id,
        contract: credential.contract,
        slot: credential.slot,
        key: credential.public_key.clone(),
        label: credential.label.clone(),
        created_at: credential.created_at,
        last_used_at: credential.last_used_at,
        revoked_at: credential.revoked_at,
    }
}
