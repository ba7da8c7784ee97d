//! BiometrID, 1.0 and 1.1: users, the voice engine, and what helps an application along.
//!
//! Promises the documented words to the letter. What the public pages leave open, and what Timbre does
//! there, is listed in `docs/contracts/biometrid.md`. Both versions know the same users and the same voices;
//! the version changes only how a voice is enrolled and verified: [`dialogues`] with a session and a code
//! (1.0), [`attempts`] without (1.1).

mod attempts;
mod auxiliary;
mod caller;
mod dialogues;
mod engines;
mod envelope;
mod fault;
mod form;
mod shapes;
mod users;
mod voice;

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};

pub use caller::{Caller, OfUser};
pub use fault::Fault;
use schemars::JsonSchema;

use crate::{
    documented::{Parameter, Refusal, shape},
    limits,
    openapi::{Contract, Scheme},
    routes::Routes,
    sessions,
};

/// The session cookie.
pub const COOKIE: &str = "biometrid.sid";

/// Where the routes of [`version_1_0`] are.
pub const BASE_1_0: &str = "/api/1.0";

/// Where the routes of [`version_1_1`] are.
pub const BASE_1_1: &str = "/api/1.1";

/// The routes below [`BASE_1_0`].
pub fn version_1_0(config: &mut web::ServiceConfig) {
    routes_1_0().serve(config);
    config.default_service(web::to(unknown_route));
}

/// The routes below [`BASE_1_1`].
pub fn version_1_1(config: &mut web::ServiceConfig) {
    routes_1_1().serve(config);
    config.default_service(web::to(unknown_route));
}

/// The one documented route outside of these: the liveness host's.
pub fn liveness_host(config: &mut web::ServiceConfig) {
    routes_of_the_liveness_host().serve(config);
}

fn routes_1_0() -> Routes {
    let mut routes = Routes::below(BASE_1_0, "_1_0", || web::to(only_documented_methods));
    dialogues::routes(&mut routes);
    both_versions(&mut routes);
    routes
}

fn routes_1_1() -> Routes {
    let mut routes = Routes::below(BASE_1_1, "_1_1", || web::to(only_documented_methods));
    attempts::routes(&mut routes);
    both_versions(&mut routes);
    routes
}

fn both_versions(routes: &mut Routes) {
    voice::routes(routes);
    auxiliary::routes(routes);
    engines::routes(routes);
    users::routes(routes);
}

fn routes_of_the_liveness_host() -> Routes {
    let mut routes = Routes::below("", "", || web::to(only_documented_methods));
    engines::liveness_host(&mut routes);
    routes
}

/// A user's id.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct UserId(#[schemars(regex(pattern = "^[0-9a-f]{24}$"))] String);

/// What the contract's document says.
pub(crate) fn contract() -> Contract {
    let parts = [routes_1_0(), routes_1_1(), routes_of_the_liveness_host()];
    Contract {
        title: "BiometrID, as Timbre speaks it",
        version: "1.0.0",
        description: "Users, and their voices: enrolled and verified by spoken codes in dialogues that a cookie keeps (1.0), or by \
                      attempts without code and cookie (1.1).",
        schemes: vec![
            Scheme::header("key", "x-biometrid-key", "The tenant's key."),
            Scheme::header("secret", "x-biometrid-secret", "One of the tenant's two live secrets."),
        ],
        tags: &[
            ("users", "People, by whatever the application calls them."),
            ("voice", "Voices: enrolled, verified, adapted, erased."),
            ("state", "Where a user stands, and how to begin anew."),
            ("other engines", "What the public pages have beside the voice engine, and Timbre has not."),
        ],
        in_path: vec![Parameter::in_path::<UserId>("user", "The user's id: 24 hexadecimal digits.")],
        fault: ("application/json", shape::<fault::Refused>()),
        closed_refusals: [
            Fault::AuthenticationHeadersMissing,
            Fault::InvalidAuthenticationHeaders,
            Fault::ClientNotFound,
            Fault::Busy(crate::UNAVAILABLE_SECONDS),
            Fault::Problem,
        ]
        .iter()
        .map(Refusal::of)
        .collect(),
        all_refusals: vec![Refusal::of(&Fault::TooMany(1))],
        headers: &limits::HEADERS,
        operations: parts.into_iter().flat_map(Routes::operations).collect(),
    }
}

/// What fails around a handler (the session store, say) is told in the envelope as well.
pub(crate) async fn in_the_envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    next.call(request).await.map_err(|error| match error.as_error::<Fault>() {
        Some(_) => error,
        None if sessions::are_away(&error) => {
            tracing::warn!(%error, "the sessions do not answer");
            timbre_telemetry::unavailable("sessions");
            Fault::Busy(crate::UNAVAILABLE_SECONDS).into()
        }
        None => {
            tracing::error!(%error, "request failed outside its handler");
            Fault::Problem.into()
        }
    })
}

/// Whatever the contract does not have.
pub async fn unknown_route(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request).await?;
    Err(Fault::UnknownRoute)
}

/// A method that the contract does not have on this route.
async fn only_documented_methods(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request).await?;
    Err(Fault::MethodNotAllowed)
}
