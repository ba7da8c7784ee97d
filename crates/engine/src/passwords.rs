//! Operators' passwords: argon2id, few at a time, never on a thread that serves requests.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Error, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{EngineError, error::random};

/// Memory in KiB, passes and lanes, as OWASP's Password Storage Cheat Sheet has them.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Passwords hashed at a time: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// No caller waits longer for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// What is kept of a password: a PHC string.
    pub(crate) async fn hash(&self, password: Zeroizing<String>) -> Result<String, EngineError> {
        let salt = random::<16>()?;
        self.in_turn(move || {
            let hash: PasswordHash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether it is this password. Without a hash to compare with it takes as long, and is not.
    pub(crate) async fn check(
        &self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, EngineError> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        self.in_turn(move || match argon2()?.verify_password(password.as_bytes(), hash.as_str()) {
            Ok(()) => Ok(true),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(error),
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, EngineError> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(EngineError::TooManyLogins) };
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.map_err(|_| EngineError::Stopping)?.map_err(EngineError::Hashing)
    }
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| Error::ParamsInvalid)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn password(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_under_a_salt_of_its_own() {
        let passwords = Passwords::default();
        let hash = passwords.hash(password("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash(password("correct horse battery")).await.unwrap());
        assert!(passwords.check(password("correct horse battery"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.check(password("correct horse batterx"), Some(hash)).await.unwrap());
        assert!(!passwords.check(password("correct horse battery"), None).await.unwrap());
    }
}
