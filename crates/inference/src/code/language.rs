//! The languages in which a code can be spoken, as `config/languages/*.toml` declare them.
//!
//! Promises that a language is whole: ten digits, each with at least one spelling, and one set of thresholds for
//! the recogniser that it names. A further language needs a further file, no new program.

use serde::Deserialize;

use crate::recogniser::RecogniserKind;

/// A language and how codes are checked in it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Short code by which tenants choose the language, as `en`.
    pub code: String,
    /// BCP-47 tag for replies and pages, as `en-US`.
    pub tag: String,
    /// The language's name for people.
    pub name: String,
    /// Which recogniser listens.
    pub recogniser: RecogniserKind,
    /// The spellings of each digit from zero to nine. The first is the one that the person is asked to say.
    pub words: [Vec<String>; 10],
    pub thresholds: Thresholds,
}

/// When a code counts as spoken. All are natural logarithms of probabilities; each holds for one recogniser in one
/// language. `cargo xtask prove spoken-code` shows what they reach.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The claimed code must be this much more probable than every code with as many digits.
    pub same_length: f32,
    /// ... and this much more probable than every code with one digit more or less.
    pub other_length: f32,
    /// The claimed code's log-probability per digit must reach this: audio that is no digits at all does not.
    pub floor: f32,
}

/// A language file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    #[error("the language file cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    #[error("the language {language} has no spelling for the digit {digit}")]
    NoSpelling { language: String, digit: usize },
    #[error("the language code {0:?} must be two or three small letters")]
    BadCode(String),
    #[error("moonshine-tiny listens to English only, not to {0:?}")]
    EnglishOnly(String),
}

impl Language {
    /// Reads one language file.
    pub fn parse(file: &str) -> Result<Self, LanguageError> {
        let language: Self = toml::from_str(file)?;
        let letters = language.code.bytes().all(|b| b.is_ascii_lowercase());
        if !letters || !(2..=3).contains(&language.code.len()) {
            return Err(LanguageError::BadCode(language.code));
        }
        if language.recogniser == RecogniserKind::MoonshineTiny && language.code != "en" {
            return Err(LanguageError::EnglishOnly(language.code));
        }
        let empty = |spellings: &Vec<String>| !spellings.iter().any(|word| !word.trim().is_empty());
        if let Some(digit) = language.words.iter().position(empty) {
            return Err(LanguageError::NoSpelling { language: language.code, digit });
        }
        Ok(language)
    }

    /// The code in words, as the person is asked to say it: "zero six five three".
    pub fn prompt_text(&self, digits: &[u8]) -> String {
        let word = |digit: &u8| self.words.get(usize::from(*digit)).and_then(|spellings| spellings.first());
        digits.iter().filter_map(word).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const ENGLISH: &str = include_str!("../../../../config/languages/en.toml");
    const PORTUGUESE: &str = include_str!("../../../../config/languages/pt.toml");

    #[test]
    fn the_shipped_languages_are_whole() {
        let english = Language::parse(ENGLISH).unwrap();
        assert_eq!(english.prompt_text(&[0, 6, 5, 3]), "zero six five three");
        let portuguese = Language::parse(PORTUGUESE).unwrap();
        assert_eq!(portuguese.prompt_text(&[1, 6, 3, 8]), "um seis três oito");
        assert!(portuguese.words[6].contains(&"meia".to_owned()));
    }

    #[test]
    fn a_language_without_a_digit_or_with_an_unknown_field_is_refused() {
        let toothless = ENGLISH.replace("[\"nine\"]", "[\" \"]");
        assert!(matches!(Language::parse(&toothless), Err(LanguageError::NoSpelling { digit: 9, .. })));
        let unknown = format!("colour = 1\n{ENGLISH}");
        assert!(matches!(Language::parse(&unknown), Err(LanguageError::Unreadable(_))));
        let path = ENGLISH.replace("code = \"en\"", "code = \"../\"");
        assert!(matches!(Language::parse(&path), Err(LanguageError::BadCode(_))));
        let german = ENGLISH.replace("code = \"en\"", "code = \"de\"");
        assert!(matches!(Language::parse(&german), Err(LanguageError::EnglishOnly(_))));
    }
}
