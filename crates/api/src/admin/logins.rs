//! Logging in, going on, logging out.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_engine::{Engine, LoggedIn};
use zeroize::Zeroizing;

use super::{
    Fault, SignedIn,
    body::{Body, JSON},
    operators,
    parameters::time,
};
use crate::{address::address, limits::count_stranger, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("logins");
    routes
        .post("/login", log_in, "logIn", "Begins a session for whoever knows the password.")
        .takes(JSON)
        .open();
    routes.post("/refresh", refresh, "refresh", "Goes on with a session.").takes(JSON).open();
    routes.post("/logout", log_out, "logOut", "Ends the session.").answers(204);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    email: String,
    password: Zeroizing<String>,
}

/// Open to everybody: it is how somebody becomes known.
async fn log_in(request: HttpRequest, engine: Data<Engine>, payload: Payload) -> Result<HttpResponse, Fault> {
    count_stranger(&request)?;
    let Login { email, password } = Body::read(&request, payload).await?.fields;
    let begun = engine.log_in(&email, password, address(&request)).await?;
    Ok(HttpResponse::Ok().json(shown(&begun)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refresh {
    refresh_token: Zeroizing<String>,
}

/// Open to everybody: the refresh token is what proves who asks.
async fn refresh(
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    count_stranger(&request)?;
    let Refresh { refresh_token } = Body::read(&request, payload).await?.fields;
    let gone_on = engine.refresh(&refresh_token, address(&request)).await?;
    Ok(HttpResponse::Ok().json(shown(&gone_on)))
}

async fn log_out(SignedIn(by): SignedIn, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    engine.log_out(&by).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(begun: &LoggedIn) -> Value {
    json!({
        "token_type": "Bearer",
        "access_token": *begun.access_token,
        "expires_in": begun.access_lasts,
        "refresh_token": *begun.refresh_token,
        "session_expires_at": time(begun.expires_at),
        "operator": operators::shown(&begun.operator),
    })
}
