//! Recordings, as a browser plays them.
//!
//! Promises that the sound is wiped from memory once it was sent. That a play is told in the audit trail is the engine's promise.

use actix_web::{HttpResponse, web::Bytes};
use timbre_engine::Played;

pub(crate) fn sound(played: Played) -> HttpResponse {
    let media_type = played.media_type();
    HttpResponse::Ok().content_type(media_type).body(Bytes::from_owner(played.bytes))
}
