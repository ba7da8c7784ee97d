//! The JSON body of a call: its fields as they are documented, and the recording in it.

use actix_web::{HttpRequest, web::Payload};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use timbre_domain::{
    inquiry::{Coding, Headerless},
    locale::Locale,
};
use timbre_engine::{Conversation, sniff};

use super::{Caller, Fault, Operation};
use crate::{
    uploads::{self, NotRead, Place, Uploads},
    zero,
};

/// Room for the fields beside the recording.
const FIELDS_BYTES: usize = 256 * 1024;

/// A call's body, and its place among the uploads that are held at a time.
pub(super) struct Body<T> {
    pub(super) fields: T,
    pub(super) _place: Place,
}

impl<T: DeserializeOwned> Body<T> {
    /// Reads a body that holds a recording of at most `max_bytes`.
    pub(super) async fn read(
        caller: &Caller,
        request: &HttpRequest,
        payload: Payload,
        operation: Operation,
        max_bytes: usize,
    ) -> Result<Self, Fault> {
        let wrong = |text: String| Fault::Parameters(operation, text);
        let max = max_bytes.div_ceil(3) * 4 + FIELDS_BYTES;
        // While it is read it is there twice: as it came, and as what it says.
        let held = 2 * uploads::announced(request).map_or(max, |announced| announced.min(max));
        let place = Uploads::places(request, caller.tenant.id, held).ok_or(Fault::Queued(operation, 1))?;
        let bytes = uploads::read(request, payload, max).await.map_err(|error| match error {
            NotRead::TooLarge(_) => too_large(operation, max_bytes),
            NotRead::TooSlow => wrong("body did not arrive in time".to_owned()),
            NotRead::Broken => wrong("body is incomplete".to_owned()),
        })?;
        if zero::in_json(&bytes) {
            return Err(wrong("body has U+0000 in a text".to_owned()));
        }
        // What stands at the place is the caller's own, and may be long: it is not repeated.
        let fields = serde_json::from_slice(&bytes).map_err(|error| {
            wrong(format!(
                "body is not the documented JSON (line {}, column {})",
                error.line(),
                error.column()
            ))
        })?;
        Ok(Self { fields, _place: place })
    }
}

/// What every body with a recording has.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recording {
    /// The recording in base64; line breaks are allowed.
    #[schemars(extend("contentEncoding" = "base64"))]
    content: Option<String>,
    /// Where the recording is to be fetched instead, by HTTP or HTTPS, from a public address.
    #[schemars(extend("format" = "uri"))]
    url: Option<String>,
    /// What the samples are, should the recording have no container: `LINEAR16` or `MULAW`. The container decides otherwise.
    encoding: Option<String>,
    /// Hz of samples without a container; 8000 where it is absent.
    sample_rate: Option<f64>,
    /// A language and a country; `en-US` where it is absent. It changes nothing of what is heard.
    #[schemars(regex(pattern = "^[A-Za-z]{2}-[A-Za-z]{2}$"))]
    language_code: Option<String>,
}

impl Recording {
    /// The recording: exactly one of `content` and `url`.
    pub(super) fn conversation(
        self,
        caller: &Caller,
        operation: Operation,
        max_bytes: usize,
    ) -> Result<(Conversation, Option<Headerless>), Fault> {
        let headerless = self.headerless();
        match (&self.content, self.url) {
            (None, Some(url)) => Ok((Conversation::At(url), headerless)),
            (Some(content), None) => {
                let bytes = decoded(caller, content, operation, max_bytes, headerless)?;
                Ok((Conversation::Here(bytes), headerless))
            }
            _ => Err(Fault::Parameters(
                operation,
                "Exactly one of url and content should be passed".to_owned(),
            )),
        }
    }

    /// The recording where only `content` is documented.
    pub(super) fn content(
        self,
        caller: &Caller,
        operation: Operation,
        max_bytes: usize,
    ) -> Result<Vec<u8>, Fault> {
        let headerless = self.headerless();
        let missing = || Fault::Parameters(operation, "content should be passed".to_owned());
        decoded(caller, &self.content.ok_or_else(missing)?, operation, max_bytes, headerless)
    }

    /// `languageCode`: American English where it is absent.
    pub(super) fn locale(&self, operation: Operation) -> Result<Locale, Fault> {
        let code = self.language_code.as_deref().unwrap_or("en-US");
        code.parse().map_err(|_| {
            Fault::Parameters(
                operation,
                "languageCode should be a language and a country, as in en-US".to_owned(),
            )
        })
    }

    /// What the samples are, should the recording turn out to have no container. The label is trusted no further: the container decides.
    fn headerless(&self) -> Option<Headerless> {
        let label = self.encoding.as_deref()?.to_ascii_uppercase();
        let coding = match label.as_str() {
            "LINEAR16" | "PCM" | "PCM_S16LE" | "RAW" => Coding::Linear16,
            "MULAW" | "ULAW" | "MU-LAW" | "PCM_MULAW" => Coding::Mulaw,
            _ => return None,
        };
        // What the published clients send where they are told nothing.
        let rate = self.sample_rate.unwrap_or(8_000.0);
        (4_000.0..=384_000.0).contains(&rate).then_some(Headerless { coding, sample_rate: rate as u32 })
    }
}

/// The bytes of a recording; bare samples with a header before them.
fn decoded(
    caller: &Caller,
    content: &str,
    operation: Operation,
    max_bytes: usize,
    headerless: Option<Headerless>,
) -> Result<Vec<u8>, Fault> {
    let wrong = |text: String| Fault::Parameters(operation, text);
    let not_base64 = |_| wrong("content is not base64".to_owned());
    // Some encoders break lines.
    let bytes = match content.bytes().any(|byte| byte.is_ascii_whitespace()) {
        true => {
            let content: Vec<u8> = content.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            STANDARD.decode(content).map_err(not_base64)?
        }
        false => STANDARD.decode(content).map_err(not_base64)?,
    };
    if bytes.len() > max_bytes {
        return Err(too_large(operation, max_bytes));
    }
    let allowed = caller.tenant.require_format(&bytes, headerless.is_some());
    allowed.map_err(|error| Fault::of(error, operation))?;
    let Some(headerless) = headerless.filter(|_| sniff(&bytes).is_none() && !bytes.is_empty()) else {
        return Ok(bytes);
    };
    timbre_engine::with_header(headerless, bytes).map_err(|error| Fault::of(error, operation))
}

/// There is more than may be, and another way to send it only where the pages have one.
fn too_large(operation: Operation, max_bytes: usize) -> Fault {
    let text = match operation {
        Operation::Identify | Operation::Diarize | Operation::Vad => {
            format!("content is larger than {max_bytes} bytes; use url for larger audio")
        }
        Operation::Enroll => format!("content is larger than {max_bytes} bytes"),
        Operation::Delete | Operation::Status | Operation::List => "body is too large".to_owned(),
    };
    Fault::Parameters(operation, text)
}
