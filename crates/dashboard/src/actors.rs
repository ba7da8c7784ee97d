//! Who did something, as people know them: the trail names actors by ids.

use std::collections::HashMap;

use timbre_domain::ids::OperatorId;
use timbre_engine::{Administrator, Engine, EngineError};

use crate::words;

/// What an operator's id follows in the trail.
const OPERATOR: &str = "operator:";

/// Names of operators as pages show them, for whoever may know them; everybody knows themselves.
pub(crate) struct Actors(HashMap<String, String>);

impl Actors {
    /// Looks up these actors, all at once.
    pub(crate) async fn of(
        engine: &Engine,
        by: &Administrator,
        actors: impl Iterator<Item = &str>,
    ) -> Result<Self, EngineError> {
        let ids = actors.filter_map(|actor| actor.strip_prefix(OPERATOR)?.parse::<OperatorId>().ok());
        let named = |(id, name): (OperatorId, String)| {
            let you = if by.operator() == Some(id) { " (you)" } else { "" };
            (format!("{OPERATOR}{id}"), format!("{}{you}", words::name(name)))
        };
        Ok(Self(engine.operator_names(by, ids.collect()).await?.into_iter().map(named).collect()))
    }

    /// What to call an actor: a name, or else what the trail says.
    pub(crate) fn name<'a>(&'a self, actor: &'a str) -> &'a str {
        self.0.get(actor).map_or(actor, String::as_str)
    }
}
