//! Operators at a browser: the session of a login, held by a cookie.
//!
//! Promises that a cookie is good for as long as its session is, and no longer: until twelve hours are over, its operator logs out, gets another
//! password or is disabled. It holds the part of the session that stays, of which a hash is kept; what a form is known by is derived from it and
//! kept nowhere.

use std::net::IpAddr;

use subtle::ConstantTimeEq;
use timbre_domain::{
    audit::{Actor, Origin},
    ids::OperatorSessionId,
};
use timbre_store::OperatorRecord;
use zeroize::Zeroizing;

use crate::{Administrator, Engine, EngineError, credentials::secret_hash};

/// An operator at a browser.
pub struct AtBrowser {
    pub by: Administrator,
    pub operator: OperatorRecord,
    /// What a form of this session has in it, and a page of another site cannot know.
    pub form_token: String,
}

/// What a browser keeps of a session.
pub(crate) fn cookie(session: OperatorSessionId, family: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("{}_{family}", session.0.simple()))
}

impl Engine {
    /// Whoever's browser sends this cookie, from this address.
    pub async fn administrator_of_cookie(
        &self,
        cookie: &str,
        address: Option<IpAddr>,
    ) -> Result<AtBrowser, EngineError> {
        let (id, family) = cookie.split_once('_').ok_or(EngineError::NotLoggedIn)?;
        let id: OperatorSessionId = id.parse().map_err(|_| EngineError::NotLoggedIn)?;
        let live = self.parts.store.operator_session(id, self.parts.clock.now()).await?;
        let (session, operator) = live.ok_or(EngineError::NotLoggedIn)?;
        if !bool::from(secret_hash(family).as_slice().ct_eq(&session.family_hash)) {
            return Err(EngineError::NotLoggedIn);
        }
        let key = self.parts.master.installation_key()?;
        let form_token = hex::encode(key.keyed_digest("form of a session", family.as_bytes()));
        let origin = Origin::new(Actor::Operator(operator.id), address);
        let by = Administrator { origin, role: operator.role, session: Some((operator.id, id)) };
        Ok(AtBrowser { by, operator, form_token })
    }
}
