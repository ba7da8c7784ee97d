//! What figures are recorded in, and how they are read.

use std::sync::LazyLock;

use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder,
    core::Collector,
    proto::{Bucket, Metric},
};

pub(crate) use crate::instruments::Figures;
use crate::instruments::Instrument;

static FIGURES: LazyLock<Result<Figures, prometheus::Error>> = LazyLock::new(Figures::build);

/// Where figures are recorded; nothing where the table does not hold, which [`check`] tells.
pub(crate) fn figures() -> Option<&'static Figures> {
    FIGURES.as_ref().ok()
}

/// Refuses a table that cannot be recorded in: for the start of a process.
///
/// # Errors
/// Says what is wrong with it.
pub fn check() -> Result<(), String> {
    FIGURES.as_ref().map(|_| ()).map_err(ToString::to_string)
}

/// All figures as Prometheus reads them, and the media type of that.
///
/// # Errors
/// Says why they cannot be written down.
pub fn text(version: &str) -> Result<(String, &'static str), String> {
    let figures = FIGURES.as_ref().map_err(ToString::to_string)?;
    figures.build_info.set([version], 1.0);
    let mut text = String::new();
    TextEncoder::new()
        .encode_utf8(&figures.registry.gather(), &mut text)
        .map_err(|error| error.to_string())?;
    Ok((text, "text/plain; version=0.0.4"))
}

/// A figure that only grows, with so many labels.
pub(crate) struct Counter<const LABELS: usize>(IntCounterVec, &'static Instrument);

/// A figure as it is now.
pub(crate) struct Gauge<const LABELS: usize>(GaugeVec);

/// A figure that is observed.
pub(crate) struct Histogram<const LABELS: usize>(HistogramVec, &'static Instrument);

impl<const LABELS: usize> Counter<LABELS> {
    pub(crate) fn build(
        registry: &Registry,
        row: Option<&'static Instrument>,
    ) -> Result<Self, prometheus::Error> {
        let row = row.ok_or(prometheus::Error::AlreadyReg)?;
        let counter = registered(registry, IntCounterVec::new(Opts::new(row.name, row.help), row.labels)?)?;
        for labels in row.from_the_start() {
            counter.get_metric_with_label_values(&labels)?.inc_by(0);
        }
        Ok(Self(counter, row))
    }

    pub(crate) fn add(&self, labels: [&str; LABELS], by: u64) {
        // A word that is missing would make a series that does not begin at 0: builds for tests find it.
        debug_assert!(self.1.may_be(&labels), "{}: {labels:?}", self.1.name);
        if let Ok(series) = self.0.get_metric_with_label_values(&labels) {
            series.inc_by(by);
        }
    }

    /// How far each series has grown.
    pub(crate) fn all(&self) -> Vec<([String; LABELS], u64)> {
        let read = |metric: &Metric| (labels(self.1, metric), metric.get_counter().get_value() as u64);
        each(&self.0, read)
    }
}

impl<const LABELS: usize> Gauge<LABELS> {
    pub(crate) fn build(
        registry: &Registry,
        row: Option<&'static Instrument>,
    ) -> Result<Self, prometheus::Error> {
        let row = row.ok_or(prometheus::Error::AlreadyReg)?;
        Ok(Self(registered(registry, GaugeVec::new(Opts::new(row.name, row.help), row.labels)?)?))
    }

    pub(crate) fn set(&self, labels: [&str; LABELS], to: f64) {
        if let Ok(series) = self.0.get_metric_with_label_values(&labels) {
            series.set(to);
        }
    }

    pub(crate) fn add(&self, labels: [&str; LABELS], by: f64) {
        if let Ok(series) = self.0.get_metric_with_label_values(&labels) {
            series.add(by);
        }
    }

    /// Forgets all series: what is set next is all that there is.
    pub(crate) fn clear(&self) {
        self.0.reset();
    }
}

impl<const LABELS: usize> Histogram<LABELS> {
    pub(crate) fn build(
        registry: &Registry,
        row: Option<&'static Instrument>,
    ) -> Result<Self, prometheus::Error> {
        let row = row.ok_or(prometheus::Error::AlreadyReg)?;
        let options = HistogramOpts::new(row.name, row.help).buckets(row.buckets.to_vec());
        let histogram = registered(registry, HistogramVec::new(options, row.labels)?)?;
        for labels in row.from_the_start() {
            histogram.get_metric_with_label_values(&labels)?;
        }
        Ok(Self(histogram, row))
    }

    pub(crate) fn observe(&self, labels: [&str; LABELS], value: f64) {
        debug_assert!(self.1.may_be(&labels), "{}: {labels:?}", self.1.name);
        if let Ok(series) = self.0.get_metric_with_label_values(&labels) {
            series.observe(value);
        }
    }

    /// How many observations each bucket of each series has, and behind them how many are beyond all buckets.
    pub(crate) fn all(&self) -> Vec<([String; LABELS], Vec<u64>)> {
        let read = |metric: &Metric| {
            let histogram = metric.get_histogram();
            let up_to = histogram.get_bucket().iter().map(Bucket::cumulative_count);
            let mut before = 0;
            let here = |all: u64| all.saturating_sub(std::mem::replace(&mut before, all));
            let counts = up_to.chain([histogram.get_sample_count()]).map(here).collect();
            (labels(self.1, metric), counts)
        };
        each(&self.0, read)
    }
}

impl Gauge<0> {
    /// None as long as it is not known.
    pub(crate) fn get(&self) -> Option<f64> {
        each(&self.0, |metric| metric.get_gauge().get_value()).pop()
    }
}

fn each<T>(figure: &impl Collector, read: impl Fn(&Metric) -> T) -> Vec<T> {
    let families = figure.collect();
    families.iter().flat_map(|family| family.get_metric()).map(read).collect()
}

/// A series' labels, in the order of its row.
fn labels<const LABELS: usize>(row: &Instrument, series: &Metric) -> [String; LABELS] {
    std::array::from_fn(|label| {
        let pair = series.get_label().iter().find(|pair| row.labels.get(label) == Some(&pair.name()));
        pair.map(|pair| pair.value().to_owned()).unwrap_or_default()
    })
}

fn registered<C: Collector + Clone + 'static>(
    registry: &Registry,
    collector: C,
) -> Result<C, prometheus::Error> {
    registry.register(Box::new(collector.clone()))?;
    Ok(collector)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_table_holds_and_what_is_read_says_the_version() {
        check().unwrap();
        let (text, media_type) = text("1.2.3").unwrap();
        assert!(media_type.starts_with("text/plain"));
        assert!(text.contains("timbre_build_info{version=\"1.2.3\"} 1"), "{text}");
        assert!(text.contains("timbre_webhook_seconds_count 0"), "{text}");
    }
}
