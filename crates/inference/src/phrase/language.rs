//! The languages in which phrases can be listened for.
//!
//! Promises that a language named here has a recogniser, and that a phrase which [`PhraseLanguage::can_spell`] can be
//! written with that recogniser's tokens.

use crate::recogniser::RecogniserKind;

/// The languages of Whisper (openai/whisper `tokenizer.py`) that have two letters and put spaces between words.
const SPACED: &str = "af am ar as az ba be bg bn br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha he hi hr ht \
    hu hy id is it jw ka kk kn ko la lb ln lt lv mg mi mk ml mn mr ms mt ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl \
    sn so sq sr su sv sw ta te tg tk tl tr tt uk ur uz vi yi yo";

/// A language and the recogniser that listens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseLanguage {
    /// As Whisper names it.
    pub(super) code: &'static str,
    pub(super) recogniser: RecogniserKind,
}

impl PhraseLanguage {
    /// The language of a locale such as "en-US"; none where no recogniser knows it, or writes it without spaces.
    pub fn of_locale(locale: &str) -> Option<Self> {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        let code = SPACED.split_whitespace().find(|code| code.eq_ignore_ascii_case(language))?;
        let recogniser =
            if code == "en" { RecogniserKind::MoonshineTiny } else { RecogniserKind::WhisperBase };
        Some(Self { code, recogniser })
    }

    /// Whether a phrase is words that the recogniser has tokens for: of letters and apostrophes, English ones without
    /// accents. Whisper's tokens spell any letter.
    pub fn can_spell(&self, phrase: &str) -> bool {
        let letter = |letter: char| match self.recogniser {
            RecogniserKind::MoonshineTiny => letter.is_ascii_alphabetic(),
            _ => letter.is_alphabetic(),
        };
        let spelled =
            |word: &str| word.chars().any(letter) && word.chars().all(|part| part == '\'' || letter(part));
        phrase.split_whitespace().next().is_some() && phrase.split_whitespace().all(spelled)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_locale_has_its_languages_recogniser() {
        let recogniser = |locale| PhraseLanguage::of_locale(locale).map(|language| language.recogniser);
        assert_eq!(recogniser("en-US"), Some(RecogniserKind::MoonshineTiny));
        assert_eq!(recogniser("EN-gb"), Some(RecogniserKind::MoonshineTiny));
        assert_eq!(recogniser("de-DE"), Some(RecogniserKind::WhisperBase));
        for unknown in ["", "-", "xx-XX", "ja-JP", "zh-CN", "english"] {
            assert_eq!(recogniser(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn only_words_of_letters_can_be_spelled() {
        let english = PhraseLanguage::of_locale("en-US").unwrap();
        assert!(english.can_spell("i'll talk for a few seconds"));
        for phrase in ["", "  ", "route 66", "café", "a - b", "''"] {
            assert!(!english.can_spell(phrase), "{phrase:?}");
        }
        let german = PhraseLanguage::of_locale("de-DE").unwrap();
        assert!(german.can_spell("meine stimme ist mein schlüssel"));
        assert!(!german.can_spell("straße 7"));
    }
}
