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
mod health;
mod http;
mod limits;
pub mod openapi;
mod query;
mod request_log;
mod routes;
mod sessions;
mod uploads;
mod zero;

pub use http::{Http, serve};

/// By then a load balancer has found another replica, the restart is over, or the database answers again.
const UNAVAILABLE_SECONDS: u64 = 5;
