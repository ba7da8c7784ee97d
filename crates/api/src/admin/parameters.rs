//! The parameters of lists, and the shape of a page.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use timbre_engine::{MOST_ENTRIES, Page, PageAsked};

use super::Fault;
use crate::zero;

const ENTRIES: u32 = 50;

/// Reads the query. A parameter that is not known is refused: a filter that is misspelt would show too much.
pub(super) fn read<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Fault> {
    if zero::in_query(request.query_string()) {
        return Err(Fault::Parameter("query", "it has U+0000 in it".to_owned()));
    }
    web::Query::<T>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .map_err(|error| Fault::Parameter("query", error.to_string()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    limit: Option<u32>,
    after: Option<String>,
}

/// Which page of a list without filters was asked for.
pub(super) fn only_page(request: &HttpRequest) -> Result<PageAsked, Fault> {
    let Listed { limit, after } = read(request)?;
    page(limit, after)
}

/// Which page a list was asked for.
pub(super) fn page(limit: Option<u32>, after: Option<String>) -> Result<PageAsked, Fault> {
    let limit = limit.unwrap_or(ENTRIES);
    match (1..=MOST_ENTRIES).contains(&limit) {
        true => Ok(PageAsked { limit, after }),
        false => Err(Fault::Parameter("limit", format!("it is 1 to {MOST_ENTRIES}"))),
    }
}

/// A parameter that names something; `values` says what it may be.
pub(super) fn one_of<T: std::str::FromStr>(
    name: &'static str,
    value: Option<&str>,
    values: &str,
) -> Result<Option<T>, Fault> {
    let wrong = || Fault::Parameter(name, format!("it is {values}"));
    value.map(|value| value.parse().map_err(|_| wrong())).transpose()
}

/// A page as it is answered.
pub(super) fn listed<T>(page: Page<T>, show: impl Fn(&T) -> Value) -> HttpResponse {
    let items: Vec<Value> = page.items.iter().map(show).collect();
    HttpResponse::Ok().json(json!({"items": items, "next": page.next}))
}
