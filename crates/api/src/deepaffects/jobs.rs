//! Jobs: how far they are, and how their end is told.

use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use timbre_domain::{
    inquiry::{Cause, Failing, Findings, Outcome, Segment, Who},
    job::{Job, JobKind, JobState},
};
use timbre_engine::Engine;

use super::{
    Caller, Fault, Operation,
    conversations::RequestId,
    fault::{BAD_REQUEST, INTERNAL_ERROR, Shown, application, in_words, not_fetched, unusable},
};
use crate::{documented::Parameter, routes::Routes};

/// Nobody of those who were asked for.
const NOBODY: &str = "UserNotIdentified";

pub(super) fn routes(routes: &mut Routes) {
    routes.about("jobs");
    routes
        .get("/v1/async/status", status, "jobStatus", "Says how far a job is, and what was found.")
        .explained(
            "A job that failed says why, in the shape of an error. One that is over is known for as long as the installation keeps jobs; then \
             it is a 404.",
        )
        .takes(&[Parameter::needed::<RequestId>("request_id", "By which the job is known.")])
        .answers::<Status>(200, "How far it is.")
        .refuses([
            Fault::UnknownRequest,
            Fault::Parameters(Operation::Status, "request_id should be passed".to_owned()),
        ]);
}

/// Says how far a job is.
async fn status(caller: Caller, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    let missing = || Fault::Parameters(Operation::Status, "request_id should be passed".to_owned());
    let request_id = caller.query.get("request_id").ok_or_else(missing)?;
    let found = engine.job(&caller.tenant, request_id).await;
    let (job, outcome) = found.map_err(|error| Fault::of(error, Operation::Status))?;
    let status = job.state.into();
    let response = match &outcome {
        Some(outcome) => Response::Ended(told_of(&job, outcome)),
        None => Response::Running {
            request_id: job.request_id,
            progress: Progress { heard_seconds: job.heard_seconds, total_seconds: job.total_seconds },
        },
    };
    Ok(HttpResponse::Ok().json(Status { status, response }))
}

/// How far a job is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobStatus")]
struct Status {
    /// How it stands: `Running` too while it waits for its turn, `Failed` too where it was cancelled.
    status: Standing,
    /// What was found, or how far the job is.
    response: Response,
}

/// How a job stands.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
enum Standing {
    Running,
    Completed,
    Failed,
}

impl From<JobState> for Standing {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued | JobState::Running => Self::Running,
            JobState::Completed => Self::Completed,
            JobState::Failed | JobState::Cancelled => Self::Failed,
        }
    }
}

/// What there is of a job.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "JobResponse")]
enum Response {
    Ended(Told),
    Running {
        /// By which the job is known.
        request_id: String,
        /// How far it is.
        progress: Progress,
    },
}

/// How much of a recording was listened to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobProgress")]
struct Progress {
    /// Seconds of the recording that were listened to.
    heard_seconds: f64,
    /// Nothing before the recording is there.
    total_seconds: Option<f64>,
}

/// How a job ended: what the webhook is sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EndedJob")]
struct Told {
    /// By which the job is known.
    request_id: String,
    /// What was found, or why nothing was.
    response: End,
}

/// What was found, or why nothing was.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "JobEnd")]
enum End {
    Found(Found),
    Failed(Shown),
}

/// Who speaks when.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundSegments")]
pub(super) struct Found {
    /// From when to when somebody speaks, in the order of time.
    segments: Vec<Turn>,
    /// How many people speak, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    num_speakers: Option<usize>,
}

/// From when to when somebody speaks.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Segment")]
pub(super) struct Turn {
    /// Who, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker_id: Option<String>,
    /// That somebody speaks, where it was not asked who.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Tag>,
    /// Seconds from the beginning.
    start: f64,
    /// Seconds from the beginning.
    end: f64,
}

/// What is heard where it was not asked who speaks.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Tag {
    Speech,
}

/// What is told of a job's end: the body of the webhook.
pub fn told(job: &Job, outcome: &Outcome) -> Value {
    serde_json::to_value(told_of(job, outcome)).unwrap_or_default()
}

fn told_of(job: &Job, outcome: &Outcome) -> Told {
    let operation = match job.kind {
        JobKind::Identify => Operation::Identify,
        JobKind::Diarize => Operation::Diarize,
        JobKind::DetectSpeech => Operation::Vad,
    };
    let response = match outcome {
        Outcome::Found(findings) => End::Found(Found::of(job.kind, findings)),
        Outcome::Failed(Failing { cause, detail }) => {
            let (code, text) = match cause {
                Cause::Recording => (BAD_REQUEST, unusable(detail)),
                Cause::Url => (BAD_REQUEST, not_fetched(detail)),
                Cause::Speaker | Cause::Quota => (BAD_REQUEST, detail.clone()),
                Cause::Internal => (INTERNAL_ERROR, detail.clone()),
            };
            End::Failed(application(code, in_words(operation, &text)))
        }
        Outcome::Cancelled => {
            End::Failed(application("com.deepaffects.Cancelled", in_words(operation, "Cancelled")))
        }
    };
    Told { request_id: job.request_id.clone(), response }
}

impl Found {
    /// As each kind of job tells it.
    pub(super) fn of(kind: JobKind, findings: &Findings) -> Self {
        let num_speakers = findings.people.filter(|_| kind == JobKind::Diarize);
        Self { segments: turns(kind, findings), num_speakers }
    }
}

pub(super) fn turns(kind: JobKind, findings: &Findings) -> Vec<Turn> {
    let turn = |segment: &Segment| {
        let (speaker_id, tag) = match (&segment.who, kind) {
            (Who::Anybody, _) => (None, Some(Tag::Speech)),
            (Who::Known(name), _) => (Some(name.clone()), None),
            (Who::Stranger(_), JobKind::Identify) => (Some(NOBODY.to_owned()), None),
            (Who::Stranger(number), _) => (Some(number.to_string()), None),
        };
        Turn { speaker_id, tag, start: segment.start, end: segment.end }
    };
    findings.segments.iter().map(turn).collect()
}
