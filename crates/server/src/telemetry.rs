//! Logs: one line an event on standard error, as text or as JSON.

use tracing_subscriber::EnvFilter;

use crate::{
    failure::Failure,
    settings::{Log, LogFormat},
};

pub fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| Failure::new(format!("settings: log.filter: {error}")))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}
