//! Which addresses may be connected to: those that are globally reachable, and those that the operator allows.
//!
//! Sources: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890, RFC 8190), and the IANA registries of
//! IPv4 multicast (RFC 5771) and of the IPv6 address space (RFC 4291), as of 2026. Where a registry marks a part of a refused block
//! as reachable (anycast of a protocol), it is refused all the same: no recording and no receiver lives there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::Host;

use crate::error::OutboundError;

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits)
}

/// IPv4 that is not the public internet.
const REFUSED_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),        // this network; 0.0.0.0 is this host (RFC 791, RFC 1122)
    v4(10, 0, 0, 0, 8),       // private (RFC 1918)
    v4(100, 64, 0, 0, 10),    // shared, behind carriers' NAT (RFC 6598)
    v4(127, 0, 0, 0, 8),      // loopback (RFC 1122)
    v4(168, 63, 129, 16, 32), // public by number, yet each Azure machine's own host agent (Microsoft's documentation)
    v4(169, 254, 0, 0, 16),   // link-local, and with it the clouds' metadata (RFC 3927)
    v4(172, 16, 0, 0, 12),    // private (RFC 1918)
    v4(192, 0, 0, 0, 24),     // IETF protocol assignments (RFC 6890)
    v4(192, 0, 2, 0, 24),     // documentation (RFC 5737)
    v4(192, 88, 99, 0, 24),   // 6to4 relays, deprecated (RFC 7526)
    v4(192, 168, 0, 0, 16),   // private (RFC 1918)
    v4(198, 18, 0, 0, 15),    // benchmarking (RFC 2544)
    v4(198, 51, 100, 0, 24),  // documentation (RFC 5737)
    v4(203, 0, 113, 0, 24),   // documentation (RFC 5737)
    v4(224, 0, 0, 0, 4),      // multicast (RFC 5771)
    v4(240, 0, 0, 0, 4),      // reserved (RFC 1112), and at its end broadcast (RFC 919)
];

/// The only IPv6 that is assigned as global unicast (RFC 4291, IANA). What lies outside needs no list: loopback, unspecified,
/// mapped and compatible IPv4, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard (100::/64), segment routing (5f00::/16), unique-local
/// (fc00::/7), link-local (fe80::/10), site-local (fec0::/10), multicast (ff00::/8), and all that nobody has been given yet.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// What of it is not the public internet, or carries an IPv4 address to which somebody else would connect.
const REFUSED_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23), // IETF protocol assignments: Teredo, benchmarking, ORCHID (RFC 2928, RFC 4380, RFC 5180, RFC 7343)
    v6(0x2001, 0xdb8, 32), // documentation (RFC 3849)
    v6(0x2002, 0, 16), // 6to4 (RFC 3056)
    v6(0x3fff, 0, 20), // documentation (RFC 9637)
];

/// Whether the whole internet would reach the same machine under this address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !REFUSED_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !REFUSED_V6.iter().any(|net| net.contains(&address))
        }
    }
}

/// What the operator allows beyond the public internet.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressPolicy {
    nets: Vec<IpNet>,
    names: Vec<String>,
}

impl AddressPolicy {
    /// Reads entries that are networks (`10.1.0.0/16`), addresses, or host names, which are matched whole.
    pub(crate) fn read(allow: &[String]) -> Result<Self, OutboundError> {
        let mut policy = Self::default();
        // A variable that is set and empty allows nothing; it is no mistake.
        for entry in allow.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()) {
            if let Ok(net) = entry.parse::<IpNet>() {
                policy.nets.push(net);
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                policy.nets.push(address.into());
            } else if let Some(name) = host_name(entry) {
                policy.names.push(name);
            } else {
                let must = format!("must hold networks, addresses and host names: {entry:?} is none of them");
                return Err(OutboundError::Setting { key: "allow", must });
            }
        }
        Ok(policy)
    }

    /// Whether this name may have any address. `name` is as the URL parser leaves it, in lower case.
    pub(crate) fn trusts(&self, name: &str) -> bool {
        self.names.iter().any(|allowed| allowed == without_dot(name))
    }

    /// Whether this address may be connected to.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        is_public(address) || self.nets.iter().any(|net| net.contains(&address))
    }
}

/// A host name as the URL parser leaves it. A star in one would match nothing, and whoever wrote it thinks otherwise.
fn host_name(entry: &str) -> Option<String> {
    match Host::parse(entry) {
        Ok(Host::Domain(name)) if !name.contains('*') => Some(without_dot(&name).to_owned()),
        _ => None,
    }
}

/// A name without the dot that says that it is complete.
pub(crate) fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn each_blocks_first_and_last_address_are_refused_and_the_neighbours_are_not() {
        for (first, last, before, after) in [
            ("0.0.0.0", "0.255.255.255", "223.255.255.255", "1.0.0.0"),
            ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
            ("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
            ("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"),
            ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
            ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
            ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
            ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
            ("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
            ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
            ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
            ("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
            ("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
            ("224.0.0.0", "255.255.255.255", "223.255.255.255", "8.8.8.8"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::1", "2001:200::"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::1", "2001:db9::"),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::", "2003::"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::", "3fff:1000::"),
        ] {
            assert!(!public(first) && !public(last), "{first} to {last}");
            assert!(public(before) && public(after), "{before} and {after}");
        }
    }

    #[test]
    fn no_ipv6_outside_the_global_block_is_public() {
        for address in [
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "5f00::1",
            "4000::",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "1fff:ffff::",
        ] {
            assert!(!public(address), "{address}");
        }
        assert!(public("2606:4700:4700::1111"));
    }

    #[test]
    fn the_operator_allows_networks_addresses_and_whole_names() {
        let allow = ["10.1.0.0/16", "fd00::5", " Receiver.Internal. ", ""].map(str::to_owned);
        let policy = AddressPolicy::read(&allow).unwrap();
        assert!(policy.admits("10.1.2.3".parse().unwrap()));
        assert!(!policy.admits("10.2.0.1".parse().unwrap()));
        assert!(!policy.admits("::ffff:10.1.2.3".parse().unwrap()));
        assert!(policy.admits("fd00::5".parse().unwrap()));
        assert!(!policy.admits("fd00::6".parse().unwrap()));
        assert!(policy.trusts("receiver.internal") && policy.trusts("receiver.internal."));
        assert!(!policy.trusts("internal") && !policy.trusts("a.receiver.internal"));
        assert!(!policy.trusts("receiver.internal.evil.test"));
    }

    #[test]
    fn an_entry_that_is_neither_network_nor_name_is_refused_by_name() {
        for entry in ["10.0.0.0/33", "127.1", "http://a.internal", "a.internal:80", "*.internal"] {
            let error = AddressPolicy::read(&[entry.to_owned()]).unwrap_err().to_string();
            assert!(error.starts_with("allow must hold") && error.contains(entry), "{error}");
        }
    }
}
