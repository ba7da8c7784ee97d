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
mod shapes;

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::{self, ServiceConfig},
};
use schemars::JsonSchema;
use timbre_domain::profile::ProfileKind;

pub use call::{Call, OfProfile};
pub use edition::{Edition, MOST_IMPORTED_BYTES};
pub use fault::Fault;

use crate::{
    documented::{Parameter, Refusal, shape},
    limits,
    openapi::{Contract, Scheme},
    routes::Routes,
};

/// A documented base path: its version, the kinds of profile below it, and what ends the ids of its operations.
struct Base {
    path: &'static str,
    edition: Edition,
    parts: &'static [Part],
    suffix: &'static str,
}

/// A kind of profile, where it is below its base, and how ids of operations call it.
struct Part {
    path: &'static str,
    kind: ProfileKind,
    name: &'static str,
}

#[rustfmt::skip]
const VERIFICATION: &[Part] = &[
    Part { path: "/text-dependent", kind: ProfileKind::TextDependentVerification, name: "textDependentVerification" },
    Part { path: "/text-independent", kind: ProfileKind::TextIndependentVerification, name: "textIndependentVerification" },
];
#[rustfmt::skip]
const IDENTIFICATION: &[Part] = &[
    Part { path: "/text-independent", kind: ProfileKind::TextIndependentIdentification, name: "textIndependentIdentification" },
];

/// Both versions on their documented base paths. Those of v2.0 first: they lie below some of 2021-09-05.
#[rustfmt::skip]
static BASES: [Base; 6] = {
    use Edition::{V2_0, V2021_09_05};
    [
        Base { path: "/speaker/verification/v2.0", edition: V2_0, parts: VERIFICATION, suffix: "_2_0" },
        Base { path: "/speaker/identification/v2.0", edition: V2_0, parts: IDENTIFICATION, suffix: "_2_0" },
        Base { path: "/speaker-recognition/verification", edition: V2021_09_05, parts: VERIFICATION, suffix: "_2021_09_05" },
        Base { path: "/speaker/verification", edition: V2021_09_05, parts: VERIFICATION, suffix: "_2021_09_05_short" },
        Base { path: "/speaker-recognition/identification", edition: V2021_09_05, parts: IDENTIFICATION, suffix: "_2021_09_05" },
        Base { path: "/speaker/identification", edition: V2021_09_05, parts: IDENTIFICATION, suffix: "_2021_09_05_short" },
    ]
};

/// The version of the contract, which the later one asks for by name.
const API_VERSION: Parameter = Parameter::needed::<ApiVersion>("api-version", "The version: `2021-09-05`.");

#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct ApiVersion(#[schemars(extend("const" = "2021-09-05"))] String);

/// All of them.
pub fn routes(config: &mut ServiceConfig) {
    for base in &BASES {
        config.service(in_its_words(base));
    }
}

/// What there is of one kind of profile. The profiles come last, so that their ids do not swallow the actions.
fn below(base: &Base, part: &Part) -> Routes {
    let (path, suffix) = (format!("{}{}", base.path, part.path), format!("_{}{}", part.name, base.suffix));
    let mut routes = Routes::below(path, &suffix, || web::to(only_documented_methods));
    phrases::routes(&mut routes, base.edition, part.kind);
    recognition::routes(&mut routes, base.edition, part.kind);
    profiles::routes(&mut routes, base.edition, part.kind);
    match base.edition {
        // See `translated`.
        Edition::V2_0 => routes.all_go_without(fault::CODE_HEADER),
        Edition::V2021_09_05 => {
            routes.all_take(&API_VERSION);
            routes.all_refuse(&[Fault::MissingApiVersion, Fault::UnsupportedApiVersion]);
        }
    }
    routes
}

fn in_its_words(base: &'static Base) -> impl HttpServiceFactory + 'static {
    let part = |part: &Part| {
        let scope = web::scope(part.path).app_data(part.kind);
        scope.configure(|config| below(base, part).serve(config)).default_service(web::to(unknown_route))
    };
    let scope = base.parts.iter().fold(web::scope(base.path), |scope, each| scope.service(part(each)));
    let edition = base.edition;
    scope
        .app_data(edition)
        .default_service(web::to(unknown_route))
        .wrap(from_fn(move |request, next| translated(edition, request, next)))
}

/// What the contract's document says.
pub(crate) fn contract() -> Contract {
    let operations = |base: &'static Base| base.parts.iter().flat_map(|part| below(base, part).operations());
    Contract {
        title: "Azure Speaker Recognition, as Timbre speaks it",
        version: "1.0.0",
        description: "Profiles, verified by a passphrase or by free speech, and identification among several: v2.0 and 2021-09-05, \
                      each on its documented base paths.",
        schemes: vec![Scheme::header(
            "subscriptionKey",
            "Ocp-Apim-Subscription-Key",
            "One of the tenant's two live subscription keys.",
        )],
        tags: &[
            ("profiles", "A person's voice under an id: made, enrolled by recordings, taken back, erased."),
            ("recognition", "Whose voice a recording is of."),
            ("phrases", "What may be said to text-dependent profiles, and what activates the others."),
        ],
        in_path: vec![
            Parameter::in_path::<String>("profile", "The profile's id: a UUID."),
            Parameter::in_path::<String>("locale", "A language and a country, as in `en-US`."),
        ],
        fault: ("application/json", shape::<fault::ErrorBody<'static>>()),
        closed_refusals: [
            Fault::Unauthorized,
            Fault::InvalidQuery,
            Fault::Unavailable(crate::UNAVAILABLE_SECONDS),
            Fault::Internal,
        ]
        .iter()
        .map(Refusal::of)
        .collect(),
        all_refusals: vec![Refusal::of(&Fault::RateLimit(1))],
        headers: &limits::HEADERS,
        operations: BASES.iter().flat_map(operations).collect(),
    }
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
    limits::count_stranger(&request).await?;
    Err(Fault::UnknownRoute)
}

/// A method that the contract does not have on this route.
async fn only_documented_methods(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request).await?;
    Err(Fault::MethodNotAllowed)
}
