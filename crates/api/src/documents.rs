//! The contracts' documents, and a page to try them on.
//!
//! Promises that all of it is made once, at the start; that the page asks this server and nobody else, whatever it is made of; that
//! whoever has something already is told so instead of getting it again; and that nothing is sent compressed to whoever does not take that.
//! Nobody is asked who they are: the documents hold no secret, and the page can do no more than the credentials that are typed into it.
//!
//! The page is Swagger UI, as the crate utoipa-swagger-ui packs it: its files are in the program, compressed when it is built, so neither a
//! build nor a browser fetches anything, and browsers get them as they are. What is not packed so is compressed on its way.

use std::{
    collections::BTreeMap,
    io::Read,
    sync::{Arc, OnceLock},
};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, ContentEncoding, ETag, Encoding, EntityTag, IfNoneMatch},
    web::{self, Bytes},
};
use flate2::read::GzDecoder;
use ring::digest::{SHA256, digest};
use utoipa_swagger_ui::{Config, Url, serve};

use crate::{
    biometrid::{Fault, unknown_route},
    limits, openapi,
    routes::{not_to_be_changed, read_only},
};

/// The page itself, which is at `/openapi/`.
const PAGE: &str = "";

/// What the page is made of, beside itself.
const PARTS: [&str; 6] = [
    "favicon-32x32.png",
    "index.css",
    "swagger-initializer.js",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-ui.css",
];

/// Everything from here, nothing inline but the one style of Swagger UI's mark; pictures also from within the style sheet. What is typed into
/// the page goes to this server only.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
                      style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is served, by its name below `/openapi/`.
pub(crate) struct Documents(BTreeMap<String, File>);

struct File {
    media_type: String,
    bytes: Bytes,
    /// Where the bytes are compressed: what they are unpacked, once somebody asked who does not take them so.
    unpacked: Option<OnceLock<Bytes>>,
    tag: EntityTag,
}

impl File {
    fn new(media_type: impl Into<String>, bytes: impl Into<Bytes>, gzipped: bool) -> Self {
        let bytes = bytes.into();
        let tag = hex::encode(&digest(&SHA256, &bytes).as_ref()[..16]);
        let unpacked = gzipped.then(OnceLock::new);
        // Weak: the same is sent compressed and not.
        Self { media_type: media_type.into(), bytes, unpacked, tag: EntityTag::new_weak(tag) }
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Fault> {
        let known = match request.get_header::<IfNoneMatch>() {
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            None => false,
        };
        let mut response = match known {
            true => HttpResponse::NotModified(),
            false => HttpResponse::Ok(),
        };
        // Kept, but asked for each time: another version of Timbre serves other documents.
        response
            .insert_header(ETag(self.tag.clone()))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::REFERRER_POLICY, "no-referrer"));
        if self.unpacked.is_some() {
            response.insert_header((header::VARY, "Accept-Encoding"));
        }
        if known {
            return Ok(response.finish());
        }
        let bytes = match &self.unpacked {
            Some(_) if takes_gzip(request) => {
                response.insert_header(ContentEncoding::Gzip);
                self.bytes.clone()
            }
            Some(unpacked) => self.unpack(unpacked)?,
            None => self.bytes.clone(),
        };
        Ok(response.content_type(self.media_type.as_str()).body(bytes))
    }

    /// Done once, and by whoever asks first: few do.
    fn unpack(&self, once: &OnceLock<Bytes>) -> Result<Bytes, Fault> {
        if let Some(known) = once.get() {
            return Ok(known.clone());
        }
        let mut bytes = Vec::new();
        match GzDecoder::new(&self.bytes[..]).read_to_end(&mut bytes) {
            Ok(_) => Ok(once.get_or_init(|| bytes.into()).clone()),
            Err(error) => {
                tracing::error!(%error, "a part of the page cannot be unpacked");
                Err(Fault::Problem)
            }
        }
    }
}

/// Whether gzip is among what the caller would rather have than nothing done to it.
fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request.get_header::<AcceptEncoding>();
    let chosen =
        accepted.and_then(|accepted| accepted.negotiate([Encoding::identity(), Encoding::gzip()].iter()));
    chosen == Some(Encoding::gzip())
}

impl Documents {
    /// # Errors
    /// Says what the page lacks.
    pub(crate) fn new() -> Result<Self, String> {
        let documents = openapi::documents();
        let mut files = BTreeMap::from([(
            PAGE.to_owned(),
            File::new("text/html; charset=utf-8", include_str!("documents/page.html"), false),
        )]);
        let mut offered = Vec::new();
        for (name, document) in &documents {
            let file = format!("{name}.json");
            files.insert(file.clone(), File::new("application/json", document.to_string(), false));
            offered.push((document["info"]["title"].as_str().unwrap_or(name), file));
        }
        let offered = offered.iter().map(|(title, file)| Url::new(title, file));
        // No validator: it would be another host.
        let config = Config::new(offered).validator_url("none").try_it_out_enabled(true);
        let config = Arc::new(config.display_request_duration(true).persist_authorization(false));
        for part in PARTS {
            let file = serve(part, Arc::clone(&config)).map_err(|error| format!("{part}: {error}"))?;
            let file = file.ok_or_else(|| format!("{part}: there is no such part of Swagger UI"))?;
            let file = File::new(file.content_type, file.bytes.into_owned(), file.gzpipped);
            files.insert(part.to_owned(), file);
        }
        Ok(Self(files))
    }
}

/// Nothing is served where there are none.
pub(crate) fn routes(config: &mut web::ServiceConfig, documents: Option<&web::Data<Documents>>) {
    if let Some(documents) = documents {
        config
            .app_data(documents.clone())
            .service(read_only("/openapi", to_the_page, only_reading))
            .service(read_only("/openapi/", page, only_reading))
            .service(read_only("/openapi/{file}", beside_the_page, only_reading));
    }
}

/// What the page names is beside it, so its address ends with a slash. Relative, so that the documents can be
/// read behind a proxy that serves Timbre below a path; calls that are tried go to the root, which the documents name.
async fn to_the_page(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request).await?;
    Ok(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "openapi/")).finish())
}

async fn page(request: HttpRequest, documents: web::Data<Documents>) -> Result<HttpResponse, Fault> {
    shown(PAGE, request, &documents).await
}

async fn beside_the_page(
    request: HttpRequest,
    name: web::Path<String>,
    documents: web::Data<Documents>,
) -> Result<HttpResponse, Fault> {
    shown(&name, request, &documents).await
}

async fn shown(name: &str, request: HttpRequest, documents: &Documents) -> Result<HttpResponse, Fault> {
    let Some(file) = documents.0.get(name) else { return unknown_route(request).await };
    limits::count_stranger(&request).await?;
    file.answer(&request)
}

/// Another method. What is not there is not there by any.
async fn only_reading(request: HttpRequest, documents: web::Data<Documents>) -> Result<HttpResponse, Fault> {
    let file = request.match_info().get("file").unwrap_or(PAGE);
    if !documents.0.contains_key(file) {
        return unknown_route(request).await;
    }
    not_to_be_changed(request).await
}
