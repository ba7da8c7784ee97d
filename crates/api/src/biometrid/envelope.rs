//! The shape of every reply: `{"status": …, "data": {"message": …}}`, fields in the documented
//! order.

use actix_web::HttpResponse;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Envelope<T> {
    pub(super) status: bool,
    pub(super) data: T,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) message: &'static str,
}

/// Status 200 with this outcome. Biometric outcomes, failures too, are all status 200 here.
pub(super) fn outcome(status: bool, data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(Envelope { status, data })
}
