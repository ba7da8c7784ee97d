//! The admin API under `/admin/v1`.

mod credentials;
mod dialogues;
mod jobs;
mod logins;
mod once;
mod operators;
mod pages;
mod people;
mod policies;
mod problems;
mod roles;
mod tenants;
mod tokens;
mod trail;
mod usage;
