//! Tenants' policies: checked, numbered, and in force at the next call, in every process over the same database.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use timbre_domain::policy::Policy;
use timbre_store::{PolicyVersion, StoreError};

use crate::{Engine, EngineError, Tenant};

impl Engine {
    /// Replaces a tenant's policy, whole or not at all, and says the version that it is then. `expected` is the version that the
    /// change was made for, or else the one that the tenant was read with: where there is another by now, it is an
    /// [`EngineError::PolicyChanged`]. A policy that cannot be is refused.
    pub async fn set_policy(
        &self,
        tenant: &Tenant,
        policy: Policy,
        expected: Option<u32>,
    ) -> Result<u32, EngineError> {
        policy.check()?;
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let by = tenant.origin.actor.to_string();
        let seen = expected.unwrap_or(tenant.policy_version);
        // Whoever was permitted to make this change was so for the policy that was read: for another it says nothing, nor do the names of what changed.
        if seen != tenant.policy_version {
            return Err(EngineError::PolicyChanged);
        }
        let changed = changed_settings(&tenant.policy, &policy);
        let detail = json!({"version": seen.saturating_add(1), "settings": changed});
        let entry = tenant.told("policy.changed", None, detail);
        match store.change_policy(tenant.id, seen, &policy, &by, entry, now).await {
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

    /// The policy that was in force at a time, and its version.
    pub async fn policy_at(
        &self,
        tenant: &Tenant,
        time: DateTime<Utc>,
    ) -> Result<(Policy, u32), EngineError> {
        // There was never another than the first.
        let then = match tenant.policy_version > 1 {
            true => self.parts.store.policy_at(tenant.id, time).await?,
            false => None,
        };
        Ok(then.map_or_else(
            || (tenant.policy.clone(), tenant.policy_version),
            |then| (then.policy, then.version),
        ))
    }
}

/// The settings that differ, by their names.
fn changed_settings(old: &Policy, new: &Policy) -> Vec<String> {
    let sections = |policy: &Policy| serde_json::to_value(policy).unwrap_or_default();
    let (old, new) = (sections(old), sections(new));
    let mut changed = Vec::new();
    for (section, values) in new.as_object().into_iter().flatten() {
        let before = &old[section];
        let gone = before.as_object().into_iter().flatten().filter(|(key, _)| values.get(key).is_none());
        let differs = |(key, value): &(&String, &Value)| before.get(key.as_str()) != Some(*value);
        let named = values.as_object().into_iter().flatten().filter(differs).chain(gone);
        changed.extend(named.map(|(key, _)| format!("{section}.{key}")));
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_changes_is_named() {
        let old = Policy::default();
        let mut new = old.clone();
        assert!(changed_settings(&old, &new).is_empty());
        new.dialogue.enrol_codes = 5;
        new.rates.read.burst = 7;
        new.retention.dialogue_days = Some(30);
        let named = ["dialogue.enrol_codes", "rates.read", "retention.dialogue_days"];
        assert_eq!(changed_settings(&old, &new), named);
        assert_eq!(changed_settings(&new, &old), named);
    }
}
