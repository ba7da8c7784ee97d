//! Tokens by which programs call this API.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use timbre_domain::ids::TenantId;
use timbre_engine::{AdminTokenRecord, Engine, EngineError, NewAdminToken};

use super::{
    Fault, May,
    body::{Body, NAME, created, once_for_a_key, reads},
    caller::{ManageTokens, ReadTokens, named, needs},
    parameters::{Items, PAGE, listed, only_page},
    roles::{RoleName, role_of, wrong_roles},
    shown,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("tokens");
    routes
        .get("/tokens", list, "listTokens", "Lists the tokens.")
        .explained("The newest first, and never what a token is.")
        .also(&needs::<ReadTokens>())
        .takes(&PAGE)
        .answers::<Items<shown::Token>>(200, "Tokens, revoked ones too.");
    let row = routes
        .post("/tokens", issue, "issueToken", "Issues a token.")
        .explained(
            "It has no session: it is good until it is revoked, or until the time that is named. Two of a name may be alive, so that a program \
             can change over; a third is a 409.",
        )
        .also(&needs::<ManageTokens>())
        .answers::<shown::IssuedToken>(201, "The token, shown in this reply only.")
        .refuses(
            [EngineError::InvalidName, EngineError::TimeIsOver, EngineError::TooManyTokens].map(Fault::from),
        )
        .refuses(wrong_roles());
    once_for_a_key(reads::<Asked>(row));
    routes
        .delete("/tokens/{token}", revoke, "revokeToken", "Revokes a token.")
        .explained("For good, at once and at every replica. Revoked twice is revoked.")
        .also(&needs::<ManageTokens>())
        .answers_nothing(204, "Its calls are refused from now on.")
        .refuses([Fault::NotFound("token")]);
}

async fn list(
    May(by, _): May<ReadTokens>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(listed(engine.admin_tokens(&by, &only_page(&request)?).await?, shown::token))
}

/// A token that is asked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewToken")]
struct Asked {
    /// What operators call the program: 1 to 255 characters, not all blanks, none of them a control character. Two tokens of a name may be alive.
    #[schemars(length(min = 1, max = 255), regex(pattern = NAME))]
    name: String,
    /// What the program may do.
    #[schemars(with = "RoleName")]
    role: String,
    /// Of a tenant's admin.
    tenant: Option<TenantId>,
    /// A time to come; without it, the token is good until it is revoked.
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
    let tell =
        |record: &AdminTokenRecord, token: &str| serde_json::to_value(shown::issued_token(record, token));
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
