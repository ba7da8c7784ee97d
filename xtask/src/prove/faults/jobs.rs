//! Jobs, as an application of DeepAffects gives them and asks how they are.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::server::Server;

const REPLY_LIMIT: Duration = Duration::from_secs(60);
/// Takes no message: what becomes of a job is asked for.
const NOWHERE: &str = "http://nobody.invalid/told";

/// A server, and a tenant's key there.
pub(super) struct Jobs {
    http: Client,
    base_url: String,
    apikey: String,
}

impl Jobs {
    pub(super) fn of(server: &Server) -> Result<Self, Failure> {
        let http = Client::builder().no_proxy().timeout(REPLY_LIMIT).build()?;
        Ok(Self { http, base_url: server.base_url().to_owned(), apikey: server.apikey()? })
    }

    /// Gives the job of this number: when somebody speaks in a recording.
    pub(super) fn give(&self, number: u64, wav: &[u8]) -> Result<(u16, Value), Failure> {
        let body = json!({"content": STANDARD.encode(wav), "encoding": "Wave", "sampleRate": 16_000});
        let address = self.address("/audio/generic/api/v1/async/vad", number);
        replied(self.http.post(format!("{address}&webhook={NOWHERE}")).json(&body))
    }

    /// Asks how it is.
    pub(super) fn ask(&self, number: u64) -> Result<(u16, Value), Failure> {
        replied(self.http.get(self.address("/transaction/generic/api/v1/async/status", number)))
    }

    fn address(&self, path: &str, number: u64) -> String {
        format!("{}{path}?apikey={}&request_id=job-{number}", self.base_url, self.apikey)
    }
}

fn replied(request: RequestBuilder) -> Result<(u16, Value), Failure> {
    let reply = request.send()?;
    Ok((reply.status().as_u16(), serde_json::from_str(&reply.text()?).unwrap_or_default()))
}
