//! The slot for further engines. The menu of the public pages has four; this installation has the voice
//! engine, and the routes of the others answer that no such engine is configured.

use actix_web::{HttpRequest, HttpResponse};

use super::{Caller, Fault, OfUser};
use crate::{
    limits,
    routes::{Routes, Row},
};

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
    let (face, liveness, ocr) = (Engine::Face, Engine::Liveness, Engine::Ocr);
    for (path, id) in [
        ("/users/{user}/dialogue/enroll/face", "enrollFace"),
        ("/users/{user}/dialogue/verify/face", "verifyFace"),
        ("/users/{user}/dialogue/adapt/face", "adaptFace"),
    ] {
        absent(routes.post(path, no_face_of_user, id, ABSENT), face).refuses([Fault::UserNotExists]);
    }
    absent(routes.delete("/users/{user}/face/delete", no_face_of_user, "deleteFace", ABSENT), face)
        .refuses([Fault::UserNotExists]);
    absent(routes.post("/users/find-by-face", no_face, "findUserByFace", ABSENT), face);
    absent(routes.post("/users/find-face-properties", no_face, "findFaceProperties", ABSENT), face);
    absent(routes.post("/liveness/validate", no_liveness_of_caller, "validateLiveness", ABSENT), liveness);
    for (path, id) in [
        ("/document/validate", "validateDocument"),
        ("/document/validate-base64", "validateDocumentBase64"),
        ("/document/selfie-compare", "compareSelfie"),
        ("/document/selfie-compare-base64", "compareSelfieBase64"),
    ] {
        absent(routes.post(path, no_ocr, id, ABSENT), ocr);
    }
}

/// Where the legacy pages have the liveness engine: on a host of its own, with headers of its own.
pub(super) fn liveness_host(routes: &mut Routes) {
    routes.about("other engines");
    let row = routes.post("/biometrics/liveness", no_liveness, "hostLiveness", ABSENT);
    absent(row, Engine::Liveness).open();
}

const ABSENT: &str = "Tells that there is no such engine.";

fn absent(row: &mut Row, engine: Engine) -> &mut Row {
    row.explained("Timbre has the voice engine alone. What is sent is not read.")
        .refuses([Fault::NoEngine(engine), Fault::RequestLimitReached])
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
