//! What a person says, which says how much of a likeness is due to the words and not to the voice.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decision::UnknownName;

/// What a person says, and so how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    PromptedDigits,
    FixedPassphrase,
    FreeSpeech,
}

impl Scheme {
    pub const ALL: [Scheme; 3] = [Scheme::PromptedDigits, Scheme::FixedPassphrase, Scheme::FreeSpeech];

    /// The name under which enrolments are kept and calibrations are found.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PromptedDigits => "prompted-digits",
            Self::FixedPassphrase => "fixed-passphrase",
            Self::FreeSpeech => "free-speech",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scheme {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name).ok_or(UnknownName)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_scheme_is_called_the_same_wherever_it_is_kept_or_told() {
        for scheme in Scheme::ALL {
            assert_eq!(serde_json::to_value(scheme).unwrap(), scheme.as_str());
            assert_eq!(scheme.as_str().parse::<Scheme>().unwrap(), scheme);
        }
        assert!("digits".parse::<Scheme>().is_err());
    }
}
