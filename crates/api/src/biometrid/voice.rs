//! The voice engine, 1.0: dialogues that enrol and verify.

use std::{future::Future, pin::Pin};

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, web};
use serde::Serialize;
use timbre_domain::{
    decision::Failure,
    dialogue::Purpose,
    ids::{DialogueId, SubjectId},
};
use timbre_engine::{Answer, Asked, Engine, EngineError};

use super::{Caller, Fault, envelope::outcome, form::Form, users::only_documented_methods};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/users/{user}/dialogue/enroll/voice")
                .post(enroll)
                .default_service(web::to(only_documented_methods)),
        )
        .service(
            web::resource("/users/{user}/dialogue/verify/voice")
                .post(verify)
                .default_service(web::to(only_documented_methods)),
        );
}

/// Enrols a user's voice: the first call asks for a code, each further one brings it spoken.
async fn enroll(caller: Caller, call: Call) -> Result<HttpResponse, Fault> {
    call.take(&caller, Purpose::Enrol).await
}

/// Verifies a user's voice, in as many codes as it takes to be sure.
async fn verify(caller: Caller, call: Call) -> Result<HttpResponse, Fault> {
    call.take(&caller, Purpose::Verify).await
}

/// What a voice call brings: the user, the session, the parameters.
struct Call {
    engine: web::Data<Engine>,
    session: Session,
    request: HttpRequest,
    body: web::Payload,
}

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    /// Reads nothing of the body yet: a caller who is not authenticated must cost nothing.
    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let engine = request.app_data::<web::Data<Engine>>().cloned();
        let session = request.get_session();
        let (request, body) = (request.clone(), web::Payload::from_request(request, body));
        Box::pin(async move {
            Ok(Self { engine: engine.ok_or(Fault::Problem)?, session, request, body: body.await? })
        })
    }
}

impl Call {
    async fn take(self, caller: &Caller, purpose: Purpose) -> Result<HttpResponse, Fault> {
        let Self { engine, session, request, body } = self;
        let user: SubjectId = request.match_info().query("user").parse().map_err(|_| Fault::UserNotExists)?;
        let form = Form::read(&request, body, engine.max_sample_bytes()).await?;
        let language = form.text("language").map(str::to_owned);
        let spoken_in = language.as_deref().unwrap_or(&caller.default_language);
        engine.check_dialogue(caller, user, purpose, spoken_in).await?;

        let held = Held { session, name: format!("{}/{user}/{purpose}", caller.id) };
        if let Some(dialogue) = held.dialogue()
            && engine.dialogue_goes_on(caller, dialogue, user, purpose).await?
        {
            let audio = form.into_wav().ok_or(Fault::NoFileOrInvalidFormat)?;
            return match engine.submit(caller, dialogue, audio).await {
                Ok(spoken) => Ok(answer(purpose, spoken.answer, &held)),
                // It ended between the look and the submission: the caller has to begin again.
                Err(EngineError::DialogueOver) => {
                    held.drop_dialogue();
                    Err(Fault::Problem)
                }
                Err(error) => Err(error.into()),
            };
        }
        // No dialogue to go on with: this call starts one, and a file that came along is not used.
        let asked = engine.start_dialogue(caller, user, purpose, language.as_deref()).await?;
        held.keep(asked.dialogue)?;
        Ok(outcome(
            true,
            Started {
                message: "DIALOGUE_STARTED_WITH_SUCCESS",
                dialogue_id: asked.dialogue.to_string(),
                prompt: asked.into(),
            },
        ))
    }
}

/// A session's place for one dialogue. It is named by tenant, user and purpose, so that a session
/// cannot carry a dialogue over to another of these, and one cookie jar can serve many users.
struct Held {
    session: Session,
    name: String,
}

impl Held {
    /// What the cookie leads to; an unreadable entry leads nowhere.
    fn dialogue(&self) -> Option<DialogueId> {
        self.session.get::<DialogueId>(&self.name).ok().flatten()
    }

    fn keep(&self, dialogue: DialogueId) -> Result<(), Fault> {
        // A jar that is used for ever more users must not grow for ever.
        if self.session.entries().len() >= MAX_HELD {
            self.session.clear();
        }
        self.session.insert(&self.name, dialogue).map_err(|_| Fault::Problem)
    }

    fn drop_dialogue(&self) {
        self.session.remove(&self.name);
    }
}

/// Most dialogues that one session holds.
const MAX_HELD: usize = 64;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prompt {
    prompt_code: String,
    prompt_code_text: String,
}

impl From<Asked> for Prompt {
    fn from(asked: Asked) -> Self {
        Self { prompt_code: asked.code, prompt_code_text: asked.text }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    message: &'static str,
    dialogue_id: String,
    #[serde(flatten)]
    prompt: Prompt,
}

#[derive(Serialize)]
struct Submitted {
    message: &'static str,
    #[serde(flatten)]
    prompt: Prompt,
    decision: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    dialogue_status: &'static str,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    dialogue_status: &'static str,
    message: &'static str,
    reason: &'static str,
    decision: &'static str,
}

fn answer(purpose: Purpose, answer: Answer, held: &Held) -> HttpResponse {
    match answer {
        Answer::Next(decision, asked) => outcome(
            true,
            Submitted {
                message: "AUDIO_SUBMITTED_WITH_SUCCESS",
                prompt: asked.into(),
                decision: decision.name(),
            },
        ),
        Answer::Succeeded => {
            held.drop_dialogue();
            let (message, enrolled, verified) = match purpose {
                Purpose::Enrol => ("AUDIO_ENROLLED_WITH_SUCCESS", Some(true), None),
                Purpose::Verify => ("AUDIO_VERIFIED_WITH_SUCCESS", None, Some(true)),
            };
            // One c: the contract's own spelling.
            outcome(true, Done { dialogue_status: "Suceeded", message, enrolled, verified })
        }
        Answer::Failed(failure) => {
            held.drop_dialogue();
            let message = match purpose {
                Purpose::Enrol => "AUDIO_ENROLLMENT_FAILED",
                Purpose::Verify => "AUDIO_VERIFICATION_FAILED",
            };
            let decision = biometric_decision(failure);
            outcome(false, Ended { dialogue_status: "Failed", message, reason: failure.name(), decision })
        }
    }
}

/// What was decided about the voice. Only `NotApplicable` (nothing was) is in the public pages.
fn biometric_decision(failure: Failure) -> &'static str {
    match failure {
        Failure::MaxTotalSqmFailuresExceeded => "NotApplicable",
        Failure::VoiceMismatch => "Mismatch",
        Failure::VoiceInconclusive => "Inconclusive",
    }
}
