//! HTTP: one module for each contract, and what all of them share.
//!
//! This crate promises that a handler reads its request, calls one use case of the engine and
//! shapes the reply in its contract's own words, and that whoever may call it stands in its
//! signature: a route of a tenant takes a [`biometrid::Caller`], an [`azure::Call`] or a
//! [`deepaffects::Caller`], which only authentication makes.
//! It knows neither SQL nor models.

mod address;
pub mod admin;
pub mod azure;
pub mod biometrid;
mod consent;
pub mod deepaffects;
mod documented;
mod documents;
mod figures;
mod health;
mod http;
mod limits;
pub mod openapi;
mod query;
mod redis_link;
mod redis_state;
mod request_log;
mod routes;
mod sessions;
pub mod shared;
mod uploads;
mod zero;

pub use figures::serve_figures;
pub use http::{Http, serve};
pub use redis_link::RedisConfig;
pub use redis_state::RedisState;
pub use sessions::SessionsIn;

/// By then a load balancer has found another replica, the restart is over, or the database answers again.
const UNAVAILABLE_SECONDS: u64 = 5;
