//! Tokens by which programs call the admin API: shown once, kept as a hash, two of a name alive at a time.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use timbre_domain::{
    ids::TokenId,
    operator::{Permission, Role},
};
use timbre_store::{AdminTokenAdded, AdminTokenRecord, StoreError};
use zeroize::Zeroizing;

use crate::{
    Administrator, Engine, EngineError, Once, Page, PageAsked, Told,
    credentials::{secret, secret_hash},
    error::random,
    operators::name,
};

const LIST: &str = "tokens";

/// What every token begins with.
pub(crate) const PREFIX: &str = "tbo_";

/// A token to be issued.
pub struct NewAdminToken {
    pub name: String,
    pub role: Role,
    /// None: it is good until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Engine {
    /// Issues a token. `tell` is given the token's record and the token itself, and says what is answered.
    pub async fn issue_admin_token(
        &self,
        by: &Administrator,
        new: NewAdminToken,
        once: Option<Once>,
        tell: impl FnOnce(&AdminTokenRecord, &str) -> serde_json::Result<Value>,
    ) -> Result<Told, EngineError> {
        self.permit(by, Permission::ManageTokens).await?;
        if let Some(before) = self.told_before(by, once.as_ref()).await? {
            return Ok(before);
        }
        let name = name(&new.name)?;
        self.check_role(new.role).await?;
        let now = self.parts.clock.now();
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(EngineError::TimeIsOver);
        }
        let secret = secret("")?;
        let record = AdminTokenRecord {
            id: TokenId::from_random(random()?),
            name,
            role: new.role,
            public_part: format!("{PREFIX}{}", hex::encode(random::<12>()?)),
            secret_hash: secret_hash(&secret).to_vec(),
            created_at: now,
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let token = Zeroizing::new(format!("{}_{}", record.public_part, *secret));
        let told = tell(&record, &token)?;
        let kept = self.to_keep(by, once.as_ref(), &told)?;
        let detail = json!({
            "name": record.name, "role": record.role.name(), "tenant": record.role.tenant(),
            "expires_at": record.expires_at,
        });
        let event = by.event("token.issued", record.id, detail);
        match self.parts.store.add_admin_token(record, kept, event).await {
            Ok(AdminTokenAdded::New) => Ok(Told { body: told, again: false }),
            Ok(AdminTokenAdded::TooMany) => Err(EngineError::TooManyTokens),
            Err(StoreError::Conflict) => self.told_before(by, once.as_ref()).await?.ok_or(EngineError::Raced),
            Err(error) => Err(error.into()),
        }
    }

    /// A page of the tokens, revoked ones included, the newest first.
    pub async fn admin_tokens(
        &self,
        by: &Administrator,
        asked: &PageAsked,
    ) -> Result<Page<AdminTokenRecord>, EngineError> {
        self.permit(by, Permission::ReadTokens).await?;
        let found = self.parts.store.admin_tokens(&self.listing(LIST, asked)?).await?;
        self.page(LIST, asked, found, |token| (token.created_at, token.id.to_string()))
    }

    /// Revokes a token, at once and everywhere.
    pub async fn revoke_admin_token(&self, by: &Administrator, id: TokenId) -> Result<(), EngineError> {
        self.permit(by, Permission::ManageTokens).await?;
        let event = by.event("token.revoked", id, Value::Null);
        match self.parts.store.revoke_admin_token(id, event, self.parts.clock.now()).await? {
            true => Ok(()),
            false => Err(EngineError::UnknownToken),
        }
    }
}

/// What a token is found by, prefix and all, and its secret.
pub(crate) fn split(token: &str) -> Option<(&str, &str)> {
    token.rsplit_once('_')
}
