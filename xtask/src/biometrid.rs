//! The BiometrID API as a tenant application calls it: users, and dialogues that enrol and verify.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::blocking::multipart::{Form, Part};
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::Value;

use crate::failure::Failure;
use crate::outcome::Outcome;

/// Longer than any queue of the server lasts.
const REPLY_LIMIT: Duration = Duration::from_secs(60);

/// A server, and a tenant's credentials there.
#[derive(Clone)]
pub(crate) struct Api {
    http: Client,
    pub(crate) base_url: String,
    key: String,
    secret: String,
}

/// What a dialogue is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Enrol,
    Verify,
}

/// A reply as it came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The body to the letter: the order of its fields is the contract's.
    pub(crate) text: String,
    pub(crate) took: Duration,
    cookie: Option<String>,
}

/// Why there is no outcome.
#[derive(Debug)]
pub(crate) enum NoReply {
    /// There was nobody to send it to: the server never saw it.
    NotSent(Failure),
    /// It was sent, and the server may or may not have acted on it.
    Lost(Failure),
    /// It came, and is not in the contract.
    Strange(Failure),
}

impl From<NoReply> for Failure {
    fn from(why: NoReply) -> Self {
        match why {
            NoReply::NotSent(failure) | NoReply::Lost(failure) | NoReply::Strange(failure) => failure,
        }
    }
}

impl Api {
    /// Reads the credentials that `timbre serve --demo` wrote; `url` goes before the one in there.
    pub(crate) fn from_demo_json(path: &Path, url: Option<&str>) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
        let demo: Value = serde_json::from_str(&text).map_err(|error| Failure::at(path, error))?;
        let field = |value: &Value, name: &str| {
            value.as_str().map(str::to_owned).ok_or_else(|| Failure::at(path, format!("there is no {name}")))
        };
        let base_url = match url {
            Some(url) => url.to_owned(),
            None => field(&demo["base_url"], "base_url")?,
        };
        Ok(Self {
            // The server is on this machine or named on purpose: the environment's proxies are not asked.
            http: Client::builder().no_proxy().timeout(REPLY_LIMIT).build()?,
            base_url: base_url.trim_end_matches('/').to_owned(),
            key: field(&demo["biometrid"]["key"], "biometrid.key")?,
            secret: field(&demo["biometrid"]["secret"], "biometrid.secret")?,
        })
    }

    /// Asks for a user to be made.
    pub(crate) fn ask_for_user(&self, reference: &str) -> Result<Reply, NoReply> {
        let form = Form::new().text("reference_id", reference.to_owned());
        self.send(self.post(USERS).multipart(form))
    }

    /// Whether the server says that it can serve.
    pub(crate) fn ready(&self) -> Result<Reply, NoReply> {
        self.send(self.http.get(format!("{}/readyz", self.base_url)))
    }

    /// Makes a user and says its id.
    pub(crate) fn create_user(&self, reference: &str) -> Result<(Reply, String), Failure> {
        let reply = self.ask_for_user(reference)?;
        match (reply.status, reply.body["data"]["id"].as_str().map(str::to_owned)) {
            (200, Some(id)) => Ok((reply, id)),
            _ => Err(Failure::new(format!("no user was made: status {} with {}", reply.status, reply.body))),
        }
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.base_url))
            .header("x-biometrid-key", &self.key)
            .header("x-biometrid-secret", &self.secret)
    }

    fn send(&self, request: RequestBuilder) -> Result<Reply, NoReply> {
        let start = Instant::now();
        let lost = |error: reqwest::Error| match error.is_connect() {
            true => NoReply::NotSent(error.into()),
            false => NoReply::Lost(error.into()),
        };
        let response = request.send().map_err(lost)?;
        let status = response.status().as_u16();
        let cookie = response
            .headers()
            .get(SET_COOKIE)
            .and_then(|header| header.to_str().ok())
            .and_then(|header| header.split(';').next())
            .map(str::to_owned);
        let text = response.text().map_err(lost)?;
        // A reply that is no JSON is not in the contract, and shows up as such when it is read.
        let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.clone()));
        Ok(Reply { status, body, text, took: start.elapsed(), cookie })
    }
}

pub(crate) const USERS: &str = "/api/1.0/users";

/// Where a user enrols or verifies.
pub(crate) fn dialogue_path(user: &str, purpose: Purpose) -> String {
    let verb = match purpose {
        Purpose::Enrol => "enroll",
        Purpose::Verify => "verify",
    };
    format!("{USERS}/{user}/dialogue/{verb}/voice")
}

/// The client's side of a dialogue: its session cookie and the code that was last asked for.
pub(crate) struct Dialogue {
    path: String,
    cookie: Option<String>,
    pub(crate) code: String,
}

impl Dialogue {
    /// Asks for the first code.
    pub(crate) fn start(api: &Api, user: &str, purpose: Purpose) -> Result<(Self, Reply), Failure> {
        match Self::ask(api, user, purpose)? {
            (Ok(started), reply) => Ok((started, reply)),
            (Err(other), _) => Err(Failure::new(format!("no dialogue was started: {}", other.in_a_word()))),
        }
    }

    /// Asks for the first code: the dialogue, or what was said instead.
    pub(crate) fn ask(
        api: &Api,
        user: &str,
        purpose: Purpose,
    ) -> Result<(Result<Self, Outcome>, Reply), NoReply> {
        let path = dialogue_path(user, purpose);
        let reply = api.send(api.post(&path))?;
        Ok(match Outcome::of(reply.status, &reply.body).map_err(NoReply::Strange)? {
            Outcome::Started { code } => (Ok(Self { path, cookie: reply.cookie.clone(), code }), reply),
            other => (Err(other), reply),
        })
    }

    /// Sends a recording and keeps the code that is asked for next.
    pub(crate) fn submit(&mut self, api: &Api, recording: Vec<u8>) -> Result<(Outcome, Reply), NoReply> {
        let part = Part::bytes(recording).file_name("code.wav").mime_str("audio/wav");
        let form = Form::new().part("audio", part.map_err(|error| NoReply::NotSent(error.into()))?);
        let mut request = api.post(&self.path).multipart(form);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let reply = api.send(request)?;
        if reply.cookie.is_some() {
            self.cookie.clone_from(&reply.cookie);
        }
        let outcome = Outcome::of(reply.status, &reply.body).map_err(NoReply::Strange)?;
        if let Outcome::Started { code: next } | Outcome::Accepted { next } | Outcome::Refused { next, .. } =
            &outcome
        {
            self.code.clone_from(next);
        }
        Ok((outcome, reply))
    }
}
