//! The tests of the running product. Files mirror the routes; what concerns all of them has a file
//! of its own.

#![allow(clippy::unwrap_used)]

mod admin;
mod azure;
mod biometrid;
mod contracts;
mod dashboard;
mod deepaffects;
mod deploy;
mod health;
mod isolation;
mod limits;
mod lost_replies;
mod model_change;
mod openapi;
mod persons;
mod privacy;
mod real_speech;
mod usage;
mod zeros;
