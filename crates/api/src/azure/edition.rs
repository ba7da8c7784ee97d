//! What differs between the two versions of the contract; the shapes of replies stand in `shapes`.

use timbre_domain::{locale::Locale, passphrase::AMERICAN, profile::ProfileKind};
use timbre_engine::Demands;

/// A version of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    V2_0,
    V2021_09_05,
}

/// What a recording is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Enrol,
    Verify,
    Identify,
}

/// The value of `api-version`.
pub(super) const API_VERSION: &str = "2021-09-05";

/// Most bytes of a recording that an operator imports: two minutes of anything that is not absurd.
pub const MOST_IMPORTED_BYTES: usize = 256 * 1024 * 1024;

/// What the first recording must begin with in 2021-09-05, where it is known.
pub(super) const ACTIVATION_PHRASE: &str =
    "I'll talk for a few seconds so you can recognize my voice in the future.";

const fn locale(text: &[u8; 4]) -> Locale {
    Locale::of([text[0], text[1]], [text[2], text[3]])
}

/// Text-independent locales of v2.0; those of 2021-09-05 are the first four.
const FREE_SPEECH_LOCALES: [Locale; 14] = [
    AMERICAN,
    locale(b"esES"),
    locale(b"frFR"),
    locale(b"zhCN"),
    locale(b"deDE"),
    locale(b"enGB"),
    locale(b"enAU"),
    locale(b"enCA"),
    locale(b"frCA"),
    locale(b"itIT"),
    locale(b"esMX"),
    locale(b"jaJP"),
    locale(b"ptBR"),
    locale(b"enIN"),
];

impl Edition {
    /// The locales in which anything may be said.
    pub(super) fn free_speech_locales(self) -> &'static [Locale] {
        match self {
            Self::V2_0 => &FREE_SPEECH_LOCALES,
            Self::V2021_09_05 => &FREE_SPEECH_LOCALES[..4],
        }
    }

    /// The phrase that a profile's first recording begins with, if this version asks for one and it is known.
    pub(super) fn activation_phrase(self, locale: Locale) -> Option<&'static str> {
        (self == Self::V2021_09_05 && locale == AMERICAN).then_some(ACTIVATION_PHRASE)
    }

    /// What is asked of a recording. The documented limits of section 4 of the contract.
    pub(super) fn demands(self, kind: ProfileKind, operation: Operation, any_length: bool) -> Demands {
        let dependent = kind.is_text_dependent();
        let min_snr_db = match (self, operation) {
            (Self::V2_0, _) | (_, Operation::Verify) if dependent => 10.0,
            (Self::V2_0, _) => 0.0,
            (Self::V2021_09_05, _) => 2.0,
        };
        let recognises = operation != Operation::Enrol && !dependent;
        Demands {
            shortest_seconds: 1.0,
            longest_seconds: if dependent { 10.0 } else { 120.0 },
            min_snr_db,
            min_speech_seconds: if recognises && !any_length { 4.0 } else { 0.0 },
            any_format: false,
            max_bytes: None,
        }
    }

    /// What is asked of a recording that an operator imports: the more lenient of what both versions ask, in whatever format it
    /// was kept.
    pub fn demands_of_imports(kind: ProfileKind) -> Demands {
        let demands = Self::V2_0.demands(kind, Operation::Enrol, false);
        let lenient =
            Self::V2021_09_05.demands(kind, Operation::Enrol, false).min_snr_db.min(demands.min_snr_db);
        Demands { any_format: true, min_snr_db: lenient, max_bytes: Some(MOST_IMPORTED_BYTES), ..demands }
    }

    /// Whether either version has text-independent profiles of this locale.
    pub fn knows_free_speech_of(locale: Locale) -> bool {
        FREE_SPEECH_LOCALES.contains(&locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_limits_depend_on_version_kind_and_operation() {
        use Operation::{Enrol, Identify, Verify};
        use ProfileKind::{TextDependentVerification as Td, TextIndependentVerification as Ti};
        let snr = |edition: Edition, kind, operation| edition.demands(kind, operation, false).min_snr_db;
        let (old, new) = (Edition::V2_0, Edition::V2021_09_05);
        assert_eq!(
            [snr(old, Td, Enrol), snr(old, Td, Verify), snr(new, Td, Enrol), snr(new, Td, Verify)],
            [10.0, 10.0, 2.0, 10.0]
        );
        assert_eq!(
            [snr(old, Ti, Enrol), snr(old, Ti, Identify), snr(new, Ti, Enrol), snr(new, Ti, Verify)],
            [0.0, 0.0, 2.0, 2.0]
        );
        let speech = |kind, operation, any| old.demands(kind, operation, any).min_speech_seconds;
        assert_eq!(
            [
                speech(Ti, Verify, false),
                speech(Ti, Verify, true),
                speech(Ti, Enrol, false),
                speech(Td, Verify, false)
            ],
            [4.0, 0.0, 0.0, 0.0]
        );
    }
}
