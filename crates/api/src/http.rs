//! The HTTP server: its limits, its middleware, its routes.

use std::{net::TcpListener, time::Duration};

use actix_session::{SessionMiddleware, config::PersistentSession};
use actix_web::{
    App, HttpServer,
    cookie::{Key, time},
    dev::Server,
    middleware::{Compress, DefaultHeaders, from_fn},
    web,
};
use serde::Deserialize;
use timbre_engine::Engine;
use tracing_actix_web::TracingLogger;

use crate::{
    address::Proxies,
    admin, azure, biometrid, deepaffects,
    documents::{self, Documents},
    figures, health,
    limits::{self, Limits},
    redis_link::{Link, RedisConfig},
    request_log::{self, RequestLog},
    sessions::{Sessions, SessionsIn},
    uploads::Uploads,
};

/// `[http]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on.
    pub listen: String,
    /// Threads that read requests and write replies. 0: one for each core.
    pub threads: usize,
    /// Connections held at a time, over all threads.
    pub max_connections: usize,
    /// Recordings held in memory at a time, from their first byte to their answer; further callers get 503 at once. No tenant
    /// has more than half of the places.
    pub max_uploads: usize,
    /// Calls of one address in a minute that are of no tenant's application, and that may come at once.
    pub unauthenticated_per_minute: u32,
    pub unauthenticated_burst: u32,
    /// Calls of one operator, or of one program with a token, in a minute, and that may come at once.
    pub management_per_minute: u32,
    pub management_burst: u32,
    /// Addresses and networks of the proxies in front of Timbre, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Seconds in which a client must have sent the head of its request.
    pub head_seconds: u64,
    /// Seconds in which the body of a request must have come.
    pub body_seconds: u64,
    /// Seconds in which requests under way may finish when the server stops.
    pub shutdown_seconds: u64,
    /// Where `biometrid.sid` sessions are kept.
    pub sessions: SessionsIn,
    /// Seconds that a `biometrid.sid` session lives after its last change.
    pub session_seconds: i64,
    /// Whether the session cookie is for HTTPS only. Set it wherever TLS ends in front of Timbre.
    pub cookie_secure: bool,
    /// Whether `/openapi` serves the contracts' documents, and a page to try them on.
    pub documents: bool,
    /// Whether `/dashboard` serves the operators' pages.
    pub dashboard: bool,
}

impl Http {
    /// Refuses what nothing could be served under, and names the key.
    pub fn check(&self) -> Result<(), String> {
        let rules = [
            (self.max_connections > 0, "max_connections must be above 0"),
            ((60..=31_536_000).contains(&self.session_seconds), "session_seconds must be 60 to 31536000"),
            ((1..=600).contains(&self.head_seconds), "head_seconds must be 1 to 600"),
            ((1..=3_600).contains(&self.body_seconds), "body_seconds must be 1 to 3600"),
            ((1..=65_536).contains(&self.max_uploads), "max_uploads must be 1 to 65536"),
            (
                (1..=1_000_000).contains(&self.unauthenticated_per_minute),
                "unauthenticated_per_minute must be 1 to 1000000",
            ),
            (
                (1..=1_000_000).contains(&self.unauthenticated_burst),
                "unauthenticated_burst must be 1 to 1000000",
            ),
            (
                (1..=1_000_000).contains(&self.management_per_minute),
                "management_per_minute must be 1 to 1000000",
            ),
            ((1..=1_000_000).contains(&self.management_burst), "management_burst must be 1 to 1000000"),
        ];
        if let Some((_, text)) = rules.into_iter().find(|(holds, _)| !holds) {
            return Err(text.to_owned());
        }
        self.proxies().map(|_| ())
    }

    fn proxies(&self) -> Result<Proxies, String> {
        let wrong = |entry| format!("trusted_proxies must be addresses and networks, which {entry:?} is not");
        Proxies::read(&self.trusted_proxies).map_err(wrong)
    }
}

/// Serves until the process is told to stop (SIGINT, SIGTERM), then lets requests under way finish. What replicas share is shared over
/// Redis, where there is one. `beside` is served beside the contracts: pages, which this crate knows nothing of.
pub fn serve(
    http: &Http,
    redis: &RedisConfig,
    listener: TcpListener,
    engine: Engine,
    session_key: &[u8; 64],
    beside: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let key = Key::from(session_key);
    let (secure, lives) = (http.cookie_secure, time::Duration::seconds(http.session_seconds));
    let link = Link::open(redis).map_err(std::io::Error::other)?;
    let sessions = match (http.sessions, &link) {
        (SessionsIn::Database, _) => Sessions::Database(engine.clone()),
        (SessionsIn::Redis, Some(link)) => Sessions::Redis(link.clone(), redis.session_wait()),
        (SessionsIn::Redis, None) => {
            return Err(std::io::Error::other("http.sessions is redis, which needs redis.url"));
        }
    };
    let sessions = web::Data::new(sessions);
    let (data, limits) = (web::Data::new(engine), web::Data::new(http.clone()));
    let uploads = web::Data::new(Uploads::at_most(http.max_uploads));
    let rates = web::Data::new(Limits::new(http, redis, link, session_key));
    let proxies = web::Data::new(http.proxies().map_err(std::io::Error::other)?);
    let documents = http.documents.then(Documents::new).transpose().map_err(std::io::Error::other)?;
    let documents = documents.map(web::Data::new);
    let server = HttpServer::new(move || {
        let cookies = SessionMiddleware::builder(sessions.get_ref().clone(), key.clone())
            .cookie_name(biometrid::COOKIE.to_owned())
            .cookie_path("/".to_owned())
            .cookie_http_only(true)
            .cookie_secure(secure)
            .session_lifecycle(PersistentSession::default().session_ttl(lives))
            .build();
        App::new()
            .app_data(data.clone())
            .app_data(limits.clone())
            .app_data(uploads.clone())
            .app_data(rates.clone())
            .app_data(proxies.clone())
            .app_data(sessions.clone())
            .wrap(Compress::default())
            .wrap(
                DefaultHeaders::new()
                    .add(("cache-control", "no-store"))
                    .add(("x-content-type-options", "nosniff")),
            )
            .wrap(from_fn(biometrid::in_the_envelope))
            .wrap(from_fn(limits::show))
            .wrap(from_fn(request_log::show_request_id))
            .wrap(from_fn(figures::counted))
            .wrap(TracingLogger::<RequestLog>::new())
            .configure(health::routes)
            .configure(|config| documents::routes(config, documents.as_ref()))
            .configure(beside.clone())
            .service(web::scope(biometrid::BASE_1_0).wrap(cookies).configure(biometrid::version_1_0))
            .service(web::scope(biometrid::BASE_1_1).configure(biometrid::version_1_1))
            .configure(biometrid::liveness_host)
            .configure(azure::routes)
            .configure(deepaffects::routes)
            .configure(admin::routes)
            .default_service(web::to(biometrid::unknown_route))
    })
    .shutdown_timeout(http.shutdown_seconds)
    .client_request_timeout(Duration::from_secs(http.head_seconds))
    .listen(listener)?;
    let threads = match http.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let per_thread = http.max_connections.div_ceil(threads);
    Ok(server.workers(threads).max_connections(per_thread).run())
}
