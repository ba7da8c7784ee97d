//! `timbre reembed`: changes the speaker models of a tenant without anybody enrolling again.
//!
//! All that it knows is in the database, so a run that was stopped, however hard, is gone on with by running the same command again.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use clap::Subcommand;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use timbre_engine::{Embedded, Engine, EngineError, ModelChange, Reembedded, Tenant};
use timbre_matching::conditions::Comparator;

use crate::{
    built::{self, Built},
    failure::{Failure, note, say},
    settings::Settings,
};

/// How often in a row a part may be away, without a voiceprint made in between, before a run ends of it...
const OUTAGES: u32 = 24;
/// ... and how long each is waited for: two minutes in all, beside the time that the part is given to answer.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Begin a change of models, or go on with it: make the voiceprints that are lacking. May be stopped and run again, and run twice at
    /// once. The server goes on; while it runs on the same cores, TIMBRE__INFERENCE__WORKERS=1 leaves it some.
    Run {
        tenant: String,
        /// What is to decide: campplus, resnet34 or campplus+resnet34. Not needed to go on.
        #[arg(long)]
        to: Option<Comparator>,
    },
    /// Print how far it is, as JSON.
    Status { tenant: String },
    /// Compare how the old and the new models judge the tenant's own recordings, as JSON, a line for each scheme.
    Report {
        tenant: String,
        /// Impostor trials drawn for each scheme.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
        impostors: u64,
        /// Another seed draws others.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Let the new models decide, from the next call on. Refused while anybody has no voiceprint of them.
    CutOver {
        tenant: String,
        /// Erase the voices that still have none, if they are no more than so many: these people enrol anew, and there is no way back for
        /// them.
        #[arg(long, value_name = "MOST")]
        erase_lacking: Option<u64>,
    },
    /// One step back: after a cut-over the old models decide again; before, the change is given up and what was made is deleted.
    Back { tenant: String },
    /// End the change: the old models' voiceprints are deleted, and there is no way back.
    Finish { tenant: String },
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        note("loading models …");
        let Built { engine, pool, .. } = built::engine(&settings).await?;
        match arguments.action {
            Action::Run { tenant, to } => make(&engine, pool.workers(), &tenant, to).await,
            Action::Status { tenant } => status(&engine, &tenant).await,
            Action::Report { tenant, impostors, seed } => {
                let tenant = engine.tenant_for_operator(&tenant).await?;
                for agreement in engine.compare_models(&tenant, impostors, seed).await? {
                    say(serde_json::to_string(&agreement)?)?;
                }
                Ok(())
            }
            Action::CutOver { tenant: name, erase_lacking } => {
                let tenant = engine.tenant_for_operator(&name).await?;
                if let (Some(most), ModelChange::To(_)) = (erase_lacking, tenant.models().change) {
                    let erased = engine.erase_lacking(&tenant, most).await?;
                    note(format_args!("{erased} voices erased"));
                }
                engine.cut_over(&tenant).await?;
                status(&engine, &name).await
            }
            Action::Back { tenant: name } => {
                let tenant = engine.tenant_for_operator(&name).await?;
                engine.take_back_model_change(&tenant).await?;
                status(&engine, &name).await
            }
            Action::Finish { tenant: name } => {
                let tenant = engine.tenant_for_operator(&name).await?;
                engine.finish_model_change(&tenant).await?;
                status(&engine, &name).await
            }
        }
    })
}

async fn status(engine: &Engine, name: &str) -> Result<(), Failure> {
    let tenant = engine.tenant_for_operator(name).await?;
    say(standing(engine, &tenant, name).await?)
}

/// Where a tenant's models stand.
async fn standing(engine: &Engine, tenant: &Tenant, name: &str) -> Result<Value, Failure> {
    let models = tenant.models();
    let (to, from) = match models.change {
        ModelChange::None => (None, None),
        ModelChange::To(to) => (Some(to.name()), None),
        ModelChange::From(from) => (None, Some(from.name())),
    };
    let mut schemes = serde_json::Map::new();
    for count in engine.reembedding(tenant).await? {
        let counted = json!({"enrolments": count.enrolments, "lacking": count.lacking});
        schemes.insert(count.scheme, counted);
    }
    Ok(json!({
        "tenant": name, "decides": models.decides.name(), "changing_to": to, "changed_from": from, "schemes": schemes,
    }))
}

/// What a run did.
#[derive(Default)]
struct Done {
    voiceprints: AtomicU64,
    recordings: AtomicU64,
    worked_microseconds: AtomicU64,
    impossible: AtomicU64,
}

async fn make(engine: &Engine, workers: usize, name: &str, to: Option<Comparator>) -> Result<(), Failure> {
    let mut tenant = engine.tenant_for_operator(name).await?;
    match (tenant.models().change, to) {
        (ModelChange::None, Some(to)) => {
            engine.begin_model_change(&tenant, to).await?;
            tenant = engine.tenant_for_operator(name).await?;
        }
        (ModelChange::None, None) => {
            return Err(Failure::new("no change of models is under way: say which with --to"));
        }
        (ModelChange::To(under_way), Some(to)) if to != under_way => {
            return Err(Failure::new(format!(
                "a change to {} is under way: cut it over, or take it back",
                under_way.name()
            )));
        }
        _ => {}
    }
    let lacking = engine.reembedding(&tenant).await?.iter().map(|count| count.lacking).sum();
    let bar = ProgressBar::new(lacking)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} voiceprints, {eta} left")?);
    note(format_args!("{lacking} voiceprints to make"));
    let (begun, done, stop) = (Instant::now(), Done::default(), Stop::default());
    let mut stopping = std::pin::pin!(tokio::signal::ctrl_c());
    let mut work = std::pin::pin!(all(engine, name, &tenant, workers, &done, &bar, &stop));
    let finished = tokio::select! {
        finished = &mut work => finished?,
        _ = &mut stopping => {
            // What is being heard is committed; nothing more is begun.
            stop.0.store(1, Ordering::Relaxed);
            work.await?;
            false
        }
    };
    bar.finish();
    let told = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let (made, took) = (told(&done.voiceprints), begun.elapsed());
    let mut said = standing(engine, &tenant, name).await?;
    said["made"] = made.into();
    said["recordings_heard"] = told(&done.recordings).into();
    said["impossible"] = told(&done.impossible).into();
    said["seconds"] = took.as_secs_f64().into();
    said["voiceprints_per_second"] = (made as f64 / took.as_secs_f64().max(f64::EPSILON)).into();
    said["model_seconds"] = Duration::from_micros(told(&done.worked_microseconds)).as_secs_f64().into();
    said["workers"] = workers.into();
    say(said)?;
    if !finished {
        note("stopped; run it again to go on");
    }
    Ok(())
}

/// Set once no more is to be begun.
#[derive(Default)]
struct Stop(AtomicU64);

/// How a round ended.
enum Round {
    /// Nobody is left of whom a voiceprint can be made.
    Over,
    /// Some were enrolled further meanwhile, and are to be looked for once more.
    Again,
    /// It was stopped.
    Stopped,
}

/// Makes voiceprints until nobody is left of whom one can be made. False: it was stopped. A part that is away is waited for.
async fn all(
    engine: &Engine,
    name: &str,
    begun: &Tenant,
    workers: usize,
    done: &Done,
    bar: &ProgressBar,
    stop: &Stop,
) -> Result<bool, Failure> {
    let mut outages = Outages::default();
    loop {
        match round(engine, name, begun, workers, done, bar, stop).await {
            Ok(Round::Over) => return Ok(true),
            Ok(Round::Stopped) => return Ok(false),
            Ok(Round::Again) => outages = Outages::default(),
            Err(Ended::Away(error)) if outages.bears_one(done.voiceprints.load(Ordering::Relaxed)) => {
                note(format_args!("{error}; trying again in {} s", PAUSE.as_secs()));
                tokio::time::sleep(PAUSE).await;
            }
            Err(Ended::Away(error)) => return Err(error.into()),
            Err(Ended::Failed(failure)) => return Err(failure),
        }
    }
}

/// How often in a row a part was away.
#[derive(Default)]
struct Outages {
    in_a_row: u32,
    /// Voiceprints made by the last time.
    made: u64,
}

impl Outages {
    /// Whether a run goes on after another one, by when it has made so many voiceprints in all.
    fn bears_one(&mut self, made: u64) -> bool {
        self.in_a_row = if made > self.made { 1 } else { self.in_a_row + 1 };
        self.made = made;
        self.in_a_row <= OUTAGES
    }
}

/// Why a round did not come to its end.
enum Ended {
    /// A part does not answer.
    Away(EngineError),
    Failed(Failure),
}

impl From<EngineError> for Ended {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Unavailable(_) => Self::Away(error),
            error => Self::Failed(error.into()),
        }
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Looks at everybody once, and makes what is lacking.
async fn round(
    engine: &Engine,
    name: &str,
    begun: &Tenant,
    workers: usize,
    done: &Done,
    bar: &ProgressBar,
    stop: &Stop,
) -> Result<Round, Ended> {
    let stopped = || stop.0.load(Ordering::Relaxed) > 0;
    let (middle, mut again) = (engine.somewhere()?, false);
    // From somewhere to the end, then from the beginning to there.
    for (begin, end) in [(Some(middle), None), (None, Some(middle))] {
        let mut after = begin;
        loop {
            if stopped() {
                return Ok(Round::Stopped);
            }
            // It may be cut over meanwhile, but not ended.
            let tenant = &engine.tenant_for_operator(name).await?;
            if tenant.models().old_and_new() != begun.models().old_and_new() {
                return Err(Failure::new("the change of models was taken back or finished meanwhile").into());
            }
            let mut page = engine.lacking_voiceprints(tenant, after).await?;
            page.retain(|which| end.is_none_or(|end| which.enrolment <= end));
            let Some(last) = page.last() else { break };
            after = Some(last.enrolment);
            // Twice as many as there are workers, so that none waits for a disk.
            let mut made = stream::iter(page.iter().take_while(|_| !stopped()))
                .map(|which| async move { (which, engine.reembed(tenant, which).await) })
                .buffer_unordered(2 * workers);
            while let Some((which, made)) = made.next().await {
                again |= note_down(which, made?, done, bar)?;
            }
        }
    }
    Ok(if again { Round::Again } else { Round::Over })
}

/// Whether it is to be tried again.
fn note_down(which: &Embedded, made: Reembedded, done: &Done, bar: &ProgressBar) -> Result<bool, Failure> {
    let add = |count: &AtomicU64, more: u64| {
        count.fetch_add(more, Ordering::Relaxed);
    };
    match made {
        Reembedded::Done { recordings, worked } => {
            add(&done.voiceprints, 1);
            add(&done.recordings, recordings.into());
            add(&done.worked_microseconds, worked.as_micros().try_into().unwrap_or(u64::MAX));
            bar.inc(1);
            Ok(false)
        }
        Reembedded::Raced => Ok(true),
        Reembedded::Impossible(why) => {
            add(&done.impossible, 1);
            say(json!({
                "enrolment": which.enrolment.to_string(), "person": which.subject.to_string(), "scheme": which.scheme,
                "impossible": why.to_string(),
            }))?;
            Ok(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_bears_outages_as_long_as_something_is_made_in_between() {
        let mut outages = Outages::default();
        for made in 1..=u64::from(OUTAGES) * 2 {
            assert!(outages.bears_one(made));
        }
        let made = u64::from(OUTAGES) * 2;
        assert_eq!((0..OUTAGES).take_while(|_| outages.bears_one(made)).count() as u32, OUTAGES - 1);
    }

    #[test]
    fn only_a_part_that_is_away_is_waited_for() {
        assert!(matches!(Ended::from(EngineError::Unavailable("database")), Ended::Away(_)));
        assert!(matches!(Ended::from(EngineError::NoModelChange), Ended::Failed(_)));
    }
}
