//! Who runs this installation, or one tenant of it, and what each role may do.
//!
//! Promises that what a role may do stands in one table ([`Role::may`]) and nowhere else, and that a tenant's admin
//! is bound to exactly one tenant.

use std::fmt;

use crate::ids::TenantId;

/// What somebody may do at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything, other operators and tokens included.
    Owner,
    /// Everything but operators, tokens, the installation's own audit trail and the sound of recordings.
    Operator,
    /// Reads everything that holds no secret, and changes nothing.
    Auditor,
    /// What concerns one tenant, but for the limits that its operator sets it.
    TenantAdmin(TenantId),
}

/// A role's name that is none, or one that does not go with a tenant, or needs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRole {
    #[error("a role is owner, operator, auditor or tenant-admin")]
    Unknown,
    #[error("a tenant-admin is of a tenant")]
    TenantMissing,
    #[error("only a tenant-admin is of a tenant")]
    TenantUnexpected,
}

/// What a call of the management needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    ReadOperators,
    ManageOperators,
    ReadTokens,
    ManageTokens,
    /// See the installation's own audit trail, and every tenant's.
    ReadAllAudit,
    /// See how the installation stands: figures of all tenants together, its models, its checks.
    ReadInstallation,
    ReadTenants,
    ManageTenants,
    ReadCredentials,
    ManageCredentials,
    ReadPolicy,
    /// How voices are enrolled and judged.
    ChangePolicy,
    /// What the tenant may call, how much and how often, and what is kept of it.
    ChangeLimits,
    ReadUsage,
    ReadPeople,
    /// Erase, unlock, export; consents.
    ManagePeople,
    /// Hear what is kept of people's voices. Each time is told in the audit trail.
    PlayRecordings,
    ReadDialogues,
    ReadJobs,
    ManageJobs,
    /// See the secrets that webhooks are signed with, and go on to new ones.
    ManageWebhooks,
    ReadAudit,
}

impl Permission {
    pub const ALL: [Self; 22] = [
        Self::ReadOperators,
        Self::ManageOperators,
        Self::ReadTokens,
        Self::ManageTokens,
        Self::ReadAllAudit,
        Self::ReadInstallation,
        Self::ReadTenants,
        Self::ManageTenants,
        Self::ReadCredentials,
        Self::ManageCredentials,
        Self::ReadPolicy,
        Self::ChangePolicy,
        Self::ChangeLimits,
        Self::ReadUsage,
        Self::ReadPeople,
        Self::ManagePeople,
        Self::PlayRecordings,
        Self::ReadDialogues,
        Self::ReadJobs,
        Self::ManageJobs,
        Self::ManageWebhooks,
        Self::ReadAudit,
    ];

    /// The stable name, as it stands in the audit trail.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOperators => "operators.read",
            Self::ManageOperators => "operators.manage",
            Self::ReadTokens => "tokens.read",
            Self::ManageTokens => "tokens.manage",
            Self::ReadAllAudit => "audit.read_all",
            Self::ReadInstallation => "installation.read",
            Self::ReadTenants => "tenants.read",
            Self::ManageTenants => "tenants.manage",
            Self::ReadCredentials => "credentials.read",
            Self::ManageCredentials => "credentials.manage",
            Self::ReadPolicy => "policy.read",
            Self::ChangePolicy => "policy.change",
            Self::ChangeLimits => "limits.change",
            Self::ReadUsage => "usage.read",
            Self::ReadPeople => "people.read",
            Self::ManagePeople => "people.manage",
            Self::PlayRecordings => "recordings.play",
            Self::ReadDialogues => "dialogues.read",
            Self::ReadJobs => "jobs.read",
            Self::ManageJobs => "jobs.manage",
            Self::ManageWebhooks => "webhooks.manage",
            Self::ReadAudit => "audit.read",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Role {
    /// What each role may do: the one table of it. Which tenant is asked for is [`Role::reaches`]'s to say.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        match permission {
            ManageOperators | ManageTokens => matches!(self, Self::Owner),
            ReadOperators | ReadTokens | ReadAllAudit => matches!(self, Self::Owner | Self::Auditor),
            ReadInstallation => matches!(self, Self::Owner | Self::Operator | Self::Auditor),
            ManageTenants | ChangeLimits => matches!(self, Self::Owner | Self::Operator),
            // Whoever runs the machines needs nobody's voice for it.
            PlayRecordings => matches!(self, Self::Owner | Self::TenantAdmin(_)),
            ManageCredentials | ChangePolicy | ManagePeople | ManageJobs | ManageWebhooks => {
                matches!(self, Self::Owner | Self::Operator | Self::TenantAdmin(_))
            }
            ReadTenants | ReadCredentials | ReadPolicy | ReadUsage | ReadPeople | ReadDialogues
            | ReadJobs | ReadAudit => true,
        }
    }

    /// Whether a tenant is there at all for this role.
    pub fn reaches(self, tenant: TenantId) -> bool {
        self.tenant().is_none_or(|own| own == tenant)
    }

    /// The one tenant that the role is bound to.
    pub fn tenant(self) -> Option<TenantId> {
        match self {
            Self::TenantAdmin(tenant) => Some(tenant),
            Self::Owner | Self::Operator | Self::Auditor => None,
        }
    }

    /// The stable name, as it stands in replies and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::TenantAdmin(_) => "tenant-admin",
        }
    }

    /// A role by its name, and the tenant of a tenant's admin.
    pub fn named(name: &str, tenant: Option<TenantId>) -> Result<Self, InvalidRole> {
        match (name, tenant) {
            ("tenant-admin", Some(tenant)) => Ok(Self::TenantAdmin(tenant)),
            ("tenant-admin", None) => Err(InvalidRole::TenantMissing),
            ("owner" | "operator" | "auditor", Some(_)) => Err(InvalidRole::TenantUnexpected),
            ("owner", None) => Ok(Self::Owner),
            ("operator", None) => Ok(Self::Operator),
            ("auditor", None) => Ok(Self::Auditor),
            _ => Err(InvalidRole::Unknown),
        }
    }
}

/// Characters that a password has: NIST SP 800-63B, with a length that people can choose by and no rules of what is in it.
pub const PASSWORD_CHARACTERS: std::ops::RangeInclusive<usize> = 12..=128;

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("a password has 12 to 128 characters")]
    Length,
    #[error("a password is not the e-mail address")]
    Email,
}

/// Refuses a password that is too short, too long, or the operator's e-mail address.
pub fn check_password(password: &str, email: &str) -> Result<(), WeakPassword> {
    if !PASSWORD_CHARACTERS.contains(&password.chars().count()) {
        return Err(WeakPassword::Length);
    }
    match password.to_lowercase() == email.to_lowercase() {
        true => Err(WeakPassword::Email),
        false => Ok(()),
    }
}

/// An e-mail address as it is kept: without spaces around it, in lower case. None where it cannot be one.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (name, host) = text.split_once('@')?;
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control()) && !host.contains('@');
    (plain && !name.is_empty() && !host.is_empty() && text.len() <= 254).then_some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use Permission::*;

    fn roles() -> [Role; 4] {
        [Role::Owner, Role::Operator, Role::Auditor, Role::TenantAdmin(TenantId::from_random([1; 16]))]
    }

    #[test]
    fn each_role_may_do_what_its_row_says_and_nothing_else() {
        // Owner, operator, auditor, tenant-admin.
        let table = [
            (ReadOperators, [true, false, true, false]),
            (ManageOperators, [true, false, false, false]),
            (ReadTokens, [true, false, true, false]),
            (ManageTokens, [true, false, false, false]),
            (ReadAllAudit, [true, false, true, false]),
            (ReadInstallation, [true, true, true, false]),
            (ReadTenants, [true, true, true, true]),
            (ManageTenants, [true, true, false, false]),
            (ReadCredentials, [true, true, true, true]),
            (ManageCredentials, [true, true, false, true]),
            (ReadPolicy, [true, true, true, true]),
            (ChangePolicy, [true, true, false, true]),
            (ChangeLimits, [true, true, false, false]),
            (ReadUsage, [true, true, true, true]),
            (ReadPeople, [true, true, true, true]),
            (ManagePeople, [true, true, false, true]),
            (PlayRecordings, [true, false, false, true]),
            (ReadDialogues, [true, true, true, true]),
            (ReadJobs, [true, true, true, true]),
            (ManageJobs, [true, true, false, true]),
            (ManageWebhooks, [true, true, false, true]),
            (ReadAudit, [true, true, true, true]),
        ];
        assert_eq!(table.map(|(permission, _)| permission), Permission::ALL);
        for (permission, expected) in table {
            assert_eq!(roles().map(|role| role.may(permission)), expected, "{permission}");
        }
    }

    #[test]
    fn an_auditor_changes_nothing() {
        for permission in Permission::ALL {
            assert_eq!(Role::Auditor.may(permission), permission.name().contains("read"), "{permission}");
        }
    }

    #[test]
    fn a_tenants_admin_reaches_its_own_tenant_only() {
        let [own, other] = [TenantId::from_random([1; 16]), TenantId::from_random([2; 16])];
        assert!(Role::TenantAdmin(own).reaches(own) && !Role::TenantAdmin(own).reaches(other));
        assert!(Role::Auditor.reaches(own) && Role::Operator.reaches(other));
    }

    #[test]
    fn a_role_reads_back_from_its_name_and_tenant() {
        for role in roles() {
            assert_eq!(Role::named(role.name(), role.tenant()), Ok(role));
        }
        let tenant = TenantId::from_random([1; 16]);
        assert_eq!(Role::named("tenant-admin", None), Err(InvalidRole::TenantMissing));
        assert_eq!(Role::named("owner", Some(tenant)), Err(InvalidRole::TenantUnexpected));
        assert_eq!(Role::named("root", None), Err(InvalidRole::Unknown));
        assert_eq!(Role::named("Owner", None), Err(InvalidRole::Unknown));
    }

    #[test]
    fn a_password_has_12_to_128_characters_and_is_not_the_address() {
        let address = "Somebody@example.org";
        for (password, expected) in [
            ("eleven chars".get(..11).unwrap().to_owned(), Err(WeakPassword::Length)),
            ("zwölf Zeichn".to_owned(), Ok(())),
            ("x".repeat(128), Ok(())),
            ("x".repeat(129), Err(WeakPassword::Length)),
            ("somebody@EXAMPLE.org".to_owned(), Err(WeakPassword::Email)),
        ] {
            assert_eq!(check_password(&password, address), expected, "{password}");
        }
    }

    #[test]
    fn an_address_is_kept_in_lower_case() {
        assert_eq!(email(" Ann@Example.ORG ").unwrap(), "ann@example.org");
        for bad in ["", "ann", "@x", "ann@", "a b@x", "a@b@c", "a@b\nc", &"x@y".repeat(100)] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
    }
}
