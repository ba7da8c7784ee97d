//! Operators.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::ids::{OperatorId, TenantId};
use timbre_engine::{Engine, EngineError, NewOperator, OperatorChange, OperatorRecord};

use super::{
    Fault, May,
    body::{Body, NAME, answered, created, once, once_for_a_key, reads},
    caller::{ManageOperators, ReadOperators, named, needs},
    parameters::{Items, PAGE, listed, only_page},
    roles::{RoleName, role_of, wrong_roles},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("operators");
    let no_such = Fault::NotFound("operator");
    routes
        .get("/operators", list, "listOperators", "Lists the operators.")
        .explained("Those of the installation and those of a tenant, the newest first.")
        .also(&needs::<ReadOperators>())
        .takes(&PAGE)
        .answers::<Items<Shown>>(200, "Operators, disabled ones too.");
    let row = routes
        .post("/operators", create, "createOperator", "Makes an operator.")
        .explained("A password is made up, and shown in this reply only. An address that another operator has is a 409.")
        .also(&needs::<ManageOperators>())
        .answers::<Made<'static>>(201, "The operator. The password is shown in this reply only.")
        .refuses(
            [EngineError::EmailTaken, EngineError::InvalidEmail, EngineError::InvalidName].map(Fault::from),
        )
        .refuses(wrong_roles());
    once_for_a_key(reads::<Asked>(row));
    routes
        .get("/operators/{operator}", show, "showOperator", "Shows an operator.")
        .explained("One who is disabled too.")
        .also(&needs::<ReadOperators>())
        .answers::<Shown>(200, "The operator.")
        .refuses([no_such.clone()]);
    let row = routes
        .patch("/operators/{operator}", change, "changeOperator", "Changes an operator.")
        .explained(
            "What is absent stays. Whoever is disabled or gets another role is logged out everywhere. Somebody must be left who may do \
             everything: what would take the last owner away is a 409.",
        )
        .also(&needs::<ManageOperators>())
        .answers::<Shown>(200, "The operator as they are now.")
        .refuses([no_such.clone(), EngineError::InvalidName.into(), EngineError::LastOwner.into()])
        .refuses(wrong_roles());
    reads::<Change>(row);
    routes
        .delete("/operators/{operator}", disable, "disableOperator", "Disables an operator.")
        .explained(
            "They are logged out everywhere. What they did stays told under their id, and a change lets them in again. The last owner cannot be \
             disabled: 409.",
        )
        .also(&needs::<ManageOperators>())
        .answers_nothing(204, "They are logged out everywhere, and may not log in.")
        .refuses([no_such.clone(), EngineError::LastOwner.into()]);
    let path = "/operators/{operator}/password";
    let row = routes
        .post(path, reset_password, "resetOperatorPassword", "Gives an operator another password.")
        .explained("It is made up, and shown in this reply only. Their sessions end, and a login that is under way is refused.")
        .also(&needs::<ManageOperators>())
        .answers::<Password<'static>>(200, "The password, shown in this reply only.")
        .refuses([no_such]);
    once_for_a_key(row);
}

async fn list(
    May(by, _): May<ReadOperators>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    Ok(listed(engine.operators(&by, &only_page(&request)?).await?, shown))
}

/// An operator who is to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewOperator")]
struct Asked {
    /// Where they are reached, and what they log in by: of one operator only.
    #[schemars(email)]
    email: String,
    /// What they are called: 1 to 255 characters, not all blanks, none of them a control character.
    #[schemars(length(min = 1, max = 255), regex(pattern = NAME))]
    name: String,
    /// What they may do.
    #[schemars(with = "RoleName")]
    role: String,
    /// Of a tenant's admin.
    tenant: Option<TenantId>,
}

/// An operator just made, with the password that was made up: shown in this reply only.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MadeOperator")]
struct Made<'a> {
    #[serde(flatten)]
    operator: Shown,
    /// The password that was made up. It is shown in no other reply.
    password: Option<&'a str>,
}

/// A password that was made up: shown in this reply only.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MadePassword")]
struct Password<'a> {
    /// What they log in by from now on. It is shown in no other reply.
    password: &'a str,
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
        serde_json::to_value(&Made { operator: shown(operator), password })
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

/// What is to be otherwise of an operator: what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OperatorChange")]
struct Change {
    /// What they are called: 1 to 255 characters, not all blanks, none of them a control character.
    #[schemars(length(min = 1, max = 255), regex(pattern = NAME))]
    name: Option<String>,
    /// What they may do from now on. They are logged out everywhere.
    #[schemars(with = "Option<RoleName>")]
    role: Option<String>,
    /// Goes with the role of a tenant's admin.
    tenant: Option<TenantId>,
    /// Whether they may log in no more. `true` logs them out everywhere.
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
    let tell = |password: &str| serde_json::to_value(&Password { password });
    Ok(answered(StatusCode::OK, &engine.reset_password_once(&by, id, once(&request, &[])?, tell).await?))
}

/// An operator as anybody may see them who may see operators.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Operator")]
pub(super) struct Shown {
    /// The operator's id.
    id: OperatorId,
    /// What they log in by.
    email: String,
    /// What they are called.
    name: String,
    /// What they may do.
    role: RoleName,
    /// Of a tenant's admin.
    tenant: Option<TenantId>,
    /// When they were made.
    created_at: DateTime<Utc>,
    /// Since when they may not log in.
    disabled_at: Option<DateTime<Utc>>,
}

pub(super) fn shown(operator: &OperatorRecord) -> Shown {
    Shown {
        id: operator.id,
        email: operator.email.clone(),
        name: operator.name.clone(),
        role: operator.role.into(),
        tenant: operator.role.tenant(),
        created_at: operator.created_at,
        disabled_at: operator.disabled_at,
    }
}
