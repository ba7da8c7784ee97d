//! `timbre tenant policy`: a tenant's policy, shown, changed, and as it was before.

use std::{fs, path::PathBuf};

use timbre_domain::policy::Policy;

use crate::{
    built,
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub(super) struct Arguments {
    name: String,
    /// A value to change, as in `profiles.any_format=true`; names and values are those of [policy] in
    /// config/default.toml.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    changes: Vec<String>,
    /// A whole policy, as JSON, to begin with instead of the tenant's own. What it does not name takes the shipped default.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print the policies that the tenant has had, the latest first, a line of JSON each.
    #[arg(long, conflicts_with_all = ["changes", "file"])]
    versions: bool,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { name, changes, file, versions } = arguments;
    let engine = built::engine(settings).await?.engine;
    let tenant = engine.tenant_for_operator(&name).await?;
    if versions {
        for version in engine.policy_versions(&tenant).await? {
            say(serde_json::json!({
                "version": version.version,
                "changed_at": version.changed_at,
                "changed_by": version.changed_by,
                "policy": version.policy,
            }))?;
        }
        return Ok(());
    }
    if changes.is_empty() && file.is_none() {
        return say(toml::to_string(&tenant.policy)?);
    }
    let begin = match &file {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
            serde_json::from_str(&text).map_err(|error| Failure::at(path, error))?
        }
        None => tenant.policy.clone(),
    };
    let policy = changed(&begin, &changes)?;
    let version = engine.set_policy(&tenant, policy, Some(tenant.policy_version)).await?;
    note(format_args!("the policy of {name} is version {version}"));
    Ok(())
}

/// The policy with these values in it.
fn changed(policy: &Policy, changes: &[String]) -> Result<Policy, Failure> {
    let mut table = toml::Table::try_from(policy)?;
    for change in changes {
        let wrong = |why: &str| Failure::new(format!("{change:?}: {why}"));
        let (name, value) = change.split_once('=').ok_or_else(|| wrong("it should be NAME=VALUE"))?;
        let (section, key) =
            name.trim().split_once('.').ok_or_else(|| wrong("a name has a section and a key"))?;
        let value: toml::Table =
            format!("value = {value}").parse().map_err(|_| wrong("the value is no TOML"))?;
        let section = table.get_mut(section).and_then(toml::Value::as_table_mut);
        let section = section.ok_or_else(|| wrong("policy has no such section"))?;
        // What there is no value of is found out when it is read as a policy again.
        section.insert(key.to_owned(), value["value"].clone());
    }
    Ok(table.try_into()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with(changes: &[&str]) -> Result<Policy, Failure> {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        changed(&Policy::default(), &changes)
    }

    #[test]
    fn values_of_a_policy_change_by_name() {
        let policy = with(&["profiles.any_format=true", "matching.false_match_rate = 0.001"]).unwrap();
        assert!(policy.profiles.any_format);
        assert_eq!(policy.matching.false_match_rate, 0.001);
        assert_eq!(policy.dialogue, Policy::default().dialogue);
        // One that is absent where it is not set.
        assert_eq!(with(&["retention.dialogue_days=90"]).unwrap().retention.dialogue_days, Some(90));
        let rates = with(&["rates.read={ per_minute = 60, burst = 5 }"]).unwrap().rates;
        assert_eq!((rates.read.per_minute, rates.read.burst), (60, 5));
    }

    #[test]
    fn what_is_no_value_of_a_policy_is_refused() {
        for (change, complaint) in [
            ("profiles.any_format", "NAME=VALUE"),
            ("any_format=true", "a section and a key"),
            ("profiles.colour=1", "unknown field"),
            ("profiles.any_format=perhaps", "no TOML"),
            ("profiles.any_format=7", "boolean"),
        ] {
            let said = format!("{:?}", with(&[change]).unwrap_err());
            assert!(said.contains(complaint), "{said}");
        }
    }
}
