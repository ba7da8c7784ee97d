//! A call's query.

use actix_web::HttpRequest;

use super::Fault;
use crate::query::Query;

/// The parameters of a query.
pub(super) struct Parameters(Query);

impl Parameters {
    pub(super) fn read(request: &HttpRequest) -> Result<Self, Fault> {
        Query::read(request).filter(|query| !query.has_zero()).map(Self).ok_or(Fault::InvalidQuery)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// `ignoreMinLength`: false where it is absent.
    pub(super) fn ignore_min_length(&self) -> Result<bool, Fault> {
        match self.get("ignoreMinLength").map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Fault::InvalidIgnoreMinLength),
        }
    }
}
