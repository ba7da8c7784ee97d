//! Forms that make something, and may be sent twice: by a reload, by a second click.
//!
//! Promises that one form makes one thing. It has a key of its own from when its page was shown; sent again, it is answered as the first time.

use serde::Serialize;
use timbre_engine::{EngineError, Once, Told};
use uuid::Uuid;

use crate::fault::Fault;

/// What such a form has in its field `once`.
pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

/// The key that came with a form, for what the form says.
pub(crate) fn sent(key: &str, path: &str, says: &impl Serialize) -> Result<Once, Fault> {
    let key: Uuid = key.parse().map_err(|_| Fault::Stale)?;
    let says = serde_json::to_vec(says).map_err(|_| Fault::Internal)?;
    Ok(Once::new(&key.to_string(), path, &says))
}

/// What was made, now or when the form was first sent.
pub(crate) fn told(made: Result<Told, EngineError>) -> Result<Told, Fault> {
    made.map_err(|error| match error {
        EngineError::KeyReused => Fault::Conflict(
            "this form was sent before, and said something else then: open the page again and fill it in anew".to_owned(),
        ),
        error => error.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_without_its_key_is_of_no_page_of_ours() {
        assert!(sent(&key(), "/dashboard/tenants", &"acme").is_ok());
        for wrong in ["", "1", "key"] {
            assert!(matches!(sent(wrong, "/dashboard/tenants", &"acme"), Err(Fault::Stale)), "{wrong}");
        }
    }
}
