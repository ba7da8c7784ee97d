//! Calls that make something, sent again: the same key and the same request are answered as the first time, and nothing more is made.

use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use timbre_store::NewAnswer;
use timbre_vault::{Purpose, SealContext};

use crate::{Administrator, Engine, EngineError};

/// How long the same key is answered the same.
pub(crate) const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(24);

/// A caller's key for a request, and what it asks.
#[derive(Clone)]
pub struct Once {
    key: String,
    request_digest: [u8; 32],
}

impl Once {
    /// `route` and `body` are the request: the same key for others is refused.
    pub fn new(key: &str, route: &str, body: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update((route.len() as u64).to_be_bytes())
            .chain_update(route)
            .chain_update(body);
        Self { key: key.to_owned(), request_digest: digest.finalize().into() }
    }
}

/// What a call that makes something is answered.
pub struct Told {
    pub body: Value,
    /// It was made by an earlier call, which was answered the same.
    pub again: bool,
}

impl Engine {
    /// What this request was answered before. `KeyReused` when its key was another request's.
    pub(crate) async fn told_before(
        &self,
        by: &Administrator,
        once: Option<&Once>,
    ) -> Result<Option<Told>, EngineError> {
        let Some(once) = once else { return Ok(None) };
        let asker = by.asker();
        let Some(earlier) = self.parts.store.earlier_answer(&asker, &once.key).await? else {
            return Ok(None);
        };
        if earlier.request_digest != once.request_digest {
            return Err(EngineError::KeyReused);
        }
        let place = place(&asker, &once.key);
        let key = self.parts.master.installation_key()?;
        let opened = key.open(&SealContext::new(Purpose::Answer, &place), &earlier.sealed)?;
        let body = serde_json::from_slice(&opened).map_err(|_| EngineError::Session)?;
        Ok(Some(Told { body, again: true }))
    }

    /// The answer as it is to be kept, in the commit of what it tells of. Sealed: it may show a secret, once.
    pub(crate) fn to_keep(
        &self,
        by: &Administrator,
        once: Option<&Once>,
        body: &Value,
    ) -> Result<Option<NewAnswer>, EngineError> {
        let Some(once) = once else { return Ok(None) };
        let (asker, key) = (by.asker(), self.parts.master.installation_key()?);
        let place = place(&asker, &once.key);
        let context = SealContext::new(Purpose::Answer, &place);
        let sealed = key.seal(&context, body.to_string().as_bytes())?;
        Ok(Some(NewAnswer { asker, key: once.key.clone(), request_digest: once.request_digest, sealed }))
    }
}

fn place(asker: &str, key: &str) -> Vec<u8> {
    // No asker has a zero in it.
    [asker.as_bytes(), &[0], key.as_bytes()].concat()
}
