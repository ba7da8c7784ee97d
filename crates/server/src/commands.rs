//! One module for each command.

pub mod admin;
pub mod audit;
pub mod bench;
pub mod calibrate;
pub mod compare;
pub mod demo;
pub mod diarize;
pub mod doctor;
pub mod embed;
pub mod evaluate;
pub mod evaluate_diarization;
pub mod import;
pub mod job;
pub mod migrate;
pub mod models;
pub mod operator;
pub mod receipt;
pub mod reembed;
pub mod serve;
pub mod tenant;
pub mod usage;
pub mod work;
