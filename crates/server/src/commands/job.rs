//! `timbre job`: a tenant's jobs and the messages about their ends: shown, cancelled, tried again, sent again.

use clap::Subcommand;
use timbre_api::admin::shown;

use crate::{
    built,
    failure::{Failure, note, tell},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print the tenant's latest jobs as JSON, one a line, the newest first.
    List {
        tenant: String,
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Print a job, and every try of every message about its end, as JSON.
    Show { tenant: String, request_id: String },
    /// End a job that is not over. Whoever asked for it is told.
    Cancel { tenant: String, request_id: String },
    /// Let a failed job begin anew.
    Retry { tenant: String, request_id: String },
    /// Send the latest message about a job's end again, under its old id.
    Replay { tenant: String, request_id: String },
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let engine = built::engine(&settings).await?.engine;
        match arguments.action {
            Action::List { tenant, limit } => {
                let tenant = engine.tenant_for_operator(&tenant).await?;
                engine.latest_jobs(&tenant, limit).await?.iter().try_for_each(|job| tell(&shown::job(job)))
            }
            Action::Show { tenant, request_id } => {
                let tenant = engine.tenant_for_operator(&tenant).await?;
                let (job, _) = engine.job(&tenant, &request_id).await?;
                let messages = engine.messages(&tenant, &request_id).await?;
                tell(&shown::whole_job(&job, &messages))
            }
            Action::Cancel { tenant, request_id } => {
                let tenant = engine.tenant_for_operator(&tenant).await?;
                Ok(engine.cancel_job(&tenant, &request_id).await?)
            }
            Action::Retry { tenant, request_id } => {
                let tenant = engine.tenant_for_operator(&tenant).await?;
                Ok(engine.retry_job(&tenant, &request_id).await?)
            }
            Action::Replay { tenant, request_id } => {
                let tenant = engine.tenant_for_operator(&tenant).await?;
                let messages = engine.messages(&tenant, &request_id).await?;
                let (latest, _) = messages.last().ok_or_else(|| Failure::new("the job has not ended"))?;
                engine.replay(&tenant, latest.id).await?;
                note("it is sent by the running server or worker");
                Ok(())
            }
        }
    })
}
