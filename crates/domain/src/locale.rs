//! A locale: a language and a region, as in "en-US".

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two letters of language, two of region. Read in any case and with or without the dash, written as "en-US".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[A-Za-z]{2}-?[A-Za-z]{2}$"))]
pub struct Locale([u8; 4]);

/// A text that is no locale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a locale is two letters of language and two of region, as in en-US")]
pub struct InvalidLocale;

impl Locale {
    /// A locale that is written out in the source.
    pub const fn of(language: [u8; 2], region: [u8; 2]) -> Self {
        Self([language[0], language[1], region[0], region[1]])
    }

    /// The language alone, as in "en".
    pub fn language(&self) -> String {
        self.letters(0..2)
    }

    fn letters(&self, range: std::ops::Range<usize>) -> String {
        self.0[range].iter().copied().map(char::from).collect()
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.letters(0..2), self.letters(2..4))
    }
}

impl FromStr for Locale {
    type Err = InvalidLocale;

    fn from_str(text: &str) -> Result<Self, InvalidLocale> {
        let letters = match text.as_bytes() {
            [a, b, c, d] | [a, b, b'-', c, d] => [*a, *b, *c, *d],
            _ => return Err(InvalidLocale),
        };
        if !letters.iter().all(u8::is_ascii_alphabetic) {
            return Err(InvalidLocale);
        }
        let [a, b, c, d] = letters;
        Ok(Self([
            a.to_ascii_lowercase(),
            b.to_ascii_lowercase(),
            c.to_ascii_uppercase(),
            d.to_ascii_uppercase(),
        ]))
    }
}

impl TryFrom<String> for Locale {
    type Error = InvalidLocale;

    fn try_from(text: String) -> Result<Self, InvalidLocale> {
        text.parse()
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> Self {
        locale.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_locale_reads_in_any_case_with_or_without_its_dash() {
        for text in ["en-US", "en-us", "ENUS", "eNuS"] {
            assert_eq!(text.parse::<Locale>().unwrap().to_string(), "en-US");
        }
        assert_eq!("pt-br".parse::<Locale>().unwrap().language(), "pt");
        for text in ["", "en", "en_US", "e-nUS", "en-USA", "en--US", "én-U", "12-34"] {
            assert!(text.parse::<Locale>().is_err(), "{text}");
        }
    }
}
