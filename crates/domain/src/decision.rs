//! What is said of a submitted sample, and of a dialogue as a whole.
//!
//! Refusing is not failing: a sample that cannot be judged (too noisy, wrong code) is a
//! [`Refusal`]; only a sample that was judged can be told "another voice".

use std::{fmt, iter, str::FromStr};

/// What is told by its name, and by nothing else: in replies, whose documents list the names, in figures and in the database. `$all` gives each
/// once, so that no list can fall behind.
macro_rules! by_name {
    ($name:ident, $all:expr, $($doc:literal)+) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                $all.find(|one| one.name() == text).ok_or(UnknownName)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let names: Vec<&str> = $all.map(Self::name).collect();
                let says = concat!($($doc),+).trim();
                ::schemars::json_schema!({"type": "string", "enum": names, "description": says})
            }
        }
    };
}
pub(crate) use by_name;

/// A list of names.
macro_rules! named {
    (
        $(#[doc = $doc:literal])+
        $(#[derive($($more:ident),+)])?
        $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash $(, $($more),+)?)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name, as it stands in replies, metrics and the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }
        }

        $crate::decision::by_name!($name, Self::ALL.iter().copied(), $($doc)+);
    };
}
pub(crate) use named;

/// From this calibrated score on a voice is the person's: the accept point of whatever policy, by the calibration's definition.
pub const ACCEPT_SCORE: f64 = 0.5;

/// A stored or submitted name that stands for nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown name")]
pub struct UnknownName;

named! {
    /// Why a sample was not judged by its voice. The order is the order of the checks.
    Refusal {
        /// The code's time was over before the sample came. Not the speaker's speech quality, so
        /// it does not count against the dialogue.
        CodeExpired,
        /// No speech was found at all: silence, noise, music, a tone.
        NoSpeech,
        /// There is speech, but too little of it to judge.
        TooShort,
        /// The speech is too faint.
        TooQuiet,
        /// The recording is overdriven.
        Clipped,
        /// The speech does not stand out of the noise.
        TooNoisy,
        /// This very recording was submitted before.
        SameRecording,
        /// What was spoken is not the code that was asked for.
        WrongCode,
        /// More than one person speaks.
        SeveralVoices,
        /// One person speaks, but surely not the one who spoke the enrolment's earlier samples: an enrolment
        /// must not mix two people.
        OtherVoice,
    }
}

impl Refusal {
    /// Whether the refusal is held against the dialogue's budget of speech-quality (SQM) failures. What came too
    /// late, or was sent twice by a nervous network, says nothing of how the person speaks.
    pub fn counts_as_failure(self) -> bool {
        !matches!(self, Self::CodeExpired | Self::SameRecording)
    }
}

/// The named decision on one submitted sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleDecision {
    Ok,
    Refused(Refusal),
}

impl SampleDecision {
    fn all() -> impl Iterator<Item = Self> {
        iter::once(Self::Ok).chain(Refusal::ALL.iter().copied().map(Self::Refused))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Refused(refusal) => refusal.name(),
        }
    }
}

by_name!(SampleDecision, Self::all(), "`OK`, or why the recording does not serve.");

named! {
    /// Why a dialogue ended without success.
    Failure {
        /// Too many of its samples were refused. The one reason that BiometrID documents.
        MaxTotalSqmFailuresExceeded,
        /// The voice was judged, and it is another one.
        VoiceMismatch,
        /// The voice was judged as often as policy allows, and the evidence decides nothing.
        VoiceInconclusive,
    }
}

/// What is written of a submitted sample: the decision on it, or how it ended its dialogue without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnDecision {
    Sample(SampleDecision),
    Ended(Failure),
}

impl TurnDecision {
    fn all() -> impl Iterator<Item = Self> {
        SampleDecision::all().map(Self::Sample).chain(Failure::ALL.iter().copied().map(Self::Ended))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Sample(decision) => decision.name(),
            Self::Ended(failure) => failure.name(),
        }
    }
}

by_name!(
    TurnDecision,
    Self::all(),
    "`OK`, why the recording does not serve, or why the dialogue ended with it and without success."
);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use schemars::{Schema, schema_for};
    use serde_json::json;

    use super::*;

    #[test]
    fn every_name_reads_back() {
        for refusal in Refusal::ALL {
            assert_eq!(refusal.name().parse::<Refusal>().unwrap(), *refusal);
        }
        for decision in TurnDecision::all() {
            assert_eq!(decision.name().parse::<TurnDecision>().unwrap(), decision);
        }
        assert!("Bogus".parse::<Refusal>().is_err());
    }

    #[test]
    fn documents_list_every_name_that_is_told() {
        let listed = |schema: Schema| schema.get("enum").cloned().unwrap();
        assert_eq!(listed(schema_for!(Refusal)), json!(Refusal::ALL));
        assert_eq!(listed(schema_for!(SampleDecision)), json!(SampleDecision::all().collect::<Vec<_>>()));
        let turns: Vec<_> = TurnDecision::all().map(TurnDecision::name).collect();
        assert_eq!(listed(schema_for!(TurnDecision)), json!(turns));
        assert_eq!((turns[0], turns.len()), ("OK", 1 + Refusal::ALL.len() + Failure::ALL.len()));
    }
}
