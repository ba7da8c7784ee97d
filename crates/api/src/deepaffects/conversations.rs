//! Conversations: who speaks when, and who it is; at once, or as a job whose end is told.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};
use timbre_domain::{
    inquiry::{About, Findings, Inquiry, MOST_PEOPLE, MOST_SPEAKERS},
    usage::Meter,
};
use timbre_engine::{Conversation, Engine, EngineError, Order, Unfit};

use super::{
    Caller, Fault, Operation,
    body::{Body, Recording},
    jobs::{Found, Turn, turns},
    speakers::{LONGEST_NOW_SECONDS, SpeakerName, name},
};
use crate::{
    documented::{self, Parameter, shape},
    routes::{Routes, Row},
};

/// Longest request id of a caller.
const LONGEST_REQUEST_ID: usize = 255;

/// The longest pause that can be asked for, in seconds.
const LONGEST_PAUSE_SECONDS: f64 = 3_600.0;

pub(super) fn routes(routes: &mut Routes) {
    let (identify, diarize) = (Operation::Identify, Operation::Diarize);
    routes.about("conversations");
    let found = "Who speaks when. `UserNotIdentified` is none of the named speakers.";
    let says = "Says which of the named speakers speaks when.";
    let row = routes.post("/v2/sync/diarization/identify", now, "identify_v2", says);
    at_once(row, identify).answers::<Found>(200, found);
    let says = "Says which of the named speakers speaks when, as a list.";
    let row = routes.post("/v1/sync/diarization/identify", now_as_a_list, "identify_v1", says);
    at_once(row, identify).answers::<Vec<Turn>>(200, found);
    let says = "Says who speaks when, by numbers.";
    at_once(routes.post("/v1/sync/diarize", now, "diarize_v1", says), diarize)
        .answers::<Found>(200, "Who speaks when, numbered in the order in which they first speak.");
    let mut job = |path, id, says, operation| {
        let row = routes
            .post(path, later, id, says)
            .explained(
                "What was found is sent to the webhook, signed (docs/moving-from-deepaffects.md), and is told by `jobStatus`. The same call with \
                 the same `request_id` is the same job; another call with it is a 400.",
            )
            .takes(&[
                Parameter::needed::<Webhook>("webhook", "Where the end of the job is told."),
                Parameter::allowed::<RequestId>("request_id", "By which the job is known; one is made where there is none."),
            ])
            .reads(heard(operation))
            .answers::<Accepted>(202, "The job is accepted: it is kept, and will end.")
            .refuses(why_not_heard(operation))
            .refuses(why_not_accepted(operation))
            .knowing(operation);
        if operation == identify {
            row.refuses(why_not_identified());
        }
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

/// A call that waits for what is found.
fn at_once(row: &mut Row, operation: Operation) -> &mut Row {
    row.explained("The recording has at most two minutes; longer ones are for the asynchronous calls.")
        .reads(heard(operation))
        .refuses(why_not_heard(operation))
        .knowing(operation);
    if operation == Operation::Identify {
        row.refuses(why_not_identified());
    }
    row
}

/// What is heard by a call: where somebody is looked for, with their names.
fn heard(operation: Operation) -> documented::Body {
    if operation == Operation::Identify { IDENTIFIED } else { HEARD }
}

/// A recording, of which there must be one.
const HEARD: documented::Body = documented::Body::of(&[("application/json", shape::<Asked>())]);

/// A recording, and who may be in it.
const IDENTIFIED: documented::Body = documented::Body::of(&[(
    "application/json",
    |schemas| json_schema!({"allOf": [schemas.subschema_for::<Asked>()], "required": ["speakerIds"]}),
)]);

/// Why a recording may not be heard.
pub(super) fn why_not_heard(operation: Operation) -> Vec<Fault> {
    let of = |error| Fault::of(error, operation);
    let wrong = |text: &str| Fault::Parameters(operation, text.to_owned());
    vec![
        of(EngineError::Unfit(Unfit::TooLong(LONGEST_NOW_SECONDS))),
        of(EngineError::Unfit(Unfit::Format)),
        of(EngineError::FetchedTooSlowly(20)),
        wrong("body is not the documented JSON (line 1, column 2)"),
        wrong("content is not base64"),
        Fault::QuotaReached(Meter::AudioSeconds),
        Fault::Queued(operation, 1),
    ]
}

fn why_not_identified() -> [Fault; 3] {
    let of = |error| Fault::of(error, Operation::Identify);
    [
        of(EngineError::UnknownSpeaker("ada".to_owned())),
        of(EngineError::IncompleteSpeaker("ada".to_owned())),
        Fault::Parameters(Operation::Identify, "speakerIds should name at least one speaker".to_owned()),
    ]
}

fn why_not_accepted(operation: Operation) -> [Fault; 2] {
    [
        Fault::Parameters(operation, "webhook should be passed".to_owned()),
        Fault::of(EngineError::RequestIdTaken, operation),
    ]
}

/// Where the end of a job is told: HTTP or HTTPS, a public address.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct Webhook(#[schemars(extend("format" = "uri"), length(min = 1))] String);

/// By which a job is known.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
pub(super) struct RequestId(#[schemars(length(max = 255))] String);

/// A job that was accepted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AcceptedJob")]
struct Accepted<'a> {
    /// By which the job is known: the caller's word, or one that was made up.
    request_id: String,
    /// What was called.
    api: &'a str,
}

/// What the called route is for.
fn operation(request: &HttpRequest) -> Result<Operation, Fault> {
    request.app_data::<Operation>().copied().ok_or(Fault::Internal)
}

/// The fields that are documented for any of these calls. `audioType` and `source` changed nothing that can be told from outside.
#[derive(Deserialize, JsonSchema)]
#[schemars(
    rename = "Conversation",
    extend("oneOf" = [{"required": ["content"]}, {"required": ["url"]}])
)]
struct Asked {
    #[serde(flatten)]
    recording: Recording,
    /// The speakers who may be in it.
    #[serde(rename = "speakerIds")]
    #[schemars(with = "Option<Vec<SpeakerName>>", length(max = MOST_SPEAKERS))]
    speaker_ids: Option<Vec<String>>,
    /// How many people speak: 1 to 100, or -1 where that is not known. The published clients call it `speakers`.
    #[serde(rename = "speakerCount", alias = "speakers")]
    #[schemars(range(min = -1, max = 100))]
    speaker_count: Option<i64>,
    /// Whether turns are cut down to where there is speech.
    #[serde(rename = "doVad")]
    do_vad: Option<bool>,
    /// Whether each channel is one speaker.
    #[serde(rename = "separateSpeakerPerChannel")]
    separate_speaker_per_channel: Option<bool>,
    /// Seconds: a shorter pause does not end a turn.
    #[serde(rename = "minNonSpeechDuration")]
    #[schemars(range(min = 0, max = 3600))]
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
    Ok(HttpResponse::Ok().json(Found::of(about(operation).kind(), &findings)))
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
    Ok(HttpResponse::Ok().json(turns(about(operation).kind(), &findings)))
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
    Ok(HttpResponse::Accepted().json(Accepted { request_id, api: request.path() }))
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
