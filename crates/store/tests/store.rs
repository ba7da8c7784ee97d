//! The store against a real SQLite file.

#![allow(clippy::unwrap_used)]

mod store {
    mod credentials;
    mod database;
    mod erasure;
    mod files;
    mod galleries;
    mod jobs;
    mod ledger;
    mod logins;
    mod persons;
    mod profiles;
    mod support;
}
