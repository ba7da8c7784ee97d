//! One job: how far it is, how it ended, what its webhook was told; and what can be done about it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, HeaderValue},
    web::Data,
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use timbre_api::admin::needs::{ManageJobs, PlayRecordings, ReadJobs};
use timbre_domain::{
    ids::{DeliveryId, JobId},
    inquiry::{Failing, Outcome},
    job::{Delivery, DeliveryState, DeliveryTry, Job, JobState},
    operator::Permission,
};
use timbre_engine::{Engine, EngineError, JobDetails, MessageBody, Names, webhook_id};

use crate::{
    caller::{OnTenant, named},
    decisions,
    fault::Fault,
    forms::{Nothing, Notice, Posted, done, no_query, see},
    frame::{Frame, Section, render},
    jobs::Progress,
    recordings::names_for,
    routes::Pages,
    sound::{part_asked, sound},
    words,
};

/// Characters of a message that are shown: it may have thousands of turns in it.
const MOST_SHOWN: usize = 20_000;

pub(crate) fn routes(pages: &mut Pages) {
    pages
        .get("/tenants/{tenant}/jobs/{job}", show)
        .part("/tenants/{tenant}/jobs/{job}/progress", progress)
        .get("/tenants/{tenant}/jobs/{job}/cancel", ask_to_cancel)
        .post("/tenants/{tenant}/jobs/{job}/cancel", cancel)
        .get("/tenants/{tenant}/jobs/{job}/retry", ask_to_retry)
        .post("/tenants/{tenant}/jobs/{job}/retry", retry)
        .play("/tenants/{tenant}/jobs/{job}/recording", play)
        .post("/tenants/{tenant}/messages/{message}/replay", replay);
}

#[derive(Template)]
#[template(path = "job.html")]
struct Page {
    frame: Frame,
    list: String,
    path: String,
    kind: &'static str,
    stands: Standing,
    failing: Option<Failed>,
    /// Turns that were found, and where they are.
    found: Option<(usize, String)>,
    /// Where the recording is played, for whoever may.
    sound: Option<String>,
    may_manage: bool,
    messages: Vec<Message>,
}

/// How a job stands: what changes while it is under way.
struct Standing {
    look: &'static str,
    words: &'static str,
    /// Whether it can still become anything else.
    open: bool,
    progress: Progress,
    of: Job,
}

impl Standing {
    fn of(job: Job) -> Self {
        Self {
            look: decisions::look(job.state.name()),
            words: decisions::job_in_words(job.state),
            open: matches!(job.state, JobState::Queued | JobState::Running),
            progress: Progress::of(&job),
            of: job,
        }
    }
}

struct Failed {
    cause: &'static str,
    detail: String,
}

/// A message about the job's end.
struct Message {
    webhook_id: String,
    state: DeliveryState,
    look: &'static str,
    words: &'static str,
    created_at: DateTime<Utc>,
    /// When it is tried next, if it is.
    next_at: Option<DateTime<Utc>>,
    /// Where it is sent again from; the latest only.
    replay: Option<String>,
    body: Option<Body>,
    tries: Vec<Try>,
}

struct Body {
    to: String,
    text: String,
    /// Whether this is all of it.
    whole: bool,
}

struct Try {
    number: u32,
    at: DateTime<Utc>,
    answer: String,
    took: String,
}

async fn show(
    caller: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let id: JobId = named(&request, "job", "job")?;
    let frame = caller.frame(Section::Jobs);
    let details = engine.job_details(&caller.tenant, id, names_for(&frame)).await?;
    let JobDetails { job, outcome, has_recording } = details;
    let path = caller.path(&format!("/jobs/{id}"));
    let sent = engine.messages(&caller.tenant, &job.request_id).await?;
    // What is sent names speakers.
    let mut body = match frame.may(Permission::ReadPeople) && !sent.is_empty() {
        true => engine.message_body(&caller.tenant, id).await?,
        false => None,
    };
    let may_manage = frame.may(Permission::ManageJobs);
    // The latest first: it is the one that can be sent again, once the job is over.
    let latest = sent.last().map(|(message, _)| message.id).filter(|_| may_manage && outcome.is_some());
    let message = |(message, tries): (Delivery, Vec<DeliveryTry>)| {
        let replay =
            (latest == Some(message.id)).then(|| caller.path(&format!("/messages/{}/replay", message.id)));
        let body = body.take_if(|body| body.message == message.id);
        shown(&message, &tries, replay, body)
    };
    let messages = sent.into_iter().rev().map(message).collect();
    let (failing, found) = match outcome {
        Some(Outcome::Failed(Failing { cause, detail })) => {
            (Some(Failed { cause: decisions::cause_in_words(cause), detail: words::name(detail) }), None)
        }
        Some(Outcome::Found(findings)) => {
            (None, Some((findings.segments.len(), caller.path(&format!("/recordings/{id}")))))
        }
        Some(Outcome::Cancelled) | None => (None, None),
    };
    let plays = has_recording && frame.may(Permission::PlayRecordings);
    render(&Page {
        list: caller.path("/jobs"),
        kind: decisions::kind_in_words(job.kind),
        stands: Standing::of(job),
        failing,
        found,
        sound: plays.then(|| format!("{path}/recording")),
        may_manage,
        messages,
        frame,
        path,
    })
}

fn shown(
    message: &Delivery,
    tries: &[DeliveryTry],
    replay: Option<String>,
    body: Option<MessageBody>,
) -> Message {
    Message {
        webhook_id: webhook_id(message.id),
        state: message.state,
        look: decisions::look(message.state.name()),
        words: decisions::message_in_words(message.state),
        created_at: message.created_at,
        next_at: (message.state == DeliveryState::Pending).then_some(message.next_at),
        replay,
        body: body.map(shown_body),
        tries: tries.iter().map(shown_try).collect(),
    }
}

fn shown_body(MessageBody { to, body, .. }: MessageBody) -> Body {
    let all = serde_json::to_string_pretty(&body).unwrap_or_default();
    let end = all.char_indices().nth(MOST_SHOWN).map(|(end, _)| end);
    let lines: Vec<String> = all[..end.unwrap_or(all.len())].lines().map(words::name).collect();
    Body { to: words::name(to), text: lines.join("\n"), whole: end.is_none() }
}

fn shown_try(this: &DeliveryTry) -> Try {
    let answer = match (this.status, &this.error) {
        (Some(200), _) => "200: taken".to_owned(),
        (Some(status), _) => format!("{status}: not taken, since only 200 says so"),
        (None, Some(error)) => words::name(error),
        (None, None) => words::NOTHING.to_owned(),
    };
    let took = words::milliseconds(f64::from(this.milliseconds));
    Try { number: this.number, at: this.at, answer, took }
}

/// What changes while a job is under way. Once it is over the whole page is asked for anew. Whoever asks for it by itself wants the page.
#[derive(Template)]
#[template(path = "job_progress.html")]
struct Part {
    stands: Standing,
}

async fn progress(
    caller: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let job = engine.job_of(&caller.tenant, named(&request, "job", "job")?).await?;
    if !request.headers().contains_key("hx-request") {
        return Ok(see(&caller.path(&format!("/jobs/{}", job.id))));
    }
    let part = Part { stands: Standing::of(job) };
    let mut response = render(&part)?;
    if !part.stands.open {
        let refresh = HeaderName::from_static("hx-refresh");
        response.headers_mut().insert(refresh, HeaderValue::from_static("true"));
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "job_cancel.html")]
struct AskToCancel {
    frame: Frame,
    path: String,
    has_recording: bool,
    stands: Standing,
}

async fn ask_to_cancel(
    caller: OnTenant<ManageJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let id: JobId = named(&request, "job", "job")?;
    let details = engine.job_details(&caller.tenant, id, Names::Withheld).await?;
    let JobDetails { job, has_recording, .. } = details;
    let stands = Standing::of(job);
    let path = caller.path(&format!("/jobs/{id}"));
    if !stands.open {
        return Ok(done(&path, Notice::JobOver));
    }
    render(&AskToCancel { frame: caller.frame(Section::Jobs), path, has_recording, stands })
}

/// Where it ended meanwhile, as where this form came before, the job says how.
async fn cancel(
    caller: OnTenant<ManageJobs>,
    form: Posted<Nothing>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let job = engine.job_of(&caller.tenant, named(&request, "job", "job")?).await?;
    let notice = match engine.cancel_job(&caller.tenant, &job.request_id).await {
        Ok(()) => Notice::JobCancelled,
        Err(EngineError::JobOver) => Notice::JobOver,
        Err(error) => return Err(error.into()),
    };
    Ok(done(&caller.path(&format!("/jobs/{}", job.id)), notice))
}

#[derive(Template)]
#[template(path = "job_retry.html")]
struct AskToRetry {
    frame: Frame,
    path: String,
    job: Job,
    /// Messages that its webhook has not taken.
    untold: usize,
}

/// Says what a retry drops.
async fn ask_to_retry(
    caller: OnTenant<ManageJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let job = engine.job_of(&caller.tenant, named(&request, "job", "job")?).await?;
    let path = caller.path(&format!("/jobs/{}", job.id));
    if job.state != JobState::Failed {
        return Ok(done(&path, Notice::JobNotFailed));
    }
    let sent = engine.messages(&caller.tenant, &job.request_id).await?;
    let untold = sent.iter().filter(|(message, _)| message.state == DeliveryState::Pending).count();
    render(&AskToRetry { frame: caller.frame(Section::Jobs), path, job, untold })
}

async fn retry(
    caller: OnTenant<ManageJobs>,
    form: Posted<Nothing>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let job = engine.job_of(&caller.tenant, named(&request, "job", "job")?).await?;
    let notice = match engine.retry_job(&caller.tenant, &job.request_id).await {
        Ok(()) => Notice::JobRetried,
        Err(EngineError::JobNotFailed) => Notice::JobNotFailed,
        Err(error) => return Err(error.into()),
    };
    Ok(done(&caller.path(&format!("/jobs/{}", job.id)), notice))
}

/// The job whose message is to be sent again: it is led to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    job: JobId,
}

async fn replay(
    caller: OnTenant<ManageJobs>,
    form: Posted<Replay>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Replay { job } = form.read()?;
    let id: DeliveryId = named(&request, "message", "message")?;
    let of = engine.job_of(&caller.tenant, job).await?;
    let sent = engine.messages(&caller.tenant, &of.request_id).await?;
    if sent.iter().all(|(message, _)| message.id != id) {
        return Err(EngineError::UnknownMessage.into());
    }
    engine.replay(&caller.tenant, id).await?;
    Ok(done(&caller.path(&format!("/jobs/{job}")), Notice::MessageReplayed))
}

async fn play(
    caller: OnTenant<PlayRecordings>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id: JobId = named(&request, "job", "job")?;
    sound(engine.play_job_recording(&caller.tenant, id, part_asked(&request)).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_says_what_came_of_it() {
        let this = |status, error: Option<&str>| {
            let error = error.map(str::to_owned);
            shown_try(&DeliveryTry { number: 1, at: DateTime::UNIX_EPOCH, status, error, milliseconds: 35 })
        };
        assert_eq!(
            (this(Some(200), None).answer.as_str(), this(Some(200), None).took.as_str()),
            ("200: taken", "35 ms")
        );
        assert!(this(Some(204), None).answer.starts_with("204: not taken"));
        assert_eq!(this(None, Some("example.org: refused")).answer, "example.org: refused");
    }

    #[test]
    fn a_long_message_is_cut_between_two_characters() {
        let body = serde_json::Value::String("ü".repeat(2 * MOST_SHOWN));
        let message = DeliveryId::from_random([1; 16]);
        let shown = shown_body(MessageBody { message, to: "example.org:443".to_owned(), body });
        assert_eq!((shown.text.chars().count(), shown.whole), (MOST_SHOWN, false));
        let body = serde_json::json!({"status": "COMPLETED"});
        let shown = shown_body(MessageBody { message, to: "example.org:443".to_owned(), body });
        assert!(shown.whole && shown.text.contains("COMPLETED"));
        let body = serde_json::json!({"speaker": "a\u{202e}b", "turns": []});
        let shown = shown_body(MessageBody { message, to: "example.org:443".to_owned(), body });
        assert_eq!(shown.text, "{\n  \"speaker\": \"a[U+202E]b\",\n  \"turns\": []\n}");
    }
}
