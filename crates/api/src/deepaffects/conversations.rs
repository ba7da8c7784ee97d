//! Conversations: who speaks when, and who it is; at once, or as a job whose end is told.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use timbre_domain::inquiry::{About, Findings, Inquiry, MOST_PEOPLE, MOST_SPEAKERS};
use timbre_engine::{Conversation, Engine, Order};

use super::{
    Caller, Fault, Operation,
    body::{Body, JSON, Recording},
    jobs::{segments, shown},
    speakers::{LONGEST_NOW_SECONDS, name},
};
use crate::routes::Routes;

/// Longest request id of a caller.
const LONGEST_REQUEST_ID: usize = 255;

/// The longest pause that can be asked for, in seconds.
const LONGEST_PAUSE_SECONDS: f64 = 3_600.0;

pub(super) fn routes(routes: &mut Routes) {
    let (identify, diarize) = (Operation::Identify, Operation::Diarize);
    routes.about("conversations");
    let says = "Says which of the named speakers speaks when.";
    routes.post("/v2/sync/diarization/identify", now, "identify_v2", says).takes(JSON).knowing(identify);
    let says = "Says which of the named speakers speaks when, as a list.";
    routes
        .post("/v1/sync/diarization/identify", now_as_a_list, "identify_v1", says)
        .takes(JSON)
        .knowing(identify);
    let says = "Says who speaks when, by numbers.";
    routes.post("/v1/sync/diarize", now, "diarize_v1", says).takes(JSON).knowing(diarize);
    let mut job = |path, id, says, operation| {
        let row = routes.post(path, later, id, says).takes(JSON).answers(202).knowing(operation);
        row.needs("webhook").allows("request_id");
    };
    job("/v1/async/vad", "vadLater_v1", "Accepts a job: when somebody speaks.", Operation::Vad);
    // The later versions were more accurate; there is one accuracy here.
    let says = "Accepts a job: which of the named speakers speaks when.";
    job("/v1/async/diarization/identify", "identifyLater_v1", says, identify);
    job("/v2/async/diarization/identify", "identifyLater_v2", says, identify);
    job("/v3/async/diarization/identify", "identifyLater_v3", says, identify);
    let says = "Accepts a job: who speaks when, by numbers.";
    job("/v1/async/diarize", "diarizeLater_v1", says, diarize);
    job("/v2/async/diarize", "diarizeLater_v2", says, diarize);
}

/// What the called route is for.
fn operation(request: &HttpRequest) -> Result<Operation, Fault> {
    request.app_data::<Operation>().copied().ok_or(Fault::Internal)
}

/// The fields that are documented for any of these calls. `audioType` and `source` changed nothing that can be told from outside.
#[derive(Deserialize)]
struct Asked {
    #[serde(flatten)]
    recording: Recording,
    #[serde(rename = "speakerIds")]
    speaker_ids: Option<Vec<String>>,
    /// -1: not known. Called `speakers` by the published clients.
    #[serde(rename = "speakerCount", alias = "speakers")]
    speaker_count: Option<i64>,
    #[serde(rename = "doVad")]
    do_vad: Option<bool>,
    #[serde(rename = "separateSpeakerPerChannel")]
    separate_speaker_per_channel: Option<bool>,
    #[serde(rename = "minNonSpeechDuration")]
    min_non_speech_duration: Option<f64>,
}

/// Answers with what was found.
async fn now(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let operation = operation(&request)?;
    let findings = found(&caller, &engine, &request, body, operation).await?;
    Ok(HttpResponse::Ok().json(shown(about(operation).kind(), &findings)))
}

/// As [`now`], told as a bare list as version 1 of identification has it.
async fn now_as_a_list(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let operation = operation(&request)?;
    let findings = found(&caller, &engine, &request, body, operation).await?;
    Ok(HttpResponse::Ok().json(segments(about(operation).kind(), &findings)))
}

async fn found(
    caller: &Caller,
    engine: &Engine,
    request: &HttpRequest,
    body: web::Payload,
    operation: Operation,
) -> Result<Findings, Fault> {
    let max_bytes = engine.max_conversation_bytes();
    let Body { fields, _place } = Body::read(caller, request, body, operation, max_bytes).await?;
    let (inquiry, conversation) = read(caller, fields, operation, max_bytes)?;
    let found = engine.hear_now(&caller.tenant, &inquiry, conversation, LONGEST_NOW_SECONDS).await;
    found.map_err(|error| Fault::of(error, operation))
}

/// Accepts a job, and says by which request id it is known.
async fn later(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let operation = operation(&request)?;
    let wrong = |text: &str| Fault::Parameters(operation, text.to_owned());
    let webhook = caller.query.get("webhook").filter(|webhook| !webhook.is_empty());
    let webhook = webhook.ok_or_else(|| wrong("webhook should be passed"))?.to_owned();
    let request_id = caller.query.get("request_id").filter(|id| !id.is_empty()).map(str::to_owned);
    if request_id
        .as_ref()
        .is_some_and(|id| id.chars().count() > LONGEST_REQUEST_ID || id.chars().any(char::is_control))
    {
        return Err(wrong("request_id should have at most 255 characters, none of them a control character"));
    }
    let max_bytes = engine.max_conversation_bytes();
    let Body { fields, _place } = Body::read(&caller, &request, body, operation, max_bytes).await?;
    let (inquiry, conversation) = read(&caller, fields, operation, max_bytes)?;
    let order = Order { inquiry, conversation, webhook, request_id };
    let request_id =
        engine.accept(&caller.tenant, order).await.map_err(|error| Fault::of(error, operation))?;
    Ok(HttpResponse::Accepted().json(json!({"request_id": request_id, "api": request.path()})))
}

fn about(operation: Operation) -> About {
    match operation {
        Operation::Diarize => About::Turns,
        Operation::Vad => About::Speech,
        _ => About::Names,
    }
}

/// What is asked, checked.
fn read(
    caller: &Caller,
    asked: Asked,
    operation: Operation,
    max_bytes: usize,
) -> Result<(Inquiry, Conversation), Fault> {
    let wrong = |text: &str| Fault::Parameters(operation, text.to_owned());
    let people = match asked.speaker_count {
        None | Some(-1) => None,
        Some(count) => {
            let count = usize::try_from(count).ok().filter(|count| (1..=MOST_PEOPLE).contains(count));
            Some(count.ok_or_else(|| wrong("speakerCount should be -1, or 1 to 100"))?)
        }
    };
    let mut speakers: Vec<String> = Vec::new();
    for id in asked.speaker_ids.iter().flatten() {
        let id = name(Some(id), operation).map_err(|_| {
            wrong("speakerIds should match [a-zA-Z0-9_]+ and have at most 128 characters each")
        })?;
        if !speakers.iter().any(|known| known == id) {
            speakers.push(id.to_owned());
        }
        if speakers.len() > MOST_SPEAKERS {
            return Err(wrong("speakerIds should be at most 1000"));
        }
    }
    if operation == Operation::Identify && speakers.is_empty() {
        return Err(wrong("speakerIds should name at least one speaker"));
    }
    if operation == Operation::Vad {
        // No field of it.
        speakers.clear();
    }
    let pause = asked.min_non_speech_duration.unwrap_or(0.0);
    if !(0.0..=LONGEST_PAUSE_SECONDS).contains(&pause) {
        return Err(wrong("minNonSpeechDuration should be 0 to 3600"));
    }
    asked.recording.locale(operation)?;
    let (conversation, headerless) = asked.recording.conversation(caller, operation, max_bytes)?;
    let inquiry = Inquiry {
        speakers,
        people,
        each_channel: asked.separate_speaker_per_channel.unwrap_or(false),
        only_speech: asked.do_vad.unwrap_or(false),
        shortest_pause_seconds: pause,
        headerless,
        ..Inquiry::about(about(operation))
    };
    Ok((inquiry, conversation))
}
