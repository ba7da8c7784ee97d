//! People, with all enrolments.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    contract::Contract,
    ids::EnrolmentId,
    lockout,
    profile::{ProfileKind, ProfileStatus},
    scheme::Scheme,
};
use timbre_engine::{EnrolmentDetails, PersonRecord};

/// Somebody whom any contract knows, with all enrolments.
#[derive(Serialize, JsonSchema)]
pub struct Person {
    /// The person's id: 24 hexadecimal digits.
    #[schemars(regex(pattern = "^[0-9a-f]{24}$"))]
    id: String,
    /// What a BiometrID application calls them.
    reference_id: Option<String>,
    /// The address of the device that a BiometrID application bound to them.
    mac_address: Option<String>,
    /// As the audit trail and receipts call them.
    pseudonym: String,
    /// When they became known.
    created_at: DateTime<Utc>,
    /// Their voices, the oldest first.
    enrolments: Vec<Enrolment>,
}

/// One voice of somebody, under one contract.
#[derive(Serialize, JsonSchema)]
struct Enrolment {
    /// The enrolment's id.
    id: EnrolmentId,
    /// By whose words it was made.
    contract: Contract,
    /// What is spoken, and how it is compared.
    scheme: Scheme,
    /// In which they speak, as in `en-US`.
    language: String,
    /// When the enrolment began.
    begun_at: DateTime<Utc>,
    /// In a row, up to now.
    failed_verifications: u32,
    /// Whether failed verifications turn the next one down now.
    locked: bool,
    /// Null where nothing but a reset ends it.
    locked_until: Option<DateTime<Utc>>,
    /// Of profiles and speakers.
    profile: Option<Profile>,
}

/// What a profile or a speaker is filled with.
#[derive(Serialize, JsonSchema)]
struct Profile {
    /// What it is for: a kind of Azure's profiles, or a speaker.
    kind: ProfileKind,
    /// How far it is.
    status: ProfileStatus,
    /// What the tenant calls a speaker; null of a profile, which has its id.
    name: Option<String>,
    /// Recordings that were accepted.
    samples: u32,
    /// Seconds of them.
    audio_seconds: f64,
    /// Seconds of speech in them.
    speech_seconds: f64,
}

/// Somebody, with all enrolments.
pub fn person(tenant: &timbre_engine::Tenant, person: &PersonRecord, now: DateTime<Utc>) -> Person {
    Person {
        id: person.id.to_string(),
        reference_id: person.reference_id.clone(),
        mac_address: person.mac_address.clone(),
        pseudonym: tenant.pseudonym(person.id),
        created_at: person.created_at,
        enrolments: person.enrolments.iter().map(|this| enrolment(tenant, this, now)).collect(),
    }
}

fn enrolment(tenant: &timbre_engine::Tenant, enrolment: &EnrolmentDetails, now: DateTime<Utc>) -> Enrolment {
    let locked = enrolment.lockout.check(&tenant.policy.lockout, now).err();
    Enrolment {
        id: enrolment.id,
        contract: enrolment.contract(),
        scheme: enrolment.scheme,
        language: enrolment.language.clone(),
        begun_at: enrolment.enrolled_at,
        failed_verifications: enrolment.lockout.failed,
        locked: locked.is_some(),
        locked_until: enrolment
            .lockout
            .locked_until
            .filter(|_| matches!(locked, Some(lockout::Locked::For { .. }))),
        profile: enrolment.profile.as_ref().map(|profile| Profile {
            kind: profile.kind,
            status: profile.status,
            name: profile.name.clone(),
            samples: profile.samples,
            audio_seconds: profile.audio_seconds,
            speech_seconds: profile.speech_seconds,
        }),
    }
}
