//! One's own account.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::{
    ids::TenantId,
    operator::{PASSWORD_CHARACTERS, Permission, WeakPassword},
};
use timbre_engine::{Administrator, Engine, EngineError, OperatorRecord};
use zeroize::Zeroizing;

use super::{
    Fault, SignedIn,
    body::{Body, NAME, reads},
    operators,
    roles::RoleName,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("me");
    routes
        .get("/me", show, "showMe", "Shows who asks, and what they may do.")
        .explained("Anybody who is logged in may ask, and so may a program: it has no account, and its token a role.")
        .answers::<Shown>(200, "Who asks.");
    let row = routes
        .put("/me", rename, "renameMe", "Changes one's own name.")
        .explained("Any operator may. A program's token has no account: 409.")
        .answers::<Shown>(200, "Who asks, by the new name.")
        .refuses([Fault::from(EngineError::InvalidName), EngineError::NoAccount.into()]);
    reads::<Renamed>(row);
    let row = routes
        .post("/me/password", change_password, "changeMyPassword", "Changes one's own password.")
        .explained(
            "Any operator may, and all other sessions of the account end. A wrong current password is a 422, and counts as a failed login; too \
             many are a 429. A program's token has no password: 409.",
        )
        .answers_nothing(204, "It is changed.")
        .refuses([
            Fault::from(EngineError::WrongCurrentPassword),
            EngineError::Password(WeakPassword::Length).into(),
            EngineError::Password(WeakPassword::Email).into(),
            EngineError::NoAccount.into(),
            Fault::LoginThrottled(1),
        ]);
    reads::<NewPassword>(row);
}

/// Who asks, and what they may do. A program with a token has no account, but a role.
async fn show(SignedIn(by): SignedIn, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    let operator = match by.operator() {
        Some(id) => Some(engine.operator(&by, id).await?),
        None => None,
    };
    Ok(HttpResponse::Ok().json(shown(&by, operator.as_ref())))
}

/// One's own name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OwnName")]
struct Renamed {
    /// What you are to be called: 1 to 255 characters, not all blanks, none of them a control character.
    #[schemars(length(min = 1, max = 255), regex(pattern = NAME))]
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

/// A password in another's place.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The password that you have.
    #[schemars(with = "String")]
    current: Zeroizing<String>,
    /// 12 to 128 characters, and not the e-mail address.
    #[schemars(with = "String", length(min = *PASSWORD_CHARACTERS.start(), max = *PASSWORD_CHARACTERS.end()))]
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

/// Who asks.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Me")]
struct Shown {
    /// Null of a program: it has no account.
    operator: Option<operators::Shown>,
    /// What sort of operator or program it is.
    role: RoleName,
    /// Of a tenant's admin.
    tenant: Option<TenantId>,
    /// What the role may do, by the names that operations have for what they need. There may be more of them in a later version.
    permissions: Vec<&'static str>,
}

fn shown(by: &Administrator, operator: Option<&OperatorRecord>) -> Shown {
    let may = Permission::ALL.into_iter().filter(|needed| by.role.may(*needed)).map(Permission::name);
    Shown {
        operator: operator.map(operators::shown),
        role: by.role.into(),
        tenant: by.role.tenant(),
        permissions: may.collect(),
    }
}
