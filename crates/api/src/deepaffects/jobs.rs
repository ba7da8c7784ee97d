//! Jobs: how far they are, and how their end is told.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use timbre_domain::{
    inquiry::{Cause, Failing, Findings, Outcome, Segment, Who},
    job::{Job, JobKind, JobState},
};
use timbre_engine::Engine;

use super::{
    Caller, Fault, Operation,
    fault::{BAD_REQUEST, INTERNAL_ERROR, application, in_words, not_fetched, unusable},
};
use crate::routes::Routes;

/// Nobody of those who were asked for.
const NOBODY: &str = "UserNotIdentified";

pub(super) fn routes(routes: &mut Routes) {
    routes.about("jobs");
    routes
        .get("/v1/async/status", status, "jobStatus", "Says how far a job is, and what was found.")
        .needs("request_id");
}

/// Says how far a job is.
async fn status(caller: Caller, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    let missing = || Fault::Parameters(Operation::Status, "request_id should be passed".to_owned());
    let request_id = caller.query.get("request_id").ok_or_else(missing)?;
    let found = engine.job(&caller.tenant, request_id).await;
    let (job, outcome) = found.map_err(|error| Fault::of(error, Operation::Status))?;
    let status = match job.state {
        JobState::Queued | JobState::Running => "Running",
        JobState::Completed => "Completed",
        JobState::Failed | JobState::Cancelled => "Failed",
    };
    let response = match &outcome {
        Some(outcome) => told(&job, outcome),
        None => json!({
            "request_id": job.request_id,
            "progress": {"heard_seconds": job.heard_seconds, "total_seconds": job.total_seconds},
        }),
    };
    Ok(HttpResponse::Ok().json(json!({"status": status, "response": response})))
}

/// What is told of a job's end: the body of the webhook.
pub fn told(job: &Job, outcome: &Outcome) -> Value {
    let operation = match job.kind {
        JobKind::Identify => Operation::Identify,
        JobKind::Diarize => Operation::Diarize,
        JobKind::DetectSpeech => Operation::Vad,
    };
    let response = match outcome {
        Outcome::Found(findings) => shown(job.kind, findings),
        Outcome::Failed(Failing { cause, detail }) => {
            let (code, text) = match cause {
                Cause::Recording => (BAD_REQUEST, unusable(detail)),
                Cause::Url => (BAD_REQUEST, not_fetched(detail)),
                Cause::Speaker | Cause::Quota => (BAD_REQUEST, detail.clone()),
                Cause::Internal => (INTERNAL_ERROR, detail.clone()),
            };
            application(code, &in_words(operation, &text))
        }
        Outcome::Cancelled => application("com.deepaffects.Cancelled", &in_words(operation, "Cancelled")),
    };
    json!({"request_id": job.request_id, "response": response})
}

/// What was found, as each kind of job tells it.
pub(super) fn shown(kind: JobKind, findings: &Findings) -> Value {
    let mut shown = json!({"segments": segments(kind, findings)});
    if let (JobKind::Diarize, Some(people)) = (kind, findings.people) {
        shown["num_speakers"] = Value::from(people);
    }
    shown
}

pub(super) fn segments(kind: JobKind, findings: &Findings) -> Vec<Value> {
    let segment = |segment: &Segment| {
        let (key, value) = match (&segment.who, kind) {
            (Who::Anybody, _) => ("tag", "speech".to_owned()),
            (Who::Known(name), _) => ("speaker_id", name.clone()),
            (Who::Stranger(_), JobKind::Identify) => ("speaker_id", NOBODY.to_owned()),
            (Who::Stranger(number), _) => ("speaker_id", number.to_string()),
        };
        json!({key: value, "start": segment.start, "end": segment.end})
    };
    findings.segments.iter().map(segment).collect()
}
