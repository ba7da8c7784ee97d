//! Speakers: enrolled, shown, listed, deleted.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::{profile::Profile, seconds::hundredths};
use timbre_engine::{Demands, Engine, EngineError};

use super::{
    Caller, Fault, Operation,
    body::{Body, JSON, Recording},
};
use crate::{consent, routes::Routes};

/// Longest name of a speaker.
const LONGEST_NAME: usize = 128;

/// Net speech, in seconds, that one recording must have.
const LEAST_SPEECH_SECONDS: f32 = 6.0;

/// Seconds that a recording may last where the caller waits for the answer.
pub(super) const LONGEST_NOW_SECONDS: f64 = 120.0;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("speakers");
    routes
        .post(
            "/v2/sync/diarization/enroll",
            enroll,
            "enroll_v2",
            "Adds a recording to a speaker, whom the first one makes.",
        )
        .takes(JSON);
    routes.get("/v2/sync/diarization/enroll", status, "speaker_v2", "Shows a speaker.").needs("speakerId");
    routes
        .post(
            "/v1/sync/diarization/enroll",
            enroll_v1,
            "enroll_v1",
            "Adds a recording to a speaker, told in one word.",
        )
        .takes(JSON);
    routes.post("/v1/sync/diarization/delete", delete, "deleteSpeaker_v1", "Erases a speaker.").takes(JSON);
    routes
        .get(
            "/v1/sync/diarization/get_enrolled_speakers",
            list,
            "listSpeakers_v1",
            "Lists the speakers by name.",
        )
        .allows("getAllSpeakers");
}

#[derive(Deserialize)]
struct Enroll {
    #[serde(flatten)]
    recording: Recording,
    #[serde(rename = "speakerId")]
    speaker_id: Option<String>,
}

/// Adds a recording to a speaker, whom the first one makes.
async fn enroll(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let speaker = enrolled(&caller, &engine, &request, body).await?;
    let mut shown = shown(&speaker);
    shown["message"] = Value::from("Success");
    Ok(HttpResponse::Ok().json(shown))
}

/// As [`enroll`], told in one word as version 1 has it.
async fn enroll_v1(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let speaker = enrolled(&caller, &engine, &request, body).await?;
    let message = if is_complete(&speaker) { "Complete" } else { "Success" };
    Ok(HttpResponse::Ok().json(json!({"message": message})))
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
        Ok(speaker) => Ok(HttpResponse::Ok().json(shown(&speaker))),
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
    let listed: Vec<Value> =
        speakers.iter().filter(|speaker| all || is_complete(speaker)).map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({
        "developer_id": caller.tenant.name,
        "enrolled_speaker_ids": listed,
    })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delete {
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
        Ok(()) => "Success",
        Err(EngineError::UnknownSpeaker(_)) => "Failure",
        Err(error) => return Err(Fault::of(error, Operation::Delete)),
    };
    Ok(HttpResponse::Ok().json(json!({"message": message})))
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

fn shown(speaker: &Profile) -> Value {
    json!({
        "speaker_id": speaker.name,
        "enrollment_complete": is_complete(speaker),
        "total_speech_duration": hundredths(speaker.speech_seconds),
        "total_enroll_duration": hundredths(speaker.audio_seconds),
        "enroll_quality": speaker.quality().name().to_ascii_lowercase(),
    })
}
