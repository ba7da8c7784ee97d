//! The keys of tenant applications: made once, shown once, kept only as a hash; two alive at a time for each contract, so that
//! applications can change from one to the other. What is revoked lets nobody in from the next call on, in any process.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use timbre_domain::{contract::Contract, ids::CredentialId};
use timbre_store::{CredentialInfo, Entry, NewAnswer, NewCredential, NewEvent};
use zeroize::Zeroizing;

use crate::{Administrator, Engine, EngineError, Once, Page, PageAsked, Tenant, Told, error::random};

/// Longest label, in characters.
const LONGEST_LABEL: usize = 255;

/// A new key and its secret. The secret exists only here: it can be shown once and never again.
pub struct IssuedCredential {
    pub id: CredentialId,
    pub contract: Contract,
    /// What the credential is found by: a prefix by the contract and 24 hexadecimal digits. No secret.
    pub key: String,
    pub secret: Zeroizing<String>,
}

/// A new key that is a secret as a whole: Azure's subscription key, DeepAffects' api key.
pub type WholeKey = Zeroizing<String>;

/// A tenant's two whole keys of a contract: while applications change from one to the other, both are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySlot {
    One = 1,
    Two = 2,
}

impl KeySlot {
    pub const BOTH: [Self; 2] = [Self::One, Self::Two];
}

impl IssuedCredential {
    /// Makes a credential for the named slot, or for whichever is free.
    pub(crate) fn issue(
        contract: Contract,
        slot: Option<KeySlot>,
        label: Option<String>,
    ) -> Result<(Self, NewCredential), EngineError> {
        // The secret's own prefix stands where it is shown alone.
        let (prefix, secret_prefix) = match contract {
            Contract::Biometrid => ("tbk_", "tbs_"),
            Contract::Azure => ("tba_", ""),
            Contract::Deepaffects => ("tbd_", ""),
        };
        let issued = Self {
            id: CredentialId::from_random(random()?),
            contract,
            key: format!("{prefix}{}", hex::encode(random::<12>()?)),
            secret: secret(secret_prefix)?,
        };
        let new = NewCredential {
            id: issued.id,
            contract,
            slot: slot.map(|slot| slot as u8),
            public_key: issued.key.clone(),
            secret_hash: secret_hash(&issued.secret),
            label,
        };
        Ok((issued, new))
    }

    /// Key and secret as one, which is how applications of Azure and DeepAffects present them.
    pub fn whole(&self) -> WholeKey {
        Zeroizing::new(format!("{}_{}", self.key, *self.secret))
    }
}

impl Engine {
    /// A further credential of a tenant, beside the one that is alive. Where two are, one must be revoked first.
    pub async fn issue_credential(
        &self,
        tenant: &Tenant,
        contract: Contract,
        label: Option<&str>,
    ) -> Result<IssuedCredential, EngineError> {
        let (issued, new) = labelled(contract, label)?;
        let slot = self.added(tenant, &issued, new, None).await?;
        let slot = slot.ok_or(EngineError::TooManyCredentials)?;
        tracing::info!(contract = contract.name(), slot, "credential issued");
        Ok(issued)
    }

    /// As [`Engine::issue_credential`], by an administrator who may call again. `tell` says what is answered.
    pub async fn issue_credential_once(
        &self,
        by: &Administrator,
        tenant: &Tenant,
        contract: Contract,
        label: Option<&str>,
        once: Option<Once>,
        tell: impl FnOnce(&IssuedCredential) -> serde_json::Result<Value>,
    ) -> Result<Told, EngineError> {
        if let Some(before) = self.told_before(by, once.as_ref()).await? {
            return Ok(before);
        }
        let (issued, new) = labelled(contract, label)?;
        let told = tell(&issued)?;
        let kept = self.to_keep(by, once.as_ref(), &told)?;
        let failed = match self.added(tenant, &issued, new, kept).await {
            Ok(Some(_)) => return Ok(Told { body: told, again: false }),
            Ok(None) => EngineError::TooManyCredentials,
            Err(error @ EngineError::Raced) => error,
            Err(error) => return Err(error),
        };
        // The same call, sent twice at the same time, may have been the one that was faster.
        self.told_before(by, once.as_ref()).await?.ok_or(failed)
    }

    /// A new credential in place of the one that has the slot, which is good no longer; the other stays.
    pub async fn regenerate_credential(
        &self,
        tenant: &Tenant,
        contract: Contract,
        slot: KeySlot,
    ) -> Result<IssuedCredential, EngineError> {
        let (issued, new) = IssuedCredential::issue(contract, Some(slot), None)?;
        self.added(tenant, &issued, new, None).await?;
        tracing::info!(contract = contract.name(), slot = slot as u8, "credential regenerated");
        Ok(issued)
    }

    /// As [`Engine::regenerate_credential`], of the tenant of this name: a key that is a secret as a whole.
    pub async fn regenerate_key(
        &self,
        tenant: &str,
        contract: Contract,
        slot: KeySlot,
    ) -> Result<WholeKey, EngineError> {
        let tenant = self.tenant_for_operator(tenant).await?;
        Ok(self.regenerate_credential(&tenant, contract, slot).await?.whole())
    }

    async fn added(
        &self,
        tenant: &Tenant,
        issued: &IssuedCredential,
        new: NewCredential,
        answer: Option<NewAnswer>,
    ) -> Result<Option<u8>, EngineError> {
        let in_place_of = new.slot.map(|slot| format!("slot {slot}"));
        let detail = json!({"contract": issued.contract, "key": issued.key, "in_place_of": in_place_of});
        let entry = Entry { answer, ..about(tenant, "credential.issued", issued.id, detail) };
        Ok(self.parts.store.add_credential(tenant.id, new, entry, self.parts.clock.now()).await?)
    }

    /// Revokes a credential: from now on it lets nobody in.
    pub async fn revoke_credential(&self, tenant: &Tenant, id: CredentialId) -> Result<(), EngineError> {
        let entry = about(tenant, "credential.revoked", id, Value::Null);
        match self.parts.store.revoke_credential(tenant.id, id, entry, self.parts.clock.now()).await? {
            true => {
                tracing::info!(credential = %id, "credential revoked");
                Ok(())
            }
            false => Err(EngineError::UnknownCredential),
        }
    }

    /// The tenant's credentials, revoked ones too, the latest first: at most 1000. Never a secret or its hash.
    pub async fn credentials(&self, tenant: &Tenant) -> Result<Vec<CredentialInfo>, EngineError> {
        Ok(self.parts.store.credentials(tenant.id).await?)
    }

    /// A page of them, the newest first.
    pub async fn credentials_page(
        &self,
        tenant: &Tenant,
        asked: &PageAsked,
    ) -> Result<Page<CredentialInfo>, EngineError> {
        let list = format!("credentials of {}", tenant.id);
        let found = self.parts.store.credentials_page(tenant.id, &self.listing(&list, asked)?).await?;
        self.page(&list, asked, found, |credential| (credential.created_at, credential.id.to_string()))
    }
}

/// A credential for whichever slot is free, with what people know it by.
fn labelled(
    contract: Contract,
    label: Option<&str>,
) -> Result<(IssuedCredential, NewCredential), EngineError> {
    let fits = |label: &str| label.chars().count() <= LONGEST_LABEL && !label.chars().any(char::is_control);
    match label.is_none_or(fits) {
        true => IssuedCredential::issue(contract, None, label.map(str::to_owned)),
        false => Err(EngineError::Label),
    }
}

/// What the audit trail says of a credential.
fn about(tenant: &Tenant, action: &'static str, id: CredentialId, detail: Value) -> Entry {
    Entry::told(NewEvent { target: Some(id.to_string()), ..tenant.event(action, None, detail) })
}

/// What a whole key is found by, and its secret.
pub(crate) fn split_whole_key(key: &str) -> Option<(&str, &str)> {
    key.rsplit_once('_')
}

pub(crate) fn secret(prefix: &str) -> Result<Zeroizing<String>, EngineError> {
    let bytes = Zeroizing::new(random::<32>()?);
    Ok(Zeroizing::new(format!("{prefix}{}", hex::encode(bytes.as_slice()))))
}

/// What is stored of a secret. SHA-256 is enough because a secret is 256 random bits; a slow hash
/// is for what people choose.
pub(crate) fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether the presented secret is the stored one, in constant time.
pub(crate) fn secret_matches(presented: &str, stored: &[u8]) -> bool {
    secret_hash(presented).as_slice().ct_eq(stored).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn issue(contract: Contract, slot: Option<KeySlot>) -> (IssuedCredential, NewCredential) {
        IssuedCredential::issue(contract, slot, None).unwrap()
    }

    #[test]
    fn a_secret_matches_only_its_own_hash() {
        let (issued, new) = issue(Contract::Biometrid, None);
        assert!(secret_matches(&issued.secret, &new.secret_hash));
        assert!(!secret_matches(&issued.key, &new.secret_hash));
        assert!(!secret_matches(&issued.secret, &new.secret_hash[..31]));
        assert!(!secret_matches("", &new.secret_hash));
    }

    #[test]
    fn a_whole_key_holds_what_it_is_found_by_and_its_secret() {
        let (issued, new) = issue(Contract::Azure, Some(KeySlot::Two));
        let key = issued.whole();
        let (found_by, secret) = split_whole_key(&key).unwrap();
        assert_eq!((found_by, new.slot), (new.public_key.as_str(), Some(2)));
        assert!(secret_matches(secret, &new.secret_hash));
        assert!(!secret_matches(&key, &new.secret_hash));
    }

    #[test]
    fn a_credential_tells_by_its_beginning_what_it_is_for() {
        for (contract, key, secret) in [
            (Contract::Biometrid, "tbk_", "tbs_"),
            (Contract::Azure, "tba_", ""),
            (Contract::Deepaffects, "tbd_", ""),
        ] {
            let (issued, _) = issue(contract, None);
            assert!(issued.key.starts_with(key) && issued.key.len() == key.len() + 24);
            assert!(issued.secret.starts_with(secret) && issued.secret.len() == secret.len() + 64);
        }
    }

    #[test]
    fn no_two_credentials_are_alike() {
        for contract in Contract::ALL {
            let ((a, _), (b, _)) = (issue(contract, None), issue(contract, None));
            assert!(a.key != b.key && *a.secret != *b.secret && a.id != b.id);
        }
    }
}
