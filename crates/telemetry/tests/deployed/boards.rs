//! deploy/grafana: boards that Grafana loads as they are, of figures that there are.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::{expressions, of_repository, promtool, rules, text_of};

/// Columns of a board.
const WIDTH: u64 = 24;

fn boards() -> Vec<(String, Value)> {
    let folder = of_repository("deploy/grafana/boards");
    let mut boards: Vec<(String, Value)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let board = serde_json::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, board)
        })
        .collect();
    boards.sort_by(|a, b| a.0.cmp(&b.0));
    boards
}

fn panels(board: &Value) -> impl Iterator<Item = &Value> {
    board["panels"].as_array().unwrap().iter()
}

fn expressions_of(board: &Value) -> Vec<String> {
    let targets = panels(board).flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_board_has_what_grafana_asks_for() {
    let boards = boards();
    assert_eq!(boards.len(), 6);
    let mut uids = BTreeSet::new();
    for (name, board) in &boards {
        assert!(board["schemaVersion"].as_u64().is_some_and(|version| version >= 39), "{name}");
        let uid = board["uid"].as_str().unwrap();
        assert_eq!(format!("{uid}.json"), *name);
        assert!(uid.len() <= 40 && uids.insert(uid), "{name}");
        assert!(!board["title"].as_str().unwrap().is_empty(), "{name}");
        assert!(board.get("id").is_none_or(Value::is_null), "{name}: Grafana gives the number itself");
        let variables = board["templating"]["list"].as_array().unwrap();
        let source = variables.iter().find(|variable| variable["name"] == "datasource");
        let source = source.unwrap_or_else(|| panic!("{name} has no data source to choose"));
        assert_eq!(
            (&source["type"], &source["query"]),
            (&"datasource".into(), &"prometheus".into()),
            "{name}"
        );
        let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
        for panel in panels(board) {
            let title = panel["title"].as_str().unwrap();
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{name}: {title}");
            assert!(!panel["description"].as_str().unwrap().is_empty(), "{name}: {title}");
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{name}: {title}");
            let of = |side: &str| panel["gridPos"][side].as_u64().unwrap();
            assert!(of("w") > 0 && of("h") > 0 && of("x") + of("w") <= WIDTH, "{name}: {title}");
            for x in of("x")..of("x") + of("w") {
                for y in of("y")..of("y") + of("h") {
                    assert!(places.insert((x, y)), "{name}: {title} lies on another panel");
                }
            }
            let targets = panel["targets"].as_array().unwrap();
            assert!(!targets.is_empty(), "{name}: {title}");
            for target in targets {
                assert_eq!(target["datasource"]["uid"], "${datasource}", "{name}: {title}");
                assert!(!target["refId"].as_str().unwrap().is_empty(), "{name}: {title}");
            }
        }
    }
}

#[test]
fn every_panel_speaks_of_figures_that_there_are() {
    let recorded = rules::recorded();
    for (name, board) in boards() {
        for expression in expressions_of(&board) {
            let figures = expressions::named(&expression);
            assert!(!figures.is_empty() || expression.contains("up{"), "{name}: {expression}");
            expressions::check(&expression, &recorded);
        }
        for variable in board["templating"]["list"].as_array().unwrap() {
            let Some(definition) = variable["definition"].as_str() else { continue };
            let asked = definition.trim_start_matches("label_values(").trim_end_matches(')');
            let (figure, label) = asked.split_once(", ").unwrap();
            let row = expressions::row(figure).unwrap_or_else(|| panic!("{name}: {definition}"));
            assert!(row.labels.contains(&label), "{name}: {definition}");
        }
    }
}

/// A rule for each panel's expression, with what Grafana would put in: Prometheus then reads each as it would be asked.
#[test]
fn prometheus_reads_every_panel() {
    let mut rules = "groups:\n  - name: boards\n    rules:\n".to_owned();
    let mut number = 0;
    for (_, board) in boards() {
        for expression in expressions_of(&board) {
            let asked = expression.replace("$__rate_interval", "1m").replace("$__range", "6h");
            let asked = asked.replace("$contract", ".*").replace("$tenant", ".*");
            assert!(!asked.contains('$'), "{asked}");
            number += 1;
            let quoted = serde_json::to_string(&asked).unwrap();
            rules += &format!("      - record: panel:{number}\n        expr: {quoted}\n");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("boards.yml");
    fs::write(&file, rules).unwrap();
    promtool::accepts(&["check", "rules"], &file);
}

#[test]
fn what_is_asked_for_is_on_a_board() {
    let all: Vec<String> = boards().iter().flat_map(|(_, board)| expressions_of(board)).collect();
    let all = all.join("\n") + &text_of("deploy/prometheus/rules.yml");
    let shown: BTreeSet<&str> =
        expressions::named(&all).into_iter().filter_map(expressions::row).map(|row| row.name).collect();
    let missing: Vec<&str> = timbre_telemetry::INSTRUMENTS
        .iter()
        .map(|row| row.name)
        .filter(|name| !shown.contains(name))
        .collect();
    assert!(missing.is_empty(), "nobody looks at {missing:?}");
}

#[test]
fn provisioning_names_where_the_boards_are() {
    assert!(
        text_of("deploy/grafana/provisioning/dashboards/timbre.yml").contains("path: /etc/grafana/boards")
    );
    assert!(text_of("deploy/grafana/provisioning/datasources/timbre.yml").contains("url: $PROMETHEUS_URL"));
}
