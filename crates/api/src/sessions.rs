//! Cookie sessions kept in the database, so that any replica can go on with a dialogue.

use std::collections::HashMap;

use actix_session::storage::{
    LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key,
};
use actix_web::cookie::time::Duration;
use chrono::TimeDelta;
use timbre_engine::{Engine, EngineError};

/// actix-session's store over the engine.
pub(crate) struct DatabaseSessions {
    engine: Engine,
}

impl DatabaseSessions {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine }
    }
}

type State = HashMap<String, String>;

impl SessionStore for DatabaseSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        match self.engine.session(key.as_ref()).await {
            // A session that does not read is none: its cookie must not lock anybody out.
            Err(EngineError::Session) => Ok(None),
            loaded => loaded.map_err(|error| LoadError::Other(error.into())),
        }
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        self.engine
            .save_session(key.as_ref(), &state, lifetime(ttl))
            .await
            .map_err(|error| SaveError::Other(error.into()))?;
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        self.engine
            .save_session(key.as_ref(), &state, lifetime(ttl))
            .await
            .map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> Result<(), anyhow::Error> {
        if let Some(state) = self.engine.session(key.as_ref()).await? {
            self.engine.save_session(key.as_ref(), &state, lifetime(ttl)).await?;
        }
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(self.engine.delete_session(key.as_ref()).await?)
    }
}

fn lifetime(ttl: &Duration) -> TimeDelta {
    TimeDelta::seconds(ttl.whole_seconds())
}
