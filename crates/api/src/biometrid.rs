//! BiometrID's REST API, as its applications were written against it.
//!
//! What the public pages leave open, and what Timbre does about it, is in
//! `docs/contracts/biometrid.md`.

mod caller;
mod envelope;
mod fault;
mod form;
mod users;
mod voice;

use actix_web::web;

pub use caller::Caller;
pub use fault::Fault;

/// The session cookie's name.
pub const COOKIE: &str = "biometrid.sid";

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.configure(users::routes).configure(voice::routes).default_service(web::to(unknown_route));
}

/// Whatever no route takes, in the contract's own envelope.
pub(crate) async fn unknown_route() -> Result<actix_web::HttpResponse, Fault> {
    Err(Fault::UnknownRoute)
}
