//! What tenants' policies keep for a time only, put away in housekeeping.

use chrono::TimeDelta;
use serde_json::json;
use timbre_domain::{audit::Origin, ids::TenantId};

use crate::{Engine, EngineError, EraseOptions, Tenant};

/// Tenants, dialogues or people looked at in one go.
const PAGE: u64 = 200;

/// What retention did in one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    pub dialogues: usize,
    pub people: usize,
}

impl Engine {
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
        let now = self.parts.clock.now();
        let before = now - TimeDelta::days(days.into());
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
        let before = self.parts.clock.now() - TimeDelta::days(days.into());
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
