//! What is billed and what the audit trail says, as use cases write it; and both as an operator reads them.
//!
//! What was refused costs nothing, nor does what failed; reading and erasing are free. What an operator does for a tenant is not billed to it.

use serde_json::{Value, json};
use timbre_domain::{
    audit::Actor,
    decision::TurnDecision,
    dialogue::{Dialogue, Purpose, State},
    ids::SubjectId,
    usage::{Meter, Usage, month},
};
use timbre_store::{Entry, NewEvent, Used};

use crate::{Engine, EngineError, Tenant, figures::committed};

impl Tenant {
    /// What the person is called where ids must not stand, because it is kept after their erasure. Of no use to anyone without the
    /// tenant's key.
    pub fn pseudonym(&self, subject: SubjectId) -> String {
        hex::encode(&self.key.keyed_digest("pseudonym", subject.as_bytes())[..16])
    }

    /// An event of the tenant's audit trail, by whoever acts now.
    pub(crate) fn event(&self, action: &'static str, person: Option<SubjectId>, detail: Value) -> NewEvent {
        NewEvent {
            origin: self.origin.clone(),
            action,
            person: person.map(|person| self.pseudonym(person)),
            target: None,
            detail: (!detail.is_null()).then_some(detail),
        }
    }

    /// What an effect costs, and nothing to tell.
    pub(crate) fn cost(&self, operation: &'static str, usage: Usage) -> Entry {
        let billed = matches!(self.origin.actor, Actor::Application(_) | Actor::System);
        let usage = if billed { usage } else { Usage::default() };
        Entry { operation, usage, quotas: self.policy.quotas, ..Entry::default() }
    }

    /// What an effect costs, and the one thing that is told of it.
    pub(crate) fn entry(
        &self,
        action: &'static str,
        person: Option<SubjectId>,
        usage: Usage,
        detail: Value,
    ) -> Entry {
        let event = self.event(action, person, detail);
        Entry { events: vec![event], ..self.cost(action, usage) }
    }

    /// As [`Tenant::entry`], of what is free.
    pub(crate) fn told(&self, action: &'static str, person: Option<SubjectId>, detail: Value) -> Entry {
        Entry::told(self.event(action, person, detail))
    }

    /// A step of a dialogue. A refused recording is no decision on whose voice it is: it costs nothing, and is told of only where it ends
    /// the dialogue.
    pub(crate) fn step_entry(
        &self,
        dialogue: &Dialogue,
        decision: TurnDecision,
        heard_seconds: Option<f32>,
        score: Option<f64>,
    ) -> Entry {
        let action = match dialogue.purpose {
            Purpose::Enrol => "enrolment.decided",
            Purpose::Verify => "verification.decided",
            Purpose::Adapt => "adaptation.decided",
        };
        let outcome = match dialogue.state {
            State::Succeeded => "succeeded",
            State::Failed(_) => "failed",
            _ => "goes on",
        };
        let enrolled = dialogue.purpose == Purpose::Enrol && dialogue.state == State::Succeeded;
        let usage = heard_seconds.map_or_else(Usage::default, |seconds| Usage {
            enrolments: enrolled.into(),
            ..Usage::request(seconds.into())
        });
        if usage.is_nothing() && !matches!(dialogue.state, State::Failed(_)) {
            return Entry::default();
        }
        let detail = json!({"decision": decision, "outcome": outcome, "score": score});
        self.entry(action, Some(dialogue.subject), usage, detail)
    }
}

/// What the key of the audit trail is derived from the master key by.
pub const AUDIT_KEY: &str = "audit trail";

impl Engine {
    /// Refuses what a hard quota of this month leaves no room for, before anything is heard. Whether there is room for exactly this is told by
    /// the commit.
    pub async fn admit(&self, tenant: &Tenant, meters: &[Meter]) -> Result<(), EngineError> {
        let quotas = &tenant.policy.quotas;
        let hard = |meter: &&Meter| quotas.of(**meter).hard && quotas.limit(**meter).is_some();
        if !matches!(tenant.origin.actor, Actor::Application(_)) || !meters.iter().any(|meter| hard(&meter)) {
            return Ok(());
        }
        let used = self.parts.store.used(tenant.id, &month(self.parts.clock.now())).await?;
        let full = |meter: &&Meter| quotas.limit(**meter).is_some_and(|limit| used.of(**meter) >= limit);
        match meters.iter().filter(hard).find(full) {
            Some(meter) => {
                timbre_telemetry::quota_refused(meter.name());
                Err(EngineError::QuotaReached(*meter))
            }
            None => Ok(()),
        }
    }

    /// What the tenant has used on each day from `first` to `last` ("2026-11-21"), both included, that it used anything on.
    pub async fn used_by_day(
        &self,
        tenant: &Tenant,
        first: &str,
        last: &str,
    ) -> Result<Vec<Used>, EngineError> {
        Ok(self.parts.store.used_by_day(tenant.id, first, last).await?)
    }

    /// Commits an entry whose effect is the answer. Where the quota is full there is no answer.
    pub(crate) async fn enter(&self, tenant: &Tenant, entry: Entry) -> Result<(), EngineError> {
        let entered = self.parts.store.enter(tenant.id, entry, self.parts.clock.now());
        Ok(committed("enter", entered).await?)
    }
}
