//! The only HTTP client of the product: it fetches recordings from URLs that tenants name, and delivers webhooks.
//!
//! It promises that no request reaches a machine that is not on the public internet, unless the operator has
//! allowed it ([`OutboundConfig::allow`]). Whatever way a URL is spelt, there is one place where it becomes an address and one
//! ([`connection`]) that connects, to exactly the addresses that [`address`] has judged: nothing is looked up twice, no
//! connection is used again, no redirect followed, no proxy asked. Every request has a limit of bytes and of time.
//! Errors name host and port and nothing else of a URL.

pub mod address;
pub mod config;
mod connection;
pub mod error;
mod exchange;
pub mod resolver;
pub mod signature;
pub mod target;

pub use config::OutboundConfig;
pub use error::OutboundError;
pub use exchange::{Answer, Outbound, Webhook};
pub use signature::WebhookSecret;
pub use target::{Place, Target};
