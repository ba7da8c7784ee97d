//! Things as `timbre admin` prints them: as the admin API answers them, without what only a page needs.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use timbre_domain::lockout::Locked;
use timbre_engine::{
    AdminTokenRecord, AuditEvent, DialogueDetails, PersonRecord, Tenant, TenantRecord, TurnDetails,
};

pub(super) fn tenant(tenant: &TenantRecord) -> Value {
    json!({
        "id": tenant.id,
        "name": tenant.name,
        "created_at": tenant.created_at.to_rfc3339(),
        "suspended_at": tenant.suspended_at.map(|at| at.to_rfc3339()),
    })
}

pub(super) fn token(token: &AdminTokenRecord) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "role": token.role.name(),
        "tenant": token.role.tenant(),
        "prefix": token.public_part,
        "created_at": token.created_at.to_rfc3339(),
        "expires_at": token.expires_at.map(|at| at.to_rfc3339()),
        "last_used_at": token.last_used_at.map(|at| at.to_rfc3339()),
        "revoked_at": token.revoked_at.map(|at| at.to_rfc3339()),
    })
}

pub(super) fn person(tenant: &Tenant, person: &PersonRecord, now: DateTime<Utc>) -> Value {
    let enrolments: Vec<Value> = person
        .enrolments
        .iter()
        .map(|enrolment| {
            let locked = enrolment.lockout.check(&tenant.policy.lockout, now).err();
            // None where there is no end to it but a reset.
            let until = enrolment.lockout.locked_until.filter(|_| matches!(locked, Some(Locked::For { .. })));
            json!({
                "id": enrolment.id,
                "contract": enrolment.contract().name(),
                "scheme": enrolment.scheme,
                "language": enrolment.language,
                "failed_verifications": enrolment.lockout.failed,
                "locked": locked.is_some(),
                "locked_until": until.map(|at| at.to_rfc3339()),
                "name": enrolment.profile.as_ref().and_then(|profile| profile.name.clone()),
                "status": enrolment.profile.as_ref().map(|profile| profile.status.name()),
            })
        })
        .collect();
    json!({
        "id": person.id.to_string(),
        "reference_id": person.reference_id,
        "mac_address": person.mac_address,
        "pseudonym": tenant.pseudonym(person.id),
        "created_at": person.created_at.to_rfc3339(),
        "enrolments": enrolments,
    })
}

pub(super) fn dialogue(dialogue: &DialogueDetails) -> Value {
    json!({
        "id": dialogue.id,
        "person": dialogue.subject,
        "purpose": dialogue.purpose,
        "language": dialogue.language,
        "state": dialogue.state,
        "failure": dialogue.failure,
        "accepted": dialogue.accepted,
        "failures": dialogue.failures,
        "created_at": dialogue.created_at.to_rfc3339(),
        "finished_at": dialogue.finished_at.map(|at| at.to_rfc3339()),
    })
}

pub(super) fn turn(turn: &TurnDetails) -> Value {
    json!({
        "number": turn.number,
        "decision": turn.decision,
        "measured": serde_json::from_str::<Value>(&turn.measured).unwrap_or_default(),
        "created_at": turn.created_at.to_rfc3339(),
    })
}

pub(super) fn event(event: &AuditEvent) -> Value {
    json!({
        "number": event.number,
        "at": event.at.to_rfc3339(),
        "actor": event.actor,
        "address": event.address,
        "action": event.action,
        "person": event.person,
        "target": event.target,
        "detail": event.detail.as_deref().and_then(|detail| serde_json::from_str::<Value>(detail).ok()),
    })
}
