//! Who did something, as people know them: the trail names actors by ids.

use std::collections::HashMap;

use timbre_domain::{ids::OperatorId, operator::Permission};
use timbre_engine::{Administrator, CredentialInfo, Engine, EngineError, Tenant};
use uuid::Uuid;

use crate::{contracts, words};

/// What an operator's id follows in the trail.
const OPERATOR: &str = "operator:";

/// What the id of the credential that an application calls with follows.
const APPLICATION: &str = "application:";

/// Somebody at a command line that does not say who.
const NAMELESS: &str = "command-line:";

/// Names of actors as pages show them. Those of operators are for whoever may know them; everybody knows themselves.
pub(crate) struct Actors(HashMap<String, String>);

impl Actors {
    /// Looks up these actors, all at once.
    pub(crate) async fn of(
        engine: &Engine,
        by: &Administrator,
        actors: impl Iterator<Item = &str>,
    ) -> Result<Self, EngineError> {
        let actors: Vec<&str> = actors.collect();
        let ids = actors.iter().filter_map(|actor| actor.strip_prefix(OPERATOR)?.parse::<OperatorId>().ok());
        let named = |(id, name): (OperatorId, String)| {
            let you = if by.operator() == Some(id) { " (you)" } else { "" };
            (format!("{OPERATOR}{id}"), format!("{}{you}", words::name(name)))
        };
        let names = engine.operator_names(by, ids.collect()).await?;
        let mut names: HashMap<String, String> = names.into_iter().map(named).collect();
        names.insert(NAMELESS.to_owned(), "command line".to_owned());
        if !by.role.may(Permission::ReadOperators) {
            for actor in actors.into_iter().filter(|actor| actor.starts_with(OPERATOR)) {
                names.entry(actor.to_owned()).or_insert_with(|| "an operator of the installation".to_owned());
            }
        }
        Ok(Self(names))
    }

    /// The tenant's applications too, where one is among these: by their credentials, also those that are revoked.
    pub(crate) async fn and_applications(
        mut self,
        engine: &Engine,
        tenant: &Tenant,
        mut actors: impl Iterator<Item = &str>,
    ) -> Result<Self, EngineError> {
        if actors.any(|actor| actor.starts_with(APPLICATION)) {
            let named = |of: CredentialInfo| (format!("{APPLICATION}{}", of.id), application(&of));
            self.0.extend(engine.credentials(tenant).await?.into_iter().map(named));
        }
        Ok(self)
    }

    /// What to call an actor: a name, or else what the trail says.
    pub(crate) fn name<'a>(&'a self, actor: &'a str) -> &'a str {
        self.0.get(actor).map_or(actor, String::as_str)
    }
}

/// What the application of a credential is called: by its label, or else by its key, which tells it from others.
fn application(credential: &CredentialInfo) -> String {
    let contract = contracts::name(&credential.contract);
    match &credential.label {
        Some(label) => format!("{contract}, “{}”", words::name(label)),
        None => format!("{contract}, {}", credential.public_key),
    }
}

/// Whether the trail names anybody in this way. One whom it does not name at all is looked for in vain.
pub(crate) fn could_be(actor: &str) -> bool {
    match actor.split_once(':') {
        Some(("application" | "operator" | "token", id)) => id.parse::<Uuid>().is_ok(),
        Some(("command-line", _)) => true,
        _ => matches!(actor, "system" | "unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trail_names_nobody_as_pages_do() {
        let id = "8bdd983a-c6bd-4159-982d-6a2471406d62";
        for actor in [APPLICATION, OPERATOR, "token:"] {
            assert!(could_be(&format!("{actor}{id}")) && !could_be(actor), "{actor}");
        }
        assert!([NAMELESS, "command-line:ann", "system", "unknown"].into_iter().all(could_be));
        assert!(!["Ann (you)", "command line", "system:", id].into_iter().any(could_be));
    }
}
