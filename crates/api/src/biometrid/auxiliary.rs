//! What helps an application along: where a user stands, and how to begin anew.

use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_engine::Engine;

use super::{
    Caller, Fault, OfUser,
    attempts::enrollment_id,
    envelope::{Envelope, Message, Word, outcome},
    shapes::Prompt,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("state");
    routes
        .get("/users/{user}/enroll/status", enroll_status, "enrollStatus", "Says which engines know a user.")
        .explained("A voice is enrolled when it is in any language. Timbre has the voice engine alone; where the tenant's is off, the list is empty.")
        .answers::<Envelope<Vec<EngineStatus>>>(200, "The tenant's engines, and whether each knows the user.")
        .refuses([Fault::UserNotExists]);
    routes
        .get(
            "/users/{user}/voice/is-pending",
            is_pending,
            "pendingVoice",
            "Shows the dialogue that still goes on, and its code.",
        )
        .explained("Asking changes nothing. Without `data` no dialogue goes on; an enrolment by attempts (1.1) has no code.")
        .answers::<WhatGoesOn>(200, "The dialogue, if one goes on.")
        .refuses([Fault::UserNotExists, Fault::NoVoiceEngine]);
    routes
        .get("/users/{user}/restart-state", restart_state, "restartState", "Puts a user's dialogue aside.")
        .explained("It changes something for all that it is a GET. The next call begins another. Failed verifications stay counted.")
        .answers::<Envelope<Message>>(200, "No dialogue goes on.")
        .refuses([Fault::UserNotExists]);
    routes
        .post(
            "/users/{user}/voice/unlock",
            unlock,
            "unlockVoice",
            "Lets a user be verified again whom failures have locked.",
        )
        .explained(
            "An extension. The count of failures begins anew, in every language. Call it for somebody whom you know otherwise: it opens the \
             door that failures closed.",
        )
        .answers::<Envelope<Message>>(200, "The user may be verified.")
        .refuses([
            Fault::UserNotExists,
            Fault::NoVoiceEngine,
            Fault::EnrollUserVoiceFirst,
            Fault::RequestLimitReached,
        ]);
    routes
        .get("/languages", languages, "listLanguages", "Lists the languages of the voice engine.")
        .explained(
            "Their codes are what `language` may be. Every tenant of the installation has the same ones.",
        )
        .answers::<Envelope<Vec<Language<'static>>>>(200, "The languages.")
        .refuses([Fault::NoVoiceEngine]);
}

/// An engine of the tenant's.
#[derive(Serialize, JsonSchema)]
struct EngineStatus {
    /// The engine's id.
    engines_oid: String,
    /// `voice`. The public pages have more, and so may a later version.
    r#type: &'static str,
    /// Whether it knows the user.
    enrolled: bool,
}

/// Which of the tenant's engines know the user. A voice is enrolled when it is in any language.
async fn enroll_status(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    let mut engines = Vec::new();
    if of.caller.require_voice_engine().is_ok() {
        let enrolled = !engine.enrolled_languages(&of.caller, &of.user).await?.is_empty();
        let engines_oid = of.caller.engine_id("voice");
        engines.push(EngineStatus { engines_oid, r#type: "voice", enrolled });
    }
    Ok(outcome(true, engines))
}

/// A dialogue that goes on.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PendingDialogue")]
struct Pending {
    /// The dialogue's id: a UUID.
    dialogue_id: String,
    #[serde(flatten)]
    prompt: Prompt,
}

/// An enrolment by attempts that goes on.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PendingAttempts {
    /// 24 hexadecimal digits.
    enrollment_id: String,
}

/// The dialogue that goes on, if one does.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "PendingReply")]
#[expect(dead_code, reason = "it stands for its shape")]
enum WhatGoesOn {
    Dialogue(Envelope<Pending>),
    Attempts(Envelope<PendingAttempts>),
    Nothing(NothingPending),
}

/// No dialogue goes on.
#[derive(Serialize, JsonSchema)]
struct NothingPending {
    /// True: the call was done.
    status: bool,
}

/// The dialogue that still goes on, and the code it waits for.
async fn is_pending(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    of.caller.require_voice_engine()?;
    let Some(asked) = engine.pending_dialogue(&of.caller, &of.user).await? else {
        return Ok(HttpResponse::Ok().json(NothingPending { status: true }));
    };
    Ok(match asked.code {
        Some(code) => outcome(true, Pending { dialogue_id: asked.dialogue.to_string(), prompt: code.into() }),
        None => outcome(true, PendingAttempts { enrollment_id: enrollment_id(asked.dialogue) }),
    })
}

/// Puts the user's dialogue aside. That a GET changes something is the contract's.
async fn restart_state(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    engine.restart_dialogues(&of.caller, &of.user).await?;
    Ok(Word::StateRestartedWithSuccess.outcome(true))
}

/// Lets a user be verified again whom too many failures have locked. An extension: not part of
/// `restart-state`, which applications call before every dialogue.
async fn unlock(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    of.caller.require_voice_engine()?;
    engine.reset_lockout(&of.caller, &of.user).await?;
    Ok(Word::UserVoiceUnlocked.outcome(true))
}

/// A language of the voice engine.
#[derive(Serialize, JsonSchema)]
struct Language<'a> {
    /// As in `en-US`.
    code: &'a str,
    /// In English.
    name: &'a str,
}

/// The languages of the voice engine. Path and shape are ours: the public page is lost.
async fn languages(caller: Caller, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    caller.require_voice_engine()?;
    let languages = engine.languages();
    let languages: Vec<_> =
        languages.iter().map(|language| Language { code: &language.code, name: &language.name }).collect();
    Ok(outcome(true, languages))
}
