//! Trying an object store out: one object is put, read, looked at, and deleted.

use timbre_domain::ids::{ObjectId, TenantId};

use super::ObjectStore;
use crate::error::VaultError;

/// The tenant that probes are kept under: there is none of this id, so a probe that a crash left is swept as belonging to
/// nothing.
pub const PROBES: &str = "00000000-0000-0000-0000-000000000000";

/// Refuses a store in which an object cannot be put, read back as it was, or deleted for good.
pub async fn probe(store: &dyn ObjectStore) -> Result<(), VaultError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(VaultError::Randomness)?;
    let (mut id, bytes) = ([0; 16], random.to_vec());
    id.copy_from_slice(&random[..16]);
    let object = ObjectId::from_random(id);
    let tenant: TenantId = PROBES.parse().map_err(|_| VaultError::Faithless("probes have no tenant"))?;
    store.put(tenant, object, bytes.clone()).await?;
    let held = held(store, tenant, object, &bytes).await;
    store.delete(tenant, object).await?;
    held?;
    match store.size(tenant, object).await? {
        None => Ok(()),
        Some(_) => Err(VaultError::Faithless("an object is still there after it was deleted")),
    }
}

async fn held(
    store: &dyn ObjectStore,
    tenant: TenantId,
    object: ObjectId,
    bytes: &[u8],
) -> Result<(), VaultError> {
    if store.get(tenant, object).await? != bytes {
        return Err(VaultError::Faithless("an object reads back as something else"));
    }
    match store.size(tenant, object).await? {
        Some(size) if size == bytes.len() as u64 => Ok(()),
        _ => Err(VaultError::Faithless("an object has another size than what was put")),
    }
}
