//! The client as its callers use it, against servers on this machine.
#![allow(clippy::unwrap_used)]

mod delivering;
mod fetching;
mod refusing;
mod servers;
mod tls;
