//! The keys of tenant applications: made once, shown once, kept only as a hash.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use timbre_domain::{contract::Contract, ids::CredentialId};
use timbre_store::NewCredential;
use zeroize::Zeroizing;

use crate::error::{EngineError, random};

/// A new key and its secret. The secret exists only here: it can be shown once and never again.
pub struct IssuedCredential {
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
    pub(crate) fn issue() -> Result<(Self, NewCredential), EngineError> {
        let issued = Self { key: format!("tbk_{}", hex::encode(random::<12>()?)), secret: secret("tbs_")? };
        let new = NewCredential {
            id: CredentialId::from_random(random()?),
            contract: Contract::Biometrid,
            slot: None,
            public_key: issued.key.clone(),
            secret_hash: secret_hash(&issued.secret),
        };
        Ok((issued, new))
    }
}

/// A prefix by the contract, what the key is found by, and its secret: 24 and 64 hexadecimal digits.
pub(crate) fn issue_whole_key(
    contract: Contract,
    slot: KeySlot,
) -> Result<(WholeKey, NewCredential), EngineError> {
    let prefix = match contract {
        Contract::Biometrid => "tbk",
        Contract::Azure => "tba",
        Contract::Deepaffects => "tbd",
    };
    let public_key = format!("{prefix}_{}", hex::encode(random::<12>()?));
    let secret = secret("")?;
    let new = NewCredential {
        id: CredentialId::from_random(random()?),
        contract,
        slot: Some(slot as u8),
        secret_hash: secret_hash(&secret),
        public_key: public_key.clone(),
    };
    Ok((Zeroizing::new(format!("{public_key}_{}", *secret)), new))
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

    #[test]
    fn a_secret_matches_only_its_own_hash() {
        let (issued, new) = IssuedCredential::issue().unwrap();
        assert!(secret_matches(&issued.secret, &new.secret_hash));
        assert!(!secret_matches(&issued.key, &new.secret_hash));
        assert!(!secret_matches(&issued.secret, &new.secret_hash[..31]));
        assert!(!secret_matches("", &new.secret_hash));
    }

    #[test]
    fn a_whole_key_holds_what_it_is_found_by_and_its_secret() {
        let (key, new) = issue_whole_key(Contract::Azure, KeySlot::Two).unwrap();
        let (found_by, secret) = split_whole_key(&key).unwrap();
        assert_eq!((found_by, new.slot), (new.public_key.as_str(), Some(2)));
        assert!(secret_matches(secret, &new.secret_hash));
        assert!(!secret_matches(&key, &new.secret_hash));
    }

    #[test]
    fn no_two_credentials_are_alike() {
        let ((a, _), (b, _)) = (IssuedCredential::issue().unwrap(), IssuedCredential::issue().unwrap());
        assert_ne!(a.key, b.key);
        assert_ne!(*a.secret, *b.secret);
        let key = || issue_whole_key(Contract::Deepaffects, KeySlot::One).unwrap().0;
        assert_ne!(*key(), *key());
    }
}
