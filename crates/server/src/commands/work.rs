//! `timbre work`: jobs and their messages, apart from `timbre serve`.

use std::sync::Arc;

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    built::{self, Built},
    failure::{Failure, note},
    objects,
    settings::Settings,
    telemetry,
};

/// Does jobs and sends messages until told to stop (SIGINT, SIGTERM); what is under way then is given back.
pub fn run(settings: Settings) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work(settings))
}

async fn work(settings: Settings) -> Result<(), Failure> {
    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let figures = telemetry::figures_listener(&settings.telemetry)?;
    objects::check_at_start(&settings).await?;
    note("loading models …");
    let Built { engine, pool, .. } = built::engine(&settings).await?;
    telemetry::serve_figures(figures, &engine, &settings.telemetry)?;
    let (end, ending) = watch::channel(false);
    let worker = tokio::spawn({
        let engine = engine.clone();
        async move { engine.work(ending).await }
    });
    tracing::info!(data = %settings.data.dir.display(), "working");
    note("working");
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    end.send_replace(true);
    worker.await?;
    engine.stop();
    let pool = Arc::clone(&pool);
    tokio::task::spawn_blocking(move || pool.join()).await?;
    tracing::info!("stopped");
    Ok(())
}
