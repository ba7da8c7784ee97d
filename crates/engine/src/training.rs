//! Training: building a profile's voiceprint anew from its stored recordings, after the models have changed.
//!
//! It outlives the request that asked for it, survives a crash (housekeeping finds what is left) and is done by one replica
//! at a time. Until it is done the profile says `Training` and is not compared with.

use timbre_domain::{
    audit::Origin,
    ids::{EnrolmentId, TenantId},
    profile::{ProfileKind, ProfileStatus},
};
use timbre_store::patiently;

use crate::{
    Engine, EngineError, Tenant,
    profile_enrolment::{Claimed, seal_voice},
};

/// Five minutes of audio on a slow machine, twice.
const CLAIM_SECONDS: i64 = 900;

/// Profiles trained in one round of housekeeping.
const PAGE: u64 = 100;

impl Engine {
    /// Trains a profile beside the request that found out.
    pub(crate) fn train_soon(&self, tenant: TenantId, kind: ProfileKind, id: EnrolmentId) {
        let engine = self.clone();
        tokio::spawn(patiently(async move { engine.try_to_train(tenant, kind, id).await }));
    }

    /// Trains what is still to be trained, and says how many that were.
    pub(crate) async fn train_profiles(&self) -> Result<usize, EngineError> {
        let left = self.parts.store.untrained_profiles(self.parts.clock.now(), PAGE).await?;
        let mut trained = 0;
        for (tenant, kind, id) in left {
            trained += usize::from(self.try_to_train(tenant, kind, id).await);
        }
        Ok(trained)
    }

    async fn try_to_train(&self, tenant: TenantId, kind: ProfileKind, id: EnrolmentId) -> bool {
        match self.train(tenant, kind, id).await {
            Ok(()) => {
                tracing::info!("profile trained");
                true
            }
            // Somebody else is at it, or it is gone.
            Err(EngineError::ProfileBusy | EngineError::UnknownProfile | EngineError::Raced) => false,
            Err(error) => {
                tracing::warn!(%error, "a profile could not be trained yet, it will be tried again");
                false
            }
        }
    }

    async fn train(&self, tenant: TenantId, kind: ProfileKind, id: EnrolmentId) -> Result<(), EngineError> {
        let record = self.parts.store.tenant(tenant).await?.ok_or(EngineError::UnknownProfile)?;
        let tenant = self.open(record, Origin::system())?;
        let claimed = self.claim(&tenant, kind, id, CLAIM_SECONDS).await?;
        let trained = self.train_claimed(&tenant, kind, &claimed).await;
        claimed.end(matches!(trained, Ok(true))).await;
        trained.map(|_| ())
    }

    /// Whether there was something to train.
    async fn train_claimed(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        claimed: &Claimed,
    ) -> Result<bool, EngineError> {
        let id = claimed.profile;
        let mut profile = self.profile(tenant, kind, id).await?;
        if profile.status != ProfileStatus::Training {
            return Ok(false);
        }
        let person = self.person_of_profile(tenant, profile.subject).await?;
        if person.check_use().is_err() {
            return Ok(false);
        }
        let (mut voices, mut heard) = (Vec::new(), Vec::new());
        for sample in self.parts.store.profile_samples(tenant.id, id).await? {
            let again = self.hear_sample(tenant, &person, &sample, Some(kind), tenant.heard_by()).await?;
            if again.worked.is_some() {
                heard.push((sample.id, seal_voice(tenant, &person, sample.id, &again.voice)?));
            }
            voices.push(again.voice);
        }
        profile.status = ProfileStatus::Enrolled;
        let voiceprints = self.voiceprints(tenant, &person, &profile, &voices)?;
        let now = self.parts.clock.now();
        let store = &self.parts.store;
        store.commit_training(tenant.id, &profile, claimed.holder, heard, voiceprints, now).await?;
        Ok(true)
    }
}
