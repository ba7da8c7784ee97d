//! The secrets that a tenant's webhooks are signed with.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_engine::{Engine, EngineError, WebhookSecret};

use super::{
    Fault, OnTenant,
    body::{created, once, once_for_a_key},
    caller::{ManageWebhooks, needs},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("webhooks");
    let path = "/tenants/{tenant}/webhook-secrets";
    routes
        .get(path, show, "showWebhookSecrets", "Shows the secrets that webhooks are signed with.")
        .explained("In the clear, since receivers check signatures by them (Standard Webhooks).")
        .also(&needs::<ManageWebhooks>())
        .answers::<Shown>(200, "The secrets, the latest first.")
        .refuses([Fault::NotFound("tenant")]);
    let row = routes
        .post(path, rotate, "rotateWebhookSecret", "Goes on to a new secret.")
        .explained("Messages are signed with the one before as well, so that receivers can change over. Those before that are good no more.")
        .also(&needs::<ManageWebhooks>())
        .answers::<Shown>(201, "The secrets, the new one first.")
        .refuses([Fault::NotFound("tenant"), EngineError::Raced.into()]);
    once_for_a_key(row);
}

/// The latest first. Receivers need them in the clear, so whoever may not go on to new ones may not see them.
async fn show(on: OnTenant<ManageWebhooks>, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    Ok(HttpResponse::Ok().json(shown(engine.show_webhook_secrets(&on.tenant).await?)))
}

/// Goes on to a new secret; messages are signed with the one before as well.
async fn rotate(
    on: OnTenant<ManageWebhooks>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let once = once(&request, &[])?;
    let tell = |secrets| serde_json::to_value(shown(secrets));
    Ok(created(&engine.rotate_webhook_secret_once(&on.by, on.tenant, once, tell).await?))
}

/// The secrets that webhooks are signed with.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookSecrets")]
struct Shown {
    /// As Standard Webhooks writes them, the latest first.
    secrets: Vec<String>,
}

fn shown(secrets: Vec<WebhookSecret>) -> Shown {
    Shown { secrets: secrets.iter().map(|secret| (*secret.shown()).clone()).collect() }
}
