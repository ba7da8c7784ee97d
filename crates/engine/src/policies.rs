//! Tenants' policies: checked, numbered, and in force at the next call, in every process over the same database.

use timbre_domain::policy::Policy;
use timbre_store::{PolicyVersion, StoreError};

use crate::{Engine, EngineError, Tenant};

impl Engine {
    /// Replaces a tenant's policy, whole or not at all, and says the version that it is then. `expected` is the version that the
    /// change was made for: another one is an [`EngineError::PolicyChanged`]. One that cannot be is refused.
    pub async fn set_policy(
        &self,
        tenant: &Tenant,
        policy: Policy,
        expected: Option<u32>,
    ) -> Result<u32, EngineError> {
        policy.check()?;
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let by = tenant.origin.actor.to_string();
        match store.change_policy(tenant.id, expected, &policy, &by, now).await {
            Ok(version) => {
                tracing::info!(tenant = %tenant.id, version, "policy set");
                Ok(version)
            }
            Err(StoreError::Conflict) => Err(EngineError::PolicyChanged),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes values of a tenant's policy as it was read, and says its version then.
    pub async fn change_policy(
        &self,
        tenant: &Tenant,
        change: impl FnOnce(&mut Policy),
    ) -> Result<u32, EngineError> {
        let mut policy = tenant.policy.clone();
        change(&mut policy);
        self.set_policy(tenant, policy, Some(tenant.policy_version)).await
    }

    /// A tenant's policies, the latest first: the one in force and, of those before it, at most 199.
    pub async fn policy_versions(&self, tenant: &Tenant) -> Result<Vec<PolicyVersion>, EngineError> {
        Ok(self.parts.store.policy_versions(tenant.id).await?)
    }
}
