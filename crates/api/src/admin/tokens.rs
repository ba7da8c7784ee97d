//! Tokens by which programs call this API.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use timbre_domain::ids::TenantId;
use timbre_engine::{AdminTokenRecord, Engine, NewAdminToken};

use super::{
    Fault, May,
    body::{Body, JSON, created},
    caller::{ManageTokens, ReadTokens, named},
    operators::role_of,
    parameters::{listed, only_page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("tokens");
    routes
        .get("/tokens", list, "listTokens", "Lists the tokens.")
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes.post("/tokens", issue, "issueToken", "Issues a token.").reads(JSON).answers_nothing(201, "Done.");
    routes.delete("/tokens/{token}", revoke, "revokeToken", "Revokes a token.").answers_nothing(204, "Done.");
}

async fn list(
    May(by, _): May<ReadTokens>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(listed(engine.admin_tokens(&by, &only_page(&request)?).await?, shown::token))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    role: String,
    tenant: Option<TenantId>,
    expires_at: Option<DateTime<Utc>>,
}

/// The token is shown in this reply only.
async fn issue(
    May(by, _): May<ManageTokens>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let body = Body::<Asked>::read(&request, payload).await?;
    let once = body.once(&request)?;
    let Asked { name, role, tenant, expires_at } = body.fields;
    let new = NewAdminToken { name, role: role_of(&role, tenant)?, expires_at };
    let tell = |record: &AdminTokenRecord, token: &str| {
        let mut told = shown::token(record);
        told["token"] = Value::from(token);
        told
    };
    Ok(created(&engine.issue_admin_token(&by, new, once, tell).await?))
}

async fn revoke(
    May(by, _): May<ManageTokens>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    engine.revoke_admin_token(&by, named(&request, "token", "token")?).await?;
    Ok(HttpResponse::NoContent().finish())
}
