//! The use cases: what Timbre does, as one function each. The one place that joins audio,
//! inference, matching, store and vault.
//!
//! This crate promises that a tenant's data is reached only through an authenticated [`Tenant`],
//! that speech and code are judged before any voice score is looked at, that a step of a
//! dialogue is either committed whole or did not happen, and that an accepted job ends once. It knows
//! nothing of HTTP.

mod access_tokens;
mod admin_tokens;
mod administrators;
mod agreement;
mod ahead;
mod among_all;
mod browsers;
mod clock;
mod consents;
mod credentials;
mod dialogues;
mod diarization;
mod engine;
mod erasure;
mod error;
mod figures;
mod finding;
mod findings;
mod following;
mod galleries;
mod hearing;
mod held;
mod housekeeping;
mod job_runner;
mod jobs;
mod languages;
mod last_used;
mod ledger;
mod listening;
mod lockouts;
mod logins;
mod made_of;
mod model_change;
mod named_speakers;
mod once;
mod operators;
mod pages;
mod passwords;
mod people;
mod persons;
mod places;
mod playing;
mod policies;
mod profile_enrolment;
mod profile_listening;
mod profiles;
mod receipts;
mod recognition;
mod recordings;
mod reembedding;
mod refusals;
mod rehearing;
mod retention;
mod serialised;
mod sessions;
mod sketch;
mod speakers;
mod subjects;
mod system;
mod template;
mod tenant_register;
mod tenants;
mod training;
mod turn;
mod voiceprints;
mod webhooks;

pub use admin_tokens::NewAdminToken;
pub use administrators::Administrator;
pub use agreement::{Agreement, Judged, Trials};
pub use browsers::AtBrowser;
pub use clock::Clock;
pub use consents::Consent;
pub use credentials::{IssuedCredential, KeySlot, WholeKey};
pub use dialogues::{Answer, Asked, AskedCode, Spoken};
pub use diarization::{Diarized, Known, Listening, Progress, Splitting, Wanted};
pub use engine::{Engine, Parts, Telling};
pub use erasure::EraseOptions;
pub use error::EngineError;
pub use finding::{Finding, FindingState};
pub use findings::{JobDetails, MessageBody, Names};
pub use galleries::{Galleries, GalleryConfig};
pub use held::Held;
pub use housekeeping::Swept;
pub use jobs::{Conversation, JobsConfig, Order};
pub use languages::Languages;
pub use ledger::AUDIT_KEY;
pub use listening::{Heard, Question, Report, listen};
pub use logins::LoggedIn;
pub use made_of::MadeOf;
pub use model_change::{ModelChange, ModelsInUse};
pub use once::{Once, Told};
pub use operators::NewOperator;
pub use pages::{MOST_ENTRIES, Page, PageAsked};
pub use persons::{PersonName, Subject};
pub use playing::{KeptRecording, Part, PartAsked, Played};
pub use profile_enrolment::{Asking, Enrolled};
pub use profile_listening::{Demands, Unfit};
pub use profiles::ProfilePage;
pub use receipts::{Receipt, ReceiptKey, SignedReceipt, Traces};
pub use recognition::{Identified, Verified};
pub use recordings::with_header;
pub use reembedding::{Obstacle, Reembedded};
pub use retention::Retained;
pub use sketch::{Sketch, Sketched};
pub use speakers::{Counting, MODEL_VERSION, Speakers, Voice, conditions};
pub use subjects::NewUser;
pub use system::{Examine, Installation, ModelFacts, ModelFile, System, calibration_sha256};
pub use template::{Template, TemplateError};
pub use tenants::{IssuedTenant, Tenant};
pub use timbre_audio::{AudioError, Container, Limits, sniff};
pub use timbre_inference::Busy;
pub use timbre_matching::calibration::Calibrated;
pub use timbre_outbound::{Outbound, OutboundError, WebhookSecret};
pub use timbre_store::{
    AdminTokenRecord, AuditEvent, AuditFilter, Chain, ChainState, ConsentRecord, Counted, CredentialInfo,
    DialogueDetails, DialogueFilter, Embedded, EnrolmentDetails, JobFilter, OperatorChange, OperatorRecord,
    OptedOut, PeopleFilter, Period, PersonRecord, PolicyVersion, ProfileDetails, SchemeCount, SubjectCreated,
    TenantChange, TenantFilter, TenantRecord, TurnDetails, Used, UsedByTenant,
};
pub use webhooks::webhook_id;
