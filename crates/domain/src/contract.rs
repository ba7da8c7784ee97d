//! The contracts that Timbre serves: a credential is good for one of them.

/// Whose words a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Contract {
    Biometrid,
    Azure,
    Deepaffects,
}

impl Contract {
    /// The stable name, as it stands in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Biometrid => "biometrid",
            Self::Azure => "azure",
            Self::Deepaffects => "deepaffects",
        }
    }
}
