//! Tenants: how one is made, and how a request becomes one.

use std::net::IpAddr;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use timbre_domain::{
    audit::{Actor, Origin},
    contract::Contract,
    ids::TenantId,
    policy::Policy,
};
use timbre_inference::Whose;
use timbre_outbound::WebhookSecret;
use timbre_store::{Entry, NewEvent, NewTenant, StoreError, TENANT_CREATED, TenantRecord};
use timbre_vault::TenantKey;

use crate::{
    Administrator, Engine, EngineError, Once, Told,
    credentials::{IssuedCredential, KeySlot, WholeKey, secret_matches, split_whole_key},
    error::random,
    figures::read,
    model_change::ModelsInUse,
};

/// What a new tenant's applications call with, shown once.
pub struct IssuedTenant {
    pub biometrid: IssuedCredential,
    pub subscription_keys: [WholeKey; 2],
    pub apikeys: [WholeKey; 2],
}

/// An authenticated tenant. Every use case on tenant data takes one, and this module is the only
/// one that makes them.
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub policy: Policy,
    /// How often the policy was changed, from 1 on.
    pub policy_version: u32,
    pub default_language: String,
    pub(crate) voice_engine: bool,
    pub(crate) webhook_generation: u32,
    pub(crate) models: ModelsInUse,
    /// Who acts for the tenant, and from where.
    pub origin: Origin,
    pub(crate) key: TenantKey,
}

impl Tenant {
    /// Refuses a tenant that has no active voice engine.
    pub fn require_voice_engine(&self) -> Result<(), EngineError> {
        if self.voice_engine { Ok(()) } else { Err(EngineError::NoVoiceEngine) }
    }

    /// Whose its work is, to the queue of inference.
    pub(crate) fn whose(&self) -> Whose {
        Whose(u128::from_be_bytes(*self.id.as_bytes()))
    }

    /// The tenant's id of an engine: 24 hexadecimal digits, always the same.
    pub fn engine_id(&self, engine: &str) -> String {
        let digest = Sha256::new().chain_update(self.id.as_bytes()).chain_update(engine).finalize();
        hex::encode(&digest[..12])
    }
}

impl Engine {
    /// Makes a tenant under the default policy, with its first credentials.
    pub async fn create_tenant(&self, name: &str, language: &str) -> Result<IssuedTenant, EngineError> {
        let by = self.at_the_command_line();
        let (issued, new) = self.new_tenant(&by, name, language)?;
        let entry = self.tenant_created(&by, new.tenant.id);
        match self.parts.store.create_tenant(new, entry, self.parts.clock.now()).await {
            Ok(()) => Ok(issued),
            Err(StoreError::Conflict) => Err(EngineError::TenantNameTaken(name.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Told in both trails: so that a tenant's cannot be taken away as a whole.
    pub(crate) fn tenant_created(&self, by: &Administrator, id: TenantId) -> Entry {
        let (origin, target) = (by.origin.clone(), Some(id.to_string()));
        let event = NewEvent { origin, action: TENANT_CREATED, person: None, target, detail: None };
        Entry { platform_events: vec![event.clone()], ..Entry::told(event) }
    }

    /// A tenant to be stored, and what is shown of it once.
    pub(crate) fn new_tenant(
        &self,
        by: &Administrator,
        name: &str,
        language: &str,
    ) -> Result<(IssuedTenant, NewTenant), EngineError> {
        let language = self.parts.languages.get(language)?.code.clone();
        let id = TenantId::from_random(random()?);
        let key = TenantKey::generate()?;
        let mut credentials = Vec::new();
        let mut issue = |contract, slot| -> Result<IssuedCredential, EngineError> {
            let (issued, row) = IssuedCredential::issue(contract, Some(slot), None)?;
            credentials.push(row);
            Ok(issued)
        };
        let biometrid = issue(Contract::Biometrid, KeySlot::One)?;
        let mut both = |contract| -> Result<[WholeKey; 2], EngineError> {
            let [one, two] = KeySlot::BOTH;
            Ok([issue(contract, one)?.whole(), issue(contract, two)?.whole()])
        };
        let (subscription_keys, apikeys) = (both(Contract::Azure)?, both(Contract::Deepaffects)?);
        let new = NewTenant {
            tenant: TenantRecord {
                id,
                name: name.to_owned(),
                wrapped_key: self.parts.master.wrap(id, &key)?,
                policy: self.parts.default_policy.clone(),
                policy_version: 1,
                default_language: language,
                voice_engine: true,
                webhook_generation: 1,
                created_at: self.parts.clock.now(),
                suspended_at: None,
                models: ModelsInUse::only(self.parts.default_speakers.comparator()).record(),
            },
            credentials,
            made_by: by.origin.actor.to_string(),
        };
        Ok((IssuedTenant { biometrid, subscription_keys, apikeys }, new))
    }

    /// Goes on to the tenant's next webhook secret; messages are signed with the one before as well.
    pub async fn rotate_webhook_secret(&self, tenant: &Tenant) -> Result<(), EngineError> {
        let entry = tenant.told("webhook_secret.rotated", None, Value::Null);
        let (seen, now) = (tenant.webhook_generation, self.parts.clock.now());
        self.parts.store.rotate_webhook_secret(tenant.id, seen, entry, now).await?;
        tracing::info!("webhook secret rotated");
        Ok(())
    }

    /// As [`Engine::rotate_webhook_secret`], by an administrator who may call again: twice would leave nothing that receivers know. `tell`
    /// is given the secrets as they are then, and says what is answered.
    pub async fn rotate_webhook_secret_once(
        &self,
        by: &Administrator,
        tenant: Tenant,
        once: Option<Once>,
        tell: impl FnOnce(Vec<WebhookSecret>) -> serde_json::Result<Value>,
    ) -> Result<Told, EngineError> {
        if let Some(before) = self.told_before(by, once.as_ref()).await? {
            return Ok(before);
        }
        let seen = tenant.webhook_generation;
        let entry = tenant.told("webhook_secret.rotated", None, Value::Null);
        let id = tenant.id;
        let told = tell(Tenant { webhook_generation: seen + 1, ..tenant }.webhook_secrets())?;
        let entry = Entry { answer: self.to_keep(by, once.as_ref(), &told)?, ..entry };
        match self.parts.store.rotate_webhook_secret(id, seen, entry, self.parts.clock.now()).await {
            Ok(()) => {
                tracing::info!("webhook secret rotated");
                Ok(Told { body: told, again: false })
            }
            // The same call, sent twice at the same time, may have been the one that was faster.
            Err(StoreError::Conflict) => self.told_before(by, once.as_ref()).await?.ok_or(EngineError::Raced),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a tenant of this name exists.
    pub async fn tenant_exists(&self, name: &str) -> Result<bool, EngineError> {
        Ok(self.parts.store.tenant_named(name).await?.is_some())
    }

    /// A tenant by its name, for whoever runs this installation: no request may take this way.
    pub async fn tenant_for_operator(&self, name: &str) -> Result<Tenant, EngineError> {
        let found = self.parts.store.tenant_named(name).await?;
        let found = found.ok_or(EngineError::UnknownTenant(name.to_owned()))?;
        self.open(found, Origin::new(Actor::CommandLine(user()), None))
    }

    /// Switches a tenant's voice engine on or off. What is enrolled stays.
    pub async fn switch_voice_engine(&self, name: &str, on: bool) -> Result<(), EngineError> {
        let tenant = self.tenant_for_operator(name).await?;
        let entry = tenant.told("voice_engine.switched", None, json!({"on": on}));
        self.parts.store.switch_voice_engine(tenant.id, on, entry, self.parts.clock.now()).await?;
        tracing::info!(tenant = name, on, "voice engine switched");
        Ok(())
    }

    /// The tenant whose application, at this address, presents this key and secret.
    pub async fn authenticate(
        &self,
        key: &str,
        secret: &str,
        address: Option<IpAddr>,
    ) -> Result<Tenant, EngineError> {
        self.authenticate_for(Contract::Biometrid, key, secret, address).await
    }

    /// The tenant whose application, at this address, presents this whole key of a contract.
    pub async fn authenticate_whole(
        &self,
        contract: Contract,
        key: &str,
        address: Option<IpAddr>,
    ) -> Result<Tenant, EngineError> {
        let (key, secret) = split_whole_key(key).ok_or(EngineError::UnknownKey)?;
        self.authenticate_for(contract, key, secret, address).await
    }

    async fn authenticate_for(
        &self,
        contract: Contract,
        key: &str,
        secret: &str,
        address: Option<IpAddr>,
    ) -> Result<Tenant, EngineError> {
        let found = read("credential", self.parts.store.credential(contract, key)).await?;
        let found = found.ok_or(EngineError::UnknownKey)?;
        if !secret_matches(secret, &found.secret_hash) {
            return Err(EngineError::WrongSecret);
        }
        // What a tenant may not call, or while it is suspended, knows nothing of it.
        let may = found.tenant.policy.access.contracts.contains(&contract);
        if !may || found.tenant.suspended_at.is_some() {
            return Err(EngineError::UnknownKey);
        }
        self.note_use(found.tenant.id, found.id, found.last_used_at);
        let origin = Origin::new(Actor::Application(found.id), address);
        self.open(found.tenant, origin)
    }

    pub(crate) fn open(&self, record: TenantRecord, origin: Origin) -> Result<Tenant, EngineError> {
        Ok(Tenant {
            origin,
            key: self.parts.master.unwrap(record.id, &record.wrapped_key)?,
            id: record.id,
            policy: record.policy,
            policy_version: record.policy_version,
            default_language: record.default_language,
            voice_engine: record.voice_engine,
            webhook_generation: record.webhook_generation,
            models: ModelsInUse::read(&record.models)?,
            name: record.name,
        })
    }
}

/// Who is at the command line, by the system's name for them.
pub(crate) fn user() -> String {
    ["SUDO_USER", "USER"].into_iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default()
}
