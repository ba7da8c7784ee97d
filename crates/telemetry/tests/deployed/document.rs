//! docs/telemetry.md lists the figures as they are declared.

use std::fmt::Write as _;

use timbre_telemetry::INSTRUMENTS;

use crate::text_of;

const BEGIN: &str = "<!-- The table is made of crates/telemetry/src/instruments.rs; a test compares. -->\n";
const END: &str = "\n<!-- end of the table -->";

fn table() -> String {
    let mut table = "| figure | kind | labels | what it tells |\n|---|---|---|---|\n".to_owned();
    for row in INSTRUMENTS {
        let labels: Vec<String> = row.labels.iter().map(|label| format!("`{label}`")).collect();
        writeln!(table, "| `{}` | {} | {} | {} |", row.name, row.kind.name(), labels.join(", "), row.help)
            .unwrap();
    }
    table
}

#[test]
fn the_document_lists_the_figures_as_they_are_declared() {
    let document = text_of("docs/telemetry.md");
    let written =
        document.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(table, _)| table);
    assert_eq!(
        written.unwrap_or_default(),
        table().trim_end(),
        "docs/telemetry.md should have:\n{}",
        table()
    );
}

#[test]
fn the_document_names_every_board_and_setting() {
    let document = text_of("docs/telemetry.md");
    let settings = text_of("config/default.toml");
    let section = settings.split_once("\n[telemetry]\n").unwrap().1.split_once("\n[").unwrap().0;
    for line in section.lines().filter(|line| !line.starts_with('#') && line.contains(" = ")) {
        let key = line.split(" = ").next().unwrap();
        assert!(document.contains(&format!("`{key}`")), "{key}");
    }
    for board in std::fs::read_dir(crate::of_repository("deploy/grafana/boards")).unwrap() {
        let name = board.unwrap().file_name().to_string_lossy().into_owned();
        assert!(document.contains(&name), "{name}");
    }
}
