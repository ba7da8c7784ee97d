//! Logging in, going on, logging out.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_engine::{Engine, EngineError, LoggedIn};
use zeroize::Zeroizing;

use super::{
    Fault, SignedIn,
    body::{Body, reads},
    known, operators,
};
use crate::{address::address, limits::count_stranger, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("logins");
    let says = "Begins a session for whoever knows the password.";
    let row = routes
        .post("/login", log_in, "logIn", says)
        .explained(
            "Nobody is asked who they are before. The access token is good for ten minutes, the refresh token once, the session for twelve \
             hours. Ten failed logins of an account, or fifty from an address, within 15 minutes are answered 429 until those are over; whoever \
             is logged in stays so.",
        )
        .open()
        .answers::<Shown<'static>>(200, "The session's first tokens.")
        .refuses([Fault::WrongLogin, Fault::LoginThrottled(1), Fault::Busy(1), Fault::Internal]);
    reads::<Login>(row);
    let row = routes
        .post("/refresh", refresh, "refresh", "Goes on with a session.")
        .explained(
            "The refresh token says who asks. It is good once, and the reply has the next. One that comes a second time ends its session, since \
             then two have it: refresh in turn, and log in again where the reply was lost.",
        )
        .open()
        .answers::<Shown<'static>>(200, "The session's next tokens.")
        .refuses([Fault::NotLoggedIn, Fault::Busy(1), Fault::Internal]);
    reads::<Refresh>(row);
    routes
        .post("/logout", log_out, "logOut", "Ends the session.")
        .explained("Its tokens are good for nothing at once, at every replica. Any operator may. A program's token has no session: 409.")
        .answers_nothing(204, "Its tokens are good for nothing.")
        .refuses([Fault::from(EngineError::NoAccount)]);
}

/// Who logs in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// The operator's e-mail address, in capitals or not.
    email: String,
    /// Their password, in the clear: send it over TLS.
    #[schemars(with = "String")]
    password: Zeroizing<String>,
}

/// Open to everybody: it is how somebody becomes known.
async fn log_in(request: HttpRequest, engine: Data<Engine>, payload: Payload) -> Result<HttpResponse, Fault> {
    let begun = async {
        known::check(&request)?;
        let Login { email, password } = Body::read(&request, payload).await?.fields;
        Ok(engine.log_in(&email, password, address(&request)).await?)
    };
    let begun = let_in(&request, begun.await).await?;
    Ok(HttpResponse::Ok().json(shown(&begun)))
}

/// What a session goes on with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    /// Of the reply before: each is good once.
    #[schemars(with = "String")]
    refresh_token: Zeroizing<String>,
}

/// Open to everybody: the refresh token is what proves who asks.
async fn refresh(
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let gone_on = async {
        known::check(&request)?;
        let Refresh { refresh_token } = Body::read(&request, payload).await?.fields;
        Ok(engine.refresh(&refresh_token, address(&request)).await?)
    };
    let gone_on = let_in(&request, gone_on.await).await?;
    Ok(HttpResponse::Ok().json(shown(&gone_on)))
}

/// Whoever was not let in is a stranger, and is counted as one. Who is let in does not wait for what others did at the address; how
/// often passwords are tried is the engine's to limit.
async fn let_in<T>(request: &HttpRequest, tried: Result<T, Fault>) -> Result<T, Fault> {
    if !matches!(tried, Ok(_) | Err(Fault::Busy(_) | Fault::Internal)) {
        count_stranger(request).await?;
    }
    tried
}

async fn log_out(SignedIn(by): SignedIn, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    engine.log_out(&by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A session that has begun or goes on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct Shown<'a> {
    /// How the access token is sent.
    token_type: TokenType,
    /// Goes into `Authorization: Bearer …`.
    access_token: &'a str,
    /// Seconds for which it is good.
    expires_in: i64,
    /// With which the session goes on, once.
    refresh_token: &'a str,
    /// When the session is over however often it goes on: twelve hours after its login.
    session_expires_at: DateTime<Utc>,
    /// Who logged in.
    operator: operators::Shown,
}

/// How a token is sent.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum TokenType {
    Bearer,
}

fn shown(begun: &LoggedIn) -> Shown<'_> {
    Shown {
        token_type: TokenType::Bearer,
        access_token: &begun.access_token,
        expires_in: begun.access_lasts,
        refresh_token: &begun.refresh_token,
        session_expires_at: begun.expires_at,
        operator: operators::shown(&begun.operator),
    }
}
