//! The database: tenants, subjects, enrolments, profiles, dialogues, consents and erasures, jobs and their messages, cookie
//! sessions, the register of vault objects, meters and the audit trail; and beside it the keyring.
//!
//! This crate promises three things. It is the only one with SQL. No query of tenant data goes
//! without a [`TenantId`](timbre_domain::ids::TenantId), which is always the first argument. And
//! what belongs together is committed together: a step of a dialogue, its turn, its object and the
//! enrolment it completes are there whole or not at all.
//!
//! It holds sealed bytes only; it cannot open them.

mod address;
mod admin_tokens;
mod answers;
mod audit;
mod connection;
mod consents;
mod credentials;
mod database;
mod deliveries;
mod dialogue_register;
mod dialogues;
mod enrolments;
mod erasure;
mod erasures;
mod error;
mod figures;
mod files;
mod galleries;
mod held;
mod job_claims;
mod job_register;
mod jobs;
mod journals;
mod keyring;
mod ledger;
mod listing;
mod lockouts;
mod login_failures;
mod migrating;
mod models;
mod objects;
mod operator_sessions;
mod operators;
mod opt_outs;
mod people;
mod persons;
mod policies;
mod postgres;
mod profiles;
mod recordings;
mod retention;
mod rows;
mod samples;
mod server;
mod sessions;
mod steps;
mod subjects;
mod sweeps;
mod tenant_register;
mod tenants;
mod tombstones;
mod traces;
mod trail;
mod unnumbered;
mod usage;

pub use admin_tokens::{AdminTokenAdded, AdminTokenRecord};
pub use answers::{EarlierAnswer, NewAnswer};
pub use audit::{AuditHead, ChainState, TENANT_CREATED};
pub use connection::{AuditKey, Connection, Store};
pub use consents::{ConsentRecord, MOST_CONSENTS, NewConsent, Whose};
pub use credentials::{CREDENTIAL_SLOTS, CredentialInfo, CredentialRecord, NewCredential};
pub use database::{patiently, patiently_here};
pub use dialogue_register::{DialogueDetails, DialogueFilter, TurnDetails};
pub use dialogues::{DialogueRecord, TurnRecord};
pub use enrolments::{EnrolmentRecord, SealedVoiceprint};
pub use erasures::{Counted, Erasing, NewErasure, Remains};
pub use error::StoreError;
pub use figures::{ToDo, UsedByTenant};
pub use galleries::{GalleryEntry, GalleryPage, GalleryPlace};
pub use held::{HeldDialogue, HeldEnrolment, HeldPerson, HeldProfile, HeldSample, HeldTurn};
pub use job_register::JobFilter;
pub use jobs::{JobAdded, JobEnd, JobRecord, NewJob};
pub use ledger::{Chain, Entry, NewEvent};
pub use listing::{Listing, Period};
pub use lockouts::LockoutChange;
pub use login_failures::{LoginCharged, LoginLimit};
pub use models::{Embedded, ModelsChanged, Readiness, SchemeCount, TenantModels};
pub use operator_sessions::OperatorSession;
pub use operators::{OperatorChange, OperatorChanged, OperatorRecord, PasswordChange};
pub use opt_outs::{Called, OptedOut};
pub use people::{EnrolmentDetails, PeopleFilter, PersonRecord, ProfileDetails};
pub use persons::{PersonNames, SealedUnder, Terms};
pub use policies::PolicyVersion;
pub use profiles::{NewProfile, ProfileCreated};
pub use recordings::RecordingDetails;
pub use samples::{Claim, Filling, NewSample, SampleRecord};
pub use server::ServerInfo;
pub use sessions::SessionHash;
pub use steps::{FinishedEnrolment, NewTurn, Outcome, Step};
pub use subjects::{NewSubject, SubjectCreated, SubjectRecord};
pub use sweeps::SWEEP_OF_OBJECTS;
pub use tenant_register::{TenantChange, TenantFilter};
pub use tenants::{NewTenant, TenantRecord};
pub use trail::{AuditEvent, AuditFilter};
pub use usage::{Recount, Used};
