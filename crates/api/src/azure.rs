//! Azure Speaker Recognition, v2.0 and 2021-09-05: text-dependent and text-independent profiles, verification and
//! identification.
//!
//! Promises the documented words to the letter. The two versions are two translations of the same profiles; what differs
//! between them stands in [`edition`]. What the public pages leave open, and what Timbre does there, is listed in
//! `docs/contracts/azure.md`.

mod audio;
mod call;
mod edition;
mod enrolments;
mod fault;
mod paging;
mod parameters;
mod phrases;
mod profiles;
mod recognition;

use actix_web::{
    HttpRequest, HttpResponse, Scope,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::{self, ServiceConfig},
};
use timbre_domain::profile::ProfileKind;

pub use call::{Call, OfProfile};
pub use edition::{Edition, MOST_IMPORTED_BYTES};
pub use fault::Fault;

use crate::limits;

/// Both versions on their documented base paths. Those of v2.0 first: they lie below some of 2021-09-05.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(verification("/speaker/verification/v2.0", Edition::V2_0))
        .service(identification("/speaker/identification/v2.0", Edition::V2_0))
        .service(verification("/speaker-recognition/verification", Edition::V2021_09_05))
        .service(verification("/speaker/verification", Edition::V2021_09_05))
        .service(identification("/speaker-recognition/identification", Edition::V2021_09_05))
        .service(identification("/speaker/identification", Edition::V2021_09_05));
}

fn verification(base: &str, edition: Edition) -> impl HttpServiceFactory + 'static {
    let recognise = |config: &mut ServiceConfig| recognition::verification(config, edition);
    let parts = vec![
        part("/text-dependent", ProfileKind::TextDependentVerification, edition, recognise),
        part("/text-independent", ProfileKind::TextIndependentVerification, edition, recognise),
    ];
    in_its_words(base, edition, parts)
}

fn identification(base: &str, edition: Edition) -> impl HttpServiceFactory + 'static {
    let recognise = |config: &mut ServiceConfig| recognition::identification(config, edition);
    let part = part("/text-independent", ProfileKind::TextIndependentIdentification, edition, recognise);
    in_its_words(base, edition, vec![part])
}

/// What there is of one kind of profile. The profiles come last, so that their ids do not swallow the actions.
fn part(
    path: &str,
    kind: ProfileKind,
    edition: Edition,
    recognise: impl FnOnce(&mut ServiceConfig),
) -> Scope {
    web::scope(path)
        .app_data(kind)
        .configure(phrases::routes)
        .configure(recognise)
        .configure(|config| profiles::routes(config, edition))
}

fn in_its_words(base: &str, edition: Edition, parts: Vec<Scope>) -> impl HttpServiceFactory + 'static {
    let scope = parts
        .into_iter()
        .fold(web::scope(base), |scope, part| scope.service(part.default_service(web::to(unknown_route))));
    scope
        .app_data(edition)
        .default_service(web::to(unknown_route))
        .wrap(from_fn(move |request, next| translated(edition, request, next)))
}

/// What fails around a handler is told in the contract's words as well; and v2.0 names no code in a header.
async fn translated(
    edition: Edition,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await.map_err(|error| match error.as_error::<Fault>() {
        Some(_) => error,
        None => {
            tracing::error!(%error, "request failed outside its handler");
            Fault::Internal.into()
        }
    })?;
    if edition == Edition::V2_0 {
        response.headers_mut().remove(fault::CODE_HEADER);
    }
    Ok(response)
}

async fn unknown_route(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request)?;
    Err(Fault::UnknownRoute)
}

/// A method that the contract does not have on this route.
async fn only_documented_methods(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request)?;
    Err(Fault::MethodNotAllowed)
}
