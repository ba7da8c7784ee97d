//! Bodies: JSON, small, and nothing in them that is not known.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Payload,
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use timbre_engine::{Once, Told};

use super::Fault;
use crate::uploads::{self, NotRead};

/// Most bytes of a body.
const MOST_BYTES: usize = 64 * 1024;

/// Most characters of what is said about a field: it may repeat what stood there.
const MOST_SAID: usize = 300;

/// As documents tell of them.
pub(super) const JSON: crate::routes::Body =
    crate::routes::Body { media_types: &["application/json"], required: true };

/// A body as it came and what it says.
pub(super) struct Body<T> {
    pub(super) fields: T,
    bytes: Vec<u8>,
}

impl<T: DeserializeOwned> Body<T> {
    pub(super) async fn read(request: &HttpRequest, payload: Payload) -> Result<Self, Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Fault::WrongMediaType);
        }
        let bytes = uploads::read(request, payload, MOST_BYTES).await.map_err(|error| match error {
            NotRead::TooLarge(_) => Fault::TooLarge(MOST_BYTES),
            NotRead::TooSlow => Fault::Malformed("the body did not come in time".to_owned()),
            NotRead::Broken => Fault::Malformed("the body is incomplete".to_owned()),
        })?;
        let fields = serde_json::from_slice(&bytes).map_err(|error| {
            let text: String = error.to_string().chars().take(MOST_SAID).collect();
            match error.classify() {
                Category::Data => Fault::Invalid("", text),
                Category::Io | Category::Syntax | Category::Eof => Fault::Malformed(text),
            }
        })?;
        Ok(Self { fields, bytes })
    }

    /// The caller's key for a call that makes something, if there is one.
    pub(super) fn once(&self, request: &HttpRequest) -> Result<Option<Once>, Fault> {
        let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
        let plain = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
        let key = plain.ok_or_else(|| {
            Fault::Parameter("Idempotency-Key", "it has 1 to 255 visible ASCII characters".to_owned())
        })?;
        Ok(Some(Once::new(key, request.path(), &self.bytes)))
    }
}

/// The reply to a call that made something, now or when it was first sent.
pub(super) fn created(told: &Told) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::CREATED);
    if told.again {
        response.insert_header(("idempotency-replayed", "true"));
    }
    response.json(&told.body)
}
