//! BiometrID 1.0 under `/api/1.0`.

mod authentication;
mod enroll_voice;
mod expiry;
mod limits;
mod samples;
mod sessions;
mod tenants;
mod uploads;
mod users;
mod verify_voice;
