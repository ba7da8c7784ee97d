//! The secrets that a tenant's webhooks are signed with: shown to whoever asks for them, which the audit trail tells, and changed.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ManageWebhooks;
use timbre_engine::{Engine, WebhookSecret};

use crate::{
    caller::OnTenant,
    fault::Fault,
    forms::{Nothing, Posted, no_query},
    frame::{Frame, Section, render, render_as},
    once,
    routes::Pages,
};

const SECRETS: &str = "/webhook-secrets";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/webhook-secrets", ask).post("/tenants/{tenant}/webhook-secrets", show);
    pages.get("/tenants/{tenant}/webhook-secrets/change", ask_to_change);
    pages.post("/tenants/{tenant}/webhook-secrets/change", change);
}

#[derive(Template)]
#[template(path = "webhook_secrets.html")]
struct Page {
    frame: Frame,
    path: String,
    /// Where it stands that they were shown.
    audit: String,
    /// As receivers have them, the latest first. None before they are asked for.
    secrets: Vec<String>,
    /// Whether the first of them was just made.
    changed: bool,
}

fn page<P>(caller: &OnTenant<P>, secrets: Vec<String>, changed: bool) -> Page {
    Page {
        frame: caller.frame(Section::Jobs),
        path: caller.path(SECRETS),
        audit: caller.path("/audit?action=webhook_secret.shown"),
        secrets,
        changed,
    }
}

fn shown(secrets: &[WebhookSecret]) -> Vec<String> {
    secrets.iter().map(|secret| secret.shown().to_string()).collect()
}

/// Shows none yet: looking at a page is not asking for secrets.
async fn ask(caller: OnTenant<ManageWebhooks>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&page(&caller, Vec::new(), false))
}

async fn show(
    caller: OnTenant<ManageWebhooks>,
    form: Posted<Nothing>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let secrets = shown(&engine.show_webhook_secrets(&caller.tenant).await?);
    render(&page(&caller, secrets, false))
}

#[derive(Template)]
#[template(path = "webhook_secret_change.html")]
struct Change {
    frame: Frame,
    path: String,
    once: String,
}

/// Says what going on to a new secret does.
async fn ask_to_change(
    caller: OnTenant<ManageWebhooks>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&Change { frame: caller.frame(Section::Jobs), path: caller.path(SECRETS), once: once::key() })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(skip_serializing)]
    once: String,
}

/// The same form sent again changes nothing more: a second change would leave nothing that receivers know.
async fn change(
    caller: OnTenant<ManageWebhooks>,
    form: Posted<New>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let new = form.read()?;
    let once = once::sent(&new.once, request.path(), &new)?;
    let mut page = page(&caller, Vec::new(), true);
    let by = caller.by.clone();
    let tell = |secrets: Vec<WebhookSecret>| serde_json::to_value(shown(&secrets));
    let made = engine.rotate_webhook_secret_once(&by, caller.tenant, Some(once), tell).await;
    page.secrets = serde_json::from_value(once::told(made)?.body).map_err(|_| Fault::Internal)?;
    render_as(StatusCode::CREATED, &page)
}
