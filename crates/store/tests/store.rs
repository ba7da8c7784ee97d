//! The store against a real SQLite file.

#![allow(clippy::unwrap_used)]

mod store {
    mod database;
    mod erasure;
    mod support;
}
