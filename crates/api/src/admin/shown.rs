//! Things as they are answered: by the admin API, and by `timbre` at the command line in the same shape. Times are RFC 3339, UTC.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use timbre_domain::{
    contract::Contract,
    ids::{DeliveryId, DialogueId, EnrolmentId, JobId, TenantId, TokenId, TurnId},
    job, lockout, usage,
};
use timbre_engine::{
    AdminTokenRecord, AuditEvent, DialogueDetails, EnrolmentDetails, PersonRecord, Report, TenantRecord,
    TurnDetails, Used, webhook_id,
};

/// A customer of this installation.
#[derive(Serialize, JsonSchema)]
pub struct Tenant {
    id: TenantId,
    name: String,
    /// In which codes are spoken where nothing else is asked for.
    language: String,
    voice_engine: bool,
    created_at: DateTime<Utc>,
    /// Since when its credentials are unknown.
    suspended_at: Option<DateTime<Utc>>,
}

/// A tenant.
pub fn tenant(tenant: &TenantRecord) -> Tenant {
    Tenant {
        id: tenant.id,
        name: tenant.name.clone(),
        language: tenant.default_language.clone(),
        voice_engine: tenant.voice_engine,
        created_at: tenant.created_at,
        suspended_at: tenant.suspended_at,
    }
}

/// A token of a program, without what it is.
#[derive(Serialize, JsonSchema)]
pub struct Token {
    id: TokenId,
    name: String,
    /// `owner`, `operator`, `auditor` or `tenant-admin`.
    role: &'static str,
    /// Of a tenant's admin.
    tenant: Option<TenantId>,
    /// What the token begins with, so that it is known again.
    prefix: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

/// A token, without what it is.
pub fn token(token: &AdminTokenRecord) -> Token {
    Token {
        id: token.id,
        name: token.name.clone(),
        role: token.role.name(),
        tenant: token.role.tenant(),
        prefix: token.public_part.clone(),
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}

/// A token just issued, with what it is: shown in this reply only.
#[derive(Serialize, JsonSchema)]
pub struct IssuedToken {
    #[serde(flatten)]
    record: Token,
    token: String,
}

/// A token with what it is.
pub fn issued_token(record: &AdminTokenRecord, token_text: &str) -> IssuedToken {
    IssuedToken { record: token(record), token: token_text.to_owned() }
}

/// A dialogue, without its code.
#[derive(Serialize, JsonSchema)]
pub struct Dialogue {
    id: DialogueId,
    #[schemars(regex(pattern = "^[0-9a-f]{24}$"))]
    person: String,
    /// `Enrol`, `Verify` or `Adapt`.
    purpose: String,
    language: String,
    /// `Open`, `Succeeded`, `Failed` or `Aborted`.
    state: String,
    /// Why it failed.
    failure: Option<String>,
    /// Recordings that were accepted.
    accepted: i32,
    /// Recordings that were not.
    failures: i32,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// A dialogue, without its code.
pub fn dialogue(dialogue: &DialogueDetails) -> Dialogue {
    Dialogue {
        id: dialogue.id,
        person: dialogue.subject.clone(),
        purpose: dialogue.purpose.clone(),
        language: dialogue.language.clone(),
        state: dialogue.state.clone(),
        failure: dialogue.failure.clone(),
        accepted: dialogue.accepted,
        failures: dialogue.failures,
        created_at: dialogue.created_at,
        expires_at: dialogue.expires_at,
        finished_at: dialogue.finished_at,
    }
}

/// A dialogue with its turns.
#[derive(Serialize, JsonSchema)]
pub struct WholeDialogue {
    #[serde(flatten)]
    dialogue: Dialogue,
    /// In the order in which they came.
    turns: Vec<Turn>,
}

/// A recording of a dialogue, and what was decided on it.
#[derive(Serialize, JsonSchema)]
pub struct Turn {
    id: TurnId,
    /// From 1.
    number: i32,
    /// As the BiometrID contract names decisions.
    decision: String,
    /// What was measured of it; null where that can no longer be read.
    #[schemars(with = "Option<Report>")]
    measured: Value,
    created_at: DateTime<Utc>,
}

/// A dialogue with its turns.
pub fn whole_dialogue(details: &DialogueDetails, turns: &[TurnDetails]) -> WholeDialogue {
    let turn = |turn: &TurnDetails| Turn {
        id: turn.id,
        number: turn.number,
        decision: turn.decision.clone(),
        measured: serde_json::from_str(&turn.measured).unwrap_or_default(),
        created_at: turn.created_at,
    };
    WholeDialogue { dialogue: dialogue(details), turns: turns.iter().map(turn).collect() }
}

/// An event of an audit trail.
#[derive(Serialize, JsonSchema)]
pub struct Event {
    /// From 1, without gaps.
    number: u64,
    at: DateTime<Utc>,
    /// Who did it: `application:…`, `operator:…`, `token:…`, `command-line:…`, `unknown` or `system`.
    actor: String,
    /// Where the call came from.
    address: Option<String>,
    action: String,
    /// A pseudonym: the trail outlives the person's erasure.
    person: Option<String>,
    /// What it was done to.
    target: Option<String>,
    /// What else there is to say; which fields, the action tells.
    detail: Option<Value>,
}

/// An event of an audit trail.
pub fn event(event: &AuditEvent) -> Event {
    Event {
        number: event.number,
        at: event.at,
        actor: event.actor.clone(),
        address: event.address.clone(),
        action: event.action.clone(),
        person: event.person.clone(),
        target: event.target.clone(),
        detail: event.detail.as_deref().and_then(|detail| serde_json::from_str(detail).ok()),
    }
}

/// Work that outlives the request that asked for it.
#[derive(Serialize, JsonSchema)]
pub struct Job {
    id: JobId,
    /// What the caller knows it by.
    request_id: String,
    /// `Identify`, `Diarize` or `DetectSpeech`.
    kind: &'static str,
    /// `Queued`, `Running`, `Completed`, `Failed` or `Cancelled`.
    state: &'static str,
    /// Times that a worker began.
    tries: u32,
    /// Seconds of the recording that were heard.
    heard_seconds: f64,
    /// Seconds of the whole recording, once they are known.
    total_seconds: Option<f64>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// A job.
pub fn job(job: &job::Job) -> Job {
    Job {
        id: job.id,
        request_id: job.request_id.clone(),
        kind: job.kind.name(),
        state: job.state.name(),
        tries: job.tries,
        heard_seconds: job.heard_seconds,
        total_seconds: job.total_seconds,
        created_at: job.created_at,
        finished_at: job.finished_at,
    }
}

/// A message about a job's end, with every try of it.
#[derive(Serialize, JsonSchema)]
pub struct Message {
    id: DeliveryId,
    /// The `webhook-id` that receivers see: the same for each try.
    webhook_id: String,
    /// `Pending`, `Delivered` or `Dropped`.
    state: &'static str,
    /// When it is tried next, if it is.
    next_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    tries: Vec<MessageTry>,
}

/// One try of a message.
#[derive(Serialize, JsonSchema)]
struct MessageTry {
    /// From 1.
    number: u32,
    at: DateTime<Utc>,
    /// The receiver's HTTP status, if it answered.
    status: Option<u16>,
    /// Why it did not.
    error: Option<String>,
    milliseconds: u32,
}

/// A message about a job's end, with every try of it.
pub fn message(message: &job::Delivery, tries: &[job::DeliveryTry]) -> Message {
    let tried = |this: &job::DeliveryTry| MessageTry {
        number: this.number,
        at: this.at,
        status: this.status,
        error: this.error.clone(),
        milliseconds: this.milliseconds,
    };
    Message {
        id: message.id,
        webhook_id: webhook_id(message.id),
        state: message.state.name(),
        next_at: message.next_at,
        created_at: message.created_at,
        tries: tries.iter().map(tried).collect(),
    }
}

/// A job with the messages about its end.
#[derive(Serialize)]
pub struct WholeJob {
    #[serde(flatten)]
    job: Job,
    messages: Vec<Message>,
}

/// A job with the messages about its end.
pub fn whole_job(of: &job::Job, messages: &[(job::Delivery, Vec<job::DeliveryTry>)]) -> WholeJob {
    let messages = messages.iter().map(|(this, tries)| message(this, tries));
    WholeJob { job: job(of), messages: messages.collect() }
}

/// Somebody whom any contract knows, with all enrolments.
#[derive(Serialize, JsonSchema)]
pub struct Person {
    #[schemars(regex(pattern = "^[0-9a-f]{24}$"))]
    id: String,
    /// What a BiometrID application calls them.
    reference_id: Option<String>,
    mac_address: Option<String>,
    /// As the audit trail and receipts call them.
    pseudonym: String,
    created_at: DateTime<Utc>,
    enrolments: Vec<Enrolment>,
}

/// One voice of somebody, under one contract.
#[derive(Serialize, JsonSchema)]
struct Enrolment {
    id: EnrolmentId,
    contract: Contract,
    /// What is spoken, and how it is compared.
    scheme: String,
    language: String,
    begun_at: DateTime<Utc>,
    /// In a row, up to now.
    failed_verifications: u32,
    locked: bool,
    /// Null where nothing but a reset ends it.
    locked_until: Option<DateTime<Utc>>,
    /// Of profiles and speakers.
    profile: Option<Profile>,
}

/// What a profile or a speaker is filled with.
#[derive(Serialize, JsonSchema)]
struct Profile {
    kind: &'static str,
    status: &'static str,
    name: Option<String>,
    /// Recordings that were accepted.
    samples: u32,
    audio_seconds: f64,
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
        scheme: enrolment.scheme.clone(),
        language: enrolment.language.clone(),
        begun_at: enrolment.enrolled_at,
        failed_verifications: enrolment.lockout.failed,
        locked: locked.is_some(),
        locked_until: enrolment
            .lockout
            .locked_until
            .filter(|_| matches!(locked, Some(lockout::Locked::For { .. }))),
        profile: enrolment.profile.as_ref().map(|profile| Profile {
            kind: profile.kind.name(),
            status: profile.status.name(),
            name: profile.name.clone(),
            samples: profile.samples,
            audio_seconds: profile.audio_seconds,
            speech_seconds: profile.speech_seconds,
        }),
    }
}

/// What was used, by the names of the meters.
#[derive(Serialize, JsonSchema)]
pub struct Usage {
    /// Calls that made, changed or decided something.
    requests: u64,
    /// Of recordings that were taken or compared, pauses included.
    audio_seconds: f64,
    /// Voices that became enrolled.
    enrolments: u64,
    /// Recordings in which somebody was looked for among several.
    identifications: u64,
}

/// What was used, by the names of the meters; sound in seconds.
pub fn usage(usage: usage::Usage) -> Usage {
    Usage {
        requests: usage.requests,
        audio_seconds: usage.audio_milliseconds as f64 / 1000.0,
        enrolments: usage.enrolments,
        identifications: usage.identifications,
    }
}

/// What was used on each day, as CSV (RFC 4180). Nothing in it needs quotes: days and numbers.
pub fn usage_table(days: &[Used]) -> String {
    let mut text = "day,requests,audio_seconds,enrolments,identifications\r\n".to_owned();
    for Used { period, usage } in days {
        let (seconds, rest) = (usage.audio_milliseconds / 1000, usage.audio_milliseconds % 1000);
        text += &format!(
            "{period},{},{seconds}.{rest:03},{},{}\r\n",
            usage.requests, usage.enrolments, usage.identifications
        );
    }
    text
}
