//! The contracts that Timbre serves: a credential is good for one of them.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose words a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Contract {
    Biometrid,
    Azure,
    Deepaffects,
}

/// A name that is no contract's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no contract of this name")]
pub struct UnknownContract;

impl Contract {
    pub const ALL: [Self; 3] = [Self::Biometrid, Self::Azure, Self::Deepaffects];

    /// The stable name, as it stands in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Biometrid => "biometrid",
            Self::Azure => "azure",
            Self::Deepaffects => "deepaffects",
        }
    }
}

impl FromStr for Contract {
    type Err = UnknownContract;

    fn from_str(name: &str) -> Result<Self, UnknownContract> {
        Self::ALL.into_iter().find(|contract| contract.name() == name).ok_or(UnknownContract)
    }
}
