//! Bodies: JSON, small, and nothing in them that is not known.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Payload,
};
use schemars::JsonSchema;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, error::Category};
use serde_path_to_error::{Path, Segment};
use timbre_engine::{Once, Told};

use super::Fault;
use crate::{
    documented::{self, Parameter},
    routes::Row,
    uploads::{self, NotRead},
    zero,
};

/// Most bytes of a body.
const MOST_BYTES: usize = 64 * 1024;

/// Most characters of what is said about a field: it may repeat what stood there.
const MOST_SAID: usize = 300;

/// What a name is that operators give: without the blanks around it, at least one character, and none of them a control character. `timbre_engine`
/// reads names so.
pub(super) const NAME: &str = concat!(
    r"^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*",
    r"[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"([^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])?",
    r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$",
);

/// A key by which a call that is sent again is known.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct Key(#[schemars(regex(pattern = "^[!-~]([ -~]{0,253}[!-~])?$"))] String);

const KEY: [Parameter; 1] = [Parameter::header::<Key>(
    "Idempotency-Key",
    "Made up by the caller: for a day, the same call under the same key is answered as the first time, and nothing more is made.",
)];

/// Says of a route that it reads a body of this type.
pub(super) fn reads<T: JsonSchema>(row: &mut Row) -> &mut Row {
    row.reads(documented::Body::json::<T>()).refuses([
        Fault::Malformed("expected value at line 1 column 1".to_owned()),
        Fault::WrongMediaType,
        Fault::TooLarge(MOST_BYTES),
        Fault::Invalid("".into(), "the body is an object".to_owned()),
    ])
}

/// Says of a route that its calls may come again.
pub(super) fn once_for_a_key(row: &mut Row) -> &mut Row {
    row.takes(&KEY)
        .may_tell("Idempotency-Replayed", "`true` where an earlier call was answered the same.")
        .refuses([Fault::KeyReused])
}

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
        Ok(Self { fields: fields(&bytes)?, bytes })
    }

    /// The caller's key for a call that makes something, if there is one.
    pub(super) fn once(&self, request: &HttpRequest) -> Result<Option<Once>, Fault> {
        once(request, &self.bytes)
    }
}

impl<T: Serialize> Body<T> {
    /// Refuses what serde reads within a body although it is written otherwise than documented.
    pub(super) fn if_as_documented(self) -> Result<Self, Fault> {
        let unread = |error: serde_json::Error| wrong("".into(), &error);
        let said = serde_json::from_slice(&self.bytes).map_err(unread)?;
        match otherwise(&said, &serde_json::to_value(&self.fields).map_err(unread)?, String::new()) {
            Some((place, what)) => Err(Fault::Invalid(place.into(), what.to_owned())),
            None => Ok(self),
        }
    }
}

/// Where an object is written as an array of its values, or a set with something in it twice; and which it is.
fn otherwise(said: &Value, read: &Value, place: String) -> Option<(String, &'static str)> {
    match (said, read) {
        (Value::Array(_), Value::Object(_)) => Some((place, "it is an object")),
        (Value::Array(said), Value::Array(read)) if said.len() > read.len() => {
            Some((place, "something is in it twice"))
        }
        (Value::Object(said), Value::Object(read)) => {
            said.iter().find_map(|(name, said)| otherwise(said, read.get(name)?, format!("{place}/{name}")))
        }
        _ => None,
    }
}

/// The caller's key for a call with this body, if there is one.
pub(super) fn once(request: &HttpRequest, body: &[u8]) -> Result<Option<Once>, Fault> {
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
    let plain = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key = plain.ok_or_else(|| {
        Fault::Parameter("Idempotency-Key", "it has 1 to 255 visible ASCII characters".to_owned())
    })?;
    Ok(Some(Once::new(key, request.path(), body)))
}

/// What a body says, which is an object: serde would take an array for one as well, and does within it ([`Body::if_as_documented`]).
fn fields<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => Fault::Invalid("".into(), "the body is an object".to_owned()),
            Err(error) => wrong("".into(), &error),
        });
    }
    if zero::in_json(bytes) {
        return Err(Fault::Invalid("".into(), "a text has U+0000 in it".to_owned()));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let fields = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| wrong(pointer(error.path()).into(), error.inner()))?;
    json.end().map_err(|error| wrong("".into(), &error))?;
    Ok(fields)
}

fn wrong(pointer: Cow<'static, str>, error: &serde_json::Error) -> Fault {
    let text = error.to_string().chars().take(MOST_SAID).collect();
    match error.classify() {
        Category::Data => Fault::Invalid(pointer, text),
        Category::Io | Category::Syntax | Category::Eof => Fault::Malformed(text),
    }
}

/// A place in a body as RFC 6901 writes it. No longer than what is said about it.
fn pointer(path: &Path) -> String {
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    let pointer: String = segments.map(|segment| format!("/{segment}")).collect();
    pointer.chars().take(MOST_SAID).collect()
}

/// The reply to a call that made something, now or when it was first sent.
pub(super) fn created(told: &Told) -> HttpResponse {
    answered(StatusCode::CREATED, told)
}

/// The reply to a call that may come again.
pub(super) fn answered(status: StatusCode, told: &Told) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if told.again {
        response.insert_header(("idempotency-replayed", "true"));
    }
    response.json(&told.body)
}
