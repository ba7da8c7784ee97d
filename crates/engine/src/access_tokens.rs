//! Access tokens of operators: JWTs (RFC 7519) that are good for minutes.
//!
//! Promises that only HS256 under this installation's own key is made and taken, whatever a token's header says. A token says which session
//! it is of; whether that lives, and what its operator may do, is looked up with each request, so that an end is an end at once.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result as JwtResult},
    signature::{Error as SignatureError, Signer, Verifier},
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use timbre_domain::{
    ids::{OperatorId, OperatorSessionId},
    operator::Role,
};
use timbre_vault::MasterKey;

use crate::EngineError;

/// How long an access token is good.
pub(crate) const LIFETIME: TimeDelta = TimeDelta::minutes(10);

const ISSUER: &str = "timbre";
const AUDIENCE: &str = "timbre-admin";
const KEY_LABEL: &str = "admin access tokens";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: OperatorId,
    sid: OperatorSessionId,
    /// For whoever reads the token; what counts is what is looked up.
    role: String,
    iat: i64,
    exp: i64,
}

/// A token of this session, signed.
pub(crate) fn issue(
    master: &MasterKey,
    operator: OperatorId,
    session: OperatorSessionId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<String, EngineError> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: operator,
        sid: session,
        role: role.name().to_owned(),
        iat: now.timestamp(),
        exp: (now + LIFETIME).timestamp(),
    };
    let key = master.derive::<32>(KEY_LABEL)?;
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(key.as_slice()))
        .map_err(|_| EngineError::Session)
}

/// Whose token it is, if it is ours and its time is not over.
pub(crate) fn read(
    master: &MasterKey,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(OperatorId, OperatorSessionId), EngineError> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    // By the engine's clock, below.
    validation.validate_exp = false;
    let key = master.derive::<32>(KEY_LABEL)?;
    let key = DecodingKey::from_secret(key.as_slice());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .map_err(|_| EngineError::NotLoggedIn)?
        .claims;
    match now.timestamp() < claims.exp {
        true => Ok((claims.sub, claims.sid)),
        false => Err(EngineError::NotLoggedIn),
    }
}

/// Hands the library what it computes with. Once in a process; further calls change nothing.
pub(crate) fn provide() {
    let _ = PROVIDER.install_default();
}

/// HMAC-SHA-256 of the crate that seals and signs elsewhere too, and nothing else: the library's own choices bring RSA and elliptic
/// curves along.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match key.family() {
        AlgorithmFamily::Hmac => Ok(Box::new(Hs256::new(algorithm, key.as_bytes())?)),
        _ => Err(ErrorKind::InvalidKeyFormat.into()),
    },
    verifier_factory: |algorithm, key| Ok(Box::new(Hs256::new(algorithm, key.try_get_as_bytes()?)?)),
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: &Algorithm, key: &[u8]) -> JwtResult<Self> {
        match algorithm {
            Algorithm::HS256 => {
                let mac = Hmac::new_from_slice(key).map_err(|_| ErrorKind::InvalidKeyFormat)?;
                Ok(Self(mac))
            }
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        }
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let mut mac = self.0.clone();
        mac.update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// In constant time.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.verify_slice(signature).map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
    }

    fn ids() -> (OperatorId, OperatorSessionId) {
        (OperatorId::from_random([1; 16]), OperatorSessionId::from_random([2; 16]))
    }

    fn master() -> (tempfile::TempDir, MasterKey) {
        provide();
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::load_or_create(&folder.path().join("master.key")).unwrap();
        (folder, master)
    }

    #[test]
    fn a_token_leads_to_its_session_for_ten_minutes() {
        let (_folder, master) = master();
        let (operator, session) = ids();
        let token = issue(&master, operator, session, Role::Auditor, at(0)).unwrap();
        assert_eq!(read(&master, &token, at(599)).unwrap(), ids());
        assert!(matches!(read(&master, &token, at(600)), Err(EngineError::NotLoggedIn)));
    }

    #[test]
    fn what_is_altered_or_of_another_installation_or_unsigned_is_refused() {
        let ((_one, ours), (_two, other)) = (master(), master());
        let (operator, session) = ids();
        let token = issue(&ours, operator, session, Role::Owner, at(0)).unwrap();
        let refused = |token: &str| matches!(read(&ours, token, at(1)), Err(EngineError::NotLoggedIn));
        let [head, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        // {"typ":"JWT","alg":"none"} and {"typ":"JWT","alg":"HS512"}
        let [none, longer] = ["eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9"];
        assert!(read(&ours, &token, at(1)).is_ok());
        for bad in [
            format!("{head}.{claims}."),
            format!("{head}.{claims}.{}", &signature[1..]),
            format!("{none}.{claims}."),
            format!("{none}.{claims}.{signature}"),
            format!("{longer}.{claims}.{signature}"),
            format!("{head}.{}.{signature}", claims.replace('e', "f")),
            issue(&other, operator, session, Role::Owner, at(0)).unwrap(),
            String::new(),
            "..".to_owned(),
        ] {
            assert!(refused(&bad), "{bad}");
        }
    }
}
