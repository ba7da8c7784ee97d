//! The store against a real SQLite file, and where `TIMBRE_TEST_POSTGRES` names a server, against that.

#![allow(clippy::unwrap_used)]

mod store {
    mod beginnings;
    mod credentials;
    mod database;
    mod erasure;
    mod files;
    mod galleries;
    mod jobs;
    mod ledger;
    mod logins;
    mod outages;
    mod persons;
    mod postgres;
    mod profiles;
    mod races;
    mod support;
    mod sweeps;
    mod undone;
}
