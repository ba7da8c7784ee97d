//! Cookie sessions of tenant applications. Only the hash of a session's key is kept.

use std::collections::HashMap;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::{Engine, EngineError};

type State = HashMap<String, String>;

impl Engine {
    pub async fn session(&self, key: &str) -> Result<Option<State>, EngineError> {
        let found = self.parts.store.session(&hash(key), self.parts.clock.now()).await?;
        found.map(|text| serde_json::from_str(&text).map_err(|_| EngineError::Session)).transpose()
    }

    pub async fn save_session(&self, key: &str, state: &State, lives: TimeDelta) -> Result<(), EngineError> {
        let text = serde_json::to_string(state).map_err(|_| EngineError::Session)?;
        Ok(self.parts.store.save_session(&hash(key), text, self.parts.clock.now() + lives).await?)
    }

    pub async fn delete_session(&self, key: &str) -> Result<(), EngineError> {
        Ok(self.parts.store.delete_session(&hash(key)).await?)
    }
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
