//! What is put in order now and then: dialogues, sessions and jobs whose time is over, erasures that were stopped, what policies keep for
//! a time only, profiles that are still to be trained, people of whom it is not written down whose words made them known, voices in memory
//! that are not known any more, and keys and objects that belong to nothing.
//!
//! Each part may run in several replicas at the same time. Objects are looked through by one of them for all, and not in every round, because
//! that is a request for each page of a bucket.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use timbre_domain::ids::{ObjectId, TenantId};
use timbre_store::{SWEEP_OF_OBJECTS, patiently};
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
    /// Erasures that were begun earlier, or by retention, and are over.
    pub erasures: usize,
    /// Keys of people who did not come to be.
    pub keys: usize,
    pub retained: Retained,
}

impl Engine {
    /// One round of housekeeping. Safe to run at any time, on several replicas, and to interrupt. Each part is done whatever became of
    /// the others; the first error is told once all had their turn.
    pub async fn sweep(&self) -> Result<Swept, EngineError> {
        patiently(self.put_in_order(SETTLED, false)).await
    }

    /// As [`Engine::sweep`], with an age of one's own from which what belongs to nothing is swept, and objects are looked through whether
    /// it is time for that or not.
    pub async fn sweep_objects_older_than(&self, settled: Duration) -> Result<Swept, EngineError> {
        patiently(self.put_in_order(settled, true)).await
    }

    async fn put_in_order(&self, settled: Duration, at_once: bool) -> Result<Swept, EngineError> {
        let now = self.parts.clock.now();
        let settled_for = TimeDelta::from_std(settled).unwrap_or(TimeDelta::MAX);
        let left_alone = now.checked_sub_signed(settled_for).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let (mut swept, mut round) = (Swept::default(), Round::default());
        swept.sessions = round.part("sessions", self.purge_sessions(now).await);
        round.part("logins", self.forget_logins(now).await);
        swept.dialogues = round.part("dialogues", self.expire_dialogues(now).await);
        swept.jobs = round.part("jobs", self.purge_jobs(now).await);
        swept.retained = round.part("retention", self.retain().await);
        swept.erasures = round.part("erasures", self.end_erasures().await);
        round.part("people", self.sort_people().await);
        round.part("numbers", self.number_voiceprints().await);
        round.part("galleries", self.tend_galleries().await);
        swept.keys = round.part("keys", self.settle_keys(left_alone).await);
        swept.trained = round.part("training", self.train_profiles().await);
        swept.objects = match at_once {
            true => round.part("objects", self.sweep_objects(settled).await),
            false => round.part("objects", self.sweep_objects_in_turn(settled, now).await),
        };
        // Last: what was erased in this round, or by others since the last, stays in no journal that is free.
        round.part("journals", self.parts.store.overwrite_journals().await.map_err(EngineError::from));
        match round.failed {
            Some(error) => Err(error),
            None => Ok(swept),
        }
    }

    async fn purge_sessions(&self, now: DateTime<Utc>) -> Result<u64, EngineError> {
        Ok(self.parts.store.purge_sessions(now).await?)
    }

    async fn expire_dialogues(&self, now: DateTime<Utc>) -> Result<usize, EngineError> {
        let mut expired = 0;
        loop {
            let page = self.parts.store.expire_dialogues(now, PAGE as u64).await?;
            expired += page;
            if page < PAGE {
                return Ok(expired);
            }
        }
    }

    /// Recordings that cannot be deleted now belong to nothing from here on, and are swept as such.
    async fn purge_jobs(&self, now: DateTime<Utc>) -> Result<usize, EngineError> {
        let before = now - TimeDelta::days(self.parts.jobs.keep_days.into());
        let (mut purged, mut round) = (0, Round::default());
        loop {
            let (page, gone) = self.parts.store.purge_jobs(before, PAGE as u64).await?;
            purged += page;
            for (tenant, object) in gone {
                round.part("a job's recording", self.delete_object(tenant, object).await);
            }
            if page < PAGE {
                return round.failed.map_or(Ok(purged), Err);
            }
        }
    }

    async fn sort_people(&self) -> Result<(), EngineError> {
        while self.parts.store.sort_people(PAGE as u64).await? == PAGE as u64 {}
        Ok(())
    }

    async fn settle_keys(&self, before: DateTime<Utc>) -> Result<usize, EngineError> {
        let mut destroyed = 0;
        loop {
            let (keys, more) = self.parts.store.settle_person_keys(before, PAGE as u64).await?;
            destroyed += keys;
            if !more {
                return Ok(destroyed);
            }
        }
    }

    async fn sweep_temporaries(&self) -> Result<usize, EngineError> {
        Ok(self.parts.objects.sweep_temporaries(SETTLED).await?)
    }

    async fn delete_object(&self, tenant: TenantId, object: ObjectId) -> Result<(), EngineError> {
        Ok(self.parts.objects.delete(tenant, object).await?)
    }

    /// Looks through the objects where nobody has for as long as they are left alone.
    async fn sweep_objects_in_turn(
        &self,
        settled: Duration,
        now: DateTime<Utc>,
    ) -> Result<usize, EngineError> {
        let (store, every) = (&self.parts.store, self.parts.objects_swept_every);
        let next = TimeDelta::from_std(every).ok().and_then(|every| now.checked_add_signed(every));
        if !store.claim_sweep(SWEEP_OF_OBJECTS, next.unwrap_or(now), now).await? {
            return Ok(0);
        }
        let swept = self.sweep_objects(settled).await;
        if swept.is_err() {
            // The next round tries again, whosever it is.
            store.repeat_sweep(SWEEP_OF_OBJECTS, now).await?;
        }
        swept
    }

    async fn sweep_objects(&self, settled: Duration) -> Result<usize, EngineError> {
        let Some(oldest_kept) = SystemTime::now().checked_sub(settled) else { return Ok(0) };
        let (mut swept, mut round, mut after) = (0, Round::default(), None);
        round.part("partial objects", self.sweep_temporaries().await);
        loop {
            let page = self.parts.objects.list(None, after, PAGE).await?;
            let old = page.entries.into_iter().filter(|entry| entry.modified <= oldest_kept);
            swept += self.sweep_unregistered(old.collect(), &mut round).await?;
            after = page.next;
            if after.is_none() {
                return round.failed.map_or(Ok(swept), Err);
            }
        }
    }

    async fn sweep_unregistered(
        &self,
        mut entries: Vec<ObjectEntry>,
        round: &mut Round,
    ) -> Result<usize, EngineError> {
        entries.sort_by_key(|entry| entry.name.tenant);
        let mut swept = 0;
        for of_tenant in entries.chunk_by(|a, b| a.name.tenant == b.name.tenant) {
            let tenant: TenantId = of_tenant[0].name.tenant;
            let ids: Vec<ObjectId> = of_tenant.iter().map(|entry| entry.name.object).collect();
            let registered = self.parts.store.registered_objects(tenant, &ids).await?;
            for id in ids.into_iter().filter(|id| !registered.contains(id)) {
                let deleted = self.delete_object(tenant, id).await.map(|()| 1);
                swept += round.part("an object that belongs to nothing", deleted);
            }
        }
        Ok(swept)
    }
}

/// What went wrong in a round, or a part of one.
#[derive(Default)]
struct Round {
    failed: Option<EngineError>,
}

impl Round {
    /// What a part did; nothing, where it failed, which is logged and kept if it is the first.
    fn part<T: Default>(&mut self, part: &str, done: Result<T, EngineError>) -> T {
        done.unwrap_or_else(|error| {
            tracing::error!(part, %error, "housekeeping could not do this; it will be tried again");
            self.failed.get_or_insert(error);
            T::default()
        })
    }
}
