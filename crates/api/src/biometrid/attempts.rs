//! The voice engine, 1.1: enrolment by attempts and verification by one recording. No cookie, no code, no
//! language: the person says what they like, in the tenant's default language.
//!
//! Without a code nothing proves that a recording was made now. Timbre refuses those it has heard before;
//! applications that can choose should use 1.0.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{
    decision::{Refusal, SampleDecision},
    dialogue::{Asks, Purpose},
    ids::DialogueId,
};
use timbre_engine::{Answer, Engine, EngineError};

use super::{
    Fault, OfUser,
    dialogues::{why_not_enrolled, why_not_verified},
    envelope::{Begun, Envelope, Message, Word, outcome},
    form::{Form, RECORDING},
    shapes::Done,
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("voice");
    routes
        .post(
            "/users/{user}/dialogue/enroll/voice",
            enroll,
            "enrollVoice",
            "Begins to enrol a user's voice, or takes one attempt.",
        )
        .explained(
            "A call without a file begins anew; each further one brings a recording of free speech, until the voice is enrolled. A recording that \
             does not serve says why, and is no failure of the voice. One that was heard before is refused, since without a code nothing else proves \
             that it was made now. A voice that is enrolled must be deleted first: 400.",
        )
        .reads(RECORDING)
        .answers::<EnrolmentSaid>(200, "The enrolment has begun, or what came of a recording.")
        .refuses(why_not_enrolled());
    routes
        .post(
            "/users/{user}/dialogue/verify/voice",
            verify,
            "verifyVoice",
            "Verifies a user's voice by one recording.",
        )
        .explained(
            "`status` false with `INVALID_ATTEMPT` says why the recording does not serve; nothing was decided of the voice. `AUDIO_RECOGNITION_FAILED` is a \
             failed verification: too many in a row lock the user (403), for a time or until `unlockVoice`.",
        )
        .reads(RECORDING)
        .answers::<VerificationSaid>(200, "Whether it is the user's voice, or why that was not decided.")
        .refuses(why_not_verified());
}

/// What a call that enrols is answered; `message` says which it is.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "AttemptToEnrolReply")]
#[expect(dead_code, reason = "it stands for its shape")]
enum EnrolmentSaid {
    Started(Envelope<Started>),
    Attempt(Envelope<Attempt>),
    Done(Envelope<Done>),
}

/// What a call that verifies is answered; `message` says which it is.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "AttemptToVerifyReply")]
#[expect(dead_code, reason = "it stands for its shape")]
enum VerificationSaid {
    Verified(Envelope<Verified>),
    Attempt(Envelope<Attempt>),
    Another(Envelope<Message>),
}

/// The id of an enrolment under way, as the public pages show it: 24 hexadecimal digits.
pub(super) fn enrollment_id(dialogue: DialogueId) -> String {
    dialogue.as_bytes()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An enrolment that has begun.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StartedAttempts")]
struct Started {
    /// That the enrolment has begun.
    message: Begun,
    /// 24 hexadecimal digits.
    enrollment_id: String,
}

/// What came of a recording.
#[derive(Serialize, JsonSchema)]
struct Attempt {
    /// Whether the recording was taken, or, at an enrolment, that it must begin anew.
    message: Tried,
    /// For people.
    detail: &'static str,
    /// Why the recording was not taken; absent where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Refusal>,
    /// Valid attempts so far; a verification has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
}

/// What came of an attempt.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
enum Tried {
    ValidAttempt,
    InvalidAttempt,
    EnrollmentFailed,
}

/// Enrols a user's voice: a call without a file begins, each further one brings a recording.
async fn enroll(
    of: OfUser,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let OfUser { caller, user } = of;
    caller.require_voice_engine()?;
    let form = Form::read(&caller, &request, body, engine.max_sample_bytes()).await?;
    let language = caller.default_language.as_str();
    engine.check_dialogue(&caller, &user, Purpose::Enrol, language).await?;

    let under_way = engine.pending_dialogue(&caller, &user).await?;
    let under_way = under_way.filter(|asked| asked.purpose == Purpose::Enrol && asked.code.is_none());
    let (Some(under_way), true) = (under_way, form.has_audio()) else {
        // A call without a file always begins: there is no other way to start over.
        let asked = engine.start_dialogue(&caller, &user, Purpose::Enrol, Asks::FreeSpeech, language).await?;
        let enrollment_id = enrollment_id(asked.dialogue);
        return Ok(outcome(true, Started { message: Begun::DialogueStartedWithSuccess, enrollment_id }));
    };
    let audio = form.into_wav(&caller)?;
    let spoken = match engine.submit(&caller, &user, under_way.dialogue, audio.bytes).await {
        // It ended a moment ago, by another request of the user's.
        Err(EngineError::DialogueOver) => return Err(Fault::Busy(1)),
        spoken => spoken?,
    };
    let attempt = Some(spoken.accepted);
    Ok(match spoken.answer {
        Answer::Next(SampleDecision::Ok, _) => outcome(
            true,
            Attempt { message: Tried::ValidAttempt, detail: "Valid attempt", reason: None, attempt },
        ),
        Answer::Next(SampleDecision::Refused(refusal), _) => outcome(false, invalid(refusal, attempt)),
        Answer::Succeeded => outcome(true, Done::enrolled()),
        Answer::Failed(_) => outcome(
            false,
            Attempt {
                message: Tried::EnrollmentFailed,
                detail: "Enrollment failed. Please start over.",
                reason: None,
                attempt,
            },
        ),
    })
}

/// It is the user's voice.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "VerifiedVoice")]
struct Verified {
    /// That it is the user's voice.
    message: Recognised,
    /// True.
    verified: bool,
}

/// That it is the user's voice.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
enum Recognised {
    AudioRecognizedWithSuccess,
}

/// Verifies a user's voice by one recording.
async fn verify(
    of: OfUser,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let OfUser { caller, user } = of;
    caller.require_voice_engine()?;
    let form = Form::read(&caller, &request, body, engine.max_sample_bytes()).await?;
    engine.check_verification(&caller, &user, &caller.default_language).await?;
    let audio = form.into_wav(&caller)?;
    Ok(match engine.verify_once(&caller, &user, audio.bytes).await?.answer {
        Answer::Succeeded => {
            outcome(true, Verified { message: Recognised::AudioRecognizedWithSuccess, verified: true })
        }
        // Refusing is not failing: nothing was said about the voice.
        Answer::Next(SampleDecision::Refused(refusal), _) => outcome(false, invalid(refusal, None)),
        Answer::Next(SampleDecision::Ok, _) | Answer::Failed(_) => {
            Word::AudioRecognitionFailed.outcome(false)
        }
    })
}

/// A recording that could not be judged: an extension, as the public pages break off before it.
fn invalid(refusal: Refusal, attempt: Option<u32>) -> Attempt {
    let detail = match refusal {
        Refusal::NoSpeech => "No speech was found in the recording.",
        Refusal::TooShort => "There is too little speech in the recording.",
        Refusal::TooQuiet => "The speech is too faint.",
        Refusal::Clipped => "The recording is overdriven.",
        Refusal::TooNoisy => "The speech does not stand out of the noise.",
        Refusal::SameRecording => "This recording was submitted before.",
        Refusal::SeveralVoices => "More than one person speaks.",
        Refusal::OtherVoice => "This is not the voice of the earlier attempts.",
        // No code is asked for here, so neither can be.
        Refusal::CodeExpired | Refusal::WrongCode => "The recording does not serve.",
    };
    Attempt { message: Tried::InvalidAttempt, detail, reason: Some(refusal), attempt }
}
