//! `timbre serve`: the HTTP API, and beside it housekeeping and, unless `timbre work` does them, jobs.

use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::web::{Data, ServiceConfig};
use timbre_engine::Engine;
use tokio::{sync::watch, time::MissedTickBehavior};
use tracing::Instrument;

use crate::{
    built::{self, Built},
    commands::demo,
    failure::{Failure, note},
    installation, objects,
    settings::Settings,
    telemetry,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Make a tenant named "demo" if there is none, write its credentials to demo.json in the data folder, and serve /try, where anybody
    /// can call as this tenant.
    #[arg(long)]
    demo: bool,
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(serve(settings, arguments))
}

async fn serve(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    // The address first: it is what most often is not to be had, and models take a while to load.
    let listener = TcpListener::bind(&settings.http.listen)
        .map_err(|error| Failure::new(format!("cannot listen on {}: {error}", settings.http.listen)))?;
    let figures = telemetry::figures_listener(&settings.telemetry)?;
    let base_url = format!("http://{}", listener.local_addr()?);
    objects::check_at_start(&settings).await?;
    note("loading models …");
    let Built { engine, pool, session_key } = built::engine(&settings).await?;
    let demo = match arguments.demo {
        true => Some(demo::prepare(&engine, &settings, &base_url).await?),
        false => None,
    };
    telemetry::serve_figures(figures, &engine, &settings.telemetry)?;
    let (end, ending) = watch::channel(false);
    let worker = settings.jobs.embedded.then(|| {
        let engine = engine.clone();
        tokio::spawn(async move { engine.work(ending).await })
    });
    let dashboard = settings.http.dashboard;
    let installation = Data::new(installation::of(&settings)?);
    let offered = demo.as_ref().and_then(|demo| demo.offered(&settings.languages.default));
    let offered = offered.map(Data::new);
    let pages = move |config: &mut ServiceConfig| {
        if dashboard {
            timbre_dashboard::serve(config, &installation, offered.as_ref());
        }
    };
    let server =
        timbre_api::serve(&settings.http, &settings.redis, listener, engine.clone(), &session_key, pages)?;
    let housekeeper =
        tokio::spawn(keep_house(engine.clone(), Duration::from_secs(settings.housekeeping.every_seconds)));
    let historian = tokio::spawn(remember());
    tracing::info!(%base_url, data = %settings.data.dir.display(), "serving");
    note(format_args!("serving on {base_url}"));
    if let Some(demo) = demo {
        note(demo.what_to_try(dashboard));
    }
    server.await?;
    housekeeper.abort();
    historian.abort();
    end.send_replace(true);
    if let Some(worker) = worker {
        worker.await?;
    }
    engine.stop();
    let pool = Arc::clone(&pool);
    tokio::task::spawn_blocking(move || pool.join()).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Remembers the last hour, for the pages that show it.
async fn remember() {
    let mut looks = tokio::time::interval(timbre_telemetry::HISTORY_EVERY);
    // After a standstill there is one look, not all that were missed.
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        timbre_telemetry::remember();
    }
}

/// Puts things in order now and then, at once for the first time: after a crash there may be an
/// object that belongs to nothing.
async fn keep_house(engine: Engine, every: Duration) {
    let mut rounds = tokio::time::interval(every);
    loop {
        rounds.tick().await;
        let swept = engine.sweep().instrument(tracing::debug_span!("housekeeping.sweep")).await;
        timbre_telemetry::housekept(swept.is_ok());
        match swept {
            Ok(swept) if swept == Default::default() => {}
            Ok(swept) => tracing::info!(
                dialogues = swept.dialogues,
                sessions = swept.sessions,
                objects = swept.objects,
                trained = swept.trained,
                jobs = swept.jobs,
                "put in order"
            ),
            Err(error) => tracing::error!(%error, "housekeeping failed, it will be tried again"),
        }
    }
}
