//! What use cases tell of themselves: times of the parts, decisions with their reasons, and what the database says of work and quotas. How
//! often and how long, never who.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use timbre_domain::{
    contract::Contract,
    dialogue::{Finding, Purpose, Reply},
    operator::Permission,
    profile::ProfileKind,
    usage::{Meter, month},
};
use timbre_inference::{Done, InferenceError, Models};
use timbre_store::{StoreError, UsedByTenant};
use timbre_telemetry::{Ages, Decision};
use tracing::{Instrument, debug_span};

use crate::{Administrator, Engine, EngineError, Tenant, profile_listening::Unfit};

/// What the database says is read no more often than this, however many ask.
const FRESH: Duration = Duration::from_secs(15);

impl Engine {
    /// Has an inference worker do something for a tenant, and tells how long that took by the contract that asked for it.
    pub(crate) async fn infer<T: Send + 'static>(
        &self,
        tenant: &Tenant,
        contract: Contract,
        work: impl FnOnce(&mut Models) -> T + Send + 'static,
    ) -> Result<Done<T>, InferenceError> {
        let done = self.parts.pool.run(tenant.whose(), work).await?;
        let timing = done.timing;
        timbre_telemetry::heard(contract.name(), timing.queue, timing.model, timing.total);
        Ok(done)
    }

    /// Brings the figures of galleries up to date, and those of jobs, messages and quotas, unless they are but seconds old or somebody else is
    /// reading them: those from before are served then. At most `tenants` tenants have figures of what they used.
    ///
    /// # Errors
    /// That the database cannot be read. Whoever asks next tries again.
    pub async fn read_figures(&self, tenants: usize) -> Result<(), EngineError> {
        self.parts.galleries.tell();
        // Held while they are read, and let go of by whoever loses patience: of those who ask at the same time one reads.
        let Ok(mut last) = self.figures_read.try_lock() else { return Ok(()) };
        if last.is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(());
        }
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let to_do = store.to_do(now).await?;
        let used = store.used_by_tenants(&month(now), tenants as u64).await?;
        let age =
            |since: Option<DateTime<Utc>>| since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0));
        let ages = Ages {
            oldest_job_seconds: age(to_do.oldest_job),
            messages: to_do.messages,
            oldest_message_seconds: age(to_do.oldest_message),
        };
        timbre_telemetry::read_from_database(
            to_do.jobs.iter().map(|(state, number)| (state.name(), *number)),
            ages,
        );
        let each = |meter: Meter| {
            used.iter().map(move |tenant| {
                let used = tenant.usage.of(meter) as f64;
                let share = tenant.quotas.limit(meter).map(|limit| used / (limit.max(1) as f64));
                let unit = if meter == Meter::AudioSeconds { 1000.0 } else { 1.0 };
                (tenant.name.as_str(), meter.name(), used / unit, share)
            })
        };
        timbre_telemetry::quota_used(Meter::ALL.into_iter().flat_map(each));
        *last = Some(Instant::now());
        Ok(())
    }

    /// The tenants that used most in this calendar month (UTC), by calls: at most so many of those that used anything.
    pub async fn most_used(&self, by: &Administrator, most: u64) -> Result<Vec<UsedByTenant>, EngineError> {
        self.permit(by, Permission::ReadInstallation).await?;
        Ok(self.parts.store.most_used(&month(self.parts.clock.now()), most).await?)
    }
}

impl Tenant {
    /// A sample of a dialogue was judged, and its voice compared if there is a score.
    pub(crate) fn decided(&self, purpose: Purpose, finding: Finding, reply: &Reply, score: Option<f64>) {
        decided(Contract::Biometrid, kind_of(purpose), decision_of(finding, reply));
        if let Some(score) = score {
            self.scored(Contract::Biometrid, kind_of(purpose), score);
        }
    }

    /// A voice was compared with one or several.
    pub(crate) fn scored(&self, contract: Contract, kind: &str, score: f64) {
        timbre_telemetry::scored(&self.name, contract.name(), kind, score);
    }
}

/// The purpose, as figures have it.
pub(crate) fn kind_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Enrol => "enrol",
        Purpose::Verify => "verify",
        Purpose::Adapt => "adapt",
    }
}

/// What became of the sample, as figures have it. One that was refused is that also where it ends the dialogue.
fn decision_of(finding: Finding, reply: &Reply) -> Decision {
    match (finding, reply) {
        (Finding::Refused(refusal), _) => Decision::Refused(refusal.name()),
        (_, Reply::Failed(failure)) => Decision::Rejected(failure.name()),
        (_, Reply::Succeeded) => Decision::Accepted,
        (_, Reply::Next(_)) => Decision::GoesOn,
    }
}

/// The contract that a profile is of.
pub(crate) fn contract_of(kind: ProfileKind) -> Contract {
    match kind {
        ProfileKind::Speaker => Contract::Deepaffects,
        ProfileKind::TextDependentVerification
        | ProfileKind::TextIndependentVerification
        | ProfileKind::TextIndependentIdentification => Contract::Azure,
    }
}

pub(crate) fn decided(contract: Contract, kind: &str, decision: Decision) {
    timbre_telemetry::decided(contract.name(), kind, decision);
}

/// A recording was not judged because of what it is; any other error is none of its own.
pub(crate) fn refused(contract: Contract, kind: &str, error: &EngineError) {
    let reason = match error {
        EngineError::Unfit(unfit) => unfit.name(),
        EngineError::Audio(_) | EngineError::WrongContainer(_) => UNREADABLE,
        _ => return,
    };
    decided(contract, kind, Decision::Refused(reason));
}

/// Somebody who looks for a voice among all was turned away because of the gallery; any other error is none of its own.
pub(crate) fn turned_away(error: &EngineError) {
    match error {
        EngineError::GalleryLoading { .. } => timbre_telemetry::gallery_refused("loading"),
        EngineError::GalleryTooLarge => timbre_telemetry::gallery_refused("no room"),
        _ => {}
    }
}

const UNREADABLE: &str = "Unreadable";

impl Unfit {
    /// The reason as figures have it; the same words as those of a dialogue's refusals where they mean the same.
    fn name(&self) -> &'static str {
        match self {
            Self::Format => "Format",
            Self::Unreadable(_) => UNREADABLE,
            Self::NotAllowed(_) => "NotAllowed",
            Self::TooLong(_) => "TooLong",
            Self::TooShort(_) | Self::TooLittleSpeech(_) => "TooShort",
            Self::TooNoisy(_) => "TooNoisy",
            Self::NoSpeech => "NoSpeech",
            Self::SeveralVoices => "SeveralVoices",
            Self::WrongPhrase => "WrongPhrase",
            Self::NoActivation => "NoActivation",
            Self::UnlikeBefore => "OtherVoice",
        }
    }
}

/// A commit that a caller waits for: timed, and seen in its trace.
pub(crate) async fn committed<T>(
    operation: &'static str,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    measured(operation, work.instrument(debug_span!("store.commit", operation))).await
}

/// The same of what is only read.
pub(crate) async fn read<T>(
    operation: &'static str,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    measured(operation, work.instrument(debug_span!("store.read", operation))).await
}

/// The same, without being seen in a trace: of what is asked all the time, whether there is anything to do.
pub(crate) async fn measured<T>(
    operation: &'static str,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let began = Instant::now();
    let done = work.await;
    let failure = done.as_ref().err().and_then(|error| match error {
        StoreError::Unavailable(_) => Some("unavailable"),
        StoreError::Conflict => Some("conflict"),
        // Answers, not failures.
        StoreError::QuotaReached(_) | StoreError::OptedOut | StoreError::TooMany(_) => None,
        _ => Some("other"),
    });
    timbre_telemetry::store(operation, failure, began.elapsed());
    done
}
