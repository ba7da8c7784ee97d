//! Tenants as labels: by name, and no more of them than the operator allows.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// What all tenants beyond the limit are called together. None of them can be told from another.
pub(crate) const OTHERS: &str = "other";

/// Those who have series of their own: whoever comes first.
struct Named {
    most: usize,
    names: BTreeSet<String>,
}

static NAMED: Mutex<Named> = Mutex::new(Named { most: 100, names: BTreeSet::new() });

/// Gives so many tenants series of their own; those that have them already keep them. 0: none.
pub fn name_at_most(tenants: usize) {
    NAMED.lock().unwrap_or_else(PoisonError::into_inner).most = tenants;
}

/// Hands over what the tenant of this name is called in a label.
pub(crate) fn label<T>(name: &str, then: impl FnOnce(&str) -> T) -> T {
    let mut named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = named.known(name);
    drop(named);
    then(if known { name } else { OTHERS })
}

impl Named {
    fn known(&mut self, name: &str) -> bool {
        let known = self.names.contains(name);
        if known || self.names.len() >= self.most {
            return known;
        }
        self.names.insert(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_beyond_the_limit_is_one_of_the_others() {
        let mut named = Named { most: 2, names: BTreeSet::new() };
        assert!(named.known("a") && named.known("b"));
        assert!(!named.known("c"));
        assert!(named.known("a"), "who has a series keeps it");
    }

    #[test]
    fn with_no_names_everybody_is_another() {
        assert!(!Named { most: 0, names: BTreeSet::new() }.known("a"));
    }
}
