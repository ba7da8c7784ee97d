//! What was used, meter by meter: of a month beside its quotas, and of each day.

use std::collections::HashMap;

use chrono::NaiveDate;
use timbre_domain::usage::{Meter, QuotaPolicy, Usage};
use timbre_engine::Used;

use crate::{
    drawing::{Bar, Days, Unit},
    words,
};

/// What people call a meter.
pub(crate) fn name(meter: Meter) -> &'static str {
    match meter {
        Meter::Requests => "Requests",
        Meter::AudioSeconds => "Audio",
        Meter::Enrolments => "Enrolments",
        Meter::Identifications => "Identifications",
    }
}

/// What is counted as one.
pub(crate) fn says(meter: Meter) -> &'static str {
    match meter {
        Meter::Requests => "calls that made, changed or decided something",
        Meter::AudioSeconds => "of recordings that were taken or compared, pauses included",
        Meter::Enrolments => "voices that became enrolled",
        Meter::Identifications => "recordings in which somebody was looked for among several",
    }
}

/// So much of a meter, as it is stored, for people.
pub(crate) fn amount(meter: Meter, stored: u64) -> String {
    match meter {
        Meter::AudioSeconds => words::seconds(stored as f64 / 1000.0),
        _ => words::count(stored),
    }
}

/// A meter in a month.
pub(crate) struct Quota {
    pub(crate) name: &'static str,
    pub(crate) says: &'static str,
    pub(crate) used: String,
    pub(crate) limit: Option<Limit>,
}

/// What there is of it.
pub(crate) struct Limit {
    pub(crate) of: String,
    /// Whether nothing goes beyond it.
    pub(crate) hard: bool,
    pub(crate) share: String,
    pub(crate) full: bool,
    pub(crate) bar: Bar,
}

/// Every meter of a month, beside its quota.
pub(crate) fn quotas(used: Usage, quotas: &QuotaPolicy) -> Vec<Quota> {
    let quota = |meter: Meter| {
        let used = used.of(meter);
        let limit = quotas.limit(meter).map(|limit| Limit {
            of: amount(meter, limit),
            hard: quotas.of(meter).hard,
            share: words::percent(if limit == 0 { 1.0 } else { used as f64 / limit as f64 }),
            full: used >= limit,
            bar: Bar::of_limit(used as f64, limit as f64),
        });
        Quota { name: name(meter), says: says(meter), used: amount(meter, used), limit }
    };
    Meter::ALL.map(quota).into()
}

/// A meter's use, day by day from one to another: days on which nothing was used are among them.
pub(crate) fn by_day(meter: Meter, used: &[Used], from: NaiveDate, to: NaiveDate) -> Days {
    let unit = if meter == Meter::AudioSeconds { Unit::Seconds } else { Unit::Count };
    let units = if meter == Meter::AudioSeconds { 1000.0 } else { 1.0 };
    let used: HashMap<&str, u64> =
        used.iter().map(|used| (used.period.as_str(), used.usage.of(meter))).collect();
    let of = |day: NaiveDate| used.get(day.to_string().as_str()).map_or(0.0, |used| *used as f64 / units);
    let days = from.iter_days().take_while(|day| *day <= to).map(|day| (day, vec![of(day)])).collect();
    Days { title: format!("{} by day", name(meter)), unit, names: vec![name(meter).to_owned()], days }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_quota_of_sound_is_told_in_its_own_unit_and_what_has_none_has_no_bar() {
        let mut policy = QuotaPolicy::default();
        policy.audio_seconds.per_month = Some(120);
        policy.requests.per_month = Some(0);
        let used = Usage { audio_milliseconds: 30_000, ..Usage::default() };
        let all = quotas(used, &policy);
        let [requests, audio, enrolments, _] = all.as_slice() else { panic!("four meters") };
        let limit = audio.limit.as_ref().unwrap();
        assert_eq!((audio.used.as_str(), limit.of.as_str()), ("30.0 s", "2 min 0 s"));
        assert_eq!((limit.share.as_str(), limit.full), ("25.0 %", false));
        assert!(requests.limit.as_ref().unwrap().full && enrolments.limit.is_none());
    }

    #[test]
    fn days_without_use_are_days_of_nothing() {
        let from = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
        let usage = Usage { requests: 7, ..Usage::default() };
        let used = [Used { period: "2026-11-30".to_owned(), usage }];
        let days = by_day(Meter::Requests, &used, from, from + chrono::Days::new(2)).days;
        assert_eq!(days.iter().map(|(_, values)| values[0]).collect::<Vec<_>>(), [0.0, 7.0, 0.0]);
    }
}
