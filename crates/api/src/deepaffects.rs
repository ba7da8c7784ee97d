//! DeepAffects: speakers, who speaks when in a recording, at once or as a job, and how the end of a job is told.
//!
//! Promises the documented words to the letter, misspelt ones included. What the public pages leave open, and what Timbre does there, is listed
//! in `docs/contracts/deepaffects.md`. The `apikey` stands in the query of every call, so nothing in here, or around it, ever logs a query.

mod body;
mod caller;
mod conversations;
mod fault;
mod jobs;
mod speakers;

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web::{self, ServiceConfig},
};

pub use caller::Caller;
pub use fault::Fault;
pub use jobs::told;

use crate::{
    documented::{Refusal, shape},
    limits,
    openapi::{Contract, Scheme},
    routes::Routes,
};

const AUDIO: &str = "/audio/generic/api";
const TRANSACTIONS: &str = "/transaction/generic/api";

/// All products that Timbre serves, on their documented paths.
pub fn routes(config: &mut ServiceConfig) {
    config.service(in_its_words(AUDIO, audio())).service(in_its_words(TRANSACTIONS, transactions()));
}

fn audio() -> Routes {
    let mut routes = Routes::below(AUDIO, "", || web::to(only_documented_methods));
    speakers::routes(&mut routes);
    conversations::routes(&mut routes);
    routes
}

fn transactions() -> Routes {
    let mut routes = Routes::below(TRANSACTIONS, "", || web::to(only_documented_methods));
    jobs::routes(&mut routes);
    routes
}

fn in_its_words(base: &str, routes: Routes) -> impl HttpServiceFactory + 'static {
    let scope = web::scope(base).configure(|config| routes.serve(config));
    scope.default_service(web::to(unknown_route)).wrap(from_fn(translated))
}

/// What the contract's document says.
pub(crate) fn contract() -> Contract {
    Contract {
        title: "DeepAffects' speaker APIs, as Timbre speaks them",
        version: "1.0.0",
        description: "Speakers, and who speaks when in a recording: answered at once, or as a job whose end is told by a webhook.",
        schemes: vec![Scheme::query("apikey", "apikey", "One of the tenant's two live keys.")],
        tags: &[
            ("speakers", "People who are enrolled under a name, to be found in conversations."),
            ("conversations", "Recordings, and who speaks when in them."),
            ("jobs", "Conversations that are listened to while the caller does something else."),
        ],
        in_path: vec![],
        fault: ("application/json", shape::<fault::Shown>()),
        closed_refusals: vec![
            Refusal::of(&Fault::InvalidApiKey),
            Refusal::of(&Fault::Parameters(
                Operation::Status,
                "no parameter should have U+0000 in it".to_owned(),
            )),
            Refusal::of(&Fault::Queued(Operation::Status, crate::UNAVAILABLE_SECONDS)),
            Refusal::of(&Fault::Internal),
        ],
        all_refusals: vec![Refusal::of(&Fault::RateLimit(1))],
        headers: &limits::HEADERS,
        operations: audio().operations().chain(transactions().operations()).collect(),
    }
}

/// What fails around a handler is told in the contract's words as well.
async fn translated(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    next.call(request).await.map_err(|error| match error.as_error::<Fault>() {
        Some(_) => error,
        None => {
            tracing::error!(%error, "request failed outside its handler");
            Fault::Internal.into()
        }
    })
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

/// What is called, as it stands in the texts of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Enroll,
    Delete,
    Identify,
    Diarize,
    Vad,
    Status,
    List,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
            Self::Delete => "delete",
            Self::Identify => "identify",
            Self::Diarize => "diarize",
            Self::Vad => "vad",
            Self::Status => "status",
            Self::List => "get_enrolled_speakers",
        }
    }
}
