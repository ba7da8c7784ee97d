//! Galleries: all voiceprints of a tenant that somebody is looked for among, in memory, following the database.
//!
//! Promises that memory is bounded, for one tenant and for all together: the gallery that was used longest ago goes for one that is needed; and that a
//! voiceprint that is known no more is wiped. How a gallery follows is in `following`; what is made of what it finds, in `among_all`.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
};

use serde::Deserialize;
use timbre_domain::{embedding::AnyEmbedding, ids::TenantId, profile::ProfileKind};
use timbre_matching::{
    MatchingError,
    calibration::Ensemble,
    conditions::Comparator,
    gallery::{Gallery, Near},
};
use timbre_store::GalleryPlace;
use tokio::sync::Semaphore;

use crate::{
    EngineError,
    speakers::{Voice, of},
};

/// Pages that are read at a time, of all galleries of a process.
const PAGES_AT_ONCE: usize = 2;

/// Searches at a time in a process: memory's bandwidth is shared by them all, so more of them would each take longer.
const SEARCHES_AT_ONCE: usize = 2;

/// What a gallery takes without a voiceprint in it, so that many empty ones count too.
const EMPTY_BYTES: usize = 1_024;

/// `[gallery]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GalleryConfig {
    /// Most voiceprints of a gallery: a tenant's of one kind.
    pub max_voiceprints: usize,
    /// Most bytes of all galleries of a process.
    pub max_bytes: usize,
    /// Threads that search; 0 is one for each core.
    pub threads: usize,
    /// Seconds that a caller waits while a gallery is read in.
    pub wait_seconds: u64,
}

/// The galleries of a process.
pub struct Galleries {
    pub(crate) config: GalleryConfig,
    /// Threads of a search.
    threads: usize,
    /// Turns to search.
    pub(crate) searching: Arc<Semaphore>,
    /// Turns to read a page.
    pub(crate) reading: Semaphore,
    held: Mutex<HashMap<Whose, Arc<Held>>>,
    uses: AtomicU64,
}

/// Whose gallery, of what, by which models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Whose {
    pub(crate) tenant: TenantId,
    pub(crate) kind: ProfileKind,
    pub(crate) by: Comparator,
}

impl Whose {
    /// What a voice sounds like to these models; others may have heard it too.
    fn embeddings(self, voice: &Voice) -> Vec<&AnyEmbedding> {
        let heard = self.by.models().iter().filter_map(|model| of(voice, *model));
        heard.map(|template| &template.embedding).collect()
    }
}

/// A gallery, and how far it has followed.
pub(crate) struct Held {
    pub(crate) whose: Whose,
    /// Which of all uses its latest was.
    used: AtomicU64,
    bytes: AtomicUsize,
    /// The number of the latest change that it has seen; -1 before it is read in.
    reached: AtomicI64,
    /// From where it reads on. Whoever has this is the one who does.
    pub(crate) place: Arc<tokio::sync::Mutex<Option<GalleryPlace>>>,
    rows: RwLock<Rows>,
}

/// Voices that were enrolled by telephone and those that were not, apart: what a cosine means differs between them, and within each of
/// the two the likeliest is the nearest.
struct Rows {
    wide: Gallery,
    telephone: Gallery,
}

impl Galleries {
    /// None are held yet.
    pub fn new(config: &GalleryConfig) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            config: config.clone(),
            threads: if config.threads == 0 { cores() } else { config.threads },
            searching: Arc::new(Semaphore::new(SEARCHES_AT_ONCE)),
            reading: Semaphore::new(PAGES_AT_ONCE),
            held: Mutex::default(),
            uses: AtomicU64::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Whose, Arc<Held>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The gallery of this owner, which is empty where there was none. It counts as used now.
    pub(crate) fn of(&self, whose: Whose, ensemble: Ensemble) -> Arc<Held> {
        let mut all = self.lock();
        let held = all.entry(whose).or_insert_with(|| Arc::new(Held::empty(whose, ensemble)));
        held.used.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Arc::clone(held)
    }

    /// Whether it has not been given up.
    pub(crate) fn holds(&self, held: &Arc<Held>) -> bool {
        self.lock().get(&held.whose).is_some_and(|known| Arc::ptr_eq(known, held))
    }

    /// Gives up a gallery; its memory is wiped and free when the last search in it ends.
    pub(crate) fn drop_held(&self, held: &Arc<Held>) {
        if self.holds(held) {
            self.lock().remove(&held.whose);
        }
    }

    /// Gives up those that were used longest ago, until what is left fits; this one does last, which is an error.
    pub(crate) fn make_room_for(&self, held: &Arc<Held>) -> Result<(), EngineError> {
        let mut all = self.lock();
        let bytes = |held: &Arc<Held>| held.bytes.load(Ordering::Relaxed);
        let mut total: usize = all.values().map(bytes).sum();
        while total > self.config.max_bytes {
            let others = all.values().filter(|other| !Arc::ptr_eq(other, held));
            let Some(oldest) = others.min_by_key(|other| other.used.load(Ordering::Relaxed)).cloned() else {
                all.remove(&held.whose);
                return Err(EngineError::GalleryTooLarge);
            };
            all.remove(&oldest.whose);
            total = total.saturating_sub(bytes(&oldest));
            timbre_telemetry::gallery_gave_way();
            tracing::info!(tenant = %oldest.whose.tenant, "a gallery gave way to another");
        }
        Ok(())
    }

    /// All of them, in the order of their use.
    pub(crate) fn all(&self) -> Vec<Arc<Held>> {
        let mut all: Vec<Arc<Held>> = self.lock().values().cloned().collect();
        all.sort_by_key(|held| held.used.load(Ordering::Relaxed));
        all
    }

    /// Whom of a gallery a voice is likest to, `most` of each channel. It takes a while: not for async threads.
    pub(crate) fn likeliest(
        &self,
        held: &Held,
        voice: &Voice,
        most: usize,
    ) -> Result<Likeliest, MatchingError> {
        let embeddings = held.whose.embeddings(voice);
        let rows = held.rows();
        let nearest = |gallery: &Gallery| gallery.nearest(&embeddings, most, self.threads);
        let near: Vec<Near> = nearest(&rows.wide)?.into_iter().chain(nearest(&rows.telephone)?).collect();
        Ok(Likeliest { numbers: near.into_iter().map(|near| near.number).collect(), among: rows.len() })
    }

    /// Bytes of memory that all galleries of the process take, and how many voiceprints they hold.
    pub fn size(&self) -> (usize, usize) {
        let all: Vec<Arc<Held>> = self.lock().values().cloned().collect();
        let bytes = all.iter().map(|held| held.bytes.load(Ordering::Relaxed)).sum();
        (bytes, all.iter().map(|held| held.len()).sum())
    }

    /// Has the figures say what there is in memory now.
    pub(crate) fn tell(&self) {
        let (bytes, voiceprints) = self.size();
        let loading = self.all().iter().filter(|held| held.is_read_in()).count();
        timbre_telemetry::galleries(bytes, voiceprints, loading);
    }
}

impl Held {
    fn empty(whose: Whose, ensemble: Ensemble) -> Self {
        Self {
            whose,
            used: AtomicU64::default(),
            bytes: AtomicUsize::new(EMPTY_BYTES),
            reached: AtomicI64::new(-1),
            place: Arc::default(),
            rows: RwLock::new(Rows {
                wide: Gallery::new(whose.by.models(), ensemble),
                telephone: Gallery::new(whose.by.models(), ensemble),
            }),
        }
    }

    fn rows(&self) -> std::sync::RwLockReadGuard<'_, Rows> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the latest change that it has seen.
    pub(crate) fn reached(&self) -> i64 {
        self.reached.load(Ordering::Acquire)
    }

    pub(crate) fn reaches(&self, number: i64) {
        self.reached.store(number, Ordering::Release);
    }

    /// Whether somebody reads it in just now.
    fn is_read_in(&self) -> bool {
        self.reached() < 0 && self.place.try_lock().is_err()
    }

    /// How many voiceprints it holds.
    pub(crate) fn len(&self) -> usize {
        self.rows().len()
    }

    /// Lets go of what went, and takes what came.
    pub(crate) fn follow(&self, gone: &[i64], come: Vec<(i64, Voice)>) -> Result<(), MatchingError> {
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for number in gone {
            // It was in one of the two.
            let _ = rows.wide.remove(*number) || rows.telephone.remove(*number);
        }
        for (number, voice) in come {
            let embeddings = self.whose.embeddings(&voice);
            let telephone = voice.first().is_some_and(|template| template.telephone);
            let gallery = if telephone { &mut rows.telephone } else { &mut rows.wide };
            gallery.put(number, &embeddings)?;
        }
        self.bytes.store(EMPTY_BYTES + rows.wide.bytes() + rows.telephone.bytes(), Ordering::Relaxed);
        Ok(())
    }

    /// Begins anew.
    pub(crate) fn clear(&self, ensemble: Ensemble) {
        self.reaches(-1);
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        rows.wide = Gallery::new(self.whose.by.models(), ensemble);
        rows.telephone = Gallery::new(self.whose.by.models(), ensemble);
        self.bytes.store(EMPTY_BYTES, Ordering::Relaxed);
    }
}

impl Rows {
    fn len(&self) -> usize {
        self.wide.len() + self.telephone.len()
    }
}

/// Whom a voice may be of.
pub(crate) struct Likeliest {
    /// The numbers of the nearest voiceprints: of each channel as many as were asked for, or all.
    pub(crate) numbers: Vec<i64>,
    /// How many there are to be told apart.
    pub(crate) among: usize,
}
