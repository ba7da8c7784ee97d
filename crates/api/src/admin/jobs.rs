//! A tenant's jobs, and the messages about their ends.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use timbre_domain::{
    ids::DeliveryId,
    job::{JobKind, JobState},
};
use timbre_engine::{Engine, EngineError, JobFilter, Period};

use super::{
    Fault, OnTenant,
    caller::{ManageJobs, ReadJobs, named, needs},
    parameters::{self, Items, PAGE, PERIOD, either, listed, one_of, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("jobs");
    routes
        .get("/tenants/{tenant}/jobs", list, "listJobs", "Lists the jobs.")
        .explained("Those of DeepAffects' asynchronous calls, the newest first. A job is listed that passes every filter.")
        .also(&needs::<ReadJobs>())
        .takes(&FILTER)
        .takes(&PERIOD)
        .takes(&PAGE)
        .answers::<Items<shown::Job>>(200, "Jobs, the latest first.")
        .refuses([Fault::NotFound("tenant")]);
    let no_such = [Fault::NotFound("tenant"), Fault::NotFound("job")];
    routes
        .get("/tenants/{tenant}/jobs/{job}", show, "showJob", "Shows a job.")
        .explained("How far it is. What was found is not in the reply.")
        .also(&needs::<ReadJobs>())
        .answers::<shown::Job>(200, "The job.")
        .refuses(no_such.clone());
    routes
        .post("/tenants/{tenant}/jobs/{job}/cancel", cancel, "cancelJob", "Ends a job that is not over.")
        .explained("Its webhook is told so. One that is over is a 409.")
        .also(&needs::<ManageJobs>())
        .answers::<shown::Job>(200, "The job as it stands now.")
        .refuses(no_such.clone())
        .refuses([Fault::from(EngineError::JobOver)]);
    routes
        .post("/tenants/{tenant}/jobs/{job}/retry", retry, "retryJob", "Lets a failed job begin anew.")
        .explained("Its webhook is told of the new end as well. One that did not fail is a 409.")
        .also(&needs::<ManageJobs>())
        .answers::<shown::Job>(200, "The job as it stands now.")
        .refuses(no_such.clone())
        .refuses([Fault::from(EngineError::JobNotFailed)]);
    let path = "/tenants/{tenant}/jobs/{job}/messages";
    routes
        .get(path, messages, "listMessages", "Lists the messages about a job's end.")
        .explained("With every try: when it was sent, and what the receiver answered.")
        .also(&needs::<ReadJobs>())
        .answers::<Items<shown::Message>>(200, "One for each end that the job came to.")
        .refuses(no_such);
    let path = "/tenants/{tenant}/messages/{message}/replay";
    routes
        .post(path, replay, "replayMessage", "Sends a message again, under its old id.")
        .explained("Its receiver knows it again by `webhook-id`.")
        .also(&needs::<ManageJobs>())
        .answers_nothing(202, "It is sent soon.")
        .refuses([Fault::NotFound("tenant"), Fault::NotFound("message")]);
}

const FILTER: [Parameter; 3] = [
    Parameter::allowed::<JobKind>("kind", "Only those that do this."),
    Parameter::allowed::<JobState>("state", "Only those that stand so."),
    Parameter::allowed::<String>("request_id", "Only the one that its caller knows by this."),
];

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
    let kind = one_of::<JobKind>("kind", kind.as_deref(), &either(JobKind::ALL))?;
    let state = one_of::<JobState>("state", state.as_deref(), &either(JobState::ALL))?;
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
    let messages = messages.iter().map(|(message, tries)| shown::message(message, tries));
    Ok(HttpResponse::Ok().json(Items::all(messages)))
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
