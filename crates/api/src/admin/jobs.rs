//! A tenant's jobs, and the messages about their ends.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::{
    ids::DeliveryId,
    job::{JobKind, JobState},
};
use timbre_engine::{Engine, JobFilter, Period};

use super::{
    Fault, OnTenant,
    caller::{ManageJobs, ReadJobs, named},
    parameters::{self, listed, one_of, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("jobs");
    routes
        .get("/tenants/{tenant}/jobs", list, "listJobs", "Lists the jobs.")
        .takes(&[Parameter::allowed::<String>("kind", "")])
        .takes(&[Parameter::allowed::<String>("state", "")])
        .takes(&[Parameter::allowed::<String>("request_id", "")])
        .takes(&[Parameter::allowed::<String>("from", "")])
        .takes(&[Parameter::allowed::<String>("to", "")])
        .takes(&[Parameter::allowed::<String>("limit", "")])
        .takes(&[Parameter::allowed::<String>("after", "")]);
    routes.get("/tenants/{tenant}/jobs/{job}", show, "showJob", "Shows a job.");
    routes.post("/tenants/{tenant}/jobs/{job}/cancel", cancel, "cancelJob", "Ends a job that is not over.");
    routes.post("/tenants/{tenant}/jobs/{job}/retry", retry, "retryJob", "Lets a failed job begin anew.");
    routes.get(
        "/tenants/{tenant}/jobs/{job}/messages",
        messages,
        "listMessages",
        "Lists the messages about a job's end.",
    );
    routes
        .post(
            "/tenants/{tenant}/messages/{message}/replay",
            replay,
            "replayMessage",
            "Sends a message again.",
        )
        .answers_nothing(202, "Done.");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    kind: Option<String>,
    state: Option<String>,
    request_id: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    limit: Option<u32>,
    after: Option<String>,
}

async fn list(
    on: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { kind, state, request_id, from, to, limit, after } = parameters::read(&request)?;
    let kind = one_of::<JobKind>("kind", kind.as_deref(), "Identify, Diarize or DetectSpeech")?;
    let states = "Queued, Running, Completed, Failed or Cancelled";
    let state = one_of::<JobState>("state", state.as_deref(), states)?;
    let filter = JobFilter { kind, state, request_id, period: Period { from, to } };
    Ok(listed(engine.jobs(&on.tenant, &filter, &page(limit, after)?).await?, shown::job))
}

async fn show(
    on: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let job = engine.job_of(&on.tenant, named(&request, "job", "job")?).await?;
    Ok(HttpResponse::Ok().json(shown::job(&job)))
}

async fn cancel(
    on: OnTenant<ManageJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "job", "job")?;
    let job = engine.job_of(&on.tenant, id).await?;
    engine.cancel_job(&on.tenant, &job.request_id).await?;
    Ok(HttpResponse::Ok().json(shown::job(&engine.job_of(&on.tenant, id).await?)))
}

async fn retry(
    on: OnTenant<ManageJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "job", "job")?;
    let job = engine.job_of(&on.tenant, id).await?;
    engine.retry_job(&on.tenant, &job.request_id).await?;
    Ok(HttpResponse::Ok().json(shown::job(&engine.job_of(&on.tenant, id).await?)))
}

/// Few: one for each end that the job came to.
async fn messages(
    on: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let job = engine.job_of(&on.tenant, named(&request, "job", "job")?).await?;
    let messages = engine.messages(&on.tenant, &job.request_id).await?;
    let items: Vec<Value> = messages.iter().map(|(message, tries)| shown::message(message, tries)).collect();
    Ok(HttpResponse::Ok().json(json!({"items": items, "next": null})))
}

/// Sends the latest message about a job's end again, under its old id.
async fn replay(
    on: OnTenant<ManageJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id: DeliveryId = named(&request, "message", "message")?;
    engine.replay(&on.tenant, id).await?;
    Ok(HttpResponse::Accepted().finish())
}
