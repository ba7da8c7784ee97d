//! Times, numbers and names as people read them, for templates: `{{ words::when(turn.at) }}`.
//!
//! Promises that a time is UTC and says so, that figures line up and are grouped, and that what there is not is a dash, never a zero. Each takes
//! a value or references to it, as a template hands them over, and an `Option` where one can be missing. And that a name which somebody else
//! chose reads as what it is: `<bdi>{{ words::name(person.reference) }}</bdi>`.

use askama::filters::HtmlSafeOutput;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// What stands where there is nothing.
pub(crate) const NOTHING: &str = "–";

/// Groups digits: a space that is narrow and breaks no line.
const GROUP: char = '\u{202f}';

/// A value, or none: by itself, by reference, or in an `Option`.
pub(crate) trait Maybe<T> {
    fn maybe(&self) -> Option<T>;
}

impl<T, M: Maybe<T>> Maybe<T> for &M {
    fn maybe(&self) -> Option<T> {
        (*self).maybe()
    }
}

impl<T, M: Maybe<T>> Maybe<T> for Option<M> {
    fn maybe(&self) -> Option<T> {
        self.as_ref().and_then(Maybe::maybe)
    }
}

impl Maybe<DateTime<Utc>> for DateTime<Utc> {
    fn maybe(&self) -> Option<DateTime<Utc>> {
        Some(*self)
    }
}

macro_rules! whole {
    ($($number:ty),+) => {$(
        impl Maybe<i128> for $number {
            fn maybe(&self) -> Option<i128> {
                Some(*self as i128)
            }
        }
    )+};
}

whole!(u8, u16, u32, u64, usize, i32, i64);

impl Maybe<f64> for f64 {
    fn maybe(&self) -> Option<f64> {
        self.is_finite().then_some(*self)
    }
}

impl Maybe<f64> for f32 {
    fn maybe(&self) -> Option<f64> {
        f64::from(*self).maybe()
    }
}

fn or_nothing(text: Option<String>) -> String {
    text.unwrap_or_else(|| NOTHING.to_owned())
}

/// A time: `2026-07-01 12:34:56 UTC` in a `<time>`.
pub(crate) fn when(at: impl Maybe<DateTime<Utc>>) -> HtmlSafeOutput<String> {
    let shown = at.maybe().map(|at| {
        let (machine, human) = (at.format("%Y-%m-%dT%H:%M:%S%.3fZ"), at.format("%Y-%m-%d %H:%M:%S UTC"));
        format!("<time datetime=\"{machine}\">{human}</time>")
    });
    HtmlSafeOutput(or_nothing(shown))
}

/// The month that a day is of: `November 2026`.
pub(crate) fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

/// The day on which that month begins.
pub(crate) fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// A number of things: `1 234`.
pub(crate) fn count(number: impl Maybe<i128>) -> String {
    or_nothing(number.maybe().map(|number| match number < 0 {
        true => format!("−{}", grouped(&number.unsigned_abs().to_string())),
        false => grouped(&number.to_string()),
    }))
}

/// A number with so many places: `0.83`.
pub(crate) fn number(number: impl Maybe<f64>, places: usize) -> String {
    or_nothing(number.maybe().map(|number| fixed(number, places)))
}

/// A duration in seconds: `12.3 s`, `4 min 5 s`, `2 h 3 min`.
pub(crate) fn seconds(seconds: impl Maybe<f64>) -> String {
    or_nothing(seconds.maybe().map(|seconds| match seconds {
        ..60.0 => format!("{} s", fixed(seconds, if seconds < 9.95 { 2 } else { 1 })),
        ..3_600.0 => format!("{} min {} s", (seconds / 60.0) as u64, (seconds % 60.0) as u64),
        _ => {
            format!(
                "{} h {} min",
                grouped(&((seconds / 3_600.0) as u64).to_string()),
                (seconds / 60.0) as u64 % 60
            )
        }
    }))
}

/// A duration in milliseconds: `0.8 ms`, `35 ms`, `1.20 s`.
pub(crate) fn milliseconds(milliseconds: impl Maybe<f64>) -> String {
    or_nothing(milliseconds.maybe().map(|ms| match ms {
        ..9.95 => format!("{} ms", fixed(ms, 1)),
        ..999.5 => format!("{} ms", fixed(ms, 0)),
        _ => seconds(ms / 1_000.0),
    }))
}

/// A share of 1: `12.5 %`.
pub(crate) fn percent(share: impl Maybe<f64>) -> String {
    or_nothing(share.maybe().map(|share| {
        let percent = share * 100.0;
        format!("{} %", fixed(percent, if percent != 0.0 && percent.abs() < 9.95 { 2 } else { 1 }))
    }))
}

/// A rate, as people grasp it: `1 in 1 000`.
pub(crate) fn one_in(rate: impl Maybe<f64>) -> String {
    or_nothing(rate.maybe().map(|rate| match rate {
        rate if rate <= 0.0 => "never seen".to_owned(),
        rate if rate >= 1.0 => "always".to_owned(),
        // Two digits: nobody can believe more.
        rate => {
            let n = 1.0 / rate;
            let scale = 10_f64.powf(n.log10().floor() - 1.0);
            format!(
                "1 in {}",
                fixed((n / scale).round() * scale, usize::from(n < 9.95)).trim_end_matches(".0")
            )
        }
    }))
}

/// One thing or several: `plural(n, "person", "people")`.
pub(crate) fn plural(number: impl Maybe<i128>, one: &str, several: &str) -> String {
    let of = if number.maybe() == Some(1) { one } else { several };
    format!("{} {of}", count(number))
}

/// A text that somebody else chose, without what could pass it off as another: `[U+202E]` stands where a character shows nothing, or turns
/// around what follows.
pub(crate) fn name(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_hidden(letter) {
            true => shown.push_str(&format!("[U+{:04X}]", u32::from(letter))),
            false => shown.push(letter),
        }
    }
    shown
}

/// Controls, formats and separators of lines (Unicode's Cc, Cf, Zl and Zp), but for those that writing takes: U+200C and U+200D, in Persian and
/// in emoji, and signs that are seen, as Arabic has them.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn fixed(number: f64, places: usize) -> String {
    let text = format!("{:.places$}", number.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    // What rounds to nothing is not below it.
    let below = number < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    format!("{}{}{rest}", if below { "−" } else { "" }, grouped(whole))
}

fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(GROUP);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// With plain spaces, which can be told apart in here.
    fn plain(text: String) -> String {
        text.replace(GROUP, " ")
    }

    #[test]
    fn numbers_are_grouped_and_nothing_is_a_dash() {
        assert_eq!(plain(count(1_234_567_u64)), "1 234 567");
        assert_eq!(plain(count(Some(&-1_000_i64))), "−1 000");
        assert_eq!(count(999_usize), "999");
        assert_eq!(count(None::<u64>), NOTHING);
        assert_eq!(plain(number(12_345.678, 1)), "12 345.7");
        assert_eq!(number(-0.001_f32, 1), "0.0");
        assert_eq!(number(f64::NAN, 1), NOTHING);
        assert_eq!(plural(1_u32, "person", "people"), "1 person");
        assert_eq!(plain(plural(1_200_u32, "person", "people")), "1 200 people");
    }

    #[test]
    fn durations_are_in_the_unit_that_people_would_choose() {
        assert_eq!(seconds(0.456), "0.46 s");
        assert_eq!(seconds(12.34), "12.3 s");
        assert_eq!(seconds(245.9), "4 min 5 s");
        assert_eq!(seconds(7_385.0), "2 h 3 min");
        assert_eq!(milliseconds(0.84), "0.8 ms");
        assert_eq!(milliseconds(35.2), "35 ms");
        assert_eq!(milliseconds(1_200.0), "1.20 s");
    }

    #[test]
    fn a_share_is_in_percent() {
        assert_eq!(percent(0.125), "12.5 %");
        assert_eq!(percent(0.0012), "0.12 %");
        assert_eq!(percent(0.0), "0.0 %");
    }

    #[test]
    fn a_rate_is_one_in_as_many() {
        assert_eq!(plain(one_in(0.001)), "1 in 1 000");
        assert_eq!(plain(one_in(0.000_123)), "1 in 8 100");
        assert_eq!(one_in(0.25), "1 in 4");
        assert_eq!(one_in(0.4), "1 in 2.5");
        assert_eq!(one_in(0.0), "never seen");
        assert_eq!(one_in(1.0), "always");
    }

    #[test]
    fn what_cannot_be_seen_in_a_name_is_shown_and_what_writing_takes_stays() {
        assert_eq!(name("ann\u{202e}gpj.exe"), "ann[U+202E]gpj.exe");
        assert_eq!(name(String::from("a\u{ad}\u{feff}\n\u{0}")), "a[U+00AD][U+FEFF][U+000A][U+0000]");
        assert_eq!(name("\u{e0041}\u{2065}\u{2028}"), "[U+E0041][U+2065][U+2028]");
        for plain in [
            "",
            "Ann <&> O'Neill",
            "می\u{200c}خواهم",
            "👩\u{200d}🔬",
            "שרה 1",
            "é e\u{301}",
            "a\u{a0}\u{202f}b",
        ] {
            assert_eq!(name(plain), plain);
        }
    }

    #[test]
    fn a_time_is_utc_for_people_and_machines() {
        let at = DateTime::parse_from_rfc3339("2026-07-01T14:34:56.7+02:00").unwrap().to_utc();
        let expected = "<time datetime=\"2026-07-01T12:34:56.700Z\">2026-07-01 12:34:56 UTC</time>";
        assert_eq!(when(Some(at)).0, expected);
        assert_eq!(when(None::<DateTime<Utc>>).0, NOTHING);
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(
            (month(day), first_of_month(day).to_string()),
            ("November 2026".to_owned(), "2026-11-01".to_owned())
        );
    }
}
