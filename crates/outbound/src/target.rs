//! Where a URL leads: read once, and shown as host and port only.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Position, Url};

use crate::error::OutboundError;

/// Longer than any URL that servers agree to read.
const LONGEST_URL: usize = 8_192;

/// A URL that may be asked for, as far as it can be told without looking its name up. It cannot be printed:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_outbound::Target>();
/// ```
///
/// [`Target::place`] can:
///
/// ```
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_outbound::Place>();
/// ```
#[derive(Clone)]
pub struct Target {
    url: Url,
    host: Host,
    port: u16,
}

impl Target {
    /// Reads an absolute URL of http or https. The parser is the one that browsers agree on (WHATWG URL): it makes one address of every way
    /// to write it, such as `0x7f.1` or `2130706433`.
    pub(crate) fn read(text: &str) -> Result<Self, OutboundError> {
        if text.len() > LONGEST_URL {
            return Err(OutboundError::BadUrl("it is longer than 8192 bytes"));
        }
        let url = Url::parse(text).map_err(|_| OutboundError::BadUrl("it cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::BadUrl("it holds a user name or a password"));
        }
        let (Some(host), Some(port)) = (url.host().map(|host| host.to_owned()), url.port_or_known_default())
        else {
            return Err(OutboundError::BadUrl("it names no host"));
        };
        Ok(Self { url, host, port })
    }

    /// Host and port: what may be shown.
    pub fn place(&self) -> Place {
        Place { host: self.host.clone(), port: self.port }
    }

    /// The address, if the URL names one and no name.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self.host {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// The host as the URL parser leaves it, in lower case.
    pub(crate) fn name(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterHost]
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Path and query, as a request asks for them.
    pub(crate) fn path(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }

    /// Host and, unless it is the scheme's own, port: the header `host`.
    pub(crate) fn authority(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }
}

/// A host and a port.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    host: Host,
    port: u16,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn refusal(url: &str) -> OutboundError {
        match Target::read(url) {
            Err(error) => error,
            Ok(target) => panic!("{url} was read as {}", target.place()),
        }
    }

    #[test]
    fn a_request_asks_for_path_and_query_and_no_fragment() {
        let target = Target::read("https://Example.COM/a%20b/ü?key=1#there").unwrap();
        assert_eq!(target.path(), "/a%20b/%C3%BC?key=1");
        assert_eq!(target.authority(), "example.com");
        assert_eq!(target.place().to_string(), "example.com:443");
        let target = Target::read("http://[2606:4700::1]:8080").unwrap();
        assert_eq!((target.path(), target.authority()), ("/", "[2606:4700::1]:8080"));
    }

    #[test]
    fn what_is_no_plain_http_url_is_refused() {
        for url in ["file:///etc/passwd", "ftp://a.test/", "gopher://a.test/", "data:,x", "unix:/run/a"] {
            assert!(matches!(refusal(url), OutboundError::Scheme), "{url}");
        }
        for url in
            ["", "/only/a/path", "a.test/x", "http://", "http://a b/", "http://a.test:65536/", "http://[::1/"]
        {
            assert!(matches!(refusal(url), OutboundError::BadUrl(_)), "{url}");
        }
        for url in ["http://user@a.test/", "http://:secret@a.test/", "http://user:secret@a.test/"] {
            let error = refusal(url);
            assert!(matches!(error, OutboundError::BadUrl(_)), "{url}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        let long = format!("http://a.test/{}", "x".repeat(LONGEST_URL));
        assert!(matches!(refusal(&long), OutboundError::BadUrl(_)));
    }
}
