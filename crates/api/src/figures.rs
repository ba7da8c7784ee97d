//! Figures: each request is counted, by its route's pattern, and whoever collects figures reads them on a listener of its own.
//!
//! What is served here is served to nobody else: the contracts' listener has no such route, and this one has no other.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use actix_web::{
    App, Error, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    middleware::{Compress, Next},
    web,
};
use timbre_engine::Engine;

/// Connections of collectors at a time.
const MOST_CONNECTIONS: usize = 16;

/// How long a collector is kept waiting for what the database says. Without it, it gets what was said before.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whose words a route speaks, by how its pattern begins.
const CONTRACTS: [(&str, &str); 7] = [
    ("/api/1.", "biometrid"),
    ("/biometrics/", "biometrid"),
    ("/speaker", "azure"),
    ("/audio/generic/", "deepaffects"),
    ("/transaction/generic/", "deepaffects"),
    ("/admin/", "admin"),
    ("/", "none"),
];

/// Counts a request and its time. What it was about stays out: of a path that no route has, all that is known is that it was one.
pub(crate) async fn counted(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let route = request.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let method = request.method().clone();
    let answered = next.call(request).await;
    let status = match &answered {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    timbre_telemetry::request(contract_of(&route), method.as_str(), &route, status.as_u16(), began.elapsed());
    answered
}

fn contract_of(route: &str) -> &'static str {
    CONTRACTS.into_iter().find(|(beginning, _)| route.starts_with(beginning)).map_or("none", |(_, name)| name)
}

/// What a collector of figures asks for.
struct Collected {
    engine: Engine,
    tenants: usize,
    version: &'static str,
}

/// Serves `/metrics` until its handle, or the process, is told to stop. At most `tenants` tenants have figures of what they used.
///
/// # Errors
/// Says why the listener cannot be served on.
pub fn serve_figures(
    listener: TcpListener,
    engine: Engine,
    tenants: usize,
    version: &'static str,
) -> std::io::Result<Server> {
    let collected = web::Data::new(Collected { engine, tenants, version });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(collected.clone())
            .wrap(Compress::default())
            .route("/metrics", web::get().to(metrics))
            .default_service(web::to(HttpResponse::NotFound))
    });
    Ok(server
        .workers(1)
        .max_connections(MOST_CONNECTIONS)
        .disable_signals()
        .shutdown_timeout(1)
        .listen(listener)?
        .run())
}

async fn metrics(collected: web::Data<Collected>) -> HttpResponse {
    match tokio::time::timeout(PATIENCE, collected.engine.read_figures(collected.tenants)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the figures of jobs and quotas could not be read"),
        Err(_) => tracing::warn!("the figures of jobs and quotas did not come in time"),
    }
    match timbre_telemetry::text(collected.version) {
        Ok((text, media_type)) => HttpResponse::Ok().content_type(media_type).body(text),
        Err(error) => {
            tracing::error!(error, "figures could not be written down");
            HttpResponse::InternalServerError().finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_of_the_contract_whose_words_it_speaks() {
        for (route, contract) in [
            ("/api/1.0/users/{id}", "biometrid"),
            ("/biometrics/liveness", "biometrid"),
            ("/speaker/verification/v2.0/text-dependent/profiles/{id}", "azure"),
            ("/speaker-recognition/identification/text-independent/profiles", "azure"),
            ("/audio/generic/api/v2/sync/recognition/speaker/enroll", "deepaffects"),
            ("/transaction/generic/api/v1/sync/status", "deepaffects"),
            ("/admin/v1/tenants", "admin"),
            ("/healthz", "none"),
            ("unknown", "none"),
        ] {
            assert_eq!(contract_of(route), contract, "{route}");
        }
    }
}
