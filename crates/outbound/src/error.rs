//! Everything that can go wrong on the way out.
//!
//! A URL's path, query and user-info may hold secrets, so no variant carries more of it than the host and the port;
//! nor does one say which address a name had, which would let a caller map the network that we stand in.

use std::io;

use crate::target::Place;

#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("{key} {must}")]
    Setting { key: &'static str, must: String },

    #[error("this is no URL: {0}")]
    BadUrl(&'static str),

    #[error("a URL must begin with http:// or https://")]
    Scheme,

    #[error("{0} is not a public address")]
    Refused(Place),

    #[error("the name of {place} could not be looked up: {source}")]
    Lookup { place: Place, source: io::Error },

    /// Nobody listens there, or the certificate is not theirs.
    #[error("no connection to {place}: {source}")]
    Connect { place: Place, source: io::Error },

    /// The connection broke, or what came was no HTTP.
    #[error("the exchange with {place} failed: {source}")]
    Exchange { place: Place, source: hyper::Error },

    #[error("{place} answered with status {status}")]
    Status { place: Place, status: u16 },

    #[error("what {place} sends is over the limit of {limit} bytes")]
    TooLarge { place: Place, limit: u64 },

    #[error("{place} took longer than {seconds} s")]
    TooSlow { place: Place, seconds: u64 },

    /// As many requests of the kind as `outbound.concurrent` allows were under way all the time.
    #[error("no request to {0} could be begun: too many are under way")]
    Busy(Place),

    #[error("what came could not be written: {0}")]
    Write(io::Error),

    #[error("a header of this webhook holds what no header may hold")]
    Header,
}

impl OutboundError {
    /// Whether the same request will fail in the same way however often it is tried. Statuses by RFC 9110, 15: of
    /// what is no success, 408, 425, 429 and all of 5xx may pass.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Setting { .. }
            | Self::BadUrl(_)
            | Self::Scheme
            | Self::Refused(_)
            | Self::TooLarge { .. }
            | Self::Header => true,
            Self::Status { status, .. } => !matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Lookup { .. }
            | Self::Connect { .. }
            | Self::Exchange { .. }
            | Self::TooSlow { .. }
            | Self::Busy(_)
            | Self::Write(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::target::Target;

    #[test]
    fn only_what_may_pass_is_worth_another_try() {
        let place = || Target::read("http://a.test/?key=secret").unwrap().place();
        for status in [204, 206, 301, 302, 400, 401, 404, 410] {
            assert!(OutboundError::Status { place: place(), status }.is_lasting(), "{status}");
        }
        for status in [408, 425, 429, 500, 503] {
            assert!(!OutboundError::Status { place: place(), status }.is_lasting(), "{status}");
        }
        assert!(OutboundError::Refused(place()).is_lasting());
        assert!(!OutboundError::TooSlow { place: place(), seconds: 1 }.is_lasting());
    }
}
