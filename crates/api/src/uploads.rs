//! Bodies that hold recordings: few at a time, of bounded size, and not for longer than it takes.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, http::header::CONTENT_LENGTH, web, web::Payload};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Http;

/// The uploads that may be held in memory at a time, over all threads: `http.max_uploads`.
pub(crate) struct Uploads {
    free: Arc<Semaphore>,
    all: usize,
}

/// What one place is for; a larger upload takes several.
const PLACE_BYTES: usize = 5 * 1024 * 1024;

impl Uploads {
    pub(crate) fn at_most(uploads: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(uploads)), all: uploads }
    }

    /// A place for one more upload, as long as it is kept. At once or not at all: who waits for a place holds a
    /// connection and helps nobody.
    pub(crate) fn place(request: &HttpRequest) -> Option<OwnedSemaphorePermit> {
        Self::places(request, 0)
    }

    /// As [`Uploads::place`], for an upload that takes so many bytes of memory.
    pub(crate) fn places(request: &HttpRequest, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let uploads = request.app_data::<web::Data<Self>>()?;
        let places = bytes.div_ceil(PLACE_BYTES).min(uploads.all).max(1);
        Arc::clone(&uploads.free).try_acquire_many_owned(u32::try_from(places).ok()?).ok()
    }
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
pub(crate) enum NotRead {
    /// It is larger than allowed. Its beginning, by which a caller may tell what it is.
    TooLarge(Vec<u8>),
    TooSlow,
    Broken,
}

/// Reads a whole body of at most `max` bytes. Never holds more than that.
pub(crate) async fn read(request: &HttpRequest, body: Payload, max: usize) -> Result<Vec<u8>, NotRead> {
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
