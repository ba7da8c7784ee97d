//! Tokens by which programs call this API.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::ids::TenantId;
use timbre_engine::{AdminTokenRecord, Engine, NewAdminToken};

use super::{
    Fault, May,
    body::{Body, JSON, created},
    caller::{ManageTokens, ReadTokens, named},
    operators::role_of,
    parameters::{self, listed, page, time},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("tokens");
    routes.get("/tokens", list, "listTokens", "Lists the tokens.").allows("limit").allows("after");
    routes.post("/tokens", issue, "issueToken", "Issues a token.").takes(JSON).answers(201);
    routes.delete("/tokens/{token}", revoke, "revokeToken", "Revokes a token.").answers(204);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    limit: Option<u32>,
    after: Option<String>,
}

async fn list(
    May(by, _): May<ReadTokens>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { limit, after } = parameters::read(&request)?;
    Ok(listed(engine.admin_tokens(&by, &page(limit, after)?).await?, shown))
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
        let mut told = shown(record);
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

fn shown(token: &AdminTokenRecord) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "role": token.role.name(),
        "tenant": token.role.tenant(),
        // What the token begins with, so that it is known again.
        "prefix": token.public_part,
        "created_at": time(token.created_at),
        "expires_at": token.expires_at.map(time),
        "last_used_at": token.last_used_at.map(time),
        "revoked_at": token.revoked_at.map(time),
    })
}
