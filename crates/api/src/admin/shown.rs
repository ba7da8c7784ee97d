//! Things as they are answered: by the admin API, and by `timbre` at the command line in the same shape.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use timbre_domain::{
    job::{Delivery, DeliveryTry, Job},
    lockout::Locked,
    usage::Usage,
};
use timbre_engine::{
    AdminTokenRecord, AuditEvent, DialogueDetails, EnrolmentDetails, PersonRecord, Tenant, TenantRecord,
    TurnDetails, Used, webhook_id,
};

/// A time: RFC 3339, UTC.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A tenant.
pub fn tenant(tenant: &TenantRecord) -> Value {
    json!({
        "id": tenant.id,
        "name": tenant.name,
        "language": tenant.default_language,
        "voice_engine": tenant.voice_engine,
        "created_at": time(tenant.created_at),
        "suspended_at": tenant.suspended_at.map(time),
    })
}

/// A token, without what it is.
pub fn token(token: &AdminTokenRecord) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "role": token.role.name(),
        "tenant": token.role.tenant(),
        // What the token begins with, so that it is known again.
        "prefix": token.public_part,
        "created_at": time(token.created_at),
        "expires_at": token.expires_at.map(time),
        "last_used_at": token.last_used_at.map(time),
        "revoked_at": token.revoked_at.map(time),
    })
}

/// A dialogue, without its code.
pub fn dialogue(dialogue: &DialogueDetails) -> Value {
    json!({
        "id": dialogue.id,
        "person": dialogue.subject,
        "purpose": dialogue.purpose,
        "language": dialogue.language,
        "state": dialogue.state,
        "failure": dialogue.failure,
        "accepted": dialogue.accepted,
        "failures": dialogue.failures,
        "created_at": time(dialogue.created_at),
        "expires_at": time(dialogue.expires_at),
        "finished_at": dialogue.finished_at.map(time),
    })
}

/// A recording of a dialogue, and what was decided on it.
pub fn turn(turn: &TurnDetails) -> Value {
    json!({
        "id": turn.id,
        "number": turn.number,
        "decision": turn.decision,
        "measured": serde_json::from_str::<Value>(&turn.measured).unwrap_or_default(),
        "created_at": time(turn.created_at),
    })
}

/// An event of an audit trail.
pub fn event(event: &AuditEvent) -> Value {
    json!({
        "number": event.number,
        "at": time(event.at),
        "actor": event.actor,
        "address": event.address,
        "action": event.action,
        // A pseudonym: the trail outlives the person's erasure.
        "person": event.person,
        "target": event.target,
        "detail": event.detail.as_deref().and_then(|detail| serde_json::from_str::<Value>(detail).ok()),
    })
}

/// A job.
pub fn job(job: &Job) -> Value {
    json!({
        "id": job.id,
        "request_id": job.request_id,
        "kind": job.kind.name(),
        "state": job.state.name(),
        "tries": job.tries,
        "heard_seconds": job.heard_seconds,
        "total_seconds": job.total_seconds,
        "created_at": time(job.created_at),
        "finished_at": job.finished_at.map(time),
    })
}

/// A message about a job's end, with every try of it.
pub fn message(message: &Delivery, tries: &[DeliveryTry]) -> Value {
    let tries: Vec<Value> = tries
        .iter()
        .map(|this| {
            json!({
                "number": this.number,
                "at": time(this.at),
                "status": this.status,
                "error": this.error,
                "milliseconds": this.milliseconds,
            })
        })
        .collect();
    json!({
        "id": message.id,
        "webhook_id": webhook_id(message.id),
        "state": message.state.name(),
        "next_at": time(message.next_at),
        "created_at": time(message.created_at),
        "tries": tries,
    })
}

/// Somebody, with all enrolments.
pub fn person(tenant: &Tenant, person: &PersonRecord, now: DateTime<Utc>) -> Value {
    let enrolments: Vec<Value> = person.enrolments.iter().map(|this| enrolment(tenant, this, now)).collect();
    json!({
        "id": person.id.to_string(),
        "reference_id": person.reference_id,
        "mac_address": person.mac_address,
        // As the audit trail calls them.
        "pseudonym": tenant.pseudonym(person.id),
        "created_at": time(person.created_at),
        "enrolments": enrolments,
    })
}

fn enrolment(tenant: &Tenant, enrolment: &EnrolmentDetails, now: DateTime<Utc>) -> Value {
    let locked = enrolment.lockout.check(&tenant.policy.lockout, now).err();
    // None where there is no end to it but a reset.
    let until = enrolment.lockout.locked_until.filter(|_| matches!(locked, Some(Locked::For { .. })));
    json!({
        "id": enrolment.id,
        "contract": enrolment.contract().name(),
        "scheme": enrolment.scheme,
        "language": enrolment.language,
        "begun_at": time(enrolment.enrolled_at),
        "failed_verifications": enrolment.lockout.failed,
        "locked": locked.is_some(),
        "locked_until": until.map(time),
        "profile": enrolment.profile.as_ref().map(|profile| json!({
            "kind": profile.kind.name(),
            "status": profile.status.name(),
            "name": profile.name,
            "samples": profile.samples,
            "audio_seconds": profile.audio_seconds,
            "speech_seconds": profile.speech_seconds,
        })),
    })
}

/// What was used, by the names of the meters; sound in seconds.
pub fn usage(usage: Usage) -> Value {
    json!({
        "requests": usage.requests,
        "audio_seconds": usage.audio_milliseconds as f64 / 1000.0,
        "enrolments": usage.enrolments,
        "identifications": usage.identifications,
    })
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
