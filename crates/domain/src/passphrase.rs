//! Passphrases: what a person may say to be verified by a text that is always the same.
//!
//! Promises that no two phrases of one list are near enough to be mistaken for each other, and that each is long enough
//! to carry a voice. Whether a recogniser can spell them is for the inference crate to say.

use std::{collections::BTreeMap, ops::RangeInclusive};

use crate::locale::Locale;

/// American English, the one locale for which phrases are documented.
pub const AMERICAN: Locale = Locale::of(*b"en", *b"US");

/// The documented phrases, in the order in which they are listed.
pub const DOCUMENTED: [&str; 10] = [
    "i am going to make him an offer he cannot refuse",
    "houston we have had a problem",
    "my voice is my passport verify me",
    "apple juice tastes funny after toothpaste",
    "you can get in without your password",
    "you can activate security system now",
    "my voice is stronger than passwords",
    "my password is not your business",
    "my name is unknown to you",
    "be yourself everyone else is already taken",
];

/// Words and letters of a phrase: enough to carry a voice, and no more than ten seconds of speech.
pub const WORDS: RangeInclusive<usize> = 3..=20;
pub const LETTERS: RangeInclusive<usize> = 12..=120;
/// Most phrases that a tenant may add for one locale: a recording is held against all of them.
pub const MOST_OWN: usize = 50;

/// A phrase that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassphrase {
    #[error(
        "a passphrase is words of letters and apostrophes with single spaces between them, in lower case"
    )]
    Spelling,
    #[error("a passphrase has 3 to 20 words and 12 to 120 letters")]
    Length,
    #[error("it is too much like {0:?}: half of the words must differ")]
    Like(String),
    #[error("a locale has at most {MOST_OWN} phrases of its own")]
    TooMany,
}

/// A phrase as it is kept: lower case, single spaces, nothing between the words.
pub fn normalised(text: &str) -> String {
    let spaced = text.to_lowercase().replace(['.', ',', '!', '?', ';', ':'], " ").replace('’', "'");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All phrases of a locale: the documented ones, then the tenant's own.
pub fn phrases_of(locale: Locale, own: &BTreeMap<Locale, Vec<String>>) -> Vec<String> {
    let documented = if locale == AMERICAN { DOCUMENTED.as_slice() } else { &[] };
    let own = own.get(&locale).into_iter().flatten().cloned();
    documented.iter().map(|phrase| (*phrase).to_owned()).chain(own).collect()
}

/// Refuses phrases of a tenant's own that could not be told from each other, or from the documented ones.
pub fn check(own: &BTreeMap<Locale, Vec<String>>) -> Result<(), InvalidPassphrase> {
    for (locale, phrases) in own {
        if phrases.len() > MOST_OWN {
            return Err(InvalidPassphrase::TooMany);
        }
        phrases.iter().try_for_each(|phrase| check_alone(phrase))?;
        let all = phrases_of(*locale, own);
        for (place, phrase) in all.iter().enumerate() {
            if let Some(like) = all[..place].iter().find(|earlier| alike(earlier, phrase)) {
                return Err(InvalidPassphrase::Like(like.clone()));
            }
        }
    }
    Ok(())
}

fn check_alone(phrase: &str) -> Result<(), InvalidPassphrase> {
    let spelled = |word: &str| {
        word.chars().any(char::is_alphabetic)
            && word.chars().all(|letter| letter.is_alphabetic() || letter == '\'')
    };
    if phrase != normalised(phrase) || !phrase.split(' ').all(spelled) {
        return Err(InvalidPassphrase::Spelling);
    }
    let letters = phrase.chars().filter(|letter| letter.is_alphabetic()).count();
    match WORDS.contains(&phrase.split(' ').count()) && LETTERS.contains(&letters) {
        true => Ok(()),
        false => Err(InvalidPassphrase::Length),
    }
}

/// Whether fewer than half of the longer phrase's words would have to change to make it the other.
fn alike(one: &str, other: &str) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (one.split(' ').collect(), other.split(' ').collect());
    2 * changes(&one, &other) < one.len().max(other.len())
}

/// The edit distance in words (Levenshtein 1966).
fn changes(one: &[&str], other: &[&str]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, word) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(word != candidate);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn own(locale: &str, phrases: &[&str]) -> BTreeMap<Locale, Vec<String>> {
        let phrases = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        BTreeMap::from([(locale.parse().unwrap(), phrases)])
    }

    #[test]
    fn the_documented_phrases_are_phrases_and_differ() {
        for (place, phrase) in DOCUMENTED.iter().enumerate() {
            check_alone(phrase).unwrap();
            assert!(!DOCUMENTED[..place].iter().any(|earlier| alike(earlier, phrase)), "{phrase}");
        }
    }

    #[test]
    fn a_tenants_phrases_join_the_documented_ones_of_their_locale() {
        let own = own("en-US", &["speech speaker signal process"]);
        check(&own).unwrap();
        assert_eq!(phrases_of(AMERICAN, &own).len(), 11);
        assert!(phrases_of("de-DE".parse().unwrap(), &own).is_empty());
    }

    #[test]
    fn phrases_that_could_be_mistaken_are_refused() {
        let refused = |phrases: &[&str]| check(&own("en-US", phrases)).unwrap_err();
        assert_eq!(
            refused(&["my voice is your passport verify me"]),
            InvalidPassphrase::Like("my voice is my passport verify me".to_owned())
        );
        let twice = ["the cat sat on the mat", "the cat sat on the hat"];
        assert!(matches!(refused(&twice), InvalidPassphrase::Like(_)));
        // Another locale has no documented phrases to be mistaken for.
        check(&own("en-GB", &["my voice is your passport verify me"])).unwrap();
    }

    #[test]
    fn a_phrase_of_the_wrong_length_or_spelling_is_refused() {
        let refused = |phrase: &str| check(&own("de-DE", &[phrase])).unwrap_err();
        assert_eq!(refused("guten morgen"), InvalidPassphrase::Length);
        assert_eq!(refused("a b c d"), InvalidPassphrase::Length);
        assert_eq!(refused("sehr langer satz ".repeat(9).trim_end()), InvalidPassphrase::Length);
        for phrase in
            ["Meine Stimme ist mein Pass", "meine  stimme ist mein pass", "meine stimme ist 1 pass", ""]
        {
            assert_eq!(refused(phrase), InvalidPassphrase::Spelling, "{phrase}");
        }
        check(&own("de-DE", &[&normalised("Meine Stimme, über alles: mein Pass!")])).unwrap();
    }

    #[test]
    fn there_are_not_more_phrases_than_a_recording_can_be_held_against() {
        let letters = "abcdefghijklmnopqrstuvwxyz".as_bytes();
        let word =
            |n: usize| String::from_utf8(vec![letters[n % 26], letters[n / 26 % 26], b'o', b'o']).unwrap();
        let phrases: Vec<String> = (0..51)
            .map(|n| [word(4 * n), word(4 * n + 1), word(4 * n + 2), word(4 * n + 3)].join(" "))
            .collect();
        let all: Vec<&str> = phrases.iter().map(String::as_str).collect();
        check(&own("de-DE", &all[..50])).unwrap();
        assert_eq!(check(&own("de-DE", &all)), Err(InvalidPassphrase::TooMany));
    }
}
