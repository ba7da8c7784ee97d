//! Receipts: what an erasure destroyed, signed so that anybody who has the public key can check it without us.
//!
//! A receipt is a JSON Web Signature (RFC 7515, compact) by EdDSA (RFC 8037), which any JWT library verifies. It names no person but by a pseudonym.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use timbre_domain::ids::{ErasureId, TenantId};
use timbre_store::Counted;
use timbre_vault::{MasterKey, Signer};

use crate::EngineError;

/// What the signing key is derived from the master key by.
const RECEIPT_KEY: &str = "receipts";

/// The fixed beginning of an Ed25519 SubjectPublicKeyInfo (RFC 8410).
const PUBLIC_KEY_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// Who signed it: `timbre`.
    pub iss: String,
    /// The erasure's id.
    pub jti: ErasureId,
    /// Seconds since 1970 at which it was signed.
    pub iat: i64,
    /// The tenant whose person it was.
    pub tenant: TenantId,
    /// The person's pseudonym with the tenant.
    pub person: String,
    /// When the erasure was asked for.
    pub requested_at: DateTime<Utc>,
    /// When nothing was left.
    pub erased_at: DateTime<Utc>,
    /// Whether nobody is made known by any of the person's names again.
    pub opted_out: bool,
    /// Whether the person had a key of its own, and it was destroyed. Without one, backups stay readable until they are gone.
    pub key_destroyed: bool,
    /// How much was there.
    pub erased: Counted,
    /// What a search found afterwards.
    pub left: Traces,
}

/// What is found of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Traces {
    /// Rows of the database.
    pub rows: u64,
    /// Objects in the vault.
    pub objects: u64,
    /// Keys in the keyring.
    pub keys: u64,
}

impl Traces {
    /// Whether there is anything.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// A receipt as it is handed out, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReceipt {
    pub text: String,
    pub receipt: Receipt,
}

/// Signs receipts, and checks them.
pub struct ReceiptKey(Signer);

impl ReceiptKey {
    /// The installation's, derived from its master key.
    pub fn of(master: &MasterKey) -> Result<Self, EngineError> {
        Ok(Self(master.signer(RECEIPT_KEY)?))
    }

    /// The public key as PEM, for whoever checks receipts.
    pub fn pem(&self) -> String {
        let der = [&PUBLIC_KEY_INFO[..], &self.0.public_key()].concat();
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }

    /// The public key as a JSON Web Key.
    pub fn jwk(&self) -> serde_json::Value {
        let key = URL_SAFE_NO_PAD.encode(self.0.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.id(), "x": key})
    }

    /// What a receipt names the key by.
    fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.public_key())[..8])
    }

    pub(crate) fn sign(&self, receipt: &Receipt) -> Result<String, EngineError> {
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": self.id()});
        let payload = serde_json::to_vec(receipt).map_err(|_| EngineError::Receipt)?;
        let signed =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()));
        Ok(format!("{signed}.{signature}"))
    }

    /// What a receipt says, if it is ours and unaltered.
    pub fn verify(&self, text: &str) -> Result<Receipt, EngineError> {
        let (signed, signature) = text.trim().rsplit_once('.').ok_or(EngineError::Receipt)?;
        let (header, payload) = signed.split_once('.').ok_or(EngineError::Receipt)?;
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| EngineError::Receipt);
        if !self.0.verifies(signed.as_bytes(), &bytes(signature)?) {
            return Err(EngineError::Receipt);
        }
        let header: serde_json::Value =
            serde_json::from_slice(&bytes(header)?).map_err(|_| EngineError::Receipt)?;
        if header["alg"] != "EdDSA" {
            return Err(EngineError::Receipt);
        }
        serde_json::from_slice(&bytes(payload)?).map_err(|_| EngineError::Receipt)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn key(folder: &tempfile::TempDir, name: &str) -> ReceiptKey {
        ReceiptKey::of(&MasterKey::load_or_create(&folder.path().join(name)).unwrap()).unwrap()
    }

    fn receipt() -> Receipt {
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Receipt {
            iss: "timbre".to_owned(),
            jti: ErasureId::from_random([1; 16]),
            iat: at.timestamp(),
            tenant: TenantId::from_random([2; 16]),
            person: "ab".repeat(16),
            requested_at: at,
            erased_at: at,
            opted_out: false,
            key_destroyed: true,
            erased: Counted { samples: 3, ..Counted::default() },
            left: Traces::default(),
        }
    }

    #[test]
    fn a_receipt_is_three_parts_that_any_jwt_library_reads_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let key = key(&folder, "ours");
        let text = key.sign(&receipt()).unwrap();
        let parts: Vec<&str> = text.split('.').collect();
        let header: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
        assert_eq!((parts.len(), &header["alg"], &header["typ"]), (3, &json!("EdDSA"), &json!("JWT")));
        assert_eq!(header["kid"], key.jwk()["kid"]);
        assert_eq!(key.verify(&format!("{text}\n")).unwrap(), receipt());
    }

    #[test]
    fn a_receipt_that_is_altered_anywhere_or_anothers_does_not_verify() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (key(&folder, "ours"), key(&folder, "other"));
        let text = ours.sign(&receipt()).unwrap();
        assert!(other.verify(&text).is_err());
        for place in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(altered == text || ours.verify(&altered).is_err(), "{place}");
        }
        for shorter in ["", ".", "..", &text[..text.len() - 4]] {
            assert!(ours.verify(shorter).is_err());
        }
    }
}
