//! A person's key: what is sealed of one person, and of nobody else, opens with it.
//!
//! It is random, not derived, and so can be destroyed: once its wrapped form is gone, all that it ever sealed is
//! unreadable, wherever copies of it lie.

use timbre_domain::ids::SubjectId;
use zeroize::Zeroizing;

use crate::{
    error::VaultError,
    keys::TenantKey,
    seal::{self, Opened, SealContext, context_bytes},
};

const KEY_BYTES: usize = 32;

/// The context of a wrapped key. No [`seal::Purpose`] has this label.
const WRAP_LABEL: &str = "person-key";

/// Seals what belongs to one person. Wiped on drop; it cannot be printed:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_vault::PersonKey>();
/// ```
///
/// nor cloned, so that there is one copy to wipe:
///
/// ```compile_fail,E0277
/// fn clonable<T: Clone>() {}
/// clonable::<timbre_vault::PersonKey>();
/// ```
pub struct PersonKey(Zeroizing<[u8; KEY_BYTES]>);

impl PersonKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, VaultError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(VaultError::Randomness)?;
        Ok(Self(key))
    }

    /// The sealed form of `plaintext`, which opens only under this key and this context.
    pub fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal::seal(&self.0, &context.bytes(), plaintext)
    }

    /// The plaintext, if `sealed` is unaltered and was sealed under this key and this context.
    pub fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Opened, VaultError> {
        seal::open(&self.0, &context.bytes(), sealed)
    }
}

impl TenantKey {
    /// The person's key as it may be stored: a sealed blob whose context is the person's id, so that it cannot be moved
    /// to another person, nor to another tenant.
    pub fn wrap(&self, person: SubjectId, key: &PersonKey) -> Result<Vec<u8>, VaultError> {
        seal::seal(self.bytes(), &context_bytes(WRAP_LABEL, person.as_bytes()), key.0.as_slice())
    }

    /// The key, if `wrapped` is this person's, unaltered.
    pub fn unwrap(&self, person: SubjectId, wrapped: &[u8]) -> Result<PersonKey, VaultError> {
        let opened = seal::open(self.bytes(), &context_bytes(WRAP_LABEL, person.as_bytes()), wrapped)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if opened.len() != KEY_BYTES {
            return Err(VaultError::SealBroken);
        }
        key.copy_from_slice(&opened);
        Ok(PersonKey(key))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::seal::Purpose;

    fn person(n: u8) -> SubjectId {
        SubjectId::from_random([n; 12])
    }

    #[test]
    fn a_wrapped_key_comes_back_and_opens_what_it_sealed() {
        let (tenant, key) = (TenantKey::generate().unwrap(), PersonKey::generate().unwrap());
        let context = SealContext::new(Purpose::Voiceprint, b"row 1");
        let sealed = key.seal(&context, b"a voiceprint").unwrap();
        let back = tenant.unwrap(person(1), &tenant.wrap(person(1), &key).unwrap()).unwrap();
        assert_eq!(&*back.open(&context, &sealed).unwrap(), b"a voiceprint");
    }

    #[test]
    fn a_wrapped_key_is_of_no_use_for_another_person_or_another_tenant() {
        let (ours, other) = (TenantKey::generate().unwrap(), TenantKey::generate().unwrap());
        let wrapped = ours.wrap(person(1), &PersonKey::generate().unwrap()).unwrap();
        assert!(matches!(ours.unwrap(person(2), &wrapped), Err(VaultError::SealBroken)));
        assert!(matches!(other.unwrap(person(1), &wrapped), Err(VaultError::SealBroken)));
        assert!(ours.unwrap(person(1), &wrapped).is_ok());
    }

    #[test]
    fn what_is_one_persons_opens_neither_with_anothers_key_nor_with_the_tenants() {
        let tenant = TenantKey::generate().unwrap();
        let (one, other) = (PersonKey::generate().unwrap(), PersonKey::generate().unwrap());
        let context = SealContext::new(Purpose::Audio, b"object 1");
        let sealed = one.seal(&context, b"sound").unwrap();
        assert!(matches!(other.open(&context, &sealed), Err(VaultError::SealBroken)));
        assert!(matches!(tenant.open(&context, &sealed), Err(VaultError::SealBroken)));
        assert!(one.open(&context, &sealed).is_ok());
    }
}
