//! Ids, each its own type, so that a dialogue's id can never be passed where a tenant's is wanted.
//!
//! Randomness is handed in (`from_random`): this crate has none of its own.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id of the expected form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0}")]
pub struct InvalidId(&'static str);

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A version 4 UUID made of the caller's random bytes.
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId(stringify!($name)))
            }
        }
    )+};
}

uuid_ids! {
    /// A customer of this installation. Whatever touches tenant data takes one first.
    TenantId,
    /// A key pair by which a tenant application authenticates.
    CredentialId,
    /// One subject's enrolment under one scheme.
    EnrolmentId,
    /// One accepted recording of an enrolment.
    SampleId,
    /// A conversation with a subject. A version 4 UUID, as BiometrID documents it.
    DialogueId,
    /// One submitted recording of a dialogue and what was decided about it.
    TurnId,
    /// A sealed object in the vault.
    ObjectId,
    /// Work that outlives the request that asked for it.
    JobId,
    /// A message about the end of a job to whoever asked for it. The same for each try, so that a repeat is known.
    DeliveryId,
    /// A person who runs this installation, or one tenant of it.
    OperatorId,
    /// A token by which a program calls the admin API.
    TokenId,
    /// An operator's login, from its first access token to its end.
    OperatorSessionId,
    /// What a person agreed to, once.
    ConsentId,
    /// One erasure of a person.
    ErasureId,
}

/// A person, known to the tenant. Twelve random bytes, shown as 24 hexadecimal digits, because
/// that is the user id that BiometrID's applications store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId([u8; 12]);

impl SubjectId {
    pub fn from_random(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for SubjectId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut bytes = [0; 12];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidId("SubjectId"))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_subject_id_reads_back_from_its_24_hex_digits() {
        let id = SubjectId::from_random([7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]);
        assert_eq!(id.to_string(), "0701020304050607 08090aff".replace(' ', ""));
        assert_eq!(id.to_string().parse::<SubjectId>().unwrap(), id);
    }

    #[test]
    fn a_malformed_subject_id_is_refused() {
        assert!("59147e5afdda9b0ac0f5e31".parse::<SubjectId>().is_err());
        assert!("5be3000bd3adgd3e152724f2".parse::<SubjectId>().is_err());
    }

    #[test]
    fn a_dialogue_id_is_a_version_4_uuid() {
        assert_eq!(DialogueId::from_random([0xff; 16]).0.get_version_num(), 4);
    }
}
