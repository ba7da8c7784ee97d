//! The credentials of a tenant's applications.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::contract::Contract;
use timbre_engine::{CredentialInfo, Engine, IssuedCredential};

use super::{
    Fault, OnTenant,
    body::{Body, JSON, created},
    caller::{ManageCredentials, ReadCredentials, named},
    parameters::{listed, only_page},
    shown::time,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("credentials");
    routes
        .get("/tenants/{tenant}/credentials", list, "listCredentials", "Lists the credentials.")
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes
        .post("/tenants/{tenant}/credentials", issue, "issueCredential", "Issues a credential.")
        .reads(JSON)
        .answers_nothing(201, "Done.");
    routes
        .delete(
            "/tenants/{tenant}/credentials/{credential}",
            revoke,
            "revokeCredential",
            "Revokes a credential.",
        )
        .answers_nothing(204, "Done.");
}

/// Revoked ones too.
async fn list(
    on: OnTenant<ReadCredentials>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(listed(engine.credentials_page(&on.tenant, &only_page(&request)?).await?, shown))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    contract: Contract,
    label: Option<String>,
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
        let mut told =
            json!({"id": issued.id, "contract": contract.name(), "key": issued.key, "label": label});
        // As applications of each contract present it.
        match contract {
            Contract::Biometrid => told["secret"] = json!(*issued.secret),
            Contract::Azure => told["subscription_key"] = json!(*issued.whole()),
            Contract::Deepaffects => told["apikey"] = json!(*issued.whole()),
        }
        told
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

fn shown(credential: &CredentialInfo) -> Value {
    json!({
        "id": credential.id,
        "contract": credential.contract.name(),
        "slot": credential.slot,
        "key": credential.public_key,
        "label": credential.label,
        "created_at": time(credential.created_at),
        "last_used_at": credential.last_used_at.map(time),
        "revoked_at": credential.revoked_at.map(time),
    })
}
