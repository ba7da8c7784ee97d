//! The shape of every reply: `{"status": …, "data": {"message": …}}`, fields in the documented
//! order.

use actix_web::HttpResponse;
use schemars::JsonSchema;
use serde::Serialize;

/// A reply.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Reply")]
pub(super) struct Envelope<T> {
    /// Whether what was asked for was done; not whether a voice was accepted.
    pub(super) status: bool,
    /// What came of the call.
    pub(super) data: T,
}

/// What came of a call, in one word.
#[derive(Serialize, JsonSchema)]
pub(super) struct Message {
    /// One of the constants of the public pages.
    pub(super) message: &'static str,
}

/// Status 200 with this outcome. Biometric outcomes, failures too, are all status 200 here.
pub(super) fn outcome(status: bool, data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(Envelope { status, data })
}
