//! What helps an application along: where a user stands, and how to begin anew.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use timbre_engine::Engine;

use super::{
    Caller, Fault, OfUser,
    attempts::enrollment_id,
    dialogues::Prompt,
    envelope::{Message, outcome},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("state");
    routes.get(
        "/users/{user}/enroll/status",
        enroll_status,
        "enrollStatus",
        "Says which engines know a user.",
    );
    routes.get(
        "/users/{user}/voice/is-pending",
        is_pending,
        "pendingVoice",
        "Shows the dialogue that still goes on, and its code.",
    );
    routes.get("/users/{user}/restart-state", restart_state, "restartState", "Puts a user's dialogue aside.");
    routes.post(
        "/users/{user}/voice/unlock",
        unlock,
        "unlockVoice",
        "Lets a user be verified again whom failures have locked.",
    );
    routes.get("/languages", languages, "listLanguages", "Lists the languages of the voice engine.");
}

#[derive(Serialize)]
struct EngineStatus {
    engines_oid: String,
    r#type: &'static str,
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pending {
    dialogue_id: String,
    #[serde(flatten)]
    prompt: Prompt,
}

/// The dialogue that still goes on, and the code it waits for.
async fn is_pending(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    of.caller.require_voice_engine()?;
    let Some(asked) = engine.pending_dialogue(&of.caller, &of.user).await? else {
        return Ok(HttpResponse::Ok().json(json!({ "status": true })));
    };
    Ok(match asked.code {
        Some(code) => outcome(true, Pending { dialogue_id: asked.dialogue.to_string(), prompt: code.into() }),
        None => outcome(true, json!({ "enrollmentId": enrollment_id(asked.dialogue) })),
    })
}

/// Puts the user's dialogue aside. That a GET changes something is the contract's.
async fn restart_state(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    engine.restart_dialogues(&of.caller, &of.user).await?;
    Ok(outcome(true, Message { message: "STATE_RESTARTED_WITH_SUCCESS" }))
}

/// Lets a user be verified again whom too many failures have locked. An extension: not part of
/// `restart-state`, which applications call before every dialogue.
async fn unlock(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    of.caller.require_voice_engine()?;
    engine.reset_lockout(&of.caller, &of.user).await?;
    Ok(outcome(true, Message { message: "USER_VOICE_UNLOCKED" }))
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
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
