//! Who did something, as people know them: the trail names actors by ids.

use std::collections::{BTreeSet, HashMap};

use timbre_domain::{ids::OperatorId, operator::Permission};
use timbre_engine::{Administrator, Engine, EngineError};

/// What an operator's id follows in the trail.
const OPERATOR: &str = "operator:";

/// Names of operators, for whoever may know them; everybody knows themselves.
pub(crate) struct Actors(HashMap<String, String>);

impl Actors {
    /// Looks up these actors, each once.
    pub(crate) async fn of(
        engine: &Engine,
        by: &Administrator,
        actors: impl Iterator<Item = &str>,
    ) -> Result<Self, EngineError> {
        let ids = actors.filter_map(|actor| actor.strip_prefix(OPERATOR)?.parse::<OperatorId>().ok());
        let mut names = HashMap::new();
        for id in ids.collect::<BTreeSet<_>>() {
            let own = by.operator() == Some(id);
            if !own && !by.role.may(Permission::ReadOperators) {
                continue;
            }
            match engine.operator(by, id).await {
                Ok(operator) if own => {
                    _ = names.insert(format!("{OPERATOR}{id}"), format!("{} (you)", operator.name))
                }
                Ok(operator) => _ = names.insert(format!("{OPERATOR}{id}"), operator.name),
                Err(EngineError::UnknownOperator) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self(names))
    }

    /// What to call an actor: a name, or else what the trail says.
    pub(crate) fn name<'a>(&'a self, actor: &'a str) -> &'a str {
        self.0.get(actor).map_or(actor, String::as_str)
    }
}
