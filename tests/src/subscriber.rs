//! A tenant's application that speaks Azure's contract, over HTTP.

use std::time::Duration;

use reqwest::{
    Method,
    blocking::{Client, RequestBuilder},
};
use serde_json::Value;

use crate::{Reply, send};

/// The version that an application was written for, and its base paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V2_0,
    V2021,
}

pub use Version::{V2_0, V2021};

/// Whose profiles: below which base path, of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    TextDependent,
    Verification,
    Identification,
}

pub use Base::{Identification, TextDependent, Verification};

impl Base {
    pub const ALL: [Self; 3] = [TextDependent, Verification, Identification];
}

/// An application with its two subscription keys.
#[derive(Clone)]
pub struct Subscriber {
    url: String,
    pub keys: [String; 2],
    http: Client,
}

impl Subscriber {
    pub fn new(url: &str, keys: &[impl AsRef<str>; 2]) -> Self {
        // The server is in this process: no proxy of the environment is asked.
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(240)).build().unwrap();
        Self { url: url.to_owned(), keys: [keys[0].as_ref().to_owned(), keys[1].as_ref().to_owned()], http }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same application at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// A request without a key.
    pub fn bare(&self, method: Method, address: &str) -> RequestBuilder {
        let address =
            if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", self.url) };
        self.http.request(method, address)
    }

    /// A request with the first key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("Ocp-Apim-Subscription-Key", &self.keys[0])
    }

    pub fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    pub fn delete(&self, path: &str) -> Reply {
        send(self.request(Method::DELETE, path))
    }

    /// Makes a profile, and gives its id.
    pub fn profile(&self, version: Version, base: Base) -> String {
        let reply = self.create(version, base, r#"{"locale":"en-us"}"#);
        assert_eq!(reply.status, 201, "{}", reply.body);
        field(&reply, "profileId")
    }

    /// Makes a profile of this body.
    pub fn create(&self, version: Version, base: Base, body: &str) -> Reply {
        let request = self.post(&profiles(version, base)).header("content-type", "application/json");
        send(request.body(body.to_owned()))
    }

    /// Enrols a WAV file.
    pub fn enrol(&self, version: Version, base: Base, profile: &str, wav: Vec<u8>) -> Reply {
        send(recording(self.post(&profile_path(version, base, profile, "enrollments")), wav))
    }

    /// Enrols a WAV file, however short.
    pub fn enrol_any(&self, version: Version, base: Base, profile: &str, wav: Vec<u8>) -> Reply {
        let path = profile_path(version, base, profile, "enrollments");
        send(recording(self.post(&with(&path, "ignoreMinLength=true")), wav))
    }

    /// Verifies a WAV file.
    pub fn verify(&self, version: Version, base: Base, profile: &str, wav: Vec<u8>) -> Reply {
        send(recording(self.post(&profile_path(version, base, profile, "verify")), wav))
    }

    /// Asks whose voice a WAV file is.
    pub fn identify(&self, version: Version, candidates: &str, wav: Vec<u8>) -> Reply {
        send(recording(self.post(&identify_path(version, &format!("profileIds={candidates}"))), wav))
    }

    pub fn show(&self, version: Version, base: Base, profile: &str) -> Reply {
        self.get(&profile_path(version, base, profile, ""))
    }
}

/// The request with a WAV file as its body.
pub fn recording(request: RequestBuilder, wav: Vec<u8>) -> RequestBuilder {
    request.header("content-type", "audio/wav; codecs=audio/pcm").body(wav)
}

/// Where profiles are kept.
pub fn profiles(version: Version, base: Base) -> String {
    let below = match base {
        TextDependent => "verification/text-dependent",
        Verification => "verification/text-independent",
        Identification => "identification/text-independent",
    };
    match version {
        V2_0 => {
            let (api, kind) = below.split_once('/').unwrap();
            format!("/speaker/{api}/v2.0/{kind}/profiles")
        }
        V2021 => format!("/speaker-recognition/{below}/profiles?api-version=2021-09-05"),
    }
}

/// A profile, or what is done with it.
pub fn profile_path(version: Version, base: Base, profile: &str, action: &str) -> String {
    let action = match (version, action) {
        (_, "") => String::new(),
        (V2_0, action) | (V2021, action @ "enrollments") => format!("/{action}"),
        (V2021, action) => format!(":{action}"),
    };
    let list = profiles(version, base);
    match list.split_once('?') {
        Some((path, query)) => format!("{path}/{profile}{action}?{query}"),
        None => format!("{list}/{profile}{action}"),
    }
}

/// Identification, with this query.
pub fn identify_path(version: Version, query: &str) -> String {
    let path = match version {
        V2_0 => "/speaker/identification/v2.0/text-independent/profiles/identifySingleSpeaker".to_owned(),
        V2021 => "/speaker-recognition/identification/text-independent/profiles:identifySingleSpeaker\
                  ?api-version=2021-09-05"
            .to_owned(),
    };
    with(&path, query)
}

/// A path with something more in its query.
pub fn with(path: &str, query: &str) -> String {
    let between = if path.contains('?') { '&' } else { '?' };
    format!("{path}{between}{query}")
}

/// A field of a reply, as text.
#[track_caller]
pub fn field(reply: &Reply, name: &str) -> String {
    match &json(reply)[name] {
        Value::Null => panic!("no {name}: {} {}", reply.status, reply.body),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The reply's body.
#[track_caller]
pub fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|_| panic!("no JSON: {} {}", reply.status, reply.body))
}

/// The body of an error.
pub fn azure_error(code: &str, message: &str) -> String {
    let (code, message) = (Value::from(code), Value::from(message));
    format!(r#"{{"error":{{"code":{code},"message":{message}}}}}"#)
}
