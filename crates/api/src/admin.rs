//! The admin API, `/admin/v1`: what an operator, an auditor, a tenant's own admin or a program does to run Timbre.
//!
//! Promises that every route but those of a login names its permission in its handler's signature ([`May`], [`OnTenant`]), so that one without
//! does not come into being open; that errors are problem details (RFC 9457) out of one catalogue; and that a tenant which is not there for
//! whoever asks answers as one that does not exist. `docs/admin.md` says how it is used.

mod audit;
mod body;
mod caller;
mod consents;
mod credentials;
mod dialogues;
mod fault;
mod jobs;
mod known;
mod logins;
mod me;
mod names;
mod operators;
mod parameters;
mod people;
mod policies;
mod roles;
pub mod shown;
mod tenants;
mod tokens;
mod usage;
mod webhooks;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::ALLOW,
    middleware::{Next, from_fn},
    web::{self, ServiceConfig},
};
use timbre_domain::{
    ids::{CredentialId, DeliveryId, DialogueId, JobId, OperatorId, TenantId, TokenId},
    operator::Permission,
};
use tracing_actix_web::RequestId;

pub use caller::{May, OnTenant, SignedIn};
pub use fault::Fault;

use crate::{
    documented::{Parameter, Refusal, shape},
    limits::{self, count_stranger},
    openapi::{Contract, Scheme},
    routes::Routes,
};

/// The permissions as types, for signatures of handlers here and on the operators' pages.
pub mod needs {
    pub use super::caller::{
        ChangePolicy, ManageCredentials, ManageJobs, ManageOperators, ManagePeople, ManageTenants,
        ManageTokens, ManageWebhooks, Needs, PlayRecordings, ReadAllAudit, ReadAudit, ReadCredentials,
        ReadDialogues, ReadInstallation, ReadJobs, ReadOperators, ReadPeople, ReadPolicy, ReadTenants,
        ReadTokens, ReadUsage,
    };
}

const BASE: &str = "/admin/v1";

/// All routes of the management.
pub fn routes(config: &mut ServiceConfig) {
    let scope = web::scope(BASE).configure(|config| all().serve(config));
    config.service(scope.default_service(web::to(unknown_route)).wrap(from_fn(told)));
}

fn all() -> Routes {
    let mut routes = Routes::below(BASE, "", || web::to(only_documented_methods));
    for resource in [
        logins::routes,
        me::routes,
        operators::routes,
        tokens::routes,
        audit::routes,
        tenants::routes,
        credentials::routes,
        policies::routes,
        usage::routes,
        people::routes,
        names::routes,
        consents::routes,
        dialogues::routes,
        jobs::routes,
        webhooks::routes,
    ] {
        resource(&mut routes);
    }
    routes
}

/// What the document says of the management.
pub(crate) fn contract() -> Contract {
    Contract {
        title: "Timbre's admin API",
        version: "1.0.0",
        description: "What operators, a tenant's own admin and programs do to run Timbre. Which role may do what, and how logins go, \
                      is in docs/admin.md.",
        schemes: vec![Scheme::bearer(
            "bearer",
            "An access token of a login, which is good for minutes, or a program's token.",
        )],
        tags: &[
            ("logins", "Sessions of operators."),
            ("me", "One's own account."),
            ("operators", "People who run this installation, or one tenant of it."),
            ("tokens", "By which programs call this API."),
            ("audit", "What was done, by whom: nothing in it is ever changed."),
            ("tenants", "Customers of this installation."),
            ("credentials", "By which a tenant's applications call the other contracts."),
            (
                "policy",
                "How a tenant's voices are enrolled and judged, and what it may call, how much and how often.",
            ),
            ("usage", "What a tenant used."),
            ("people", "Whom a tenant knows, by whatever contract."),
            ("consents", "What people agreed to."),
            ("dialogues", "What was asked and decided: never a code."),
            ("jobs", "Work that outlives the call that asked for it, and the messages about its end."),
            ("webhooks", "What these messages are signed with."),
        ],
        in_path: vec![
            Parameter::in_path::<TenantId>("tenant", "The tenant's id."),
            Parameter::in_path::<OperatorId>("operator", "The operator's id."),
            Parameter::in_path::<TokenId>("token", "The token's id, which is not the token."),
            Parameter::in_path::<CredentialId>("credential", "The credential's id."),
            Parameter::in_path::<people::PersonId>("person", "The person's id: 24 hexadecimal digits."),
            Parameter::in_path::<DialogueId>("dialogue", "The dialogue's id."),
            Parameter::in_path::<JobId>("job", "The job's id."),
            Parameter::in_path::<DeliveryId>("message", "The message's id."),
        ],
        fault: ("application/problem+json", shape::<fault::Problem<'static>>()),
        closed_refusals: [
            Fault::NotLoggedIn,
            Fault::NotAllowed(Permission::ReadTenants),
            Fault::Parameter("query", "there is no parameter \"limitt\" here".to_owned()),
            Fault::Busy(crate::UNAVAILABLE_SECONDS),
            Fault::Internal,
        ]
        .iter()
        .map(Refusal::of)
        .collect(),
        all_refusals: vec![Refusal::of(&Fault::TooMany(1))],
        headers: &limits::HEADERS,
        operations: all().operations().collect(),
    }
}

async fn unknown_route(request: HttpRequest) -> Result<HttpResponse, Fault> {
    count_stranger(&request).await?;
    Err(Fault::NotFound("route"))
}

/// A method that there is not on this route.
async fn only_documented_methods(request: HttpRequest) -> Result<HttpResponse, Fault> {
    count_stranger(&request).await?;
    Err(Fault::MethodNotAllowed)
}

/// Gives each problem the id of its request; what fails around a handler becomes a problem as well.
async fn told(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let instance = request.extensions().get::<RequestId>().map(|id| **id).unwrap_or_default();
    let as_fault = |error: &Error| match error.as_error::<Fault>() {
        Some(fault) => fault.clone(),
        None if error.as_response_error().status_code().is_client_error() => {
            Fault::Malformed(error.to_string())
        }
        None => {
            tracing::error!(%error, "request failed outside its handler");
            Fault::Internal
        }
    };
    let response = next.call(request).await.map_err(|error| as_fault(&error))?;
    match response.response().error().map(as_fault) {
        None => Ok(response.map_into_left_body()),
        Some(fault) => {
            let mut problem = fault.problem(instance);
            if let Some(allowed) = response.headers().get(ALLOW) {
                problem.headers_mut().insert(ALLOW, allowed.clone());
            }
            Ok(response.into_response(problem).map_into_right_body())
        }
    }
}
