//! Which figures and labels a PromQL expression names.

use timbre_telemetry::{INSTRUMENTS, Instrument, Kind};

/// Labels that Prometheus adds, or a histogram has.
const ADDED: [&str; 3] = ["instance", "job", "le"];

/// The figures that are named, and the recorded ones ("timbre:…").
pub fn named(expression: &str) -> Vec<&str> {
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
    lists.flat_map(matched).map(|(label, _)| label).collect()
}

/// What is counted in it: the name in front of each window, with its matchers as they are written.
pub fn counted(expression: &str) -> Vec<(&str, &str)> {
    let windows = expression.match_indices('[').map(|(end, _)| &expression[..end]);
    windows
        .map(|before| {
            let (before, matchers) = match before.strip_suffix('}') {
                Some(before) => before.rsplit_once('{').unwrap(),
                None => (before, ""),
            };
            let begin = before.rfind(|c: char| !is_of_name(c)).map_or(0, |end| end + 1);
            (&before[begin..], matchers)
        })
        .collect()
}

/// Each label that is asked for, with the words that it is to be, or not to be.
pub fn matched(matchers: &str) -> Vec<(&str, Vec<&str>)> {
    let each = matchers.split("\", ").filter(|matcher| !matcher.is_empty());
    each.map(|matcher| {
        let (label, words) = matcher.split_once('"').unwrap();
        (label.trim_end_matches(['=', '!', '~']), words.trim_end_matches('"').split('|').collect())
    })
    .collect()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
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

#[test]
fn what_is_counted_is_found_with_what_is_asked_of_it() {
    let expression =
        "sum(rate(a_total{b!~\"c|d e\", f=\"g\"}[5m])) / increase(h_total[1h]) and i{j=\"k\"} > 0";
    assert_eq!(counted(expression), [("a_total", "b!~\"c|d e\", f=\"g\""), ("h_total", "")]);
    assert_eq!(matched(counted(expression)[0].1), [("b", vec!["c", "d e"]), ("f", vec!["g"])]);
}
