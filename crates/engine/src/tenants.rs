//! Tenants: how one is made, and how a request becomes one.

use sha2::{Digest, Sha256};
use timbre_domain::{
    ids::{CredentialId, TenantId},
    policy::Policy,
};
use timbre_store::{NewCredential, NewTenant, StoreError, TenantRecord};
use timbre_vault::TenantKey;

use crate::{
    Engine, EngineError,
    credentials::{IssuedCredential, secret_hash, secret_matches},
    error::random,
};

/// An authenticated tenant. Every use case on tenant data takes one, and this module is the only
/// one that makes them.
pub struct Tenant {
    pub id: TenantId,
    pub policy: Policy,
    pub default_language: String,
    pub(crate) voice_engine: bool,
    pub(crate) key: TenantKey,
}

impl Tenant {
    /// Refuses a tenant that has no active voice engine.
    pub fn require_voice_engine(&self) -> Result<(), EngineError> {
        if self.voice_engine { Ok(()) } else { Err(EngineError::NoVoiceEngine) }
    }

    /// The tenant's id of an engine: 24 hexadecimal digits, always the same.
    pub fn engine_id(&self, engine: &str) -> String {
        let digest = Sha256::new().chain_update(self.id.as_bytes()).chain_update(engine).finalize();
        hex::encode(&digest[..12])
    }
}

impl Engine {
    /// Makes a tenant under the default policy, with its first application credential.
    pub async fn create_tenant(&self, name: &str, language: &str) -> Result<IssuedCredential, EngineError> {
        let language = self.parts.languages.get(language)?.code.clone();
        let id = TenantId::from_random(random()?);
        let key = TenantKey::generate()?;
        let issued = IssuedCredential::issue()?;
        let new = NewTenant {
            tenant: TenantRecord {
                id,
                name: name.to_owned(),
                wrapped_key: self.parts.master.wrap(id, &key)?,
                policy: self.parts.default_policy.clone(),
                default_language: language,
                voice_engine: true,
            },
            credential: NewCredential {
                id: CredentialId::from_random(random()?),
                public_key: issued.key.clone(),
                secret_hash: secret_hash(&issued.secret),
            },
        };
        match self.parts.store.create_tenant(new, self.parts.clock.now()).await {
            Ok(()) => Ok(issued),
            Err(StoreError::Conflict) => Err(EngineError::TenantNameTaken(name.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// A further credential of an existing tenant, for when the secret of the first is lost.
    pub async fn issue_credential(&self, tenant: &str) -> Result<IssuedCredential, EngineError> {
        let store = &self.parts.store;
        let record =
            store.tenant_named(tenant).await?.ok_or(EngineError::UnknownTenant(tenant.to_owned()))?;
        let issued = IssuedCredential::issue()?;
        let new = NewCredential {
            id: CredentialId::from_random(random()?),
            public_key: issued.key.clone(),
            secret_hash: secret_hash(&issued.secret),
        };
        store.add_credential(record.id, new, self.parts.clock.now()).await?;
        Ok(issued)
    }

    /// Whether a tenant of this name exists.
    pub async fn tenant_exists(&self, name: &str) -> Result<bool, EngineError> {
        Ok(self.parts.store.tenant_named(name).await?.is_some())
    }

    /// A tenant by its name, for whoever runs this installation: no request may take this way.
    pub async fn tenant_for_operator(&self, name: &str) -> Result<Tenant, EngineError> {
        let found = self.parts.store.tenant_named(name).await?;
        self.open(found.ok_or(EngineError::UnknownTenant(name.to_owned()))?)
    }

    /// Switches a tenant's voice engine on or off. What is enrolled stays.
    pub async fn switch_voice_engine(&self, name: &str, on: bool) -> Result<(), EngineError> {
        let tenant = self.tenant_for_operator(name).await?;
        self.parts.store.switch_voice_engine(tenant.id, on).await?;
        tracing::info!(tenant = name, on, "voice engine switched");
        Ok(())
    }

    /// The tenant whose application presents this key and secret.
    pub async fn authenticate(&self, key: &str, secret: &str) -> Result<Tenant, EngineError> {
        let store = &self.parts.store;
        let credential = store.credential(key).await?.ok_or(EngineError::UnknownKey)?;
        if !secret_matches(secret, &credential.secret_hash) {
            return Err(EngineError::WrongSecret);
        }
        self.open(store.tenant(credential.tenant).await?.ok_or(EngineError::UnknownKey)?)
    }

    fn open(&self, record: TenantRecord) -> Result<Tenant, EngineError> {
        Ok(Tenant {
            key: self.parts.master.unwrap(record.id, &record.wrapped_key)?,
            id: record.id,
            policy: record.policy,
            default_language: record.default_language,
            voice_engine: record.voice_engine,
        })
    }
}
