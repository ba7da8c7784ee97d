//! Searching a list: the form above it, and the days that it asks for.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use timbre_engine::Period;

/// What can be chosen of a list.
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) name: &'static str,
    pub(crate) chosen: bool,
}

/// Those whose value is their name, and which of them is chosen.
pub(crate) fn choices(values: impl IntoIterator<Item = &'static str>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |value| Choice { value, name: value, chosen: chosen == Some(value) };
    values.into_iter().map(choice).collect()
}

/// A day as a form has it.
pub(crate) fn day_in_form(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// From the beginning of one day to the end of another, in UTC.
pub(crate) fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Period {
    Period { from: from.map(begins), to: to.and_then(|day| day.checked_add_days(Days::new(1))).map(begins) }
}

fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_days_are_within() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let Period { from, to } = period(Some(day), Some(day));
        assert_eq!(from.unwrap().to_rfc3339(), "2026-11-30T00:00:00+00:00");
        assert_eq!(to.unwrap().to_rfc3339(), "2026-12-01T00:00:00+00:00");
        let Period { from, to } = period(None, Some(NaiveDate::MAX));
        assert!(from.is_none() && to.is_none());
    }

    #[test]
    fn what_was_chosen_is_chosen_again() {
        let chosen = choices(["Open", "Failed"], Some("Failed"));
        assert_eq!(chosen.iter().map(|choice| choice.chosen).collect::<Vec<_>>(), [false, true]);
        assert_eq!(day_in_form(NaiveDate::from_ymd_opt(2026, 1, 2)), "2026-01-02");
        assert_eq!(day_in_form(None), "");
    }
}
