//! The slot for further engines. The menu of the public pages has four; this installation has the voice
//! engine, and the routes of the others answer that no such engine is configured.

use actix_web::{HttpRequest, HttpResponse};

use super::{Caller, Fault, OfUser};
use crate::{limits, routes::Routes};

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

pub(super) fn routes(routes: &mut Routes) {
    routes.about("other engines");
    let absent = "Tells that there is no such engine.";
    routes.post("/users/{user}/dialogue/enroll/face", no_face_of_user, "enrollFace", absent).answers(404);
    routes.post("/users/{user}/dialogue/verify/face", no_face_of_user, "verifyFace", absent).answers(404);
    routes.post("/users/{user}/dialogue/adapt/face", no_face_of_user, "adaptFace", absent).answers(404);
    routes.delete("/users/{user}/face/delete", no_face_of_user, "deleteFace", absent).answers(404);
    routes.post("/users/find-by-face", no_face, "findUserByFace", absent).answers(404);
    routes.post("/users/find-face-properties", no_face, "findFaceProperties", absent).answers(404);
    routes.post("/liveness/validate", no_liveness_of_caller, "validateLiveness", absent).answers(404);
    routes.post("/document/validate", no_ocr, "validateDocument", absent).answers(404);
    routes.post("/document/validate-base64", no_ocr, "validateDocumentBase64", absent).answers(404);
    routes.post("/document/selfie-compare", no_ocr, "compareSelfie", absent).answers(404);
    routes.post("/document/selfie-compare-base64", no_ocr, "compareSelfieBase64", absent).answers(404);
}

/// Where the legacy pages have the liveness engine: on a host of its own, with headers of its own.
pub(super) fn liveness_host(routes: &mut Routes) {
    routes.about("other engines");
    let absent = "Tells everybody that there is no such engine.";
    routes.any("/biometrics/liveness", no_liveness, "hostLiveness", absent).answers(404).open();
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
async fn no_liveness(request: HttpRequest) -> Result<HttpResponse, Fault> {
    limits::count_stranger(&request).await?;
    Err(Fault::NoEngine(Engine::Liveness))
}

async fn no_ocr(_: Caller) -> Result<HttpResponse, Fault> {
    Err(Fault::NoEngine(Engine::Ocr))
}
