//! Counting verifications that fail in a row, exactly, however many come at once and to whichever replica.

use chrono::{DateTime, Utc};
use serde_json::Value;
use timbre_domain::ids::{EnrolmentId, SubjectId};
use timbre_store::LockoutChange;

use crate::{Engine, EngineError, Subject, Tenant};

impl Engine {
    /// Lets the subject be verified again, in every language, as the tenant or an operator decides.
    pub async fn reset_lockout(&self, tenant: &Tenant, subject: &Subject) -> Result<(), EngineError> {
        let enrolments = self.parts.store.enrolments(tenant.id, subject.id).await?;
        let ids: Vec<EnrolmentId> = enrolments.into_iter().map(|enrolment| enrolment.id).collect();
        let entry = tenant.told("lockout.reset", Some(subject.id), Value::Null);
        self.parts.store.reset_lockouts(tenant.id, &ids, entry, self.parts.clock.now()).await?;
        tracing::info!("lockout reset");
        Ok(())
    }

    /// Whether the subject may be verified in this language now.
    pub(crate) async fn check_lockout(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        language: &str,
    ) -> Result<(), EngineError> {
        let Some((enrolment, _)) = self.dialogue_enrolment(tenant, subject, language).await? else {
            return Err(EngineError::NotEnrolled);
        };
        let lockout = self.parts.store.lockout(tenant.id, enrolment).await?.unwrap_or_default();
        Ok(lockout.check(&tenant.policy.lockout, self.parts.clock.now())?)
    }

    /// Counts an attempt as failed before it is scored; success takes it back. Of those that come at the
    /// same time each is counted by itself, and what is over the limit is not scored.
    pub(crate) async fn charge_attempt(
        &self,
        tenant: &Tenant,
        enrolment: EnrolmentId,
    ) -> Result<(), EngineError> {
        let store = &self.parts.store;
        loop {
            let seen = store.lockout(tenant.id, enrolment).await?.ok_or(EngineError::NotEnrolled)?;
            let charged = seen.charge(&tenant.policy.lockout, self.parts.clock.now())?;
            if store.charge_attempt(tenant.id, enrolment, seen, charged).await? {
                return Ok(());
            }
            // Another attempt was counted in between. Each such round counts one, so there are no
            // more rounds than the policy allows attempts.
        }
    }

    /// The delay of an attempt that has just been told that it failed.
    pub(crate) async fn delay_from(
        &self,
        tenant: &Tenant,
        enrolment: EnrolmentId,
        now: DateTime<Utc>,
    ) -> Result<Option<LockoutChange>, EngineError> {
        let lockout = self.parts.store.lockout(tenant.id, enrolment).await?.unwrap_or_default();
        Ok(lockout.failed_at(&tenant.policy.lockout, now).locked_until.map(LockoutChange::Until))
    }
}
