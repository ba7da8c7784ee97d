//! The languages that codes can be spoken in, as the configuration declares them.

use std::{collections::BTreeMap, sync::Arc};

use timbre_inference::code::Language;

use crate::EngineError;

/// All configured languages, by code.
#[derive(Clone, Default)]
pub struct Languages(BTreeMap<String, Arc<Language>>);

impl Languages {
    pub fn new(languages: impl IntoIterator<Item = Language>) -> Self {
        Self(languages.into_iter().map(|language| (language.code.clone(), Arc::new(language))).collect())
    }

    pub fn get(&self, code: &str) -> Result<&Arc<Language>, EngineError> {
        self.0.get(code).ok_or_else(|| EngineError::UnknownLanguage(code.to_owned()))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Language> {
        self.0.values().map(Arc::as_ref)
    }
}
