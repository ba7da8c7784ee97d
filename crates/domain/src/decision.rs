//! What is said of a submitted sample, and of a dialogue as a whole.
//!
//! Refusing is not failing: a sample that cannot be judged (too noisy, wrong code) is a
//! [`Refusal`]; only a sample that was judged can be told "another voice".

use std::{fmt, str::FromStr};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name, as it stands in replies, metrics and the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|v| v.name() == text).ok_or(UnknownName)
            }
        }
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
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Refused(refusal) => refusal.name(),
        }
    }
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for refusal in Refusal::ALL {
            assert_eq!(refusal.name().parse::<Refusal>().unwrap(), *refusal);
        }
        assert!("Bogus".parse::<Refusal>().is_err());
    }
}
