//! The table of addresses, read.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::names::Answer;
use crate::{REACHABLE, REDIRECTOR};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reaches the canary, if it is allowed.
    Loopback4,
    Loopback6,
    /// Leads to what may not be there.
    Elsewhere,
    /// Is redirected there.
    Redirect,
    /// Has the canary's address beside one that may be reached, or after it.
    Mixed,
}

pub struct Attempt {
    pub kind: Kind,
    /// What is asked for; empty where a redirect says it.
    pub url: String,
    /// Where the redirect leads.
    pub location: String,
    /// What names are answered with.
    pub answers: Vec<Answer>,
    /// The line of the table.
    pub shown: String,
}

/// The attempts of a table. Those at an address that this machine does not have are left out.
pub fn read(table: &str, port: u16) -> io::Result<Vec<Attempt>> {
    let own = [
        ("OWN_V4", own_address(Ipv4Addr::UNSPECIFIED.into(), "198.51.100.1:9")),
        (
            "OWN_V6",
            own_address(Ipv6Addr::UNSPECIFIED.into(), "[2001:db8::1]:9").map(|six| format!("[{six}]")),
        ),
    ];
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut attempts = Vec::new();
    for line in lines {
        let mut filled = line.replace("PORT", &port.to_string()).replace("REACHABLE", REACHABLE);
        for (word, address) in &own {
            if let Some(address) = address {
                filled = filled.replace(word, address);
            }
        }
        if !filled.contains("OWN_V") {
            attempts.push(attempt(&filled).ok_or_else(|| io::Error::other(format!("what is {line:?}?")))?);
        }
    }
    Ok(attempts)
}

fn attempt(line: &str) -> Option<Attempt> {
    let (sign, rest) = line.split_once(' ')?;
    let kind = match sign {
        "4" => Kind::Loopback4,
        "6" => Kind::Loopback6,
        "-" => Kind::Elsewhere,
        ">" => Kind::Redirect,
        "~" => Kind::Mixed,
        _ => return None,
    };
    let mut parts = rest.split(" -> ");
    let leads_to = parts.next()?.to_owned();
    let mut answers = parts.map(answer).collect::<Option<Vec<_>>>()?;
    let (url, location) = match kind {
        Kind::Redirect => (String::new(), leads_to),
        _ => (leads_to, String::new()),
    };
    if kind == Kind::Redirect {
        // It is at this machine, and allowed by its name: what comes after it is not, though it be the same name.
        answers = vec![Answer::These(vec![Ipv4Addr::LOCALHOST.into()])];
    }
    let shown = match kind {
        Kind::Redirect => format!("{REDIRECTOR} redirects to {location}"),
        _ => rest.to_owned(),
    };
    Some(Attempt { kind, url, location, answers, shown })
}

fn answer(text: &str) -> Option<Answer> {
    match text {
        "system" => Some(Answer::System),
        _ => text.split(',').map(|one| one.parse::<IpAddr>().ok()).collect::<Option<_>>().map(Answer::These),
    }
}

/// The address under which this machine would send to another; nothing is sent.
fn own_address(any: IpAddr, other: &str) -> Option<String> {
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(other).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified() && !own.is_loopback()).then(|| own.to_string())
}
