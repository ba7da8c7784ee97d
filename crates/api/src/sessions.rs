//! Cookie sessions, kept where every replica finds them: in the database, or in Redis.
//!
//! Promises that a session is found by the hash of its key only, so that whoever reads the one or the other cannot take it over, and that
//! it holds nothing but ids of dialogues, in places named by hashes.

use std::{collections::HashMap, time::Duration as Wait};

use actix_session::storage::{
    LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key,
};
use actix_web::{Error, cookie::time::Duration, error::InternalError};
use chrono::TimeDelta;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use timbre_engine::{Engine, EngineError};

use crate::redis_link::Link;

/// `http.sessions`: where they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionsIn {
    Database,
    Redis,
}

/// actix-session's store over the one or the other. Its own for Redis knows no limit of time, and needs Redis at start.
#[derive(Clone)]
pub(crate) enum Sessions {
    Database(Engine),
    /// And how long to wait for an answer.
    Redis(Link, Wait),
}

type State = HashMap<String, String>;

impl Sessions {
    /// Waits until sessions can be kept, as far as that is known beforehand. Whoever is about to begin what only a session leads back to
    /// asks first.
    pub(crate) async fn ready(&self) -> Result<(), anyhow::Error> {
        match self {
            // The call needs the database anyhow.
            Self::Database(_) => Ok(()),
            Self::Redis(link, wait) => Ok(link.connected(*wait).await?),
        }
    }

    async fn read(&self, key: &SessionKey) -> Result<Option<State>, anyhow::Error> {
        match self {
            // A session that does not read is none: its cookie must not lock anybody out.
            Self::Database(engine) => match engine.session(key.as_ref()).await {
                Err(EngineError::Session) => Ok(None),
                read => Ok(read?),
            },
            Self::Redis(link, wait) => {
                let name = name(key);
                let get =
                    async |mut connection| redis::cmd("GET").arg(&name).query_async(&mut connection).await;
                let text: Option<String> = link.ask(*wait, get).await?;
                Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
            }
        }
    }

    async fn write(&self, key: &SessionKey, state: &State, ttl: &Duration) -> Result<(), anyhow::Error> {
        match self {
            Self::Database(engine) => {
                let lives = TimeDelta::seconds(ttl.whole_seconds());
                Ok(engine.save_session(key.as_ref(), state, lives).await?)
            }
            Self::Redis(link, wait) => {
                let (name, text) = (name(key), serde_json::to_string(state)?);
                let set = async |mut connection| {
                    let mut set = redis::cmd("SET");
                    set.arg(&name).arg(&text).arg("EX").arg(ttl.whole_seconds());
                    set.exec_async(&mut connection).await
                };
                Ok(link.ask(*wait, set).await?)
            }
        }
    }
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        self.read(key).await.map_err(LoadError::Other)
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        self.write(&key, &state, ttl).await.map_err(SaveError::Other)?;
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        match self.write(&key, &state, ttl).await {
            // The last dialogue has ended, which is decided and must be told; that it is over stands in the dialogue too.
            Err(error) if state.is_empty() => {
                tracing::warn!(%error, "an ended dialogue stays in its session");
                Ok(key)
            }
            written => written.map(|()| key).map_err(UpdateError::Other),
        }
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> Result<(), anyhow::Error> {
        match self.read(key).await? {
            Some(state) => self.write(key, &state, ttl).await,
            None => Ok(()),
        }
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        match self {
            Self::Database(engine) => Ok(engine.delete_session(key.as_ref()).await?),
            Self::Redis(link, wait) => {
                let name = name(key);
                let delete =
                    async |mut connection| redis::cmd("DEL").arg(&name).exec_async(&mut connection).await;
                Ok(link.ask(*wait, delete).await?)
            }
        }
    }
}

/// Where Redis has it.
fn name(key: &SessionKey) -> String {
    format!("timbre:session:{}", hex::encode(digest(&SHA256, key.as_ref().as_bytes())))
}

/// Whether what failed around a handler was the session store. The middleware says no more than that.
pub(crate) fn are_away(error: &Error) -> bool {
    error.as_error::<InternalError<anyhow::Error>>().is_some()
        || error.as_error::<InternalError<SaveError>>().is_some()
        || error.as_error::<InternalError<UpdateError>>().is_some()
}
