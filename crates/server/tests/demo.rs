//! `timbre serve --demo`, started again after somebody decided something of the demo.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
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
    let (said, demo, _) = opened(data);
    (said, demo)
}

/// The same, with how `/try` was answered.
fn opened(data: &Path) -> (String, Value, String) {
    let mut child = timbre(data, &["serve", "--demo"])
        .env("TIMBRE_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    for line in lines.by_ref() {
        said = said + &line.unwrap() + "\n";
        if said.contains("try next") {
            break;
        }
    }
    assert!(said.contains("try next"), "{said}");
    let text = fs::read_to_string(data.join("demo.json")).unwrap();
    let mut demo: Value = serde_json::from_str(&text).unwrap();
    // Each start has a port of its own.
    let url = demo.as_object_mut().unwrap().remove("base_url").unwrap();
    let mut connection = TcpStream::connect(url.as_str().unwrap().strip_prefix("http://").unwrap()).unwrap();
    connection.write_all(b"GET /try HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    (said, demo, answer)
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

/// What a credential of the demo is recognised by, as the file has it.
fn key(demo: &Value, contract: &str) -> String {
    let whole = |field: &str| demo[contract][field].as_str().unwrap().rsplit_once('_').unwrap().0.to_owned();
    match contract {
        "azure" => whole("subscription_key"),
        "deepaffects" => whole("apikey"),
        _ => demo[contract]["key"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn a_credential_of_the_demo_that_was_revoked_is_not_made_anew_and_nobody_tries_without_it() {
    let folder = DataFolder::new();
    let data = folder.path();
    let (said, first, page) = opened(data);
    assert!(said.contains("demo tenant ready") && !said.contains("/try is not served"), "{said}");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains(&key(&first, "biometrid")), "{page}");

    // A file of an earlier version lacks a contract: that one is made, and the others stay.
    let mut older = first.clone();
    older.as_object_mut().unwrap().remove("deepaffects");
    fs::write(data.join("demo.json"), older.to_string()).unwrap();
    let (said, mut demo) = started(data);
    assert!(said.contains("demo tenant ready"), "{said}");
    assert_ne!(key(&demo, "deepaffects"), key(&first, "deepaffects"));
    let newer = demo.clone();
    demo["deepaffects"] = first["deepaffects"].clone();
    assert_eq!(demo, first);

    let listed =
        || -> Value { serde_json::from_str(&ran(data, &["tenant", "credentials", "demo"])).unwrap() };
    let keys = || -> Vec<Value> {
        let listed = listed();
        let fields = ["id", "slot", "revoked_at"];
        let all = listed["credentials"].as_array().unwrap().iter();
        all.flat_map(|one| fields.map(|field| one[field].clone())).collect()
    };
    // `/try` calls nothing of Azure's.
    for (contract, is_tried) in [("azure", true), ("biometrid", false), ("deepaffects", false)] {
        let key = key(&newer, contract);
        let listed = listed();
        let mut all = listed["credentials"].as_array().unwrap().iter();
        let id = all.find(|one| one["key"] == key.as_str()).unwrap()["id"].as_str().unwrap();
        ran(data, &["tenant", "revoke", "demo", id]);
        let before = keys();
        let (said, demo, page) = opened(data);
        assert!(said.contains(&format!("{contract} key {key} was revoked")), "{said}");
        assert!(!said.contains("demo tenant ready"), "{said}");
        assert_eq!(said.contains("/try is not served"), !is_tried, "{said}");
        assert_eq!(page.starts_with("HTTP/1.1 200"), is_tried, "{page}");
        assert_eq!((demo, keys()), (newer.clone(), before), "no key was issued");
    }

    // Whoever deletes the file wants others, of the same tenant.
    fs::remove_file(data.join("demo.json")).unwrap();
    let (said, demo, page) = opened(data);
    assert!(said.contains("demo tenant ready") && page.starts_with("HTTP/1.1 200"), "{said}{page}");
    for contract in ["biometrid", "azure", "deepaffects"] {
        assert_ne!(key(&demo, contract), key(&newer, contract));
    }
    // One that another took the place of was revoked as well, and the other stays.
    ran(data, &["tenant", "apikey", "demo", "1"]);
    let before = keys();
    let (said, _, page) = opened(data);
    assert!(said.contains("deepaffects key") && page.starts_with("HTTP/1.1 404"), "{said}{page}");
    assert_eq!(keys(), before, "no key was issued");
    // Nor does a policy that leaves a contract out have another key made.
    ran(data, &["tenant", "policy", "demo", "--set", "access.contracts=[\"azure\"]"]);
    let before = keys();
    let (said, _) = started(data);
    assert!(said.contains("may not call biometrid"), "{said}");
    assert_eq!(keys(), before, "no key was issued");
}
