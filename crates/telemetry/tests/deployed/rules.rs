//! deploy/prometheus: rules that Prometheus reads, of figures that there are, each alert with what to do about it.

use std::collections::BTreeSet;

use crate::{expressions, of_repository, promtool, text_of};

const RULES: &str = "deploy/prometheus/rules.yml";

/// A rule as it stands in the file.
struct Rule {
    /// `record` or `alert`.
    kind: String,
    name: String,
    text: String,
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
        let expression = rule.text.split("expr:").nth(1).unwrap();
        let ends = ["\n        for:", "\n        labels:"];
        let end = ends.iter().filter_map(|end| expression.find(end)).min().unwrap_or(expression.len());
        expressions::check(&expression[..end], &recorded);
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
    promtool::accepts(&["test", "rules"], &of_repository("deploy/prometheus/rules_test.yml"));
}
