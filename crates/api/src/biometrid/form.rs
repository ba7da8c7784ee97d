//! A request's parameters, in any of the four encodings that the contract allows: JSON, form,
//! multipart, query. What the body says goes before what the query says.

use std::collections::HashMap;

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest,
    http::header::CONTENT_TYPE,
    web::{self, Payload},
};
use futures_util::StreamExt;
use schemars::JsonSchema;
use serde_json::Value;

use super::{Caller, Fault};
use crate::{
    documented::{Body, shape},
    uploads::{self, Place, Uploads},
};

/// Most bytes of a text parameter, and of a whole JSON or form body.
const MAX_TEXT: usize = 8 * 1024;
/// Most parameters of a request.
const MAX_PARAMETERS: usize = 32;

/// What a recording comes with. A file comes as multipart; the other encodings are for calls without one.
pub(super) const RECORDING: Body = Body::of(&[
    ("multipart/form-data", shape::<Recording>()),
    ("application/json", shape::<Spoken>()),
    ("application/x-www-form-urlencoded", shape::<Spoken>()),
])
.or_none();

/// A recording of what was said.
#[derive(JsonSchema)]
#[schemars(rename = "SpokenRecording")]
#[expect(dead_code, reason = "it stands for its shape")]
struct Recording {
    /// A WAV file. Without one a dialogue begins.
    #[schemars(extend("type" = "string", "format" = "binary"))]
    audio: Option<String>,
    #[serde(flatten)]
    spoken: Spoken,
}

/// In which language somebody speaks.
#[derive(JsonSchema)]
#[schemars(rename = "SpokenLanguage")]
#[expect(dead_code, reason = "it stands for its shape")]
struct Spoken {
    /// The code of a language that `listLanguages` lists; the tenant's own where it is absent.
    language: Option<String>,
}

/// The parameters of a request.
#[derive(Default)]
pub(super) struct Form {
    texts: HashMap<String, String>,
    audio: Option<Upload>,
}

/// A file part, as it came.
pub(super) struct Upload {
    pub(super) bytes: Vec<u8>,
    /// What the part calls itself; absent where it says nothing.
    media_type: Option<String>,
    /// Its place among the uploads that are held at a time, as long as it is held.
    _place: Option<Place>,
}

/// Media types that say "WAV". The recording itself is sniffed later; the contract refuses a part
/// that is labelled as something else before that.
const WAV_TYPES: [&str; 5] = ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"];

impl Form {
    /// Reads the query and the body: at most `max_audio` bytes of audio, and not longer than
    /// `http.body_seconds`, however slowly they come.
    pub(super) async fn read(
        caller: &Caller,
        request: &HttpRequest,
        body: Payload,
        max_audio: usize,
    ) -> Result<Self, Fault> {
        let place = match max_audio {
            0 => None,
            _ => Some(Uploads::place(request, caller.id).ok_or(Fault::Busy(1))?),
        };
        let read = Self::read_patiently(request, body, max_audio);
        let mut form = tokio::time::timeout(uploads::patience(request), read)
            .await
            .map_err(|_| Fault::RequestTimeout)??;
        if let Some(audio) = &mut form.audio {
            audio._place = place;
        }
        Ok(form)
    }

    async fn read_patiently(request: &HttpRequest, body: Payload, max_audio: usize) -> Result<Self, Fault> {
        let mut form = Self::default();
        let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string())
            .map_err(|_| Fault::InvalidParameters)?;
        for (name, value) in query.into_inner() {
            form.set(name, value)?;
        }
        let media_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let media_type = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        match media_type.as_str() {
            "multipart/form-data" => {
                form.read_multipart(Multipart::new(request.headers(), body.into_inner()), max_audio).await?;
            }
            "application/x-www-form-urlencoded" => {
                let text = read_text(body).await?;
                let pairs = web::Query::<Vec<(String, String)>>::from_query(&text);
                for (name, value) in pairs.map_err(|_| Fault::InvalidParameters)?.into_inner() {
                    form.set(name, value)?;
                }
            }
            "application/json" => form.read_json(&read_text(body).await?)?,
            // A body that says nothing of itself, or something that this contract does not have: silently leaving
            // out what somebody sent would look like success.
            _ => {
                if !read_text(body).await.is_ok_and(|text| text.is_empty()) {
                    return Err(unreadable(max_audio));
                }
            }
        }
        Ok(form)
    }

    /// A text parameter; an empty one counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether there is an audio part, whatever is in it.
    pub(super) fn has_audio(&self) -> bool {
        self.audio.is_some()
    }

    /// The audio, if there is some, its part does not call itself anything but WAV, and the caller may send what it is.
    pub(super) fn into_wav(self, caller: &Caller) -> Result<Upload, Fault> {
        let labelled_wav = |upload: &Upload| {
            upload.media_type.as_ref().is_none_or(|label| WAV_TYPES.contains(&label.as_str()))
        };
        let audio = self.audio.filter(labelled_wav).filter(|upload| !upload.bytes.is_empty());
        let audio = audio.ok_or(Fault::NoFileOrInvalidFormat)?;
        caller.require_format(&audio.bytes, false)?;
        Ok(audio)
    }

    fn set(&mut self, name: String, value: String) -> Result<(), Fault> {
        // No database keeps a zero byte in a text.
        let storable = !value.contains('\0') && value.len() <= MAX_TEXT && name.len() <= MAX_TEXT;
        if self.texts.len() >= MAX_PARAMETERS || !storable {
            return Err(Fault::InvalidParameters);
        }
        self.texts.insert(name, value);
        Ok(())
    }

    fn read_json(&mut self, text: &str) -> Result<(), Fault> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
            return Err(Fault::InvalidParameters);
        };
        for (name, value) in fields {
            let value = match value {
                Value::Null => continue,
                Value::String(text) => text,
                other => other.to_string(),
            };
            self.set(name, value)?;
        }
        Ok(())
    }

    async fn read_multipart(&mut self, mut parts: Multipart, max_audio: usize) -> Result<(), Fault> {
        let mut left = MAX_PARAMETERS;
        while let Some(part) = parts.next().await {
            let mut part = part.map_err(|_| unreadable(max_audio))?;
            left = left.checked_sub(1).ok_or(Fault::InvalidParameters)?;
            let name = part.name().unwrap_or_default().to_owned();
            if name == "audio" {
                let media_type = part.content_type().map(|label| label.essence_str().to_ascii_lowercase());
                let bytes = read_part(&mut part, max_audio).await?.ok_or(unreadable(max_audio))?;
                self.audio = Some(Upload { bytes, media_type, _place: None });
            } else {
                let bytes = read_part(&mut part, MAX_TEXT).await?.ok_or(Fault::InvalidParameters)?;
                self.set(name, String::from_utf8(bytes).map_err(|_| Fault::InvalidParameters)?)?;
            }
        }
        Ok(())
    }
}

/// What is told of a body that cannot be read: where a recording is expected, that there is none.
fn unreadable(max_audio: usize) -> Fault {
    if max_audio > 0 { Fault::NoFileOrInvalidFormat } else { Fault::InvalidParameters }
}

/// A part's bytes, or `None` when there are more than `max`. Never holds more than that.
async fn read_part(part: &mut Field, max: usize) -> Result<Option<Vec<u8>>, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Fault::NoFileOrInvalidFormat)?;
        if bytes.len() + chunk.len() > max {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

async fn read_text(body: Payload) -> Result<String, Fault> {
    let bytes = body.to_bytes_limited(MAX_TEXT).await.map_err(|_| Fault::InvalidParameters)?;
    let bytes = bytes.map_err(|_| Fault::InvalidParameters)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Fault::InvalidParameters)
}
