//! A tenant's key: what it is wrapped under, and what is derived from it.
//!
//! The key itself encrypts nothing. Blobs are sealed, and digests keyed, under keys derived from it
//! with HKDF-SHA-256 (RFC 5869), each with a label of its own, so that one use tells nothing about
//! another.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use timbre_domain::ids::TenantId;
use zeroize::Zeroizing;

use crate::{
    error::VaultError,
    master::MasterKey,
    seal::{self, Opened, SealContext, context_bytes},
};

const KEY_BYTES: usize = 32;
/// HMAC-SHA-256 takes a key of one block as it is.
const DIGEST_KEY_BYTES: usize = 64;

/// Seals what belongs to one tenant. Wiped on drop; it cannot be printed:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_vault::TenantKey>();
/// ```
///
/// nor cloned, so that there is one copy to wipe:
///
/// ```compile_fail,E0277
/// fn clonable<T: Clone>() {}
/// clonable::<timbre_vault::TenantKey>();
/// ```
///
/// It can be shared between threads, which also shows that the refusals above are for the reason
/// they state:
///
/// ```
/// fn sharable<T: Send + Sync>() {}
/// sharable::<timbre_vault::TenantKey>();
/// ```
pub struct TenantKey {
    key: Zeroizing<[u8; KEY_BYTES]>,
    digest_key: Zeroizing<[u8; DIGEST_KEY_BYTES]>,
}

impl TenantKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, VaultError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(VaultError::Randomness)?;
        Self::from_key(key)
    }

    fn from_key(key: Zeroizing<[u8; KEY_BYTES]>) -> Result<Self, VaultError> {
        let digest_key = derive(&key, b"timbre-vault digest 1\0", &[])?;
        Ok(Self { key, digest_key })
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.key
    }

    /// The sealed form of `plaintext`, which opens only under this key and this context.
    pub fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal::seal(&self.key, &context.bytes(), plaintext)
    }

    /// The plaintext, if `sealed` is unaltered and was sealed under this key and this context.
    pub fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Opened, VaultError> {
        seal::open(&self.key, &context.bytes(), sealed)
    }

    /// HMAC-SHA-256 of `bytes`: equal for equal bytes under one tenant and label, and of no use to
    /// anyone without the key. `label` says what is compared, so that digests of different things
    /// never meet.
    pub fn keyed_digest(&self, label: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new((&*self.digest_key).into());
        // The length first: without it ("ab", "c") and ("a", "bc") would be the same input.
        mac.update(&(label.len() as u64).to_be_bytes());
        mac.update(label.as_bytes());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

/// The context of a wrapped key. No [`seal::Purpose`] has this label, and the master key seals
/// nothing else.
const WRAP_LABEL: &str = "tenant-key";

impl MasterKey {
    /// A key for one installation-wide use, named by its label: the same at every start, and telling
    /// nothing about the master key or about other uses.
    pub fn derive<const N: usize>(&self, label: &str) -> Result<Zeroizing<[u8; N]>, VaultError> {
        derive(self.bytes(), b"timbre-vault installation 1\0", label.as_bytes())
    }

    /// What seals for the installation itself, as a tenant's key does for the tenant: the same at every start.
    pub fn installation_key(&self) -> Result<TenantKey, VaultError> {
        TenantKey::from_key(self.derive("installation key")?)
    }

    /// The tenant's key as it may be stored: a sealed blob whose context is the tenant's id, so
    /// that it cannot be moved to another tenant.
    pub fn wrap(&self, tenant: TenantId, key: &TenantKey) -> Result<Vec<u8>, VaultError> {
        let context = context_bytes(WRAP_LABEL, tenant.as_bytes());
        seal::seal(self.bytes(), &context, key.key.as_slice())
    }

    pub fn unwrap(&self, tenant: TenantId, wrapped: &[u8]) -> Result<TenantKey, VaultError> {
        let context = context_bytes(WRAP_LABEL, tenant.as_bytes());
        let opened = seal::open(self.bytes(), &context, wrapped)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if opened.len() != KEY_BYTES {
            return Err(VaultError::SealBroken);
        }
        key.copy_from_slice(&opened);
        TenantKey::from_key(key)
    }
}

/// HKDF-SHA-256 without salt; `label` and `context` together are its `info`.
pub(crate) fn derive<const N: usize>(
    key: &[u8; KEY_BYTES],
    label: &[u8],
    context: &[u8],
) -> Result<Zeroizing<[u8; N]>, VaultError> {
    let mut derived = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(None, key)
        .expand_multi_info(&[label, context], derived.as_mut_slice())
        .map_err(|_| VaultError::Cipher)?;
    Ok(derived)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::seal::Purpose;

    const PURPOSES: [Purpose; 4] =
        [Purpose::Voiceprint, Purpose::Audio, Purpose::Embedding, Purpose::Fingerprint];

    fn master(folder: &tempfile::TempDir, name: &str) -> MasterKey {
        MasterKey::load_or_create(&folder.path().join(name)).unwrap()
    }

    fn refused<T>(result: Result<T, VaultError>) -> bool {
        matches!(result, Err(VaultError::SealBroken))
    }

    #[test]
    fn a_wrapped_key_comes_back_and_opens_what_it_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let master = master(&folder, "a");
        let tenant = TenantId::from_random([1; 16]);
        let key = TenantKey::generate().unwrap();
        let context = SealContext::new(Purpose::Voiceprint, b"row 1");
        let sealed = key.seal(&context, b"a voiceprint").unwrap();

        let wrapped = master.wrap(tenant, &key).unwrap();
        let back = master.unwrap(tenant, &wrapped).unwrap();
        assert_eq!(&*back.open(&context, &sealed).unwrap(), b"a voiceprint");
        assert_eq!(back.keyed_digest("l", b"x"), key.keyed_digest("l", b"x"));
    }

    #[test]
    fn a_wrapped_key_opens_for_no_other_tenant_and_under_no_other_master() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (master(&folder, "ours"), master(&folder, "other"));
        let tenant = TenantId::from_random([1; 16]);
        let key = TenantKey::generate().unwrap();
        let mut wrapped = ours.wrap(tenant, &key).unwrap();
        assert!(refused(ours.unwrap(TenantId::from_random([2; 16]), &wrapped)));
        assert!(refused(other.unwrap(tenant, &wrapped)));
        wrapped[20] ^= 1;
        assert!(refused(ours.unwrap(tenant, &wrapped)));
    }

    #[test]
    fn what_an_installation_sealed_opens_at_its_next_start_and_in_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let context = SealContext::new(Purpose::Answer, b"1");
        let sealed = master(&folder, "a").installation_key().unwrap().seal(&context, b"secret").unwrap();
        assert_eq!(
            &*master(&folder, "a").installation_key().unwrap().open(&context, &sealed).unwrap(),
            b"secret"
        );
        assert!(refused(master(&folder, "b").installation_key().unwrap().open(&context, &sealed)));
    }

    #[test]
    fn a_blob_opens_only_for_its_own_tenant_purpose_and_id() {
        let (key, other) = (TenantKey::generate().unwrap(), TenantKey::generate().unwrap());
        for purpose in PURPOSES {
            let context = SealContext::new(purpose, b"row 1");
            let sealed = key.seal(&context, b"biometric").unwrap();
            assert_eq!(&*key.open(&context, &sealed).unwrap(), b"biometric");
            assert!(refused(other.open(&context, &sealed)));
            for wrong_id in [&b"row 2"[..], b"row ", b"row 1\0", b""] {
                assert!(refused(key.open(&SealContext::new(purpose, wrong_id), &sealed)));
            }
            for wrong in PURPOSES.into_iter().filter(|wrong| *wrong != purpose) {
                assert!(refused(key.open(&SealContext::new(wrong, b"row 1"), &sealed)));
            }
        }
    }

    #[test]
    fn digests_are_equal_only_for_equal_bytes_label_and_tenant() {
        let (key, other) = (TenantKey::generate().unwrap(), TenantKey::generate().unwrap());
        let digest = key.keyed_digest("audio", b"same");
        assert_eq!(digest, key.keyed_digest("audio", b"same"));
        assert_ne!(digest, key.keyed_digest("audio", b"other"));
        assert_ne!(digest, key.keyed_digest("phrase", b"same"));
        assert_ne!(digest, other.keyed_digest("audio", b"same"));
        assert_ne!(key.keyed_digest("ab", b"c"), key.keyed_digest("a", b"bc"));
    }

    #[test]
    fn digests_do_not_change_between_releases() {
        // Made once, outside this crate: HMAC-SHA-256 under HKDF-SHA-256 as documented above.
        let key = TenantKey::from_key(Zeroizing::new([7; KEY_BYTES])).unwrap();
        assert_eq!(
            hex::encode(key.keyed_digest("audio", b"same")),
            "d5f9b14f16dfaba27d9d119387cbb0cd4f10be9d72af56298bde7dc9baeaf01c"
        );
    }
}
