//! Which figures and labels a PromQL expression names.

use timbre_telemetry::{INSTRUMENTS, Instrument, Kind};

/// Labels that Prometheus adds, or a histogram has.
const ADDED: [&str; 3] = ["instance", "job", "le"];

/// The figures that are named, and the recorded ones ("timbre:…").
pub fn named(expression: &str) -> Vec<&str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = expression.split(|c| !is_of_name(c));
    words.filter(|word| word.starts_with("timbre_") || word.starts_with("timbre:")).collect()
}

/// The row of a figure, by its own name or by that of a histogram's parts.
pub fn row(name: &str) -> Option<&'static Instrument> {
    INSTRUMENTS.iter().find(|row| match row.kind {
        Kind::Histogram => {
            ["_bucket", "_sum", "_count"].iter().any(|part| name.strip_suffix(part) == Some(row.name))
        }
        Kind::Counter | Kind::Gauge => name == row.name,
    })
}

/// Names every figure and label that there is not.
pub fn check(expression: &str, recorded: &[String]) {
    let names = named(expression);
    for name in &names {
        let known = row(name).is_some() || recorded.iter().any(|known| known == name);
        assert!(known, "there is no figure {name}: {expression}");
    }
    let labels: Vec<&str> =
        names.iter().filter_map(|name| row(name)).flat_map(|row| row.labels).copied().collect();
    if names.iter().any(|name| name.starts_with("timbre:")) {
        // What is recorded has the labels that it was summed up by.
        return;
    }
    for label in grouped_by(expression).into_iter().chain(selected(expression)) {
        let known = labels.contains(&label) || ADDED.contains(&label);
        assert!(known, "none of its figures has a label {label}: {expression}");
    }
}

/// The labels of each `by (…)`.
fn grouped_by(expression: &str) -> Vec<&str> {
    let lists = expression.split("by (").skip(1).filter_map(|rest| rest.split(')').next());
    lists.flat_map(|list| list.split(',')).map(str::trim).filter(|label| !label.is_empty()).collect()
}

/// The labels of each `{label="…"}`.
fn selected(expression: &str) -> Vec<&str> {
    let lists = expression.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let labels =
        lists.flat_map(|list| list.split("\", ")).filter_map(|matcher| matcher.split(['=', '!']).next());
    labels.map(str::trim).filter(|label| !label.is_empty()).collect()
}

#[test]
fn what_is_not_declared_is_found() {
    check("sum by (contract) (rate(timbre_requests_total{status=~\"5..\", route!=\"x\"}[5m]))", &[]);
    check("histogram_quantile(0.9, sum by (le) (rate(timbre_request_seconds_bucket[5m])))", &[]);
    for wrong in [
        "timbre_request_total",
        "timbre_request_seconds",
        "timbre:unrecorded",
        "sum by (user) (timbre_requests_total)",
        "timbre_jobs{contract=\"azure\"}",
    ] {
        assert!(std::panic::catch_unwind(|| check(wrong, &[])).is_err(), "{wrong}");
    }
}
