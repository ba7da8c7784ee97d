//! `timbre serve --demo`, started again after somebody decided something of the demo.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;
use timbre_backends::{DataFolder, Databases};

fn timbre(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timbre"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR" {
            command.env_remove(name);
        }
    }
    let Databases { url, keyring_url } = Databases::of(data);
    if !url.is_empty() {
        command.env("TIMBRE__DATABASE__URL", url).env("TIMBRE__DATABASE__KEYRING_URL", keyring_url);
    }
    command.args(arguments).env("TIMBRE_DATA_DIR", data).current_dir(data).stdin(Stdio::null());
    command
}

fn ran(data: &Path, arguments: &[&str]) -> String {
    let output = timbre(data, arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Starts the demo, and stops it when it has said what to try: that, and what is in demo.json.
fn started(data: &Path) -> (String, Value) {
    let mut child = timbre(data, &["serve", "--demo"])
        .env("TIMBRE_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        said = said + &line.unwrap() + "\n";
        if said.contains("try next") {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said.contains("try next"), "{said}");
    let text = fs::read_to_string(data.join("demo.json")).unwrap();
    let mut demo: Value = serde_json::from_str(&text).unwrap();
    // Each start has a port of its own.
    demo.as_object_mut().unwrap().remove("base_url");
    (said, demo)
}

#[test]
fn a_demo_that_is_started_again_leaves_what_was_decided_of_its_operator_and_its_tenant() {
    let folder = DataFolder::new();
    let data = folder.path();
    let (_, first) = started(data);
    for credential in ["biometrid", "azure", "deepaffects", "operator"] {
        assert!(first[credential].is_object(), "{first}");
    }
    assert_eq!(started(data).1, first);

    let owner = first["operator"]["email"].as_str().unwrap();
    ran(data, &["operator", "create", "other@example.org", "--role", "owner"]);
    ran(data, &["operator", "disable", owner]);
    ran(data, &["admin", "tenant", "suspend", "demo"]);
    let issued = || ran(data, &["tenant", "credentials", "demo"]);
    let before = issued();
    for _ in 0..2 {
        let (said, demo) = started(data);
        assert!(said.contains("owner@demo.example is disabled"), "{said}");
        assert!(said.contains("the demo tenant is suspended"), "{said}");
        assert_eq!(demo, first);
    }
    assert_eq!(issued(), before, "no key was issued");
    let disabled = |line: &str| serde_json::from_str::<Value>(line).unwrap()["disabled_at"].is_string();
    let operators = ran(data, &["operator", "list"]);
    let line = operators.lines().find(|line| line.contains(owner)).unwrap();
    assert!(disabled(line), "{operators}");

    // Without the file nothing is known of them, and nothing is made up.
    fs::remove_file(data.join("demo.json")).unwrap();
    assert_eq!(started(data).1, serde_json::json!({}));

    ran(data, &["admin", "tenant", "resume", "demo"]);
    ran(data, &["admin", "tenant", "rename", "demo", "trial"]);
    ran(data, &["operator", "enable", owner]);
    ran(data, &["operator", "role", owner, "auditor"]);
    fs::write(data.join("demo.json"), first.to_string()).unwrap();
    let (said, demo) = started(data);
    assert!(said.contains("the demo tenant is called trial"), "{said}");
    assert_eq!(demo, first);
    let tenants = ran(data, &["admin", "tenant", "list"]);
    assert!(tenants.contains("trial") && !tenants.contains("\"demo\""), "{tenants}");
    let operators = ran(data, &["operator", "list"]);
    let line = operators.lines().find(|line| line.contains(owner)).unwrap();
    assert!(line.contains("auditor"), "{operators}");
}
