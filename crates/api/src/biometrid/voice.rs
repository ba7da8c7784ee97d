//! `DELETE /users/:userId/voice/delete`: one language's enrolment, erased.

use actix_web::{HttpRequest, HttpResponse, web};
use timbre_engine::Engine;

use super::{
    Fault, OfUser,
    envelope::{Envelope, Message, Word},
    form::Form,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .delete("/users/{user}/voice/delete", delete, "deleteVoice", "Erases a user's voice in one language.")
        .explained(
            "Voiceprint and recordings are erased for good. The user stays, and in the other languages stays enrolled. A language in which \
             there is no voice is a 400.",
        )
        .takes(&[Parameter::allowed::<String>(
            "language",
            "The language; the tenant's own where it is absent.",
        )])
        .answers::<Envelope<Message>>(200, "The voice is erased.")
        .refuses([
            Fault::UserNotExists,
            Fault::NoVoiceEngine,
            Fault::EnrollUserVoiceFirst,
            Fault::LanguageNotAvailable,
            Fault::InvalidParameters,
            Fault::RequestTimeout,
        ]);
}

/// Erases the user's voice in a language: voiceprints, recordings, and what dialogues kept of it.
async fn delete(
    of: OfUser,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    of.caller.require_voice_engine()?;
    let form = Form::read(&of.caller, &request, body, 0).await?;
    let language = form.text("language").unwrap_or(&of.caller.default_language);
    engine.erase_voice(&of.caller, &of.user, language).await?;
    Ok(Word::UserVoiceCredentialsDeleted.outcome(true))
}
