//! Bodies that hold recordings: few at a time, of bounded size, and not for longer than it takes.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, web, web::Payload};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Http;

/// The uploads that may be held in memory at a time, over all threads: `http.max_uploads`.
pub(crate) struct Uploads(Arc<Semaphore>);

impl Uploads {
    pub(crate) fn at_most(uploads: usize) -> Self {
        Self(Arc::new(Semaphore::new(uploads)))
    }

    /// A place for one more upload, as long as it is kept. At once or not at all: who waits for a place holds a
    /// connection and helps nobody.
    pub(crate) fn place(request: &HttpRequest) -> Option<OwnedSemaphorePermit> {
        let uploads = request.app_data::<web::Data<Self>>()?;
        Arc::clone(&uploads.0).try_acquire_owned().ok()
    }
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
