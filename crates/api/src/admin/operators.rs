//! Operators.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload},
};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::{ids::TenantId, operator::Role};
use timbre_engine::{Engine, EngineError, NewOperator, OperatorChange, OperatorRecord};

use super::{
    Fault, May,
    body::{Body, JSON, answered, created, once},
    caller::{ManageOperators, ReadOperators, named},
    parameters::{listed, only_page},
    shown::time,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("operators");
    routes
        .get("/operators", list, "listOperators", "Lists the operators.")
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes
        .post("/operators", create, "createOperator", "Makes an operator.")
        .reads(JSON)
        .answers_nothing(201, "Done.");
    routes.get("/operators/{operator}", show, "showOperator", "Shows an operator.");
    routes.patch("/operators/{operator}", change, "changeOperator", "Changes an operator.").reads(JSON);
    routes
        .delete("/operators/{operator}", disable, "disableOperator", "Disables an operator.")
        .answers_nothing(204, "Done.");
    routes.post(
        "/operators/{operator}/password",
        reset_password,
        "resetOperatorPassword",
        "Gives an operator another password.",
    );
}

async fn list(
    May(by, _): May<ReadOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(listed(engine.operators(&by, &only_page(&request)?).await?, shown))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    email: String,
    name: String,
    role: String,
    tenant: Option<TenantId>,
}

/// The password is made up, and shown in this reply only.
async fn create(
    May(by, _): May<ManageOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let body = Body::<Asked>::read(&request, payload).await?;
    let once = body.once(&request)?;
    let Asked { email, name, role, tenant } = body.fields;
    let new = NewOperator { email, name, role: role_of(&role, tenant)?, password: None };
    let tell = |operator: &OperatorRecord, password: Option<&str>| {
        let mut told = shown(operator);
        told["password"] = Value::from(password);
        told
    };
    Ok(created(&engine.create_operator(&by, new, once, tell).await?))
}

async fn show(
    May(by, _): May<ReadOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "operator", "operator")?;
    Ok(HttpResponse::Ok().json(shown(&engine.operator(&by, id).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    role: Option<String>,
    tenant: Option<TenantId>,
    disabled: Option<bool>,
}

/// Whoever is disabled or gets another role is logged out everywhere.
async fn change(
    May(by, _): May<ManageOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "operator", "operator")?;
    let Change { name, role, tenant, disabled } = Body::read(&request, payload).await?.fields;
    if role.is_none() && tenant.is_some() {
        return Err(Fault::Invalid("/tenant".into(), "a tenant goes with a role".to_owned()));
    }
    let role = role.map(|role| role_of(&role, tenant)).transpose()?;
    let changed = engine.change_operator(&by, id, OperatorChange { name, role, disabled }).await?;
    Ok(HttpResponse::Ok().json(shown(&changed)))
}

/// Disables: what an operator did stays told under their id.
async fn disable(
    May(by, _): May<ManageOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "operator", "operator")?;
    let change = OperatorChange { disabled: Some(true), ..OperatorChange::default() };
    engine.change_operator(&by, id, change).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The new password is made up, and shown in this reply only.
async fn reset_password(
    May(by, _): May<ManageOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "operator", "operator")?;
    let tell = |password: &str| json!({"password": password});
    Ok(answered(StatusCode::OK, &engine.reset_password_once(&by, id, once(&request, &[])?, tell).await?))
}

pub(super) fn role_of(name: &str, tenant: Option<TenantId>) -> Result<Role, Fault> {
    Role::named(name, tenant).map_err(|error| EngineError::Role(error).into())
}

/// An operator as anybody may see them who may see operators.
pub(super) fn shown(operator: &OperatorRecord) -> Value {
    json!({
        "id": operator.id,
        "email": operator.email,
        "name": operator.name,
        "role": operator.role.name(),
        "tenant": operator.role.tenant(),
        "created_at": time(operator.created_at),
        "disabled_at": operator.disabled_at.map(time),
    })
}
