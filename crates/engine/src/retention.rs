//! What tenants' policies keep for a time only, put away in housekeeping.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use timbre_domain::{audit::Origin, ids::TenantId, policy::RetentionPolicy};

use crate::{Engine, EngineError, EraseOptions, Tenant};

/// Tenants, dialogues or people looked at in one go.
const PAGE: u64 = 200;

/// What retention put away in one round, or would.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    pub dialogues: usize,
    pub people: usize,
}

impl Retained {
    /// Where there are as many of a kind, what would be put away is not counted further: somebody waits for it.
    pub const MOST_COUNTED: usize = 200;
}

impl Engine {
    /// What another retention would put away now that the one in force keeps: nothing where it is not stricter. Each kind is counted up to
    /// [`Retained::MOST_COUNTED`]. Nothing is changed.
    pub async fn would_put_away(
        &self,
        tenant: &Tenant,
        retention: &RetentionPolicy,
    ) -> Result<Retained, EngineError> {
        let (store, in_force) = (&self.parts.store, &tenant.policy.retention);
        let (most, mut ahead) = (Retained::MOST_COUNTED as u64, Retained::default());
        if let Some((since, before)) = self.sooner(retention.dialogue_days, in_force.dialogue_days) {
            ahead.dialogues = store.count_dialogues_over(tenant.id, since, before, most).await?;
        }
        if let Some((since, before)) = self.sooner(retention.unused_person_days, in_force.unused_person_days)
        {
            ahead.people = store.count_people_unheard(tenant.id, since, before, most).await?;
        }
        Ok(ahead)
    }

    /// The time of which things would be put away sooner than by the days in force: from when on, if there are such days, and before when.
    fn sooner(
        &self,
        days: Option<u32>,
        in_force: Option<u32>,
    ) -> Option<(Option<DateTime<Utc>>, DateTime<Utc>)> {
        let fewer = days.filter(|days| in_force.is_none_or(|in_force| *days < in_force))?;
        Some((in_force.map(|days| self.days_ago(days)), self.days_ago(fewer)))
    }

    fn days_ago(&self, days: u32) -> DateTime<Utc> {
        self.parts.clock.now() - TimeDelta::days(days.into())
    }

    /// Goes through all tenants. Erasures are begun here, and ended with the others. One that cannot be done now is told of, and done in the next round.
    pub(crate) async fn retain(&self) -> Result<Retained, EngineError> {
        let (mut done, mut after) = (Retained::default(), None);
        loop {
            let page = self.parts.store.tenants_after(after, PAGE).await?;
            for id in &page {
                if let Err(error) = self.retain_of(*id, &mut done).await {
                    tracing::warn!(tenant = %id, %error, "what is over could not be put away yet");
                }
            }
            after = page.last().copied();
            if (page.len() as u64) < PAGE {
                return Ok(done);
            }
        }
    }

    async fn retain_of(&self, id: TenantId, done: &mut Retained) -> Result<(), EngineError> {
        let Some(record) = self.parts.store.tenant(id).await? else { return Ok(()) };
        let retention = record.policy.retention.clone();
        if retention == Default::default() {
            return Ok(());
        }
        let tenant = self.open(record, Origin::system())?;
        if let Some(days) = retention.dialogue_days {
            done.dialogues += self.forget_dialogues(&tenant, days).await?;
        }
        if let Some(days) = retention.unused_person_days {
            done.people += self.erase_unused(&tenant, days).await?;
        }
        Ok(())
    }

    async fn forget_dialogues(&self, tenant: &Tenant, days: u32) -> Result<usize, EngineError> {
        let (now, before) = (self.parts.clock.now(), self.days_ago(days));
        let mut forgotten = 0;
        loop {
            let told = |dialogues: usize| {
                tenant.told(
                    "retention.dialogues_deleted",
                    None,
                    json!({"dialogues": dialogues, "days": days}),
                )
            };
            let page = self.parts.store.forget_dialogues(tenant.id, before, PAGE, told, now).await?;
            forgotten += page;
            if (page as u64) < PAGE {
                return Ok(forgotten);
            }
        }
    }

    /// Begins the erasures of whoever was not heard for so long.
    async fn erase_unused(&self, tenant: &Tenant, days: u32) -> Result<usize, EngineError> {
        let before = self.days_ago(days);
        let mut erased = 0;
        loop {
            let page = self.parts.store.people_unheard_since(tenant.id, before, PAGE).await?;
            for subject in &page {
                match self.begin_erasure(tenant, *subject, EraseOptions::default()).await {
                    // Somebody else was faster.
                    Err(EngineError::UnknownSubject) => {}
                    begun => {
                        begun?;
                        erased += 1;
                    }
                }
            }
            if (page.len() as u64) < PAGE {
                return Ok(erased);
            }
        }
    }
}
