//! What differs between the two versions of the contract, and the shapes of replies that follow from it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;
use timbre_domain::{
    locale::Locale,
    passphrase::AMERICAN,
    profile::{Profile, ProfileKind},
    seconds,
};
use timbre_engine::{Demands, Enrolled, MODEL_VERSION};

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

    /// The name of a field that holds seconds.
    fn seconds(self, name: &'static str) -> String {
        match self {
            Self::V2_0 => name.to_owned(),
            Self::V2021_09_05 => format!("{name}InSec"),
        }
    }

    /// A profile as it is shown.
    pub(super) fn profile(self, profile: &Profile) -> Body {
        let updated = match self {
            // A profile that was never changed was last changed when it was made.
            Self::V2_0 => Some(profile.updated_at.unwrap_or(profile.created_at)),
            Self::V2021_09_05 => profile.updated_at,
        };
        let has_model = self == Self::V2_0 || profile.samples > 0;
        let shown = Body::default()
            .with("profileId", profile.id.to_string())
            .with("locale", profile.locale.to_string())
            .with("enrollmentStatus", profile.status.name())
            .with("createdDateTime", shown_time(profile.created_at))
            .with("lastUpdatedDateTime", updated.map(shown_time))
            .and(self.counts(profile))
            .with("modelVersion", has_model.then_some(MODEL_VERSION));
        match self {
            Self::V2021_09_05 if !profile.kind.is_text_dependent() => {
                shown.with("profileStatus", if profile.active { "Active" } else { "Inactive" })
            }
            _ => shown,
        }
    }

    /// What a recording made of a profile.
    pub(super) fn enrolled(self, enrolled: &Enrolled) -> Body {
        let Enrolled { profile, audio_seconds, speech_seconds } = enrolled;
        let shown = Body::default()
            .with("profileId", profile.id.to_string())
            .with("enrollmentStatus", profile.status.name())
            .and(self.counts(profile));
        let shown = match &profile.phrase {
            Some(phrase) => shown.with("passPhrase", phrase.as_str()),
            None => shown,
        };
        shown
            .with(self.seconds("audioLength"), hundredths(*audio_seconds))
            .with(self.seconds("audioSpeechLength"), hundredths(*speech_seconds))
    }

    fn counts(self, profile: &Profile) -> Body {
        let counted = Body::default()
            .with("enrollmentsCount", profile.samples)
            .with(self.seconds("enrollmentsLength"), hundredths(profile.audio_seconds))
            .with(self.seconds("enrollmentsSpeechLength"), hundredths(profile.speech_seconds));
        match profile.kind.is_text_dependent() {
            true => counted.with("remainingEnrollmentsCount", profile.remaining_samples()),
            false => {
                // From what is shown, so that the two add up.
                let spoken = seconds::hundredths(profile.speech_seconds);
                let remaining = (profile.kind.speech_seconds_to_enrol() - spoken).max(0.0);
                counted.with(self.seconds("remainingEnrollmentsSpeechLength"), hundredths(remaining))
            }
        }
    }
}

/// A JSON object whose fields stand in the documented order.
#[derive(Default)]
pub(super) struct Body(Vec<(String, Shown)>);

/// The value of a field.
enum Shown {
    Plain(Value),
    Object(Body),
    List(Vec<Body>),
}

impl Body {
    pub(super) fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.push((name.into(), Shown::Plain(value.into())));
        self
    }

    pub(super) fn with_object(mut self, name: &str, object: Self) -> Self {
        self.0.push((name.to_owned(), Shown::Object(object)));
        self
    }

    pub(super) fn with_list(mut self, name: &str, list: Vec<Self>) -> Self {
        self.0.push((name.to_owned(), Shown::List(list)));
        self
    }

    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

/// Seconds to the hundredth, as the contract's examples have them: 0, 1.83, 18.65.
fn hundredths(seconds: f64) -> Value {
    let rounded = seconds::hundredths(seconds);
    match rounded.fract() == 0.0 {
        true => Value::from(rounded as i64),
        false => Value::from(rounded),
    }
}

/// A score to the ten-thousandth, downwards: what is shown as 0.5 was accepted.
pub(super) fn shown_score(score: f64) -> Value {
    Value::from((score * 10_000.0).floor() / 10_000.0)
}

fn shown_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        assert_eq!(hundredths(0.0).to_string(), "0");
        assert_eq!(hundredths(20.0).to_string(), "20");
        assert_eq!(hundredths(1.834_9).to_string(), "1.83");
    }

    #[test]
    fn no_rejected_score_is_shown_as_one_half() {
        assert_eq!(shown_score(0.499_99).to_string(), "0.4999");
        assert_eq!(shown_score(0.5).to_string(), "0.5");
    }

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
