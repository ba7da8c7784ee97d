//! The secrets that a tenant's webhooks are signed with.

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use serde_json::{Value, json};
use timbre_engine::{Engine, Tenant};

use super::{Fault, OnTenant, caller::ManageWebhooks};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/webhook-secrets", web::get().to(show)).route("/webhook-secrets", web::post().to(rotate));
}

/// The latest first. Receivers need them in the clear, so whoever may not go on to new ones may not see them.
async fn show(on: OnTenant<ManageWebhooks>) -> Result<HttpResponse, Fault> {
    Ok(HttpResponse::Ok().json(shown(&on.tenant)))
}

/// Goes on to a new secret; messages are signed with the one before as well.
async fn rotate(on: OnTenant<ManageWebhooks>, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    let tenant = engine.rotated_webhook_secret(on.tenant).await?;
    Ok(HttpResponse::Created().json(shown(&tenant)))
}

fn shown(tenant: &Tenant) -> Value {
    let secrets: Vec<String> =
        tenant.webhook_secrets().iter().map(|secret| (*secret.shown()).clone()).collect();
    json!({"secrets": secrets})
}
