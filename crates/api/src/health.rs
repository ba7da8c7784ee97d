//! Whether the process lives, and whether it can serve: for supervisors and load balancers.

use actix_web::{HttpResponse, web};
use timbre_engine::Engine;

use crate::{
    routes::{not_to_be_changed, read_only},
    sessions::Sessions,
};

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(read_only("/healthz", healthz, not_to_be_changed));
    config.service(read_only("/readyz", readyz, not_to_be_changed));
}

/// The process answers. Says nothing of what it depends on: a supervisor that restarts it because
/// the database is away would only make things worse.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// Requests can be served: the database answers and is migrated, and sessions can be kept. Models are loaded before the
/// server listens at all.
async fn readyz(engine: web::Data<Engine>, sessions: web::Data<Sessions>) -> HttpResponse {
    if !engine.ready().await {
        return not_ready("the database does not answer or is not migrated");
    }
    match sessions.ready().await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(_) => not_ready("Redis, which keeps the sessions, does not answer"),
    }
}

fn not_ready(why: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header(("retry-after", "5"))
        .content_type("text/plain")
        .body(format!("not ready: {why}\n"))
}
