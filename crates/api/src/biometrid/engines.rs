//! The slot for further engines. The menu of the public pages has four; this installation has the voice
//! engine, and the routes of the others answer that no such engine is configured.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Caller, Fault, OfUser};
use crate::limits;

/// An engine of the public pages that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Face,
    Liveness,
    Ocr,
}

impl Engine {
    /// After the documented `NO_VOICE_ENGINE_CONFIGURATION_AVAILABLE`.
    pub(super) const fn absent(self) -> &'static str {
        match self {
            Self::Face => "NO_FACE_ENGINE_CONFIGURATION_AVAILABLE",
            Self::Liveness => "NO_LIVENESS_ENGINE_CONFIGURATION_AVAILABLE",
            Self::Ocr => "NO_OCR_ENGINE_CONFIGURATION_AVAILABLE",
        }
    }
}

/// Where the legacy pages have the liveness engine: on a host of its own, with headers of its own.
pub(super) const LIVENESS_HOST_PATH: &str = "/biometrics/liveness";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    super::route!(config, "/users/{user}/dialogue/enroll/face", post, no_face_of_user);
    super::route!(config, "/users/{user}/dialogue/verify/face", post, no_face_of_user);
    super::route!(config, "/users/{user}/dialogue/adapt/face", post, no_face_of_user);
    super::route!(config, "/users/{user}/face/delete", delete, no_face_of_user);
    super::route!(config, "/users/find-by-face", post, no_face);
    super::route!(config, "/users/find-face-properties", post, no_face);
    super::route!(config, "/liveness/validate", post, no_liveness_of_caller);
    super::route!(config, "/document/validate", post, no_ocr);
    super::route!(config, "/document/validate-base64", post, no_ocr);
    super::route!(config, "/document/selfie-compare", post, no_ocr);
    super::route!(config, "/document/selfie-compare-base64", post, no_ocr);
}

async fn no_face_of_user(_: OfUser) -> Result<HttpResponse, Fault> {
    Err(Fault::NoEngine(Engine::Face))
}

async fn no_face(_: Caller) -> Result<HttpResponse, Fault> {
    Err(Fault::NoEngine(Engine::Face))
}

async fn no_liveness_of_caller(_: Caller) -> Result<HttpResponse, Fault> {
    Err(Fault::NoEngine(Engine::Liveness))
}

/// Asks nobody who they are: the headers of that host are not ours, and nothing is told.
pub(super) async fn no_liveness(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request)?;
    Err(Fault::NoEngine(Engine::Liveness))
}

async fn no_ocr(_: Caller) -> Result<HttpResponse, Fault> {
    Err(Fault::NoEngine(Engine::Ocr))
}
