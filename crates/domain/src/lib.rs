//! What Timbre is about, as plain types and state machines: tenants, subjects, enrolments,
//! profiles, dialogues, conversations, jobs, decisions, policies.
//!
//! This crate promises to be pure: no I/O, no clock, no randomness of its own. Time and random
//! bytes are handed in, so every rule in here can be tested by calling it.

pub mod audit;
pub mod code;
pub mod consent;
pub mod contract;
pub mod conversation;
pub mod decision;
pub mod device;
pub mod dialogue;
pub mod embedding;
pub mod ids;
pub mod inquiry;
pub mod job;
pub mod locale;
pub mod lockout;
pub mod operator;
pub mod passphrase;
pub mod policy;
pub mod profile;
pub mod quality;
pub mod rate;
pub mod scheme;
pub mod seconds;
pub mod usage;
