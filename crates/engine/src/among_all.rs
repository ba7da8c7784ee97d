//! Identification among a whole gallery: whose voice it is, of everybody's whom the tenant has enrolled.
//!
//! Promises the answer that naming all of them would give. The gallery in memory says who is likest; those are then read from the database and
//! compared as if they had been named, so what decides is what is enrolled now, under the consents that stand now.

use std::{collections::HashMap, sync::Arc};

use timbre_domain::{
    ids::{EnrolmentId, SubjectId},
    profile::{Profile, ProfileKind},
    usage::Meter,
};
use timbre_matching::calibration::TargetRate;
use timbre_store::SealedVoiceprint;

use crate::{
    Engine, EngineError, Identified, Tenant,
    figures::{contract_of, refused, turned_away},
    profile_listening::{Demands, Say},
    recognition::Ranked,
    speakers::Voice,
};

/// Those who are likest beyond as many as are asked for: some may not be candidates any more.
const SPARE: usize = 11;

/// How often it is looked again because somebody of the likeliest was enrolled anew while this was looked at.
const LOOKS: usize = 3;

/// Values in one statement.
const PAGE: usize = 500;

impl Engine {
    /// Whose of all enrolled profiles of this kind a recording is of, if anybody's; the ranking is of the `top` likeliest. As in
    /// [`Engine::identify`] the policy's false-match rate is shared among all who are compared with. `GalleryLoading` while the gallery is
    /// read in, `GalleryTooLarge` where it has no room.
    pub async fn identify_among_all(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        bytes: Vec<u8>,
        demands: Demands,
        top: usize,
    ) -> Result<Identified, EngineError> {
        self.admit(tenant, &[Meter::Requests, Meter::AudioSeconds, Meter::Identifications]).await?;
        // Before anything is heard: whoever must come back has cost nothing.
        self.gallery(tenant, kind).await.inspect_err(turned_away)?;
        let contract = contract_of(kind);
        let recorded = self.hear_for(tenant, contract, bytes, demands, Say::Anything).await;
        let recorded = recorded.inspect_err(|error| refused(contract, "identify", error))?;
        let ranked = self.rank_all(tenant, kind, recorded.voice, top).await?;
        self.named(tenant, kind, ranked, recorded.audio_seconds).await
    }

    async fn rank_all(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        voice: Voice,
        top: usize,
    ) -> Result<Ranked, EngineError> {
        let (mut most, mut looks) = (top + SPARE, 0);
        loop {
            let gallery = self.gallery(tenant, kind).await.inspect_err(turned_away)?;
            let searching = Arc::clone(&self.parts.galleries.searching);
            let turn = searching.acquire_owned().await.map_err(|_| EngineError::Stopping)?;
            let (engine, sought) = (self.clone(), voice.clone());
            let searched = tokio::task::spawn_blocking(move || {
                let likeliest = engine.parts.galleries.likeliest(&gallery, &sought, most);
                // Only now, though the caller may have gone away meanwhile.
                drop(turn);
                likeliest
            });
            let near = searched.await.map_err(|_| EngineError::Stopping)??;
            looks += 1;
            let profiles = self.candidates(tenant, kind, &near.numbers).await?;
            if profiles.len() < near.numbers.len() && looks < LOOKS {
                continue;
            }
            let mut ranked = self.compare_with(tenant, kind, &profiles, &voice, near.among).await?;
            // Of each channel the likeliest `top` that are candidates are here, whoever of them is not; or everybody is.
            let dropped = near.numbers.len() - ranked.ranking.len();
            if most >= top + dropped || near.numbers.len() == near.among {
                ranked.ranking.truncate(top);
                return Ok(ranked);
            }
            (most, looks) = (2 * most, 0);
        }
    }

    async fn candidates(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        numbers: &[i64],
    ) -> Result<Vec<Profile>, EngineError> {
        let mut profiles = Vec::with_capacity(numbers.len());
        for page in numbers.chunks(PAGE) {
            profiles.extend(self.parts.store.profiles_numbered(tenant.id, kind, page).await?);
        }
        Ok(profiles)
    }

    /// Compares with those of these profiles whose owners agree to it, as one of so many.
    async fn compare_with(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        profiles: &[Profile],
        voice: &Voice,
        among: usize,
    ) -> Result<Ranked, EngineError> {
        let target = TargetRate::new(tenant.policy.matching.false_match_rate / among.max(1) as f64)?;
        let (speakers, scheme, probe) = (self.speakers(tenant), kind.scheme(), [voice.clone()]);
        let mut ranked = Ranked { candidates: among, ranking: Vec::new(), owners: HashMap::new() };
        for page in profiles.chunks(PAGE) {
            let ids: Vec<EnrolmentId> = page.iter().map(|profile| profile.id).collect();
            let subjects: Vec<SubjectId> = page.iter().map(|profile| profile.subject).collect();
            let mut rows: HashMap<EnrolmentId, Vec<SealedVoiceprint>> = HashMap::new();
            for (id, row) in self.parts.store.voiceprints_of(tenant.id, &ids).await? {
                rows.entry(id).or_default().push(row);
            }
            let people = self.people(tenant, &subjects).await?;
            for profile in page {
                // Erased meanwhile.
                let Some(person) = people.get(&profile.subject) else { continue };
                let rows = rows.remove(&profile.id).unwrap_or_default();
                let voiceprint = match self.open_profile(tenant, person, profile, &rows).await {
                    // Consent was withdrawn, or it is being built anew: no candidate.
                    Err(EngineError::ConsentMissing | EngineError::NotEnrolled) => continue,
                    opened => opened?,
                };
                let score = speakers.compare(&voiceprint, &probe, scheme, target)?.score;
                ranked.ranking.push((profile.id, score));
                ranked.owners.insert(profile.id, profile.subject);
            }
        }
        ranked.sort();
        Ok(ranked)
    }
}
