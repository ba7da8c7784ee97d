//! Bodies that hold recordings: few at a time, of bounded size, and not for longer than it takes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::{HttpRequest, http::header::CONTENT_LENGTH, web, web::Payload};
use futures_util::StreamExt;
use timbre_domain::ids::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Http;

/// The uploads that may be held in memory at a time, over all threads: `http.max_uploads`. No tenant has more than half of the
/// places, so that none shuts out the others.
pub(crate) struct Uploads {
    free: Arc<Semaphore>,
    share: usize,
    /// How many places each tenant has; who has none is not in here.
    taken: Arc<Mutex<HashMap<TenantId, usize>>>,
}

/// A place among the uploads, or several, as long as it is kept.
pub(crate) struct Place {
    _places: OwnedSemaphorePermit,
    count: usize,
    tenant: TenantId,
    taken: Arc<Mutex<HashMap<TenantId, usize>>>,
}

/// What one place is for; a larger upload takes several.
const PLACE_BYTES: usize = 5 * 1024 * 1024;

impl Uploads {
    pub(crate) fn at_most(uploads: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(uploads)), share: uploads.div_ceil(2), taken: Arc::default() }
    }

    /// A place for one more upload of a tenant. At once or not at all: who waits for a place holds a connection and helps nobody.
    pub(crate) fn place(request: &HttpRequest, tenant: TenantId) -> Option<Place> {
        Self::places(request, tenant, 0)
    }

    /// As [`Uploads::place`], for an upload that takes so many bytes of memory.
    pub(crate) fn places(request: &HttpRequest, tenant: TenantId, bytes: usize) -> Option<Place> {
        let place = request.app_data::<web::Data<Self>>()?.take(tenant, bytes);
        if place.is_none() {
            timbre_telemetry::unavailable("uploads");
        }
        place
    }

    fn take(&self, tenant: TenantId, bytes: usize) -> Option<Place> {
        let count = bytes.div_ceil(PLACE_BYTES).min(self.share).max(1);
        let mut taken = lock(&self.taken);
        let of_tenant = taken.get(&tenant).copied().unwrap_or_default();
        if of_tenant + count > self.share {
            return None;
        }
        let places = Arc::clone(&self.free).try_acquire_many_owned(u32::try_from(count).ok()?).ok()?;
        taken.insert(tenant, of_tenant + count);
        Some(Place { _places: places, count, tenant, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(of_tenant) = taken.get_mut(&self.tenant) {
            *of_tenant -= self.count;
            if *of_tenant == 0 {
                taken.remove(&self.tenant);
            }
        }
    }
}

/// Nothing panics while it holds the lock, so what a poisoned one guards is whole.
fn lock(taken: &Mutex<HashMap<TenantId, usize>>) -> MutexGuard<'_, HashMap<TenantId, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The length that a body is announced with, if it is.
pub(crate) fn announced(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// How long a body may take to come.
pub(crate) fn patience(request: &HttpRequest) -> Duration {
    let seconds = request.app_data::<web::Data<Http>>().map_or(60, |http| http.body_seconds);
    Duration::from_secs(seconds)
}

/// Why a body was not read.
pub enum NotRead {
    /// It is larger than allowed. Its beginning, by which a caller may tell what it is.
    TooLarge(Vec<u8>),
    TooSlow,
    Broken,
}

/// Reads a whole body of at most `max` bytes. Never holds more than that.
pub async fn read(request: &HttpRequest, body: Payload, max: usize) -> Result<Vec<u8>, NotRead> {
    let read = async {
        let (mut body, mut bytes) = (body, Vec::new());
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|_| NotRead::Broken)?;
            if bytes.len() + chunk.len() > max {
                bytes.extend_from_slice(&chunk[..max - bytes.len()]);
                return Err(NotRead::TooLarge(bytes));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(patience(request), read).await.map_err(|_| NotRead::TooSlow)?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tenant(n: u8) -> TenantId {
        TenantId::from_random([n; 16])
    }

    #[test]
    fn a_tenant_has_half_of_the_places_and_the_other_half_is_for_others() {
        let uploads = Uploads::at_most(4);
        let mut of_one: Vec<_> = (0..2).map(|_| uploads.take(tenant(1), 0).unwrap()).collect();
        assert!(uploads.take(tenant(1), 0).is_none());
        let of_two = uploads.take(tenant(2), 2 * PLACE_BYTES).unwrap();
        assert!(uploads.take(tenant(3), 0).is_none(), "there are no more than four");
        of_one.pop();
        assert!(uploads.take(tenant(1), 2 * PLACE_BYTES).is_none());
        of_one.push(uploads.take(tenant(1), 0).unwrap());
        drop((of_one, of_two));
        assert!(lock(&uploads.taken).is_empty());
    }

    #[test]
    fn the_largest_upload_finds_places_among_few() {
        assert!(Uploads::at_most(1).take(tenant(1), 100 * PLACE_BYTES).is_some());
        assert!(Uploads::at_most(0).take(tenant(1), 0).is_none());
    }
}
