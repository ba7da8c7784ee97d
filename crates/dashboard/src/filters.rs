//! The filters above lists, as somebody typed them.
//!
//! Promises that a field which cannot be read costs nothing of the others: the page comes again with all that was typed, what is wrong is marked
//! and says why, and nothing is looked for. The marking is in `filter_alert.html`, `filter_mark.html` and `filter_says.html`, for a template whose
//! struct has a field `wrong`; the latter two go by `{% let field = "…" %}`. What is no field of a filter stays a fault of the address.

use std::str::FromStr;

use actix_web::http::StatusCode;
use chrono::NaiveDate;
use timbre_engine::{EngineError, Page, Period};

use crate::{fault::Fault, search};

/// Fields that cannot be read, each with a sentence that says why. None repeats what was typed.
#[derive(Debug, Default)]
pub(crate) struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    /// What was typed into a field; none where that was nothing, or does not read: then `why` is said.
    pub(crate) fn read<T: FromStr>(
        &mut self,
        field: &'static str,
        typed: &Option<String>,
        why: &str,
    ) -> Option<T> {
        typed.as_deref()?.trim().parse::<T>().inspect_err(|_| self.add(field, why)).ok()
    }

    pub(crate) fn day(&mut self, field: &'static str, typed: &Option<String>) -> Option<NaiveDate> {
        self.read(field, typed, "A day is written as 2026-11-30.")
    }

    /// The days of the fields `from` and `to`.
    pub(crate) fn period(&mut self, from: &Option<String>, to: &Option<String>) -> Period {
        let (from, to) = (self.day("from", from), self.day("to", to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.add("to", "The last day is before the first.");
        }
        search::period(from, to)
    }

    pub(crate) fn add(&mut self, field: &'static str, why: &str) {
        self.0.push((field, why.to_owned()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Why a field cannot be read.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(wrong, _)| *wrong == field).map(|(_, why)| why.as_str())
    }

    /// A page of a list; an empty one, and nothing is looked for, where a field cannot be read.
    pub(crate) async fn or<T>(
        &self,
        found: impl Future<Output = Result<Page<T>, EngineError>>,
    ) -> Result<Page<T>, EngineError> {
        match self.is_empty() {
            true => found.await,
            false => Ok(Page { items: Vec::new(), next: None }),
        }
    }

    /// That of the page with the filter.
    pub(crate) fn status(&self) -> StatusCode {
        if self.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST }
    }

    /// For what is no page and has no fields to mark: a file.
    pub(crate) fn refuses(&self) -> Result<(), Fault> {
        match self.0.first() {
            None => Ok(()),
            Some((field, why)) => Err(Fault::Query(format!("{field}: {why}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn typed(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[tokio::test]
    async fn a_field_that_does_not_read_says_so_and_nothing_is_looked_for() {
        let one = || async { Ok(Page { items: vec![1], next: None }) };
        let mut wrong = Wrong::default();
        assert_eq!(wrong.read::<u32>("number", &typed(" 7 "), "A number."), Some(7));
        assert_eq!(wrong.read::<u32>("number", &None, "A number."), None);
        assert_eq!((wrong.status(), wrong.or(one()).await.unwrap().items), (StatusCode::OK, vec![1]));
        assert_eq!(wrong.read::<u32>("number", &typed("many"), "A number."), None);
        assert_eq!((wrong.of("number"), wrong.of("other")), (Some("A number."), None));
        assert_eq!((wrong.status(), wrong.or(one()).await.unwrap().items), (StatusCode::BAD_REQUEST, vec![]));
        assert_eq!(wrong.refuses(), Err(Fault::Query("number: A number.".to_owned())));
    }

    #[test]
    fn days_are_days_and_in_their_order() {
        let of = |from, to| {
            let mut wrong = Wrong::default();
            wrong.period(&typed(from), &typed(to));
            ["from", "to"].map(|field| wrong.of(field).is_some())
        };
        assert_eq!(of("2026-11-30", "2026-11-30"), [false, false]);
        assert_eq!(of("2026-12-01", "2026-11-30"), [false, true]);
        assert_eq!(of("2026-11-31", "yesterday"), [true, true]);
    }
}
