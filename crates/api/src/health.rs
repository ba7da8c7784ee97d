//! Whether the process lives, and whether it can serve: for supervisors and load balancers.

use actix_web::{HttpResponse, get, web};
use timbre_engine::Engine;

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(healthz).service(readyz);
}

/// The process answers. Says nothing of what it depends on: a supervisor that restarts it because
/// the database is away would only make things worse.
#[get("/healthz")]
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// Requests can be served: the database answers and is migrated. Models are loaded before the
/// server listens at all.
#[get("/readyz")]
async fn readyz(engine: web::Data<Engine>) -> HttpResponse {
    if engine.ready().await {
        HttpResponse::Ok().content_type("text/plain").body("ready\n")
    } else {
        HttpResponse::ServiceUnavailable()
            .insert_header(("retry-after", "5"))
            .content_type("text/plain")
            .body("not ready: the database does not answer or is not migrated\n")
    }
}
