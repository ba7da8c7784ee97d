//! Things as they are answered: by the admin API, and by `timbre` at the command line in the same shape. Times are RFC 3339, UTC.

mod jobs;
mod people;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use timbre_domain::{
    decision::{Failure, TurnDecision},
    dialogue::{DialogueState, Purpose},
    ids::{DialogueId, TenantId, TokenId, TurnId},
    usage,
};
use timbre_engine::{AdminTokenRecord, AuditEvent, DialogueDetails, Report, TenantRecord, TurnDetails, Used};

pub use jobs::{Job, Message, WholeJob, job, message, whole_job};
pub use people::{Person, person};

use super::roles::RoleName;

/// A customer of this installation.
#[derive(Serialize, JsonSchema)]
pub struct Tenant {
    /// The tenant's id.
    id: TenantId,
    /// What operators call it: of one tenant only.
    name: String,
    /// In which codes are spoken where nothing else is asked for.
    language: String,
    /// Whether its people's voices may be enrolled and verified under BiometrID.
    voice_engine: bool,
    /// When it was made.
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
    /// The token's id, by which it is revoked. It is not the token.
    id: TokenId,
    /// What operators call the program.
    name: String,
    /// What the program may do.
    role: RoleName,
    /// Of a tenant's admin.
    tenant: Option<TenantId>,
    /// What the token begins with, so that it is known again.
    prefix: String,
    /// When it was issued.
    created_at: DateTime<Utc>,
    /// When it is good no more; null of one that is good until it is revoked.
    expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null of one that never was.
    last_used_at: Option<DateTime<Utc>>,
    /// Since when its calls are refused; null of one that was not revoked.
    revoked_at: Option<DateTime<Utc>>,
}

/// A token, without what it is.
pub fn token(token: &AdminTokenRecord) -> Token {
    Token {
        id: token.id,
        name: token.name.clone(),
        role: token.role.into(),
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
    /// What the program sends: `Authorization: Bearer …`. It is shown in no other reply.
    token: String,
}

/// A token with what it is.
pub fn issued_token(record: &AdminTokenRecord, token_text: &str) -> IssuedToken {
    IssuedToken { record: token(record), token: token_text.to_owned() }
}

/// A dialogue, without its code.
#[derive(Serialize, JsonSchema)]
pub struct Dialogue {
    /// The dialogue's id: a UUID.
    id: DialogueId,
    /// The person's id: 24 hexadecimal digits.
    #[schemars(regex(pattern = "^[0-9a-f]{24}$"))]
    person: String,
    /// What it is for.
    purpose: Purpose,
    /// In which the codes are spoken, as in `en-US`.
    language: String,
    /// How it stands.
    state: DialogueState,
    /// Why it failed.
    failure: Option<Failure>,
    /// Recordings that were accepted.
    accepted: i32,
    /// Recordings that were not.
    failures: i32,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it is over, should it still be open.
    expires_at: DateTime<Utc>,
    /// When it ended; null of one that is open.
    finished_at: Option<DateTime<Utc>>,
}

/// A dialogue, without its code.
pub fn dialogue(dialogue: &DialogueDetails) -> Dialogue {
    Dialogue {
        id: dialogue.id,
        person: dialogue.subject.to_string(),
        purpose: dialogue.purpose,
        language: dialogue.language.clone(),
        state: dialogue.state,
        failure: dialogue.failure,
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
    /// The turn's id.
    id: TurnId,
    /// From 1.
    number: i32,
    /// As the BiometrID contract names decisions.
    decision: TurnDecision,
    /// What was measured of it; null where that can no longer be read.
    #[schemars(with = "Option<Report>")]
    measured: Value,
    /// When the recording came.
    created_at: DateTime<Utc>,
}

/// A dialogue with its turns.
pub fn whole_dialogue(details: &DialogueDetails, turns: &[TurnDetails]) -> WholeDialogue {
    let turn = |turn: &TurnDetails| Turn {
        id: turn.id,
        number: turn.number,
        decision: turn.decision,
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
    /// When it was done.
    at: DateTime<Utc>,
    /// Who did it: `application:…`, `operator:…`, `token:…`, `command-line:…`, `unknown` or `system`.
    actor: String,
    /// Where the call came from.
    address: Option<String>,
    /// What was done: a noun, a dot and a participle, as in `tenant.created`. There may be more of them in a later version.
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
