//! Written by `cargo xtask clients`.

pub mod admin;
pub mod azure;
pub mod biometrid;
pub mod deepaffects;
