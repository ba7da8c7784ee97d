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

use crate::limits;

/// The session cookie.
pub const COOKIE: &str = "biometrid.sid";

/// The routes below `/api/1.0`.
pub fn version_1_0(config: &mut web::ServiceConfig) {
    dialogues::routes(config);
    both_versions(config);
}

/// The routes below `/api/1.1`.
pub fn version_1_1(config: &mut web::ServiceConfig) {
    attempts::routes(config);
    both_versions(config);
}

fn both_versions(config: &mut web::ServiceConfig) {
    voice::routes(config);
    auxiliary::routes(config);
    engines::routes(config);
    users::routes(config);
    config.default_service(web::to(unknown_route));
}

/// The one documented route outside of these: the liveness host's.
pub fn liveness_host(config: &mut web::ServiceConfig) {
    config.service(web::resource(engines::LIVENESS_HOST_PATH).route(web::to(engines::no_liveness)));
}

/// What fails around a handler (the session store, say) is told in the envelope as well.
pub(crate) async fn in_the_envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    next.call(request).await.map_err(|error| match error.as_error::<Fault>() {
        Some(_) => error,
        None => {
            tracing::error!(%error, "request failed outside its handler");
            Fault::Problem.into()
        }
    })
}

/// Whatever the contract does not have.
pub async fn unknown_route(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request)?;
    Err(Fault::UnknownRoute)
}

/// A method that the contract does not have on this route.
async fn only_documented_methods(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request)?;
    Err(Fault::MethodNotAllowed)
}

/// A route with its one documented method.
macro_rules! route {
    ($config:expr, $path:literal, $method:ident, $handler:expr) => {
        $config.service(
            web::resource($path).$method($handler).default_service(web::to(super::only_documented_methods)),
        )
    };
}
use route;
