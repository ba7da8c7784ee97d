//! Searching a list: the form above it, and the days that it asks for.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use timbre_engine::Period;

use crate::words;

/// What can be chosen of a list.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// Values and their names, and which of them is chosen. What an address chose that there is not is among them: a form comes again as it was.
pub(crate) fn choices(
    values: impl IntoIterator<Item = (&'static str, &'static str)>,
    chosen: &Option<String>,
) -> Vec<Choice> {
    let choice = |(value, name): (&str, &str)| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        chosen: chosen.as_deref() == Some(value),
    };
    let mut choices: Vec<Choice> = values.into_iter().map(choice).collect();
    let other = chosen.as_ref().filter(|_| choices.iter().all(|choice| !choice.chosen));
    choices.extend(other.map(|other| Choice {
        value: other.clone(),
        name: words::name(other),
        chosen: true,
    }));
    choices
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
        let chosen = |value: &str| {
            let choices = choices([("Open", "open"), ("Failed", "failed")], &Some(value.to_owned()));
            choices.into_iter().map(|choice| (choice.name, choice.chosen)).collect::<Vec<_>>()
        };
        let (open, failed) = ("open".to_owned(), "failed".to_owned());
        assert_eq!(chosen("Failed"), [(open.clone(), false), (failed.clone(), true)]);
        assert_eq!(chosen("foo"), [(open, false), (failed, false), ("foo".to_owned(), true)]);
    }
}
