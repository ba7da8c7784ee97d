//! Where a request comes from.
//!
//! Promises that nobody chooses the address that they are counted and written down by: what `X-Forwarded-For` says is believed as
//! far as trusted proxies wrote it, and no further.

use std::net::{IpAddr, SocketAddr};

use actix_web::{HttpRequest, web};
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks whose word on where a request came from is taken: `http.trusted_proxies`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and networks; the first that is neither is the error. An empty entry, as an empty list in the environment
    /// has one, is none.
    pub(crate) fn read(list: &[String]) -> Result<Self, String> {
        let entries = list.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty());
        let read = |entry: &str| match entry.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => entry.parse().map_err(|_| entry.to_owned()),
        };
        entries.map(read).collect::<Result<_, _>>().map(Self)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// The caller's address: that of whoever connected, or, if that is a trusted proxy, the last that a trusted proxy was called
    /// from. `forwarded` are the header's lines in their order.
    fn caller<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut caller = peer.to_canonical();
        // Each proxy adds who called it at the right end.
        for hop in forwarded.rev().flat_map(|line| line.rsplit(',')) {
            if !self.trust(caller) {
                break;
            }
            match hop_address(hop.trim()) {
                Some(address) => caller = address.to_canonical(),
                // What does not read was not written by a proxy that knows what it does: the proxy itself is called to account.
                None => break,
            }
        }
        caller
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn hop_address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bracketed.unwrap_or(text).parse::<IpAddr>().ok();
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// The address of whoever sent the request.
pub fn address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let Some(proxies) = request.app_data::<web::Data<Proxies>>() else { return Some(peer.to_canonical()) };
    // A line that is no text reads as no address.
    let lines: Vec<&str> =
        request.headers().get_all(FORWARDED_FOR).map(|line| line.to_str().unwrap_or("?")).collect();
    Some(proxies.caller(peer, lines.into_iter()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn proxies(list: &[&str]) -> Result<Proxies, String> {
        Proxies::read(&list.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
    }

    fn caller(peer: &str, lines: &[&str]) -> String {
        let proxies = proxies(&["10.0.0.0/8", "2001:db8:aaaa::/48", "192.0.2.1"]).unwrap();
        proxies.caller(peer.parse().unwrap(), lines.iter().copied()).to_string()
    }

    #[test]
    fn the_word_of_who_is_no_trusted_proxy_is_not_taken() {
        assert_eq!(caller("198.51.100.9", &["203.0.113.5"]), "198.51.100.9");
        assert_eq!(caller("198.51.100.9", &["203.0.113.5, 10.0.0.1"]), "198.51.100.9");
        assert_eq!(
            Proxies::default().caller("10.0.0.1".parse().unwrap(), ["203.0.113.5"].into_iter()).to_string(),
            "10.0.0.1"
        );
    }

    #[test]
    fn the_right_most_address_that_is_no_trusted_proxy_is_the_callers() {
        assert_eq!(caller("10.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(caller("192.0.2.1", &["203.0.113.5, 10.1.1.1, 10.2.2.2"]), "203.0.113.5");
        // What the caller wrote itself stands further to the left.
        assert_eq!(caller("10.0.0.1", &["127.0.0.1, 10.9.9.9, 203.0.113.5"]), "203.0.113.5");
        assert_eq!(caller("10.0.0.1", &["10.9.9.9"]), "10.9.9.9", "a proxy that calls for itself");
        assert_eq!(caller("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn several_lines_are_one_list() {
        assert_eq!(caller("10.0.0.1", &["127.0.0.1", "203.0.113.5", "10.1.1.1"]), "203.0.113.5");
        assert_eq!(caller("10.0.0.1", &["203.0.113.5,127.0.0.1", "10.1.1.1,10.1.1.2"]), "127.0.0.1");
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_read_as_the_address() {
        for (hop, expected) in [
            ("203.0.113.5:4711", "203.0.113.5"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("::ffff:203.0.113.5", "203.0.113.5"),
        ] {
            assert_eq!(caller("10.0.0.1", &[hop]), expected);
            assert_eq!(caller("::ffff:10.0.0.1", &[hop]), expected, "a proxy on a socket for both");
            assert_eq!(caller("2001:db8:aaaa::1", &[hop]), expected);
        }
    }

    #[test]
    fn behind_what_does_not_read_nothing_is_believed() {
        for junk in
            ["", "unknown", "_hidden", "203.0.113", "203.0.113.5:x", "[203.0.113.5", "1.2.3.4 5.6.7.8", "?"]
        {
            assert_eq!(
                caller("10.0.0.1", &[&format!("203.0.113.5, {junk}, 10.1.1.1")]),
                "10.1.1.1",
                "{junk}"
            );
            assert_eq!(caller("10.0.0.1", &[junk]), "10.0.0.1", "{junk}");
        }
    }

    #[test]
    fn networks_and_addresses_are_read_and_anything_else_is_named() {
        assert_eq!(proxies(&["", " "]).unwrap(), Proxies::default());
        assert!(proxies(&["10.0.0.0/8", "::1", "2001:db8::/32", "192.0.2.7"]).is_ok());
        for wrong in ["10.0.0.0/33", "proxy.internal", "10.0.0.*"] {
            assert_eq!(proxies(&["10.0.0.0/8", wrong]).unwrap_err(), wrong);
        }
    }
}
