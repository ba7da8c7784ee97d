//! The secrets that a tenant's webhooks are signed with.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde_json::{Value, json};
use timbre_engine::{Engine, WebhookSecret};

use super::{
    Fault, OnTenant,
    body::{created, once},
    caller::ManageWebhooks,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("webhooks");
    routes.get(
        "/tenants/{tenant}/webhook-secrets",
        show,
        "showWebhookSecrets",
        "Shows the secrets that webhooks are signed with.",
    );
    routes
        .post("/tenants/{tenant}/webhook-secrets", rotate, "rotateWebhookSecret", "Goes on to a new secret.")
        .answers_nothing(201, "Done.");
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
    Ok(created(&engine.rotate_webhook_secret_once(&on.by, on.tenant, once, shown).await?))
}

fn shown(secrets: Vec<WebhookSecret>) -> Value {
    let secrets: Vec<String> = secrets.iter().map(|secret| (*secret.shown()).clone()).collect();
    json!({"secrets": secrets})
}
