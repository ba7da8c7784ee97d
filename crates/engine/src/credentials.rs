//! The keys of tenant applications: made once, shown once, kept only as a hash.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{EngineError, random};

/// A new credential. The secret exists only here: it can be shown once and never again.
pub struct IssuedCredential {
    pub key: String,
    pub secret: Zeroizing<String>,
}

impl IssuedCredential {
    pub(crate) fn issue() -> Result<Self, EngineError> {
        let secret = Zeroizing::new(random::<32>()?);
        Ok(Self {
            key: format!("tbk_{}", hex::encode(random::<12>()?)),
            secret: Zeroizing::new(format!("tbs_{}", hex::encode(secret.as_slice()))),
        })
    }
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
        let issued = IssuedCredential::issue().unwrap();
        let stored = secret_hash(&issued.secret);
        assert!(secret_matches(&issued.secret, &stored));
        assert!(!secret_matches(&issued.key, &stored));
        assert!(!secret_matches(&issued.secret, &stored[..31]));
        assert!(!secret_matches("", &stored));
    }

    #[test]
    fn no_two_credentials_are_alike() {
        let (a, b) = (IssuedCredential::issue().unwrap(), IssuedCredential::issue().unwrap());
        assert_ne!(a.key, b.key);
        assert_ne!(*a.secret, *b.secret);
    }
}
