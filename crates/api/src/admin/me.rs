//! One's own account.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::operator::Permission;
use timbre_engine::{Administrator, Engine, OperatorRecord};
use zeroize::Zeroizing;

use super::{
    Fault, SignedIn,
    body::{Body, JSON},
    operators,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("me");
    routes.get("/me", show, "showMe", "Shows who asks, and what they may do.");
    routes.put("/me", rename, "renameMe", "Changes one's own name.").reads(JSON);
    routes
        .post("/me/password", change_password, "changeMyPassword", "Changes one's own password.")
        .reads(JSON)
        .answers_nothing(204, "Done.");
}

/// Who asks, and what they may do. A program with a token has no account, but a role.
async fn show(SignedIn(by): SignedIn, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    let operator = match by.operator() {
        Some(id) => Some(engine.operator(&by, id).await?),
        None => None,
    };
    Ok(HttpResponse::Ok().json(shown(&by, operator.as_ref())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renamed {
    name: String,
}

async fn rename(
    SignedIn(by): SignedIn,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let Renamed { name } = Body::read(&request, payload).await?.fields;
    let operator = engine.change_own_name(&by, &name).await?;
    Ok(HttpResponse::Ok().json(shown(&by, Some(&operator))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current: Zeroizing<String>,
    new: Zeroizing<String>,
}

/// All other sessions of the account end.
async fn change_password(
    SignedIn(by): SignedIn,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let NewPassword { current, new } = Body::read(&request, payload).await?.fields;
    engine.change_own_password(&by, current, new).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(by: &Administrator, operator: Option<&OperatorRecord>) -> Value {
    let may: Vec<&str> =
        Permission::ALL.into_iter().filter(|needed| by.role.may(*needed)).map(Permission::name).collect();
    json!({
        "operator": operator.map(operators::shown),
        "role": by.role.name(),
        "tenant": by.role.tenant(),
        "permissions": may,
    })
}
