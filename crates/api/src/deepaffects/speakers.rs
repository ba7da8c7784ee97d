//! Speakers: enrolled, shown, listed, deleted.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::{
    profile::{Profile, ProfileFull},
    quality::Quality,
    seconds::hundredths,
};
use timbre_engine::{Demands, Engine, EngineError, Unfit};

use super::{
    Caller, Fault, Operation,
    body::{Body, Recording},
    conversations,
};
use crate::{
    consent,
    documented::{self, Parameter},
    routes::Routes,
};

/// Longest name of a speaker.
const LONGEST_NAME: usize = 128;

/// Net speech, in seconds, that one recording must have.
const LEAST_SPEECH_SECONDS: f32 = 6.0;

/// Seconds that a recording may last where the caller waits for the answer.
pub(super) const LONGEST_NOW_SECONDS: f64 = 120.0;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("speakers");
    let enrolling = "The voice is enrolled once 30 seconds of speech are there, in as many recordings as it takes. A recording is taken whole or not \
                     at all; one that is refused changes nothing, and the same one once more counts once. It has at most two minutes, and 6 seconds of speech.";
    routes
        .post(
            "/v2/sync/diarization/enroll",
            enroll,
            "enroll_v2",
            "Adds a recording to a speaker, whom the first one makes.",
        )
        .explained(enrolling)
        .takes(&[consent::PARAMETER])
        .reads(documented::Body::json::<Enroll>())
        .answers::<Enrolled>(200, "The speaker, with this recording.")
        .refuses(why_not_enrolled());
    routes
        .get("/v2/sync/diarization/enroll", status, "speaker_v2", "Shows a speaker.")
        .explained("How much speech is there, and whether it is enough. A speaker of whom there is nothing is a 404.")
        .takes(&[Parameter::needed::<SpeakerName>("speakerId", "The speaker's name.")])
        .answers::<Speaker>(200, "The speaker.")
        .refuses([Fault::UnknownSpeaker, misnamed(Operation::Status)]);
    routes
        .post(
            "/v1/sync/diarization/enroll",
            enroll_v1,
            "enroll_v1",
            "Adds a recording to a speaker, told in one word.",
        )
        .explained(enrolling)
        .takes(&[consent::PARAMETER])
        .reads(documented::Body::json::<Enroll>())
        .answers::<Word>(200, "`Complete` once the voice is enrolled, `Success` before.")
        .refuses(why_not_enrolled());
    routes
        .post("/v1/sync/diarization/delete", delete, "deleteSpeaker_v1", "Erases a speaker.")
        .explained("For good: voiceprint, recordings and name are gone when this is answered. That there is no such speaker is told with a 200.")
        .reads(documented::Body::json::<Delete>())
        .answers::<Word>(200, "`Success`, or `Failure` where there is no such speaker.")
        .refuses([misnamed(Operation::Delete)]);
    routes
        .get(
            "/v1/sync/diarization/get_enrolled_speakers",
            list,
            "listSpeakers_v1",
            "Lists the speakers by name.",
        )
        .explained("Those whose voice is enrolled; with `getAllSpeakers` those as well of whom there is not enough yet. All in one reply.")
        .takes(&[Parameter::allowed::<bool>("getAllSpeakers", "Whether all are listed.")])
        .answers::<Speakers>(200, "The speakers.")
        .refuses([Fault::Parameters(Operation::List, "getAllSpeakers should be true or false".to_owned())]);
}

/// Why a recording may not be added to a speaker.
fn why_not_enrolled() -> Vec<Fault> {
    let refused = |error| Fault::of(error, Operation::Enroll);
    let mut faults = vec![
        misnamed(Operation::Enroll),
        Fault::Parameters(Operation::Enroll, "content should be passed".to_owned()),
        refused(EngineError::Unfit(Unfit::NoSpeech)),
        refused(EngineError::Unfit(Unfit::TooNoisy(4.0))),
        refused(EngineError::Unfit(Unfit::SeveralVoices)),
        refused(EngineError::Unfit(Unfit::UnlikeBefore)),
        refused(EngineError::ConsentMissing),
        refused(EngineError::OptedOut),
        refused(EngineError::TooManyProfiles),
        refused(EngineError::ProfileFull(ProfileFull::Audio)),
    ];
    faults.extend(conversations::why_not_heard(Operation::Enroll));
    faults
}

/// A name that is none.
fn misnamed(operation: Operation) -> Fault {
    name(Some("no name"), operation).err().unwrap_or(Fault::Internal)
}

/// A speaker's name.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
pub(super) struct SpeakerName(
    #[schemars(regex(pattern = "^[a-zA-Z0-9_]+$"), length(min = 1, max = 128))] String,
);

/// A speaker's recording.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "SpeakerRecording", extend("required" = ["content", "speakerId"]))]
struct Enroll {
    #[serde(flatten)]
    recording: Recording,
    /// The speaker's name, which the caller chooses.
    #[serde(rename = "speakerId")]
    #[schemars(with = "SpeakerName")]
    speaker_id: Option<String>,
}

/// A speaker.
#[derive(Serialize, JsonSchema)]
struct Speaker {
    /// The speaker's name.
    speaker_id: Option<String>,
    /// Whether there is enough speech to know this voice by.
    enrollment_complete: bool,
    /// Seconds of speech in all recordings.
    total_speech_duration: f64,
    /// Seconds of all recordings.
    total_enroll_duration: f64,
    /// How well the voice can be known by what is there.
    enroll_quality: EnrollQuality,
}

impl Speaker {
    fn of(speaker: &Profile) -> Self {
        Self {
            speaker_id: speaker.name.clone(),
            enrollment_complete: is_complete(speaker),
            total_speech_duration: hundredths(speaker.speech_seconds),
            total_enroll_duration: hundredths(speaker.audio_seconds),
            enroll_quality: speaker.quality().into(),
        }
    }
}

/// How well a voice can be known: from the worst to the best.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EnrollQuality {
    Poor,
    Average,
    Good,
    High,
}

impl From<Quality> for EnrollQuality {
    fn from(quality: Quality) -> Self {
        match quality {
            Quality::Poor => Self::Poor,
            Quality::Average => Self::Average,
            Quality::Good => Self::Good,
            Quality::High => Self::High,
        }
    }
}

/// What a recording made of a speaker.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EnrolledSpeaker")]
struct Enrolled {
    #[serde(flatten)]
    speaker: Speaker,
    /// That the recording was added.
    message: Added,
}

/// That a recording was added.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum Added {
    Success,
}

/// What came of a call.
#[derive(Serialize, JsonSchema)]
struct Word {
    /// What came of it: `Complete` where the voice is enrolled now, `Failure` where there is no such speaker.
    message: Came,
}

/// What came of a call.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum Came {
    Success,
    Complete,
    Failure,
}

/// The speakers of a tenant.
#[derive(Serialize, JsonSchema)]
struct Speakers {
    /// The tenant's name.
    developer_id: String,
    /// The speakers, by name.
    enrolled_speaker_ids: Vec<Speaker>,
}

/// Adds a recording to a speaker, whom the first one makes.
async fn enroll(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let speaker = enrolled(&caller, &engine, &request, body).await?;
    Ok(HttpResponse::Ok().json(Enrolled { speaker: Speaker::of(&speaker), message: Added::Success }))
}

/// As [`enroll`], told in one word as version 1 has it.
async fn enroll_v1(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let speaker = enrolled(&caller, &engine, &request, body).await?;
    let message = if is_complete(&speaker) { Came::Complete } else { Came::Success };
    Ok(HttpResponse::Ok().json(Word { message }))
}

async fn enrolled(
    caller: &Caller,
    engine: &Engine,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<Profile, Fault> {
    let (operation, max_bytes) = (Operation::Enroll, engine.max_conversation_bytes());
    let Body { fields: Enroll { recording, speaker_id }, _place } =
        Body::read(caller, request, body, operation, max_bytes).await?;
    let name = name(speaker_id.as_deref(), operation)?;
    let locale = recording.locale(operation)?;
    let malformed = |_| Fault::Parameters(operation, format!("{} is malformed", consent::HEADER));
    let consent = consent::told(request).map_err(malformed)?;
    let bytes = recording.content(caller, operation, max_bytes)?;
    let demands = Demands {
        shortest_seconds: 0.0,
        longest_seconds: LONGEST_NOW_SECONDS,
        min_snr_db: caller.tenant.policy.quality.min_snr_db,
        min_speech_seconds: LEAST_SPEECH_SECONDS,
        any_format: true,
        max_bytes: Some(max_bytes),
    };
    let enrolled = engine.enrol_speaker(&caller.tenant, name, locale, bytes, demands, consent).await;
    enrolled.map_err(|error| Fault::of(error, operation))
}

/// Shows a speaker.
async fn status(caller: Caller, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    let name = name(caller.query.get("speakerId"), Operation::Status)?;
    match engine.speaker(&caller.tenant, name).await {
        Ok(speaker) => Ok(HttpResponse::Ok().json(Speaker::of(&speaker))),
        Err(EngineError::UnknownSpeaker(_)) => Err(Fault::UnknownSpeaker),
        Err(error) => Err(Fault::of(error, Operation::Status)),
    }
}

/// Lists the speakers by name: the complete ones, or with `getAllSpeakers` all.
async fn list(caller: Caller, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    let all = match caller.query.get("getAllSpeakers").map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(_) => {
            let text = "getAllSpeakers should be true or false".to_owned();
            return Err(Fault::Parameters(Operation::List, text));
        }
    };
    let speakers = engine.all_speakers(&caller.tenant).await;
    let speakers = speakers.map_err(|error| Fault::of(error, Operation::List))?;
    let listed = speakers.iter().filter(|speaker| all || is_complete(speaker)).map(Speaker::of);
    Ok(HttpResponse::Ok()
        .json(Speakers { developer_id: caller.tenant.name.clone(), enrolled_speaker_ids: listed.collect() }))
}

/// Who is to be erased.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SpeakerToErase", extend("required" = ["speakerId"]))]
struct Delete {
    /// The speaker's name.
    #[schemars(with = "SpeakerName")]
    speaker_id: Option<String>,
}

/// Erases a speaker. That there is none is told in the documented word.
async fn delete(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let Body { fields: Delete { speaker_id }, .. } =
        Body::read(&caller, &request, body, Operation::Delete, 0).await?;
    let name = name(speaker_id.as_deref(), Operation::Delete)?;
    let message = match engine.delete_speaker(&caller.tenant, name).await {
        Ok(()) => Came::Success,
        Err(EngineError::UnknownSpeaker(_)) => Came::Failure,
        Err(error) => return Err(Fault::of(error, Operation::Delete)),
    };
    Ok(HttpResponse::Ok().json(Word { message }))
}

/// A speaker's name: letters, digits and underscores, as documented.
pub(super) fn name(text: Option<&str>, operation: Operation) -> Result<&str, Fault> {
    let wrong = |text: &str| Fault::Parameters(operation, text.to_owned());
    let name = text.ok_or_else(|| wrong("speakerId should be passed"))?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match plain && !name.is_empty() && name.len() <= LONGEST_NAME {
        true => Ok(name),
        false => Err(wrong("speakerId should match [a-zA-Z0-9_]+ and have at most 128 characters")),
    }
}

/// Whether there is enough of a speaker to be identified; that its voiceprint may be in the making right now changes nothing of it.
fn is_complete(speaker: &Profile) -> bool {
    speaker.remaining_speech_seconds() == 0.0
}
