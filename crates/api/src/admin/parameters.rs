//! The parameters of lists, and the shape of a page.

use std::fmt::Display;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use timbre_engine::{MOST_ENTRIES, Page, PageAsked};

use super::Fault;
use crate::{documented::Parameter, zero};

const ENTRIES: u32 = 50;

/// How many entries a page has.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct Limit(#[schemars(range(min = 1, max = MOST_ENTRIES))] u32);

/// What every list takes.
pub(super) const PAGE: [Parameter; 2] = [
    Parameter::allowed::<Limit>("limit", "Most entries of the page; 50 where it is not named."),
    Parameter::allowed::<String>("after", "Where the page begins: `next` of the page before."),
];

/// The time that a list is of.
pub(super) const PERIOD: [Parameter; 2] = [
    Parameter::allowed::<DateTime<Utc>>("from", "Only what came then or later."),
    Parameter::allowed::<DateTime<Utc>>("to", "Only what came before then."),
];

/// A page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub(super) struct Items<T> {
    /// The entries of the page.
    items: Vec<T>,
    /// Where the next page begins; null on the last.
    next: Option<String>,
}

impl<T> Items<T> {
    /// All that there is.
    pub(super) fn all(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next: None }
    }
}

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

/// Names of which one is meant, as a sentence has them: "Enrol, Verify or Adapt".
pub(super) fn either<T: Display>(all: &[T]) -> String {
    let names: Vec<String> = all.iter().map(T::to_string).collect();
    match names.as_slice() {
        [others @ .., next, last] => {
            let others: String = others.iter().map(|name| format!("{name}, ")).collect();
            format!("{others}{next} or {last}")
        }
        few => few.concat(),
    }
}

/// A page as it is answered.
pub(super) fn listed<T, S: Serialize>(page: Page<T>, show: impl Fn(&T) -> S) -> HttpResponse {
    HttpResponse::Ok().json(Items { items: page.items.iter().map(show).collect(), next: page.next })
}
