//! What the product writes to its log.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Everything that our crates log, at their most talkative, and what others say at `info`.
const FILTER: &str = "info,timbre_api=trace,timbre_engine=trace,timbre_inference=trace,timbre_matching=trace,\
                      timbre_store=trace,timbre_vault=trace,timbre_outbound=trace,timbre_audio=trace,timbre_models=trace";

/// A log that can be read.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Captures the log of this process from now on. To be called once in a process.
    pub fn capture() -> Self {
        Self::capture_at(FILTER)
    }

    /// As [`Log::capture`], with everything that anybody logs, down to the connections.
    pub fn capture_everything() -> Self {
        Self::capture_at("trace")
    }

    fn capture_at(filter: &str) -> Self {
        let log = Self::default();
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(filter))
            .with_ansi(false)
            // The time's digits could be taken for a code.
            .without_time()
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(log.clone())
            .init();
        log
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// The log's words without those that are measured times: digits like a code's come up there by
    /// chance. An id stays one word.
    pub fn words(&self) -> Vec<String> {
        let is_time = |word: &&str| {
            ["queue_ms=", "model_ms=", "milliseconds=", "time."].iter().any(|name| word.starts_with(name))
        };
        let text = self.text();
        let untimed = text.split_whitespace().filter(|word| !is_time(word));
        untimed
            .flat_map(|word| word.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
