//! A call's query.

use actix_web::{HttpRequest, web};

use super::Fault;

/// The parameters of a query. The last of several with one name counts.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn read(request: &HttpRequest) -> Result<Self, Fault> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        Ok(Self(pairs.map_err(|_| Fault::InvalidQuery)?.into_inner()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
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
