//! The parameters of a request's query.

use actix_web::{HttpRequest, web};

/// Names and values, decoded. The last of several with one name counts.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// None where the query does not read.
    pub(crate) fn read(request: &HttpRequest) -> Option<Self> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        Some(Self(pairs.ok()?.into_inner()))
    }

    /// Whether there is U+0000 in a value, which no text in the database may have.
    pub(crate) fn has_zero(&self) -> bool {
        self.0.iter().any(|(_, value)| value.contains('\0'))
    }

    /// Of all that came.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
