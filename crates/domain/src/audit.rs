//! The audit trail: who did what to whom, from where.

use std::{fmt, net::IpAddr};

use crate::ids::{CredentialId, OperatorId, TokenId};

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A tenant's application, known by the credential that it called with.
    Application(CredentialId),
    /// A person who has logged in.
    Operator(OperatorId),
    /// A program that calls the admin API with a token.
    Token(TokenId),
    /// Somebody at this machine's command line, by the system's name for them.
    CommandLine(String),
    /// Somebody who has not proved to be anybody.
    Unknown,
    /// Timbre itself: jobs, housekeeping.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application(id) => write!(f, "application:{id}"),
            Self::Operator(id) => write!(f, "operator:{id}"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::CommandLine(name) => write!(f, "command-line:{name}"),
            Self::Unknown => f.write_str("unknown"),
            Self::System => f.write_str("system"),
        }
    }
}

/// Who does something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub actor: Actor,
    /// The address of the caller, as far as the proxies that are trusted tell it.
    pub address: Option<IpAddr>,
}

impl Origin {
    pub fn new(actor: Actor, address: Option<IpAddr>) -> Self {
        Self { actor, address }
    }

    /// Timbre itself.
    pub fn system() -> Self {
        Self::new(Actor::System, None)
    }
}
