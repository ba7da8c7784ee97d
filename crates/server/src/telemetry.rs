//! What a process tells of itself: logs, one line an event on standard error, as text or as JSON; traces, sent to a collector where there is
//! one; and figures, where there is a listener for them.
//!
//! Promises that none of it holds up serving: spans wait in a bounded queue, are sent by a thread of their own, and are lost, counted, where
//! the collector does not take them. Of spans only names and figures are sent, never a log's words.

use std::{net::TcpListener, time::Duration};

use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData,
        SpanExporter as Exporter,
    },
};
use timbre_engine::Engine;
use tracing::{Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, filter::FilterFn, layer::SubscriberExt, registry::LookupSpan, util::SubscriberInitExt,
};

use crate::{
    failure::{Failure, note},
    settings::{Log, LogFormat, Settings, Telemetry},
};

/// How long the end of a process waits for the last spans to be sent.
const LAST_SPANS: Duration = Duration::from_secs(5);

/// Spans are sent when there are so many, or so long after the last time.
const SPANS_AT_ONCE: usize = 512;
const SENT_EVERY: Duration = Duration::from_secs(2);

/// What is told until the process ends.
pub struct Told(Option<SdkTracerProvider>);

/// Begins to log and, where the command serves and a collector is named, to trace.
pub fn start(settings: &Settings, serves: bool) -> Result<Told, Failure> {
    timbre_telemetry::check().map_err(|error| Failure::new(format!("figures: {error}")))?;
    timbre_telemetry::name_at_most(settings.telemetry.tenants);
    let telemetry = &settings.telemetry;
    let provider = match serves && !telemetry.otlp_endpoint.is_empty() {
        true => Some(provider(telemetry)?),
        false => None,
    };
    let traces = provider.as_ref().map(|provider| {
        let tracer = provider.tracer("timbre");
        let spans = tracing_opentelemetry::layer().with_tracer(tracer);
        spans.with_location(false).with_threads(false).with_tracked_inactivity(false).with_filter(our_spans())
    });
    tracing_subscriber::registry().with(lines(&settings.log)?).with(traces).init();
    Ok(Told(provider))
}

/// What is sent: spans of our crates. Events stay in the log: their words are for whoever may read that.
fn our_spans() -> FilterFn {
    let ours = |of: &tracing::Metadata<'_>| {
        of.is_span() && of.target().starts_with("timbre") && *of.level() <= Level::DEBUG
    };
    FilterFn::new(ours as fn(&tracing::Metadata<'_>) -> bool).with_max_level_hint(LevelFilter::DEBUG)
}

fn lines<S>(log: &Log) -> Result<Box<dyn Layer<S> + Send + Sync>, Failure>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| Failure::new(format!("settings: log.filter: {error}")))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    Ok(match log.format {
        LogFormat::Text => lines.with_ansi(false).with_filter(filter).boxed(),
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
    })
}

fn provider(telemetry: &Telemetry) -> Result<SdkTracerProvider, Failure> {
    let patience = Duration::from_secs(telemetry.export_seconds);
    // It sends where the operator says and nowhere else: by no proxy of the environment, and to where nobody redirects it.
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(patience)
        .build()?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{}/v1/traces", telemetry.otlp_endpoint.trim_end_matches('/')))
        .with_timeout(patience)
        .build()?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(telemetry.waiting_spans)
        .with_max_export_batch_size(SPANS_AT_ONCE)
        .with_scheduled_delay(SENT_EVERY)
        .build();
    let sender = BatchSpanProcessor::builder(Counted(exporter)).with_batch_config(batches).build();
    let resource = Resource::builder_empty()
        .with_service_name(telemetry.service_name.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(telemetry.sampled)));
    Ok(SdkTracerProvider::builder()
        .with_span_processor(sender)
        .with_sampler(sampler)
        .with_resource(resource)
        .build())
}

impl Told {
    /// Sends what is left to be sent, for no longer than a few seconds.
    pub fn end(self) {
        let Some(provider) = self.0 else { return };
        if let Err(error) = provider.shutdown_with_timeout(LAST_SPANS) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// Counts what is sent and what is lost.
#[derive(Debug)]
struct Counted(SpanExporter);

impl Exporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let exported = self.0.export(batch).await;
        timbre_telemetry::spans(spans, exported.is_ok());
        if let Err(error) = &exported {
            tracing::warn!(%error, spans, "the collector did not take spans");
        }
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

/// The listener for figures, where there is to be one: taken early, because an address is what most often is not to be had.
pub fn figures_listener(telemetry: &Telemetry) -> Result<Option<TcpListener>, Failure> {
    let address = &telemetry.metrics_listen;
    if address.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(address).map_err(|error| {
        Failure::new(format!("cannot listen on {address} (telemetry.metrics_listen): {error}"))
    })?;
    Ok(Some(listener))
}

/// Serves figures beside whatever else the process does, to its end.
pub fn serve_figures(
    listener: Option<TcpListener>,
    engine: &Engine,
    telemetry: &Telemetry,
) -> Result<(), Failure> {
    let Some(listener) = listener else { return Ok(()) };
    note(format_args!("figures on http://{}/metrics", listener.local_addr()?));
    let server =
        timbre_api::serve_figures(listener, engine.clone(), telemetry.tenants, env!("CARGO_PKG_VERSION"))?;
    tokio::spawn(server);
    Ok(())
}
