//! Whoever administers: how a request becomes one, what they may do, and which tenants are there for them.

use std::net::IpAddr;

use serde_json::{Value, json};
use timbre_domain::{
    audit::{Actor, Origin},
    ids::{OperatorId, OperatorSessionId, TenantId},
    operator::{Permission, Role},
};
use timbre_store::{Chain, NewEvent};
use uuid::Uuid;

use crate::{
    Engine, EngineError, Tenant, access_tokens,
    admin_tokens::{PREFIX, split},
    credentials::secret_matches,
    tenants::user,
};

/// Somebody who administers. Whatever does so takes one, and only authentication, or the machine's own command line, makes them.
pub struct Administrator {
    pub origin: Origin,
    pub role: Role,
    /// Whose session it is; none for a token.
    pub(crate) session: Option<(OperatorId, OperatorSessionId)>,
}

impl Administrator {
    /// Whose idempotency keys are whose.
    pub(crate) fn asker(&self) -> String {
        self.origin.actor.to_string()
    }

    /// The operator or the token: what calls are counted by.
    pub fn id(&self) -> Option<Uuid> {
        match self.origin.actor {
            Actor::Operator(id) => Some(id.0),
            Actor::Token(id) => Some(id.0),
            _ => None,
        }
    }

    /// The operator who has logged in; none for a program with a token.
    pub fn operator(&self) -> Option<OperatorId> {
        self.session.map(|(operator, _)| operator)
    }

    pub(crate) fn event(&self, action: &'static str, target: impl ToString, detail: Value) -> NewEvent {
        NewEvent {
            origin: self.origin.clone(),
            action,
            person: None,
            target: Some(target.to_string()),
            detail: (!detail.is_null()).then_some(detail),
        }
    }
}

impl Engine {
    /// Whoever presents this bearer token, an operator's access token or a program's, from this address.
    pub async fn administrator(
        &self,
        bearer: &str,
        address: Option<IpAddr>,
    ) -> Result<Administrator, EngineError> {
        match bearer.starts_with(PREFIX) {
            true => self.program(bearer, address).await,
            false => self.logged_in(bearer, address).await,
        }
    }

    async fn logged_in(&self, token: &str, address: Option<IpAddr>) -> Result<Administrator, EngineError> {
        let now = self.parts.clock.now();
        let (operator, id) = access_tokens::read(&self.parts.master, token, now)?;
        let live = self.parts.store.operator_session(id, now).await?;
        let (session, known) = live.ok_or(EngineError::NotLoggedIn)?;
        if session.operator != operator {
            return Err(EngineError::NotLoggedIn);
        }
        let origin = Origin::new(Actor::Operator(operator), address);
        Ok(Administrator { origin, role: known.role, session: Some((operator, id)) })
    }

    async fn program(&self, token: &str, address: Option<IpAddr>) -> Result<Administrator, EngineError> {
        let now = self.parts.clock.now();
        let (public_part, secret) = split(token).ok_or(EngineError::NotLoggedIn)?;
        let found = self.parts.store.admin_token(public_part, now).await?;
        let found = found.ok_or(EngineError::NotLoggedIn)?;
        if !secret_matches(secret, &found.secret_hash) {
            return Err(EngineError::NotLoggedIn);
        }
        self.parts.store.note_admin_token(&found, now).await?;
        let origin = Origin::new(Actor::Token(found.id), address);
        Ok(Administrator { origin, role: found.role, session: None })
    }

    /// Whoever sits at this machine's command line: they have the master key, so they may do everything.
    pub fn at_the_command_line(&self) -> Administrator {
        let origin = Origin::new(Actor::CommandLine(user()), None);
        Administrator { origin, role: Role::Owner, session: None }
    }

    /// Refuses what the role may not do. The refusal is in the audit trail, of the same ones within a quarter of an hour the first.
    pub async fn permit(&self, by: &Administrator, permission: Permission) -> Result<(), EngineError> {
        if by.role.may(permission) {
            return Ok(());
        }
        let now = self.parts.clock.now();
        if self.refusals.is_news(by.asker(), permission, now) {
            let event = by.event("access.refused", permission, json!({"role": by.role.name()}));
            let chain = by.role.tenant().map_or(Chain::Platform, Chain::Tenant);
            if let Err(error) = self.parts.store.append_event(chain, event, now).await {
                self.refusals.forget(by.asker(), permission);
                return Err(error.into());
            }
        }
        Err(EngineError::NotAllowed(permission))
    }

    /// A tenant for whoever administers it. One that is not there for them answers as one that does not exist.
    pub async fn tenant_for(&self, by: &Administrator, id: TenantId) -> Result<Tenant, EngineError> {
        let unknown = || EngineError::UnknownTenant(id.to_string());
        if !by.role.reaches(id) {
            return Err(unknown());
        }
        let found = self.parts.store.tenant(id).await?.ok_or_else(unknown)?;
        self.open(found, by.origin.clone())
    }
}
