//! What is put in order now and then: dialogues, sessions and jobs whose time is over, erasures that were stopped, what policies keep for
//! a time only, profiles that are still to be trained, and keys and objects that belong to nothing.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use timbre_domain::ids::{ObjectId, TenantId};
use timbre_vault::ObjectEntry;

use crate::{Engine, EngineError, Retained};

/// Rows or objects looked at in one go.
const PAGE: usize = 500;

/// An object younger than this may still be on its way into the database: it is written before the
/// step that it belongs to is committed.
const SETTLED: Duration = Duration::from_secs(3600);

/// What one round of housekeeping did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub dialogues: usize,
    pub sessions: u64,
    pub objects: usize,
    pub trained: usize,
    pub jobs: usize,
    /// Erasures that were begun earlier, and are over.
    pub erasures: usize,
    /// Keys of people who did not come to be.
    pub keys: usize,
    pub retained: Retained,
}

impl Engine {
    /// One round of housekeeping. Safe to run at any time, on several replicas, and to interrupt.
    pub async fn sweep(&self) -> Result<Swept, EngineError> {
        self.sweep_objects_older_than(SETTLED).await
    }

    /// As [`Engine::sweep`], with an age of one's own from which what belongs to nothing is swept.
    pub async fn sweep_objects_older_than(&self, settled: Duration) -> Result<Swept, EngineError> {
        let now = self.parts.clock.now();
        let mut swept = Swept { sessions: self.parts.store.purge_sessions(now).await?, ..Swept::default() };
        self.forget_logins(now).await?;
        loop {
            let page = self.parts.store.expire_dialogues(now, PAGE as u64).await?;
            swept.dialogues += page;
            if page < PAGE {
                break;
            }
        }
        let forgotten = now - TimeDelta::days(self.parts.jobs.keep_days.into());
        loop {
            let (page, gone) = self.parts.store.purge_jobs(forgotten, PAGE as u64).await?;
            swept.jobs += page;
            for (tenant, object) in gone {
                self.parts.objects.delete(tenant, object).await?;
            }
            if page < PAGE {
                break;
            }
        }
        swept.erasures = self.end_erasures().await?;
        swept.retained = self.retain().await?;
        let settled_for = TimeDelta::from_std(settled).unwrap_or(TimeDelta::MAX);
        let left_alone = now.checked_sub_signed(settled_for).unwrap_or(DateTime::<Utc>::MIN_UTC);
        loop {
            let (keys, more) = self.parts.store.settle_person_keys(left_alone, PAGE as u64).await?;
            swept.keys += keys;
            if !more {
                break;
            }
        }
        swept.trained = self.train_profiles().await?;
        self.parts.objects.sweep_temporaries(SETTLED).await?;
        let Some(oldest_kept) = SystemTime::now().checked_sub(settled) else { return Ok(swept) };
        let mut after = None;
        loop {
            let page = self.parts.objects.list(None, after, PAGE).await?;
            let old = page.entries.into_iter().filter(|entry| entry.modified <= oldest_kept);
            swept.objects += self.sweep_unregistered(old.collect()).await?;
            after = page.next;
            if after.is_none() {
                return Ok(swept);
            }
        }
    }

    async fn sweep_unregistered(&self, mut entries: Vec<ObjectEntry>) -> Result<usize, EngineError> {
        entries.sort_by_key(|entry| entry.name.tenant);
        let mut swept = 0;
        for of_tenant in entries.chunk_by(|a, b| a.name.tenant == b.name.tenant) {
            let tenant: TenantId = of_tenant[0].name.tenant;
            let ids: Vec<ObjectId> = of_tenant.iter().map(|entry| entry.name.object).collect();
            let registered = self.parts.store.registered_objects(tenant, &ids).await?;
            for id in ids.into_iter().filter(|id| !registered.contains(id)) {
                self.parts.objects.delete(tenant, id).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}
