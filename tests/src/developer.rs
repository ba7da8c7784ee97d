//! A tenant's application that speaks DeepAffects' contract, over HTTP.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{
    Method,
    blocking::{Client, RequestBuilder},
};
use serde_json::{Value, json};

use crate::{Product, Reply, encoded, send};

pub const ENROLL: &str = "/audio/generic/api/v2/sync/diarization/enroll";
pub const ENROLL_V1: &str = "/audio/generic/api/v1/sync/diarization/enroll";
pub const DELETE: &str = "/audio/generic/api/v1/sync/diarization/delete";
pub const LIST: &str = "/audio/generic/api/v1/sync/diarization/get_enrolled_speakers";
pub const IDENTIFY: &str = "/audio/generic/api/v2/sync/diarization/identify";
pub const IDENTIFY_V1: &str = "/audio/generic/api/v1/sync/diarization/identify";
pub const IDENTIFY_LATER: [&str; 3] = [
    "/audio/generic/api/v1/async/diarization/identify",
    "/audio/generic/api/v2/async/diarization/identify",
    "/audio/generic/api/v3/async/diarization/identify",
];
pub const DIARIZE: &str = "/audio/generic/api/v1/sync/diarize";
pub const DIARIZE_LATER: [&str; 2] =
    ["/audio/generic/api/v1/async/diarize", "/audio/generic/api/v2/async/diarize"];
pub const VAD_LATER: &str = "/audio/generic/api/v1/async/vad";
pub const STATUS: &str = "/transaction/generic/api/v1/async/status";

/// An application with its two api keys.
#[derive(Clone)]
pub struct Developer {
    url: String,
    pub keys: [String; 2],
    http: Client,
}

impl Developer {
    pub fn new(url: &str, keys: &[impl AsRef<str>; 2]) -> Self {
        // The server is in this process: no proxy of the environment is asked.
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(240)).build().unwrap();
        Self { url: url.to_owned(), keys: [keys[0].as_ref().to_owned(), keys[1].as_ref().to_owned()], http }
    }

    /// A new tenant's.
    pub fn of(product: &Product, tenant: &str) -> Self {
        let issued = product.block_on(product.engine.create_tenant(tenant, "en")).unwrap();
        Self::new(&product.url, &issued.apikeys)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same application at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The same application with this key in place of its own.
    pub fn with_key(&self, key: &str) -> Self {
        Self { keys: [key.to_owned(), key.to_owned()], ..self.clone() }
    }

    /// A request without a key.
    pub fn bare(&self, method: Method, path_and_query: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path_and_query}", self.url))
    }

    /// A request with the first key and this query.
    pub fn request(&self, method: Method, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let query = [&[("apikey", self.keys[0].as_str())], query].concat();
        self.bare(method, &format!("{path}?{}", encoded(&query)))
    }

    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        send(self.request(Method::GET, path, query))
    }

    pub fn post(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Reply {
        send(self.request(Method::POST, path, query).json(body))
    }

    /// A call that is answered at once.
    pub fn ask(&self, path: &str, body: &Value) -> Reply {
        self.post(path, &[], body)
    }

    pub fn enroll(&self, speaker: &str, recording: &[u8]) -> Reply {
        self.ask(ENROLL, &with(content(recording), "speakerId", speaker))
    }

    /// Enrols a speaker completely.
    #[track_caller]
    pub fn enrolled(&self, speaker: &str, recording: &[u8]) {
        let reply = self.enroll(speaker, recording);
        assert_eq!(
            (reply.status, &reply.json()["enrollment_complete"]),
            (200, &json!(true)),
            "{}",
            reply.body
        );
    }

    pub fn delete(&self, speaker: &str) -> Reply {
        self.ask(DELETE, &json!({"speakerId": speaker}))
    }

    /// Asks for a job, and gives the request id that it is known by.
    #[track_caller]
    pub fn order(&self, path: &str, webhook: &str, body: &Value) -> String {
        let reply = self.post(path, &[("webhook", webhook)], body);
        assert_eq!(reply.status, 202, "{}", reply.body);
        reply.json()["request_id"].as_str().unwrap().to_owned()
    }

    /// How far a job is.
    pub fn status(&self, request_id: &str) -> Reply {
        self.get(STATUS, &[("request_id", request_id)])
    }
}

impl Reply {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// A body with this recording, as the published samples have it.
pub fn content(recording: &[u8]) -> Value {
    json!({"content": STANDARD.encode(recording), "encoding": "Wave", "sampleRate": 16000, "languageCode": "en-US"})
}

/// The body with one field more, or another value in it.
pub fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

/// The body of what the service itself refuses.
pub fn refused(text: &str) -> Value {
    json!({"fault": {"detail": {"error_code": "com.deepaffects.BadRequest"}, "fault_string": text}})
}

/// The body of what is refused for its parameters.
pub fn params_invalid(text: &str) -> Value {
    with(refused(text), "type", "params_invalid")
}

/// The body of what the gateway refuses.
pub fn gateway(code: &str, text: &str) -> Value {
    json!({"fault": {"faultstring": text, "detail": {"errorcode": code}}})
}

/// Whether a body is a fault, in one of its two shapes.
pub fn is_fault(body: &Value) -> bool {
    let fault = &body["fault"];
    let gateway = fault["faultstring"].is_string() && fault["detail"]["errorcode"].is_string();
    gateway || (fault["fault_string"].is_string() && fault["detail"]["error_code"].is_string())
}
