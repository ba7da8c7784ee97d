//! `timbre tenant credentials`, `credential`, `revoke`: the keys of a tenant's applications.

use serde_json::json;
use timbre_domain::{contract::Contract, ids::CredentialId};

use crate::{
    built,
    failure::{Failure, note, say},
    settings::Settings,
};

pub(super) async fn list(settings: &Settings, name: &str) -> Result<(), Failure> {
    let engine = built::engine(settings).await?.engine;
    let tenant = engine.tenant_for_operator(name).await?;
    let credentials = engine.credentials(&tenant).await?;
    let credentials: Vec<_> = credentials
        .into_iter()
        .map(|info| {
            json!({
                "id": info.id,
                "contract": info.contract,
                "slot": info.slot,
                "key": info.public_key,
                "label": info.label,
                "created_at": info.created_at,
                "last_used_at": info.last_used_at,
                "revoked_at": info.revoked_at,
            })
        })
        .collect();
    say(json!({ "tenant": name, "credentials": credentials }))
}

pub(super) async fn issue(
    settings: &Settings,
    name: &str,
    contract: Contract,
    label: Option<&str>,
) -> Result<(), Failure> {
    let engine = built::engine(settings).await?.engine;
    let tenant = engine.tenant_for_operator(name).await?;
    let issued = engine.issue_credential(&tenant, contract, label).await?;
    note("the secret is shown only now: only its hash is stored");
    say(match contract {
        Contract::Biometrid => {
            json!({ "tenant": name, "id": issued.id, "key": issued.key, "secret": *issued.secret })
        }
        Contract::Azure => json!({ "tenant": name, "id": issued.id, "subscription_key": *issued.whole() }),
        Contract::Deepaffects => json!({ "tenant": name, "id": issued.id, "apikey": *issued.whole() }),
    })
}

pub(super) async fn revoke(settings: &Settings, name: &str, id: CredentialId) -> Result<(), Failure> {
    let engine = built::engine(settings).await?.engine;
    let tenant = engine.tenant_for_operator(name).await?;
    engine.revoke_credential(&tenant, id).await?;
    note("revoked");
    Ok(())
}
