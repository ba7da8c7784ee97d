//! Doing jobs.
//!
//! Promises that a job whose worker dies is done by another, that one that fails for a passing reason is tried again, at most
//! [`JOB_TRIES`] times, and that a job which is cancelled, or taken over, is let go of: a worker's word counts while its claim does.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use timbre_domain::{
    audit::Origin,
    ids::TenantId,
    inquiry::{Cause, Failing, Findings, Outcome},
    job::{JOB_TRIES, JobState, wait_after},
};
use timbre_outbound::OutboundError;
use timbre_store::{Claim, Entry, JobRecord, patiently};
use tokio::sync::{Notify, watch};
use tracing::{Instrument, debug_span};
use uuid::Uuid;

use crate::{
    Engine, EngineError, Tenant,
    diarization::Progress,
    error::random,
    figures::measured,
    hearing::{Patience, heard_usage},
    jobs::Kept,
};

/// What was queued by another process is looked for this often.
const LOOK: Duration = Duration::from_secs(1);

/// How far a job is, is shown this often, and whether it was cancelled is looked for.
const SHOWN: Duration = Duration::from_secs(2);

/// After the database failed it is left alone for so long.
const TROUBLE: Duration = Duration::from_secs(5);

/// Wakes workers of this process when there is something to do.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) jobs: Notify,
    pub(crate) messages: Notify,
}

/// Why a job was put down.
enum Stopped {
    /// It was cancelled, or another worker has it.
    Lost,
    /// This process ends.
    Ending,
}

impl Engine {
    /// Does jobs and sends messages until `ending` says so; jobs under way are given back then, messages sent to their end. For as many
    /// processes as there are.
    pub async fn work(&self, ending: watch::Receiver<bool>) {
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..self.parts.jobs.begun_at_once {
            let (engine, ends) = (self.clone(), ending.clone());
            workers.spawn(kept_up(ending.clone(), move || patiently(engine.clone().do_jobs(ends.clone()))));
        }
        for _ in 0..self.parts.jobs.messages_at_once {
            let (engine, ends) = (self.clone(), ending.clone());
            workers.spawn(kept_up(ending.clone(), move || {
                patiently(engine.clone().send_messages(ends.clone()))
            }));
        }
        workers.join_all().await;
    }

    async fn do_jobs(self, mut ending: watch::Receiver<bool>) {
        while !*ending.borrow() {
            let rest = match self.do_next_job(&ending).await {
                Ok(true) => continue,
                Ok(false) => LOOK,
                Err(error) => {
                    tracing::error!(%error, "a job could not be begun or ended; it will be taken up again");
                    TROUBLE
                }
            };
            rested(rest, &self.waiting.jobs, &mut ending).await;
        }
    }

    /// Does the next job, if there is one.
    async fn do_next_job(&self, ending: &watch::Receiver<bool>) -> Result<bool, EngineError> {
        let claim = self.claim_now()?;
        let most_of_one = u32::try_from(self.parts.jobs.begun_at_once / 2).unwrap_or(u32::MAX);
        let claimed = self.parts.store.claim_job(claim, most_of_one, self.parts.clock.now());
        let Some(record) = measured("claim_job", claimed).await? else { return Ok(false) };
        let (id, kind) = (record.job.id, record.job.kind);
        let tenant = self.tenant_of(record.job.tenant).await?;
        tracing::info!(job = %id, %kind, tries = record.job.tries, "job begun");
        let progress = Mutex::new((0.0, None));
        let run = debug_span!("job.run", %kind);
        let found = self.find_out(&tenant, &record, &progress).instrument(run.clone());
        let done = tokio::select! {
            found = found => Ok(found),
            stopped = self.hold(&record, claim, &progress) => Err(stopped),
            stopped = ended(ending.clone()) => Err(stopped),
        };
        let (heard, total) = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
        let claim = self.claim_again(claim);
        self.parts.store.hold_job(tenant.id, id, claim, heard, total).await?;
        self.put_down(&tenant, &record, claim.holder, heard, done).instrument(run).await?;
        Ok(true)
    }

    async fn put_down(
        &self,
        tenant: &Tenant,
        record: &JobRecord,
        holder: Uuid,
        heard_seconds: f64,
        done: Result<Result<Findings, EngineError>, Stopped>,
    ) -> Result<(), EngineError> {
        let (id, tries) = (record.job.id, record.job.tries);
        let now = self.parts.clock.now();
        let store = &self.parts.store;
        let outcome = match done {
            Ok(Ok(findings)) => Outcome::Found(findings),
            Ok(Err(error)) if is_passing(&error) && tries < JOB_TRIES => {
                let wait = wait_after(tries, self.parts.jobs.first_wait());
                timbre_telemetry::job_retried(record.job.kind.name());
                tracing::warn!(job = %id, %error, seconds = wait.num_seconds(), "job failed, it will be tried again");
                return Ok(store.requeue_job(tenant.id, id, holder, tries, now + wait).await?);
            }
            Ok(Err(error)) => {
                tracing::warn!(job = %id, %error, "job failed");
                Outcome::Failed(failing(&error))
            }
            Err(Stopped::Ending) => {
                // It was not the job's fault: this was no try.
                return Ok(store.requeue_job(tenant.id, id, holder, tries - 1, now).await?);
            }
            Err(Stopped::Lost) => {
                tracing::info!(job = %id, "job let go of");
                return Ok(());
            }
        };
        let entry = match (&outcome, tenant.open_kept(record)) {
            (Outcome::Found(found), Ok(Kept { inquiry, .. })) => {
                let usage = heard_usage(inquiry.about, heard_seconds);
                self.conversation_entry(tenant, &inquiry, found, usage).await?
            }
            _ => Entry::default(),
        };
        self.end_held(tenant, id, holder, &outcome, entry).await?;
        let ended = if matches!(outcome, Outcome::Found(_)) { JobState::Completed } else { JobState::Failed };
        let seconds = (self.parts.clock.now() - record.job.created_at).as_seconds_f64();
        timbre_telemetry::job_ended(record.job.kind.name(), ended.name(), seconds);
        tracing::info!(job = %id, "job ended");
        Ok(())
    }

    /// A claim of this process, from now on.
    pub(crate) fn claim_now(&self) -> Result<Claim, EngineError> {
        let until = self.parts.clock.now() + self.parts.jobs.lease();
        Ok(Claim { holder: Uuid::from_bytes(random()?), until })
    }

    /// The same claim, from now on.
    fn claim_again(&self, claim: Claim) -> Claim {
        Claim { until: self.parts.clock.now() + self.parts.jobs.lease(), ..claim }
    }

    /// Prolongs the claim as long as it is ours, and shows how far the job is.
    async fn hold(&self, record: &JobRecord, claim: Claim, progress: &Mutex<(f64, Option<f64>)>) -> Stopped {
        let pause = (self.parts.jobs.lease() / 3).to_std().unwrap_or(LOOK).min(SHOWN);
        loop {
            tokio::time::sleep(pause).await;
            let (heard, total) = *progress.lock().unwrap_or_else(PoisonError::into_inner);
            let claim = self.claim_again(claim);
            match self.parts.store.hold_job(record.job.tenant, record.job.id, claim, heard, total).await {
                Ok(true) => {}
                Ok(false) => return Stopped::Lost,
                // The claim lasts for two more of these; who takes the job meanwhile is heard of then.
                Err(error) => tracing::warn!(job = %record.job.id, %error, "a claim could not be prolonged"),
            }
        }
    }

    async fn find_out(
        &self,
        tenant: &Tenant,
        record: &JobRecord,
        progress: &Mutex<(f64, Option<f64>)>,
    ) -> Result<Findings, EngineError> {
        if record.job.tries > JOB_TRIES {
            // It never got as far as to fail: its workers died of it, or with it.
            return Err(EngineError::Job);
        }
        let Kept { inquiry, url, .. } = tenant.open_kept(record)?;
        let known = self.known(tenant, &inquiry).await?;
        let (recording, _place) = match (url, record.object) {
            // Fetched before there is a place: what comes slowly keeps nobody else's from being heard.
            (Some(url), _) => (
                self.recording_at(tenant, &url, inquiry.headerless, u64::MAX).await?,
                self.hearing.take(tenant.id).await,
            ),
            (None, Some(object)) => {
                let place = self.hearing.take(tenant.id).await;
                (self.recording_kept(tenant, object).await?, place)
            }
            (None, None) => return Err(EngineError::Job),
        };
        let noted = |so_far: Progress| {
            let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            *progress = (so_far.heard_seconds, so_far.total_seconds);
        };
        let found =
            self.hear_conversation(tenant, recording, &inquiry, known, Patience::Endless, noted).await?;
        // Whoever was erased meanwhile is not named any more.
        self.speakers_to_recognise(tenant, &inquiry.speakers).await?;
        Ok(found)
    }

    /// A tenant by its id, for work that outlives the request which was let in.
    pub(crate) async fn tenant_of(&self, id: TenantId) -> Result<Tenant, EngineError> {
        self.open(self.parts.store.tenant(id).await?.ok_or(EngineError::Job)?, Origin::system())
    }
}

/// Waits until there may be something to do, or the end.
pub(crate) async fn rested(rest: Duration, waiting: &Notify, ending: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(rest) => {}
        () = waiting.notified() => {}
        // Who says so may be gone: then it is the end as well.
        _ = ending.wait_for(|ending| *ending) => {}
    }
}

/// Lets a worker go on after a panic, which costs it what it was at and nobody else anything.
async fn kept_up<F: Future<Output = ()> + Send + 'static>(
    ending: watch::Receiver<bool>,
    work: impl Fn() -> F + Send + 'static,
) {
    while let Err(error) = tokio::spawn(work()).await {
        tracing::error!(%error, "a worker died; another goes on");
        if *ending.borrow() {
            break;
        }
        tokio::time::sleep(TROUBLE).await;
    }
}

async fn ended(mut ending: watch::Receiver<bool>) -> Stopped {
    ending.wait_for(|ending| *ending).await.ok();
    Stopped::Ending
}

/// Whether the same may succeed at another time.
fn is_passing(error: &EngineError) -> bool {
    match error {
        EngineError::Fetch(error) | EngineError::Url(error) => !error.is_lasting(),
        // One whose voiceprint is being built anew.
        EngineError::IncompleteSpeaker(_) => true,
        EngineError::UnknownSpeaker(_)
        | EngineError::ConsentMissing
        | EngineError::Audio(_)
        | EngineError::Unfit(_)
        | EngineError::Job => false,
        _ => true,
    }
}

/// What is told of an error to whoever asked: of a recording that does not read or come, only why.
fn failing(error: &EngineError) -> Failing {
    let (cause, detail) = match error {
        EngineError::Audio(why) => (Cause::Recording, why.to_string()),
        EngineError::Unfit(why) => (Cause::Recording, why.to_string()),
        // An address that would do when it was accepted may be refused by another configuration.
        EngineError::Fetch(why) | EngineError::Url(why) if !matches!(why, OutboundError::Write(_)) => {
            (Cause::Url, why.to_string())
        }
        EngineError::UnknownSpeaker(_) | EngineError::IncompleteSpeaker(_) | EngineError::ConsentMissing => {
            (Cause::Speaker, error.to_string())
        }
        _ => (Cause::Internal, "it could not be done".to_owned()),
    };
    Failing { cause, detail }
}
