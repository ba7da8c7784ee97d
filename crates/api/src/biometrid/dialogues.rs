//! The voice engine, 1.0: dialogues that enrol, verify and adapt, kept by a session cookie.

use std::{future::Future, pin::Pin};

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, web};
use timbre_domain::{
    dialogue::{Asks, Purpose},
    ids::DialogueId,
};
use timbre_engine::{Answer, Engine, EngineError};

use super::{
    Fault, OfUser,
    envelope::outcome,
    form::{Form, RECORDING},
    shapes::{Done, Ended, Said, Started, Submitted},
};
use crate::{routes::Routes, sessions::Sessions};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("voice");
    let cookie = "The first call asks for a code and sets the cookie `biometrid.sid`; each further one brings the code spoken, as `audio`, with \
                  that cookie. A recording that does not serve says why (`decision`), asks for another code, and is no failure of the voice.";
    routes
        .post(
            "/users/{user}/dialogue/enroll/voice",
            enroll,
            "enrollVoice",
            "Asks for a code, or takes one spoken, to enrol a user's voice.",
        )
        .explained(cookie)
        .also("A voice that is enrolled in this language must be deleted first: 400.")
        .reads(RECORDING)
        .answers::<Said>(200, SAID)
        .may_tell("Set-Cookie", "The session, when a dialogue begins.")
        .refuses(why_not_enrolled());
    routes
        .post(
            "/users/{user}/dialogue/verify/voice",
            verify,
            "verifyVoice",
            "Asks for a code, or takes one spoken, to verify a user's voice.",
        )
        .explained(cookie)
        .also("A failed verification is a 200 with `status` false. Too many in a row lock the user (403), for a time or until `unlockVoice`.")
        .reads(RECORDING)
        .answers::<Said>(200, SAID)
        .may_tell("Set-Cookie", "The session, when a dialogue begins.")
        .refuses(why_not_verified());
    routes
        .post(
            "/users/{user}/adapt/voice",
            adapt,
            "adaptVoice",
            "Asks for a code, or takes one spoken, to teach a voiceprint how the user sounds today.",
        )
        .explained(cookie)
        .also("Only a voice that is surely the user's changes the voiceprint; another counts as a failed verification does.")
        .reads(RECORDING)
        .answers::<Said>(200, SAID)
        .may_tell("Set-Cookie", "The session, when a dialogue begins.")
        .refuses(why_not_verified());
}

const SAID: &str = "A code is asked for, or the dialogue is over.";

/// Why a call that enrols may be turned down.
pub(super) fn why_not_enrolled() -> Vec<Fault> {
    [vec![Fault::UserVoiceAlreadyEnrolled], why_not_heard()].concat()
}

/// Why a call that verifies or adapts may be turned down.
pub(super) fn why_not_verified() -> Vec<Fault> {
    [vec![Fault::EnrollUserVoiceFirst, Fault::Locked(Some(300)), Fault::Locked(None)], why_not_heard()]
        .concat()
}

fn why_not_heard() -> Vec<Fault> {
    vec![
        Fault::UserNotExists,
        Fault::NoVoiceEngine,
        Fault::NoFileOrInvalidFormat,
        Fault::RequestLimitReached,
        Fault::ConsentMissing,
        Fault::OptedOut,
        Fault::LanguageNotAvailable,
        Fault::InvalidParameters,
        Fault::RequestTimeout,
    ]
}

/// Enrols a user's voice: the first call asks for a code, each further one brings it spoken.
async fn enroll(of: OfUser, call: Call) -> Result<HttpResponse, Fault> {
    call.take(of, Purpose::Enrol).await
}

/// Verifies a user's voice, in as many codes as it takes to be sure.
async fn verify(of: OfUser, call: Call) -> Result<HttpResponse, Fault> {
    call.take(of, Purpose::Verify).await
}

/// Teaches the user's voiceprint how they sound today, if it is surely them.
async fn adapt(of: OfUser, call: Call) -> Result<HttpResponse, Fault> {
    call.take(of, Purpose::Adapt).await
}

/// What a voice call brings: the session, the parameters.
struct Call {
    engine: web::Data<Engine>,
    session: Session,
    sessions: web::Data<Sessions>,
    request: HttpRequest,
    body: web::Payload,
}

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    /// Reads nothing of the body yet: a caller who is not authenticated must cost nothing.
    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let engine = request.app_data::<web::Data<Engine>>().cloned();
        let sessions = request.app_data::<web::Data<Sessions>>().cloned();
        let session = request.get_session();
        let (request, body) = (request.clone(), web::Payload::from_request(request, body));
        Box::pin(async move {
            let (engine, sessions) = engine.zip(sessions).ok_or(Fault::Problem)?;
            Ok(Self { engine, session, sessions, request, body: body.await? })
        })
    }
}

impl Call {
    async fn take(self, of: OfUser, purpose: Purpose) -> Result<HttpResponse, Fault> {
        let Self { engine, session, sessions, request, body } = self;
        let OfUser { caller, user } = of;
        caller.require_voice_engine()?;
        let form = Form::read(&caller, &request, body, engine.max_sample_bytes()).await?;
        let held = Held { session, name: user.place(&caller, purpose) };
        let mut under_way = held.dialogue();
        let spoken_in = match under_way {
            Some(dialogue) => engine.dialogue_goes_on(&caller, dialogue, &user, purpose).await?,
            None => None,
        };
        // A dialogue keeps the language in which it began; a call that names another begins another.
        let named = form.text("language").map(str::to_owned);
        if spoken_in.is_none() || (named.is_some() && named != spoken_in) {
            under_way = None;
        }
        let language = named.or(spoken_in).unwrap_or_else(|| caller.default_language.clone());
        engine.check_dialogue(&caller, &user, purpose, &language).await?;
        if under_way.is_none() && caller.policy.dialogue.resume_without_cookie {
            let pending = engine.pending_dialogue(&caller, &user).await?;
            let fits = pending.filter(|asked| {
                asked.purpose == purpose && asked.language == language && asked.code.is_some()
            });
            under_way = fits.map(|asked| asked.dialogue);
        }
        if let Some(dialogue) = under_way {
            let audio = form.into_wav(&caller)?;
            match engine.submit(&caller, &user, dialogue, audio.bytes).await {
                Ok(spoken) => return answer(purpose, spoken.answer, &held),
                // It ended between the look and the submission: as if this call had come after that.
                Err(EngineError::DialogueOver) => held.drop_dialogue(),
                Err(error) => return Err(error.into()),
            }
        }
        // No dialogue to go on with: this call starts one, and a file that came along is not used. Nothing is begun that nobody
        // could go on with.
        if let Err(error) = sessions.ready().await {
            tracing::warn!(%error, "the sessions do not answer");
            return Err(Fault::Busy(crate::UNAVAILABLE_SECONDS));
        }
        let asked = engine.start_dialogue(&caller, &user, purpose, Asks::Codes, &language).await?;
        held.keep(asked.dialogue)?;
        Ok(outcome(true, Started::of(asked.dialogue, asked.code.ok_or(Fault::Problem)?)))
    }
}

/// A session's place for one dialogue. It is named after tenant, user and purpose, so that a session
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

fn answer(purpose: Purpose, answer: Answer, held: &Held) -> Result<HttpResponse, Fault> {
    Ok(match answer {
        Answer::Next(decision, asked) => {
            outcome(true, Submitted::of(decision, asked.code.ok_or(Fault::Problem)?))
        }
        Answer::Succeeded => {
            held.drop_dialogue();
            outcome(true, Done::of(purpose))
        }
        Answer::Failed(failure) => {
            held.drop_dialogue();
            outcome(false, Ended::of(purpose, failure))
        }
    })
}
