//! Signatures of the installation: Ed25519 (RFC 8032) with a key that is derived from the master key, so that it is the
//! same at every start and needs no file of its own. Whoever has the public key checks one without us.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use crate::{error::VaultError, master::MasterKey};

/// Bytes of a public key.
pub const PUBLIC_KEY_BYTES: usize = 32;

/// Signs for one use.
pub struct Signer(Ed25519KeyPair);

impl MasterKey {
    /// What signs for one installation-wide use, named by its label.
    pub fn signer(&self, label: &str) -> Result<Signer, VaultError> {
        let seed: Zeroizing<[u8; 32]> = self.derive(label)?;
        Ok(Signer(Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| VaultError::Cipher)?))
    }
}

impl Signer {
    /// The signature of `message`: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    /// What anybody checks signatures with.
    pub fn public_key(&self) -> [u8; PUBLIC_KEY_BYTES] {
        let mut key = [0; PUBLIC_KEY_BYTES];
        key.copy_from_slice(self.0.public_key().as_ref());
        key
    }

    /// Whether the signature is ours, over exactly this message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public_key()).verify(message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_signature_holds_for_its_message_its_use_and_its_installation_alone() {
        let folder = tempfile::tempdir().unwrap();
        let master = |name| MasterKey::load_or_create(&folder.path().join(name)).unwrap();
        let (ours, other) = (master("ours"), master("other"));
        let signature = ours.signer("receipts").unwrap().sign(b"a receipt");
        assert!(ours.signer("receipts").unwrap().verifies(b"a receipt", &signature));
        assert!(!ours.signer("receipts").unwrap().verifies(b"b receipt", &signature));
        assert!(!ours.signer("something else").unwrap().verifies(b"a receipt", &signature));
        assert!(!other.signer("receipts").unwrap().verifies(b"a receipt", &signature));
    }
}
