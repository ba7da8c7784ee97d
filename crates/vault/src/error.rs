//! Everything that can go wrong in the vault. No variant carries key material or biometric bytes.

use std::{
    io,
    path::{Path, PathBuf},
};

use timbre_domain::ids::{ObjectId, TenantId};

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(getrandom::Error),

    #[error("could not {action} {}: {source}", path.display())]
    Disk { action: &'static str, path: PathBuf, source: io::Error },

    #[error(
        "there is no master key at {}; without the one that sealed this installation's data \
         nothing in it can be opened, so restore the file from its backup", path.display()
    )]
    MasterKeyMissing { path: PathBuf },

    #[error(
        "the master key at {0} can be reached by others than its owner (mode {mode:04o}); \
         run: chmod 600 '{0}'", path.display()
    )]
    MasterKeyExposed { path: PathBuf, mode: u32 },

    #[error(
        "{} is not a master key: it must be one line, timbre-master-1: and 64 hexadecimal digits",
        path.display()
    )]
    MasterKeyMalformed { path: PathBuf },

    /// Too short to be sealed, or of a version that this build does not know.
    #[error("these bytes are not sealed in a form this build knows")]
    UnknownSeal,

    /// The tag does not match: altered bytes, another key, or another tenant, purpose or id.
    #[error("the seal does not open here: wrong key, wrong place, or altered bytes")]
    SealBroken,

    /// AES-GCM refuses plaintexts over 2³⁶ − 32 bytes, HKDF keys over 8160 bytes.
    #[error("the input is outside what the cipher accepts")]
    Cipher,

    #[error("object {object} of tenant {tenant} does not exist")]
    ObjectNotFound { tenant: TenantId, object: ObjectId },

    #[error("object {object} of tenant {tenant} is over the limit of {limit} bytes")]
    ObjectTooLarge { tenant: TenantId, object: ObjectId, limit: u64 },

    /// The object store does not answer, or not in time. What was to be put may have been.
    #[error("the object store does not answer: {0}")]
    Unavailable(String),

    /// The object store answers, but will not do it, and would not at another try either.
    #[error("the object store at {endpoint} did not {action} in bucket {bucket}: {why}")]
    Bucket { action: &'static str, endpoint: String, bucket: String, why: String },

    #[error("{} does not hold certificate authorities: {why}", path.display())]
    Authorities { path: PathBuf, why: String },

    #[error("the object store does not keep what it is given: {0}")]
    Faithless(&'static str),

    #[error("the file work was cut off by the shutdown of the process")]
    Interrupted,
}

/// Names the action and the path of a failed file operation: for use in `map_err`.
pub(crate) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> VaultError {
    move |source| VaultError::Disk { action, path: path.to_owned(), source }
}
