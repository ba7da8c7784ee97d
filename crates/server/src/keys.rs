//! The master key, and whether it is the one that this installation's data hangs on.
//!
//! Promises that nothing is written beside a key that opens nothing: a key is made only where there is nothing for it to open, and one that
//! is there but another's ends the start.

use timbre_engine::AUDIT_KEY;
use timbre_store::{Store, StoreError};
use timbre_vault::MasterKey;

use crate::{failure::Failure, settings::Settings};

/// The installation's master key; made now if the database is empty. An error where it does not open what is there.
pub async fn master_key(settings: &Settings, store: &Store) -> Result<MasterKey, Failure> {
    let path = settings.master_key();
    let master = match is_needed(store).await? {
        true => MasterKey::load(&path)?,
        false => MasterKey::load_or_create(&path)?,
    };
    // Of one that was just made too: another process may have been faster, with another key.
    match opens(store, &master).await? {
        true => Ok(master),
        false => Err(Failure::new(format!(
            "{}\nrestore the right one from its backup and start again; nothing was written",
            not_ours(settings)
        ))),
    }
}

/// Whether there is anything that a new master key would not open.
pub async fn is_needed(store: &Store) -> Result<bool, StoreError> {
    Ok(store.first_tenant_key().await?.is_some() || store.audit_is_begun().await?)
}

/// Whether this is the key under which the database was begun: it opens the first tenant's key. Before there is a tenant, the audit trail
/// may have been begun.
pub async fn opens(store: &Store, master: &MasterKey) -> Result<bool, Failure> {
    if let Some((tenant, wrapped)) = store.first_tenant_key().await? {
        return Ok(master.unwrap(tenant, &wrapped).is_ok());
    }
    Ok(store.clone().with_audit_key(master.derive(AUDIT_KEY)?).began_the_audit().await?)
}

/// What is said of a key that does not open what is there.
pub fn not_ours(settings: &Settings) -> String {
    let path = settings.master_key();
    format!("the master key at {} is not this database's: it does not open what is in there", path.display())
}
