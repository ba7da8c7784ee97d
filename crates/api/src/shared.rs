//! What other pages and calls on this server have in common with the contracts: where a request comes from, how often anybody may come, how
//! much of a body is read, and by what id the log tells of it. Whoever serves beside the contracts counts and reads as they do.

pub use crate::{
    address::address,
    limits::{TooMany, count_manager, count_stranger},
    request_log::request_id,
    uploads::{NotRead, read as read_body},
};
