//! Roles, as calls name them and replies tell them.

use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    ids::TenantId,
    operator::{InvalidRole, Role},
};
use timbre_engine::EngineError;

use super::Fault;

/// A role.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Role")]
pub(super) enum RoleName {
    Owner,
    Operator,
    Auditor,
    TenantAdmin,
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Operator => Self::Operator,
            Role::Auditor => Self::Auditor,
            Role::TenantAdmin(_) => Self::TenantAdmin,
        }
    }
}

/// The role that a call names, and the tenant that goes with it.
pub(super) fn role_of(name: &str, tenant: Option<TenantId>) -> Result<Role, Fault> {
    Role::named(name, tenant).map_err(|error| EngineError::Role(error).into())
}

/// What may be wrong with a role.
pub(super) fn wrong_roles() -> [Fault; 4] {
    let roles = [InvalidRole::Unknown, InvalidRole::TenantMissing, InvalidRole::TenantUnexpected];
    let [a, b, c] = roles.map(|wrong| EngineError::Role(wrong).into());
    [a, b, c, EngineError::NoSuchTenant.into()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_role_is_told_by_the_name_that_calls_have_for_it() {
        let tenant = TenantId::from_random([1; 16]);
        for role in [Role::Owner, Role::Operator, Role::Auditor, Role::TenantAdmin(tenant)] {
            assert_eq!(serde_json::to_value(RoleName::from(role)).unwrap(), role.name());
        }
    }
}
