//! How the voiceprints in memory follow the database.
//!
//! Promises that an identification sees what was committed before it began, by whichever process and whichever version of this program: before
//! each, the gallery reads what changed since it last looked, which is two queries where nothing did. And that reading a large gallery in holds
//! nobody else up: it goes by pages, which all tenants take in turn, and who would wait too long is told when to come back, while it goes on.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use timbre_domain::{
    audit::Origin,
    ids::{EnrolmentId, SubjectId},
    profile::ProfileKind,
};
use timbre_store::{GalleryEntry, GalleryPage, GalleryPlace};
use tokio::{
    sync::OwnedMutexGuard,
    time::{Instant, timeout_at},
};

use crate::{
    Engine, EngineError, Subject, Tenant,
    galleries::{Held, Whose},
    speakers::Voice,
};

/// Voiceprints that are read in one go.
const PAGE: u64 = 500;

/// Hours for which it is known what went. A gallery that followed less lately is read in anew.
const GONE_KEPT_HOURS: i64 = 24;

/// What of a page opened: voiceprints by their numbers, and the enrolments whose are by models that decide no longer.
struct Opened {
    voices: Vec<(i64, Voice)>,
    outdated: Vec<EnrolmentId>,
}

/// Tenants looked at in one go.
const TENANTS: u64 = 200;

impl Engine {
    /// The tenant's gallery of this kind by the models that decide, with all that was committed before.
    pub(crate) async fn gallery(&self, tenant: &Tenant, kind: ProfileKind) -> Result<Arc<Held>, EngineError> {
        let (galleries, speakers) = (&self.parts.galleries, self.speakers(tenant));
        // In this order: what is numbered between the two is beyond what was reached.
        let whole = !self.parts.store.has_unnumbered(tenant.id).await?;
        let number = self.parts.store.gallery_number(tenant.id).await?;
        let whose = Whose { tenant: tenant.id, kind, by: speakers.comparator() };
        let held = galleries.of(whose, speakers.calibration().ensemble());
        if whole && held.reached() == number {
            return Ok(held);
        }
        let seconds = galleries.config.wait_seconds;
        let until = Instant::now() + Duration::from_secs(seconds);
        let loading = |_| EngineError::GalleryLoading { retry_after_seconds: seconds.max(1) };
        let place = timeout_at(until, Arc::clone(&held.place).lock_owned()).await.map_err(loading)?;
        if whole && held.reached() == number {
            return Ok(held);
        }
        // Apart from this request: whoever comes back finds more of it done, also if this caller goes away.
        let (engine, followed) = (self.clone(), Arc::clone(&held));
        let following = tokio::spawn(async move { engine.follow(&followed, place).await });
        timeout_at(until, following).await.map_err(loading)?.map_err(|_| EngineError::Stopping)??;
        Ok(held)
    }

    /// Brings a gallery up to date. One that cannot be is given up.
    async fn follow(
        &self,
        held: &Arc<Held>,
        mut place: OwnedMutexGuard<Option<GalleryPlace>>,
    ) -> Result<(), EngineError> {
        let (begun, anew) = (Instant::now(), place.is_none());
        let followed = self.follow_from(held, &mut place).await;
        match &followed {
            Ok(()) if anew => timbre_telemetry::gallery_read_in(begun.elapsed()),
            Ok(()) => {}
            Err(EngineError::GalleryTooLarge) => self.parts.galleries.drop_held(held),
            Err(error) => tracing::warn!(%error, "a gallery could not be brought up to date"),
        }
        followed
    }

    async fn follow_from(
        &self,
        held: &Arc<Held>,
        place: &mut Option<GalleryPlace>,
    ) -> Result<(), EngineError> {
        let (galleries, store) = (&self.parts.galleries, &self.parts.store);
        let Whose { tenant, kind, .. } = held.whose;
        while store.has_unnumbered(tenant).await? {
            store.number_voiceprints(tenant, PAGE).await?;
        }
        if place.is_none()
            && store.gallery_size(tenant, kind).await? > galleries.config.max_voiceprints as u64
        {
            return Err(EngineError::GalleryTooLarge);
        }
        loop {
            let _turn = galleries.reading.acquire().await.map_err(|_| EngineError::Stopping)?;
            if self.follow_page(held, place).await? {
                return Ok(());
            }
        }
    }

    /// Follows by one page, and says whether nothing more had changed.
    async fn follow_page(
        &self,
        held: &Arc<Held>,
        place: &mut Option<GalleryPlace>,
    ) -> Result<bool, EngineError> {
        let (galleries, store) = (&self.parts.galleries, &self.parts.store);
        let Whose { tenant, kind, by } = held.whose;
        let begin_again =
            || EngineError::GalleryLoading { retry_after_seconds: galleries.config.wait_seconds.max(1) };
        if !galleries.holds(held) {
            // Given up meanwhile for others that are used more.
            return Err(begin_again());
        }
        let Some(page) = store.gallery_page(tenant, kind, *place, PAGE).await? else {
            held.clear(self.speakers_by(by).calibration().ensemble());
            *place = None;
            return Ok(false);
        };
        // After the page: as long as models decide nobody's voiceprint of them is deleted, so whoever lacks one in this page does lack it.
        let record = store.tenant(tenant).await?.ok_or(EngineError::UnknownProfile)?;
        let tenant = Arc::new(self.open(record, Origin::system())?);
        if tenant.models().decides != by {
            // Other models decide since: theirs is another gallery.
            galleries.drop_held(held);
            return Err(begin_again());
        }
        let (next, over) = (page.place, page.over);
        self.take(&tenant, held, page).await?;
        *place = Some(next);
        if held.len() > galleries.config.max_voiceprints {
            return Err(EngineError::GalleryTooLarge);
        }
        galleries.make_room_for(held)?;
        if over {
            held.reaches(next.gone);
        }
        Ok(over)
    }

    /// Opens what came, and has the gallery follow.
    async fn take(
        &self,
        tenant: &Arc<Tenant>,
        held: &Arc<Held>,
        page: GalleryPage,
    ) -> Result<(), EngineError> {
        let GalleryPage { gone, come, .. } = page;
        let people: Vec<SubjectId> = come.iter().map(|entry| entry.subject).collect();
        let people = self.people(tenant, &people).await?;
        let (engine, owner, to) = (self.clone(), Arc::clone(tenant), Arc::clone(held));
        let opening = tokio::task::spawn_blocking(move || {
            let Opened { voices, outdated } = engine.opened(&owner, &people, come)?;
            to.follow(&gone, voices)?;
            Ok::<_, EngineError>(outdated)
        });
        let outdated = opening.await.map_err(|_| EngineError::Stopping)??;
        for id in outdated {
            // As when it is asked for by its id: it is built anew, and is in the gallery from then on.
            self.parts.store.mark_for_training(tenant.id, id).await?;
        }
        Ok(())
    }

    /// The voiceprints that open, and whose are by models that are no longer in use.
    fn opened(
        &self,
        tenant: &Tenant,
        people: &HashMap<SubjectId, Subject>,
        come: Vec<GalleryEntry>,
    ) -> Result<Opened, EngineError> {
        let (mut voices, mut outdated) = (Vec::with_capacity(come.len()), Vec::new());
        for GalleryEntry { number, enrolment, subject, voiceprints } in come {
            // Of whom nothing can be read any more is erased, or about to be.
            let Some(person) = people.get(&subject) else { continue };
            match self.open_voiceprints(tenant, person, enrolment, &voiceprints) {
                Ok((voice, _)) => voices.push((number, voice)),
                Err(EngineError::Template(_)) => outdated.push(enrolment),
                // One that is damaged must not keep all others from being found.
                Err(error @ EngineError::Vault(_)) => {
                    tracing::error!(%error, "a voiceprint of a gallery does not open");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Opened { voices, outdated })
    }

    /// Numbers the voiceprints of whoever was enrolled before voiceprints were numbered, or by a version that numbers none. Housekeeping's.
    pub(crate) async fn number_voiceprints(&self) -> Result<(), EngineError> {
        let store = &self.parts.store;
        loop {
            let tenants = store.tenants_with_unnumbered(TENANTS).await?;
            if tenants.is_empty() {
                return Ok(());
            }
            for tenant in tenants {
                while store.number_voiceprints(tenant, PAGE).await? == PAGE {}
            }
        }
    }

    /// Has every gallery of the process follow, so that what was erased is wiped though nobody identifies any more; and forgets
    /// what went long ago. Housekeeping's.
    pub(crate) async fn tend_galleries(&self) -> Result<(), EngineError> {
        let galleries = &self.parts.galleries;
        // This uses them, in the order in which they were used: so that stays as it is.
        for held in galleries.all() {
            let Whose { tenant, kind, by } = held.whose;
            let record = self.parts.store.tenant(tenant).await?;
            let tenant = record.map(|record| self.open(record, Origin::system())).transpose()?;
            let Some(tenant) = tenant.filter(|tenant| tenant.models().decides == by) else {
                galleries.drop_held(&held);
                continue;
            };
            // One that was given up is not read in again for this.
            if !galleries.holds(&held) {
                continue;
            }
            match self.gallery(&tenant, kind).await {
                Ok(_) | Err(EngineError::GalleryLoading { .. } | EngineError::GalleryTooLarge) => {}
                Err(error) => return Err(error),
            }
        }
        let before = self.parts.clock.now() - TimeDelta::hours(GONE_KEPT_HOURS);
        while self.parts.store.forget_gone(before, TENANTS).await? {}
        Ok(())
    }
}

#[cfg(test)]
mod tests;
