//! deploy/prometheus: rules that Prometheus reads, of figures that there are, each alert with what to do about it.

use std::collections::BTreeSet;

use timbre_telemetry::{Instrument, Kind};

use crate::{expressions, of_repository, promtool, text_of};

const RULES: &str = "deploy/prometheus/rules.yml";
const TESTS: &str = "deploy/prometheus/rules_test.yml";

/// A rule as it stands in the file.
struct Rule {
    /// `record` or `alert`.
    kind: String,
    name: String,
    text: String,
}

impl Rule {
    fn expression(&self) -> &str {
        let expression = self.text.split("expr:").nth(1).unwrap();
        let ends = ["\n        for:", "\n        labels:", "\n\n"];
        let end = ends.iter().filter_map(|end| expression.find(end)).min().unwrap_or(expression.len());
        &expression[..end]
    }
}

fn rules() -> Vec<Rule> {
    let text = text_of(RULES);
    let rules = text.split("\n      - ").skip(1).map(|rule| {
        let (kind, rest) = rule.split_once(": ").unwrap();
        let name = rest.lines().next().unwrap().to_owned();
        Rule { kind: kind.to_owned(), name, text: rule.to_owned() }
    });
    rules.collect()
}

/// Names of what is computed ahead.
pub fn recorded() -> Vec<String> {
    rules().into_iter().filter(|rule| rule.kind == "record").map(|rule| rule.name).collect()
}

/// "RequestsFail" is "requests-fail" where a document names it.
fn anchor(alert: &str) -> String {
    let mut anchor = String::new();
    for c in alert.chars() {
        if c.is_ascii_uppercase() && !anchor.is_empty() {
            anchor.push('-');
        }
        anchor.push(c.to_ascii_lowercase());
    }
    anchor
}

#[test]
fn every_rule_speaks_of_figures_that_there_are() {
    let (recorded, rules) = (recorded(), rules());
    assert!(rules.len() > 20, "{} rules were read", rules.len());
    for rule in rules {
        expressions::check(rule.expression(), &recorded);
    }
}

/// A series that begins at 1 has not grown, so nobody would be told of the first time.
#[test]
fn whatever_an_alert_counts_is_there_from_the_start_at_0() {
    let (text, _) = timbre_telemetry::text("0").unwrap();
    let rules = rules();
    let alerts = rules.iter().filter(|rule| rule.kind == "alert");
    let mut found = BTreeSet::new();
    for alert in alerts {
        let ahead = |rule: &&Rule| rule.kind == "record" && alert.expression().contains(&rule.name);
        let expressions = rules.iter().filter(ahead).map(Rule::expression).chain([alert.expression()]);
        for (figure, matchers) in expressions.flat_map(expressions::counted) {
            // What is computed ahead is looked at as it is computed.
            if figure.starts_with("timbre:") {
                continue;
            }
            let row = expressions::row(figure).unwrap();
            let series = row.from_the_start();
            assert!(!series.is_empty(), "{} counts {figure}, whose series come with use", alert.name);
            for (label, words) in expressions::matched(matchers) {
                let place = row.labels.iter().position(|known| *known == label).unwrap();
                for word in words {
                    let known = row.words[place].contains(&word);
                    assert!(known, "{}: no {label} of {figure} is {word:?}", alert.name);
                }
            }
            for labels in series {
                let line = line_at_0(row, &labels);
                assert!(text.contains(&line), "{}: no {line:?} in {text}", alert.name);
            }
            found.insert(row.name);
        }
    }
    assert!(found.len() >= 9, "{found:?} were found");
}

/// As Prometheus reads it; of a histogram how many there were.
fn line_at_0(row: &Instrument, values: &[&str]) -> String {
    let part = if row.kind == Kind::Histogram { "_count" } else { "" };
    let mut labels: Vec<String> =
        row.labels.iter().zip(values).map(|(label, value)| format!("{label}=\"{value}\"")).collect();
    labels.sort();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    format!("\n{}{part}{labels} 0\n", row.name)
}

#[test]
fn every_alert_has_a_test_in_which_it_comes_and_one_in_which_it_does_not() {
    let tests = text_of(TESTS);
    let asked: Vec<(&str, bool)> = tests
        .split("alertname: ")
        .skip(1)
        .map(|asked| {
            let (name, rest) = asked.split_once('\n').unwrap();
            let rest = rest.trim_start();
            assert!(rest.starts_with("exp_alerts:"), "{name}: {rest}");
            (name, !rest.starts_with("exp_alerts: []"))
        })
        .collect();
    for alert in rules().iter().filter(|rule| rule.kind == "alert") {
        for comes in [true, false] {
            let found = asked.contains(&(alert.name.as_str(), comes));
            assert!(
                found,
                "no test in {TESTS} has {} {}",
                alert.name,
                if comes { "come" } else { "stay away" }
            );
        }
    }
}

#[test]
fn every_alert_says_how_bad_it_is_and_what_to_do() {
    let document = text_of("docs/alerts.md");
    let mut told: BTreeSet<&str> = document.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    for rule in rules().iter().filter(|rule| rule.kind == "alert") {
        for part in ["severity: ", "summary: ", "description: "] {
            assert!(rule.text.contains(part), "{} has no {part}", rule.name);
        }
        let anchor = anchor(&rule.name);
        assert!(rule.text.contains(&format!("runbook: docs/alerts.md#{anchor}")), "{}", rule.name);
        let heading = anchor.replace('-', " ");
        let found = told.iter().copied().find(|told| told.to_lowercase() == heading);
        assert!(found.is_some_and(|found| told.remove(found)), "docs/alerts.md has nothing on {}", rule.name);
    }
    assert!(told.is_empty(), "docs/alerts.md tells of alerts that there are not: {told:?}");
}

#[test]
fn prometheus_reads_rules_and_configuration_and_alerts_come_when_they_should() {
    promtool::accepts(&["check", "rules"], &of_repository(RULES));
    promtool::accepts(&["check", "config"], &of_repository("deploy/prometheus/prometheus.yml"));
    promtool::accepts(&["test", "rules"], &of_repository(TESTS));
}
