//! What is secret at rest: the sealing of voiceprints and audio, and the objects they live in.
//!
//! This crate promises that nothing biometric reaches a disk in the clear, and that a sealed blob
//! opens only where it was sealed: under the same tenant and person, for the same purpose, in the same row or
//! object. Four layers hold that promise, each knowing only the one below:
//!
//! 1. [`MasterKey`]: one per installation, in a file that only its owner can read.
//! 2. [`TenantKey`]: one per tenant, kept in the database wrapped under the master key. Erasing the
//!    wrapped key makes all that the tenant ever sealed unreadable, backups included.
//! 3. [`PersonKey`]: one per person, wrapped under the tenant's key and kept apart from the person's data. Erasing it
//!    does the same for one person.
//! 4. Per-blob keys: derived from the person's or the tenant's key, the purpose and the id each time, never stored.
//!
//! [`ObjectStore`] keeps the blobs that are too large for a database row. It moves bytes and knows
//! nothing of keys: sealing before `put` is the caller's part.

mod disk;
mod error;
mod keys;
mod master;
mod objects;
mod persons;
mod seal;
mod signatures;

pub use error::VaultError;
pub use keys::TenantKey;
pub use master::MasterKey;
pub use objects::{
    ATTEMPTS, BYTES_A_SECOND, BucketState, DEFAULT_MAX_OBJECT_BYTES, FolderStore, MAX_PAGE, Measured,
    ObjectEntry, ObjectLock, ObjectName, ObjectPage, ObjectStore, PROBES, S3, S3Store, Versions, probe,
};
pub use persons::PersonKey;
pub use seal::{Opened, Purpose, SEAL_OVERHEAD, SealContext};
pub use signatures::{PUBLIC_KEY_BYTES, Signer};
