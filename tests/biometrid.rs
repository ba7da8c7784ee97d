//! BiometrID under `/api/1.0` and `/api/1.1`.

mod adapt_voice;
mod attempts;
mod authentication;
mod auxiliary;
mod client;
mod contract;
mod enroll_voice;
mod erasure;
mod expiry;
mod fuzz;
mod limits;
mod lockout;
mod order_of_checks;
mod redis_sessions;
mod samples;
mod sessions;
mod tenants;
mod uploads;
mod users;
mod verify_voice;
