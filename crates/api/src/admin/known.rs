//! The parameters that a route knows, as its row says. Any other is refused: one that is misspelt would be passed over in silence, and a
//! filter that was not meant to be passed over would show too much.

use std::{collections::HashMap, sync::LazyLock};

use actix_web::{HttpRequest, http::Method};

use super::{Fault, all};
use crate::{documented::Place, query::Query};

/// Most characters of a parameter's name that are repeated.
const MOST_SAID: usize = 100;

/// Of each method of each path.
static KNOWN: LazyLock<HashMap<(Method, String), Vec<&str>>> = LazyLock::new(|| {
    let operations = all().operations();
    let names = operations.map(|operation| {
        let names = operation.parameters.iter();
        let names = names.filter(|parameter| parameter.place == Place::Query).map(|parameter| parameter.name);
        ((operation.method, operation.path), names.collect())
    });
    names.collect()
});

/// Refuses a query that the route does not know.
pub(super) fn check(request: &HttpRequest) -> Result<(), Fault> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    let Some(path) = request.match_pattern() else { return Ok(()) };
    let query = Query::read(request);
    let query = query.ok_or_else(|| Fault::Parameter("query", "it does not read".to_owned()))?;
    let known = KNOWN.get(&(request.method().clone(), path)).map_or(&[][..], Vec::as_slice);
    match query.names().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(MOST_SAID).collect();
            Err(Fault::Parameter("query", format!("there is no parameter {name:?} here")))
        }
    }
}
